"""How skin and everything else take the light, sample by sample. Numbers in, numbers out; no state.

Diffuse: Lambert over lamps with traced shadows and order-two harmonics of the soft light (Ramamoorthi and Hanrahan
2001).
Mirrored: GGX with Smith's shadowing and Schlick's Fresnel (Walter et al. 2007; Karis 2013). Relief: bump mapping of an
unparametrised surface (Mikkelsen 2010).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def _texel(image: Any, u: float, v: float, out: Any) -> None:
    """Bilinear value of (h, w, k) at u, v; u wraps, v counts up from the last row."""
    rows, columns = image.shape[0], image.shape[1]
    x = u * columns - 0.5
    y = (1.0 - v) * rows - 0.5
    y = min(max(y, 0.0), rows - 1.001)
    x0, y0 = int(np.floor(x)), int(y)
    fx, fy = np.float32(x - x0), np.float32(y - y0)
    xa, xb = x0 % columns, (x0 + 1) % columns
    for k in range(image.shape[2]):
        top = image[y0, xa, k] + (image[y0, xb, k] - image[y0, xa, k]) * fx
        low = image[y0 + 1, xa, k] + (image[y0 + 1, xb, k] - image[y0 + 1, xa, k]) * fx
        out[k] = top + (low - top) * fy


@njit(cache=True, nogil=True)
def sample_maps(image: Any, uv: Any, which: Any, out: Any) -> None:
    """Values (n, k) of an image (h, w, k) at ``uv`` for the samples numbered ``which``."""
    for j in range(len(which)):
        i = which[j]
        _texel(image, uv[i, 0], uv[i, 1], out[i])


@njit(cache=True, nogil=True)
def relief(normal: Any, along_u: Any, along_v: Any, slope: Any, which: Any) -> None:
    """Tilt normals by a height's slope per u and v, given the tangents dP/du and dP/dv."""
    for j in range(len(which)):
        i = which[j]
        nx, ny, nz = normal[i, 0], normal[i, 1], normal[i, 2]
        tx, ty, tz = along_u[i, 0], along_u[i, 1], along_u[i, 2]
        bx, by, bz = along_v[i, 0], along_v[i, 1], along_v[i, 2]
        r1x, r1y, r1z = by * nz - bz * ny, bz * nx - bx * nz, bx * ny - by * nx  # B x N
        r2x, r2y, r2z = ny * tz - nz * ty, nz * tx - nx * tz, nx * ty - ny * tx  # N x T
        det = tx * r1x + ty * r1y + tz * r1z
        if abs(det) < 1e-9:
            continue
        hu, hv = slope[i, 0] / det, slope[i, 1] / det
        gx, gy, gz = hu * r1x + hv * r2x, hu * r1y + hv * r2y, hu * r1z + hv * r2z
        size = np.sqrt(gx * gx + gy * gy + gz * gz)
        if size > 1.6:
            gx, gy, gz = gx * 1.6 / size, gy * 1.6 / size, gz * 1.6 / size
        nx, ny, nz = nx - gx, ny - gy, nz - gz
        size = np.sqrt(nx * nx + ny * ny + nz * nz)
        normal[i, 0], normal[i, 1], normal[i, 2] = nx / size, ny / size, nz / size


@njit(cache=True, nogil=True)
def face_viewer(normal: Any, view: Any) -> None:
    """Turn normals (n, 3) that look away from the viewer back over the edge."""
    for i in range(len(normal)):
        d = normal[i, 0] * view[i, 0] + normal[i, 1] * view[i, 1] + normal[i, 2] * view[i, 2]
        if d < 0.02:
            for k in range(3):
                normal[i, k] += view[i, k] * (0.02 - d)
            size = np.sqrt(normal[i, 0] ** 2 + normal[i, 1] ** 2 + normal[i, 2] ** 2)
            for k in range(3):
                normal[i, k] /= size


@njit(cache=True, nogil=True)
def soft(incoming: Any, normal: Any, open_sky: Any, out: Any) -> None:
    """Irradiance (n, 3) from harmonics (n, 27) about normals, times ``open_sky`` (n,) of the fine relief."""
    for i in range(len(normal)):
        x, y, z = normal[i, 0], normal[i, 1], normal[i, 2]
        for k in range(3):
            e = 0.886227 * incoming[i, k]
            e += 1.023328 * (y * incoming[i, 3 + k] + z * incoming[i, 6 + k] + x * incoming[i, 9 + k])
            e += 0.858086 * (x * y * incoming[i, 12 + k] + y * z * incoming[i, 15 + k] + x * z * incoming[i, 21 + k])
            e += 0.247708 * (3 * z * z - 1) * incoming[i, 18 + k] + 0.429043 * (x * x - y * y) * incoming[i, 24 + k]
            out[i, k] = max(e, 0.0) * open_sky[i]


@njit(cache=True, nogil=True)
def lamp(
    normal: Any,
    view: Any,
    heading: Any,
    seen: Any,
    rough: Any,
    mirror: Any,
    power: Any,
    relief_shade: Any,
    lit: Any,
    glint: Any,
) -> None:
    """Add one lamp's diffuse irradiance to ``lit`` and its mirrored radiance to ``glint``, (n, 3) each.

    ``heading`` (n, 3) leads to a point of the lamp, ``seen`` (n,) 0..1 whether it is clear, ``mirror`` (n,) the
    reflectance head on, ``power`` (3,) the irradiance of a surface that faces the lamp.
    """
    for i in range(len(normal)):
        if seen[i] <= 0:
            continue
        nl = normal[i, 0] * heading[i, 0] + normal[i, 1] * heading[i, 1] + normal[i, 2] * heading[i, 2]
        if nl <= 0:
            continue
        hx, hy, hz = heading[i, 0] + view[i, 0], heading[i, 1] + view[i, 1], heading[i, 2] + view[i, 2]
        size = np.sqrt(hx * hx + hy * hy + hz * hz) + 1e-9
        hx, hy, hz = hx / size, hy / size, hz / size
        nh = normal[i, 0] * hx + normal[i, 1] * hy + normal[i, 2] * hz
        vh = max(view[i, 0] * hx + view[i, 1] * hy + view[i, 2] * hz, 0.0)
        nv = max(normal[i, 0] * view[i, 0] + normal[i, 1] * view[i, 1] + normal[i, 2] * view[i, 2], 0.02)
        fresnel = mirror[i] + (1 - mirror[i]) * (1 - vh) ** 5
        a2 = rough[i] ** 4
        d = a2 / (np.pi * (nh * nh * (a2 - 1) + 1) ** 2)
        k = (rough[i] ** 2) / 2
        g = 1.0 / ((nl * (1 - k) + k) * (nv * (1 - k) + k) * 4)
        value = d * g * fresnel * nl * seen[i] * relief_shade[i]
        # a lobe narrower than the lamp shows the lamp's own face: limited where samples would sparkle
        value = min(value, 40.0)
        for c in range(3):
            lit[i, c] += power[c] * nl * seen[i] * (1 - fresnel) * relief_shade[i]
            glint[i, c] += power[c] * value


@njit(cache=True, nogil=True)
def reflect(normal: Any, view: Any, out: Any) -> None:
    """Mirrored view directions (n, 3)."""
    for i in range(len(normal)):
        d = 2 * (normal[i, 0] * view[i, 0] + normal[i, 1] * view[i, 1] + normal[i, 2] * view[i, 2])
        for k in range(3):
            out[i, k] = d * normal[i, k] - view[i, k]


@njit(cache=True, nogil=True)
def sheen(normal: Any, view: Any, rough: Any, mirror: Any, mirrored: Any, incoming: Any, out: Any) -> None:
    """Add the soft light's mirrored radiance: ``mirrored`` (n, 3) of the picture all around, held back where harmonics
    of what really arrives (n, 27) say that less comes from there. Environment term: Karis 2014, mobile fit."""
    for i in range(len(normal)):
        nv = max(normal[i, 0] * view[i, 0] + normal[i, 1] * view[i, 1] + normal[i, 2] * view[i, 2], 0.02)
        r0, r1 = 1 - rough[i], 0.0425 - 0.0275 * rough[i]
        a = min(r0 * r0, 2 ** (-9.28 * nv)) * r0 + r1
        scale, bias = -1.04 * a + (1.04 - 0.572 * rough[i]), 1.04 * a + (-0.04 + 0.022 * rough[i])
        share = mirror[i] * scale + bias
        d = 2 * (normal[i, 0] * view[i, 0] + normal[i, 1] * view[i, 1] + normal[i, 2] * view[i, 2])
        x, y, z = (d * normal[i, 0] - view[i, 0], d * normal[i, 1] - view[i, 1], d * normal[i, 2] - view[i, 2])
        for k in range(3):
            arrives = (
                0.282095 * incoming[i, k]
                + 0.651470 * (y * incoming[i, 3 + k] + z * incoming[i, 6 + k] + x * incoming[i, 9 + k]) * 0.5
            )  # smoothed against ringing
            arrives = max(arrives, 0.0) * 1.2
            out[i, k] += share * min(mirrored[i, k], arrives * 2.0 + 0.02)
