"""What pushes dusty air: its weight, and the curls that the voxels are too coarse to keep.

Weight: mixture of air and what it carries, g' = g c / (c + 1.2 kg/m3), the driving force of any particle-laden current.
Curls: vorticity confinement (Fedkiw, Stam, Jensen 2001, "Visual simulation of smoke") and a divergence-free random stir
(Bridson, Houriham, Nordenstam 2007, "Curl-noise for procedural fluid flow").
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from secondunit.effects.collapse.dust.advect import sample3

Floats = npt.NDArray[np.float32]
AIR_KG_PER_M3 = 1.2  # dry air at 20 C, 1013 hPa (ICAO standard atmosphere)
# Coarse grit in the air per kg of fine dust: it is not seen, but it weighs and carries momentum. Estimate: a tenth of
# collapse dust by mass is fine (Lioy et al. 2002, Environ. Health Perspect. 110(7), finds most of it above 53 um).
GRIT = 8.0
_WEAK_M_PER_S = 1.0  # difference of speed over two voxels up to which confinement feeds a vortex; by eye
_STIR_SIZE = 32  # voxels of the repeating stir


@numba.njit(cache=True, nogil=True, error_model="numpy")
def curl(start: int, stop: int, velocity: Any, out: Any, strength: Any) -> None:
    """Curl of the velocity per voxel, times 2 voxels, (nx, ny, nz, 3), and its length; 0 on the border."""
    nx, ny, nz, _ = velocity.shape
    for i in range(max(start, 1), min(stop, nx - 1)):
        for j in range(1, ny - 1):
            for k in range(1, nz - 1):
                out[i, j, k, 0] = (velocity[i, j + 1, k, 2] - velocity[i, j - 1, k, 2]) - (
                    velocity[i, j, k + 1, 1] - velocity[i, j, k - 1, 1]
                )
                out[i, j, k, 1] = (velocity[i, j, k + 1, 0] - velocity[i, j, k - 1, 0]) - (
                    velocity[i + 1, j, k, 2] - velocity[i - 1, j, k, 2]
                )
                out[i, j, k, 2] = (velocity[i + 1, j, k, 1] - velocity[i - 1, j, k, 1]) - (
                    velocity[i, j + 1, k, 0] - velocity[i, j - 1, k, 0]
                )
                strength[i, j, k] = np.sqrt(out[i, j, k, 0] ** 2 + out[i, j, k, 1] ** 2 + out[i, j, k, 2] ** 2)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def forces(
    start: int,
    stop: int,
    dust: Any,
    spin: Any,
    strength: Any,
    stir: Any,
    drift: Any,
    weight: Any,
    confine: Any,
    push: Any,
    out: Any,
) -> None:
    """Change of velocity in one step, m/s, per voxel, (nx, ny, nz, 3).

    Args:
        start, stop: slabs along x.
        dust: kg/m3.
        spin, strength: from ``curl``.
        stir: (s + 1, s + 1, s + 1, 3) random vectors from ``make_stir``; the last repeats the first.
        drift: (3,) where the stir stands now, in its voxels.
        weight: g dt, m/s.
        confine: vorticity confinement, share of the curl fed back in this step.
        push: stir in this step, m/s.
        out: written.
    """
    nx, ny, nz = dust.shape
    air, faint = np.float32(AIR_KG_PER_M3), np.float32(0.0005)
    size, half = np.float32(stir.shape[0] - 1), np.float32(0.5)
    along = (half * np.arange(nz).astype(np.float32) + drift[2]) % size
    for i in range(start, stop):
        a = (half * np.float32(i) + drift[0]) % size
        for j in range(ny):
            b = (half * np.float32(j) + drift[1]) % size
            for k in range(nz):
                c = dust[i, j, k]
                if c <= np.float32(1e-6):
                    out[i, j, k, 0] = out[i, j, k, 1] = out[i, j, k, 2] = 0.0
                    continue
                here = c / (c + faint)
                fx, fy, fz = sample3(stir, a, b, along[k])
                fx, fy, fz = push * here * fx, push * here * fy, push * here * fz
                if 1 < i < nx - 2 and 1 < j < ny - 2 and 1 < k < nz - 2:
                    gx = strength[i + 1, j, k] - strength[i - 1, j, k]
                    gy = strength[i, j + 1, k] - strength[i, j - 1, k]
                    gz = strength[i, j, k + 1] - strength[i, j, k - 1]
                    scale = confine * here / (np.sqrt(gx * gx + gy * gy + gz * gz) + np.float32(1e-4))
                    # Strong vortices need no help: feeding them would drive the air ever faster.
                    scale *= min(np.float32(1.0), np.float32(_WEAK_M_PER_S) / (strength[i, j, k] + np.float32(1e-4)))
                    sx, sy, sz = spin[i, j, k, 0], spin[i, j, k, 1], spin[i, j, k, 2]
                    fx += scale * (gy * sz - gz * sy)
                    fy += scale * (gz * sx - gx * sz)
                    fz += scale * (gx * sy - gy * sx)
                carried = np.float32(1 + GRIT) * c
                out[i, j, k, 0], out[i, j, k, 2] = fx, fz
                out[i, j, k, 1] = fy - weight * carried / (carried + air)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def add_to_faces(start: int, stop: int, change: Any, u: Any, v: Any, w: Any) -> None:
    """Add half of each voxel's change to its two faces, along each axis (inner faces only)."""
    _, ny, nz, _ = change.shape
    half = np.float32(0.5)
    for i in range(start, stop):
        for j in range(ny):
            for k in range(nz):
                if i > 0:
                    u[i, j, k] += half * (change[i, j, k, 0] + change[i - 1, j, k, 0])
                if j > 0:
                    v[i, j, k] += half * (change[i, j, k, 1] + change[i, j - 1, k, 1])
                if k > 0:
                    w[i, j, k] += half * (change[i, j, k, 2] + change[i, j, k - 1, 2])


def make_stir(seed: int) -> Floats:
    """Repeating divergence-free random vectors of length about 1, (33, 33, 33, 3); the last repeats the first."""
    random = np.random.default_rng(seed)
    frequency = np.fft.fftfreq(_STIR_SIZE) * _STIR_SIZE
    kx, ky, kz = np.meshgrid(frequency, frequency, frequency, indexing="ij")
    length = np.sqrt(kx**2 + ky**2 + kz**2)
    # Waves of 5 to 16 of its voxels, falling off as in the inertial range (Kolmogorov: amplitude ~ k^-11/6 in 3-D).
    band = np.where((length >= 2) & (length <= 6), np.maximum(length, 1.0) ** (-11 / 6), 0.0)
    potential = [np.fft.fftn(random.standard_normal((_STIR_SIZE,) * 3)) * band for _ in range(3)]
    px, py, pz = potential
    rotation = (ky * pz - kz * py, kz * px - kx * pz, kx * py - ky * px)
    field = np.stack([np.fft.ifftn(1j * one).real for one in rotation], axis=-1)
    field /= np.sqrt((field**2).sum(-1).mean())
    return np.pad(field, ((0, 1), (0, 1), (0, 1), (0, 0)), mode="wrap").astype(np.float32)
