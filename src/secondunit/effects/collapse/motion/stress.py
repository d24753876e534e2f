"""Load finds its way: a linear-elastic solve over all bonds, and what each bond then bears against what it can.

Every shard is a rigid node with six freedoms, every bond a short beam (direct stiffness method). Conjugate gradients
with 6 x 6 block-Jacobi preconditioning start from the last step's answer, so a change of load spreads through the
structure by some bonds a step, as a stress wave does, instead of everywhere at once.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from secondunit.effects.collapse.motion.bodies import inverse3, matrix, times

FRICTION = 0.6  # of a cracked face under pressure: masonry 0.4 to 0.75, EN 1996-1-1 3.6.2 and its sources
_OPEN_M = 0.01  # a joint that has opened so far is open; whole ones give some hundredths of a millimetre
_OPEN_RAD = 0.02  # a hinge that has turned so far has nothing to stop it: half the face has left its seat
_LEFT = 0.5  # share of tension and cohesion left in a crack, artistic: cracks are ragged


@njit(cache=True, nogil=True)
def multiply(beams, which, x, y):  # type: ignore[no-untyped-def]
    """``y`` = K ``x`` over the bonds ``which``; x and y are (N, 6): displacement and rotation, force and moment."""
    y[:] = 0.0
    for at in range(len(which)):
        b = which[at]
        i, j = beams.ends[b, 0], beams.ends[b, 1]
        ax, ay, az = beams.arm_a[b, 0], beams.arm_a[b, 1], beams.arm_a[b, 2]
        rx, ry, rz = -x[i, 3], -x[i, 4], -x[i, 5]
        dx = -x[i, 0] + ry * az - rz * ay
        dy = -x[i, 1] + rz * ax - rx * az
        dz = -x[i, 2] + rx * ay - ry * ax
        bx, by, bz = beams.arm_b[b, 0], beams.arm_b[b, 1], beams.arm_b[b, 2]
        if j >= 0:
            sx, sy, sz = x[j, 3], x[j, 4], x[j, 5]
            dx += x[j, 0] + sy * bz - sz * by
            dy += x[j, 1] + sz * bx - sx * bz
            dz += x[j, 2] + sx * by - sy * bx
            rx, ry, rz = rx + sx, ry + sy, rz + sz
        nx, ny, nz = beams.axes[b, 0, 0], beams.axes[b, 0, 1], beams.axes[b, 0, 2]
        ux, uy, uz = beams.axes[b, 1, 0], beams.axes[b, 1, 1], beams.axes[b, 1, 2]
        wx, wy, wz = beams.axes[b, 2, 0], beams.axes[b, 2, 1], beams.axes[b, 2, 2]
        across = beams.stiffness[b, 1]
        pull = (beams.stiffness[b, 0] - across) * (nx * dx + ny * dy + nz * dz)
        fx, fy, fz = across * dx + pull * nx, across * dy + pull * ny, across * dz + pull * nz
        tn = beams.stiffness[b, 2] * (nx * rx + ny * ry + nz * rz)
        tu = beams.stiffness[b, 3] * (ux * rx + uy * ry + uz * rz)
        tw = beams.stiffness[b, 4] * (wx * rx + wy * ry + wz * rz)
        mx, my, mz = tn * nx + tu * ux + tw * wx, tn * ny + tu * uy + tw * wy, tn * nz + tu * uz + tw * wz
        y[i, 0] -= fx
        y[i, 1] -= fy
        y[i, 2] -= fz
        y[i, 3] -= mx + ay * fz - az * fy
        y[i, 4] -= my + az * fx - ax * fz
        y[i, 5] -= mz + ax * fy - ay * fx
        if j >= 0:
            y[j, 0] += fx
            y[j, 1] += fy
            y[j, 2] += fz
            y[j, 3] += mx + by * fz - bz * fy
            y[j, 4] += my + bz * fx - bx * fz
            y[j, 5] += mz + bx * fy - by * fx


@njit(cache=True, nogil=True)
def _add_block(block, arm, axes, k):  # type: ignore[no-untyped-def]
    cross = np.array([[0.0, -arm[2], arm[1]], [arm[2], 0.0, -arm[0]], [-arm[1], arm[0], 0.0]])
    kt = np.zeros((3, 3))
    kr = np.zeros((3, 3))
    for r in range(3):
        for c in range(3):
            kt[r, c] = (k[0] - k[1]) * axes[0, r] * axes[0, c] + (k[1] if r == c else 0.0)
            for m in range(3):
                kr[r, c] += k[2 + m] * axes[m, r] * axes[m, c]
    for r in range(3):
        for c in range(3):
            block[r, c] += kt[r, c]
            block[3 + r, 3 + c] += kr[r, c]
            for m in range(3):
                block[r, 3 + c] -= kt[r, m] * cross[m, c]
                block[3 + c, r] -= kt[r, m] * cross[m, c]
                for n in range(3):
                    block[3 + r, 3 + c] += cross[m, r] * kt[m, n] * cross[n, c]


@njit(cache=True, nogil=True)
def precondition(beams, which, touched, lag, inverse):  # type: ignore[no-untyped-def]  # noqa: C901
    """Inverse diagonal blocks (N, 6, 6) of the nodes marked in ``touched`` (N,); 0 where a node has no bond.

    ``lag`` (N, 2) is added to the diagonal: see ``solve``.
    """
    inverse_of = np.zeros(len(touched), np.bool_)
    for i in range(len(touched)):
        if touched[i]:
            inverse[i] = 0.0
    for at in range(len(which)):
        b = which[at]
        i, j = beams.ends[b, 0], beams.ends[b, 1]
        if touched[i]:
            _add_block(inverse[i], beams.arm_a[b], beams.axes[b], beams.stiffness[b])
            inverse_of[i] = True
        if j >= 0 and touched[j]:
            _add_block(inverse[j], beams.arm_b[b], beams.axes[b], beams.stiffness[b])
            inverse_of[j] = True
    for i in range(len(touched)):
        if inverse_of[i]:
            a = inverse[i]
            for p in range(6):
                a[p, p] += lag[i, 0 if p < 3 else 1]
            for p in range(6):  # Gauss-Jordan in place: the block is symmetric positive definite
                a[p, p] *= 1.0 + 1e-9
                pivot = 1.0 / a[p, p]
                for c in range(6):
                    if c != p:
                        a[p, c] *= pivot
                for r in range(6):
                    if r != p:
                        factor = a[r, p]
                        for c in range(6):
                            if c != p:
                                a[r, c] -= factor * a[p, c]
                        a[r, p] = -factor * pivot
                a[p, p] = pivot


@njit(cache=True, nogil=True)
def solve(beams, which, nodes, inverse, lag, load, x, residual, steps, tolerance):  # type: ignore[no-untyped-def]
    """Move ``x`` (N, 6) towards K x = ``load`` in at most ``steps`` steps of conjugate gradients; returns steps taken.

    ``lag`` (N, 2), mass and inertia over a time squared, holds each node back to where it was: what is stiff finds its
    balance at once, what hangs by a thread moves as far as its weight would take it in that time. Without it one loose
    piece's huge displacement spoils the stress everywhere. Only ``nodes`` (those with a bond) are touched. Stops when
    the residual is below ``tolerance`` times the load.
    """
    residual[:] = 0.0
    q, p = np.zeros_like(x), np.zeros_like(x)
    multiply(beams, which, x, q)
    size, before = 0.0, 0.0
    for at in range(len(nodes)):
        i = nodes[at]
        for k in range(6):
            residual[i, k] = load[i, k] - q[i, k]
            size += load[i, k] * load[i, k]
    for step in range(steps):
        rho, left = 0.0, 0.0
        for at in range(len(nodes)):
            i = nodes[at]
            for k in range(6):
                z = 0.0
                for m in range(6):
                    z += inverse[i, k, m] * residual[i, m]
                q[i, k] = z
                rho += z * residual[i, k]
                left += residual[i, k] * residual[i, k]
        if left <= tolerance * tolerance * size or rho <= 0.0:
            return step
        beta = rho / before if step else 0.0
        before = rho
        for at in range(len(nodes)):
            i = nodes[at]
            for k in range(6):
                p[i, k] = q[i, k] + beta * p[i, k]
        multiply(beams, which, p, q)
        curve = 0.0
        for at in range(len(nodes)):
            i = nodes[at]
            for k in range(6):
                q[i, k] += lag[i, 0 if k < 3 else 1] * p[i, k]
                curve += p[i, k] * q[i, k]
        if curve <= 0.0:
            return step
        alpha = rho / curve
        for at in range(len(nodes)):
            i = nodes[at]
            for k in range(6):
                x[i, k] += alpha * p[i, k]
                residual[i, k] -= alpha * q[i, k]
    return steps


@njit(cache=True, nogil=True, error_model="numpy")
def _apart(arm, b, x, i):  # type: ignore[no-untyped-def]
    """Displacement of node ``i`` at the joint ``b``, and its turn."""
    ax, ay, az = arm[b, 0], arm[b, 1], arm[b, 2]
    rx, ry, rz = x[i, 3], x[i, 4], x[i, 5]
    return x[i, 0] + ry * az - rz * ay, x[i, 1] + rz * ax - rx * az, x[i, 2] + rx * ay - ry * ax, rx, ry, rz


@njit(cache=True, nogil=True, error_model="numpy")
def _size(residual, i, side):  # type: ignore[no-untyped-def]
    """Force at node ``i`` that nothing answers yet, N; a moment counts at the arm ``side``."""
    e = residual
    force = np.sqrt(e[i, 0] ** 2 + e[i, 1] ** 2 + e[i, 2] ** 2)
    return force + np.sqrt(e[i, 3] ** 2 + e[i, 4] ** 2 + e[i, 5] ** 2) / side


@njit(cache=True, nogil=True, error_model="numpy")
def bear(beams, which, x, residual, strength, cracked, ratio, once_cracked):  # type: ignore[no-untyped-def]
    """Stress over strength of the bonds ``which``: ``ratio`` (B,) as they are, ``once_cracked`` (B,) the
    same once a crack has let bending and twist go.

    Whole, axial stress and bending add at the edge of the face, against tension and crushing; shear strength grows with
    pressure (Mohr-Coulomb). A crack bears no tension but what steel takes; pressure and the friction it brings go on
    across it; it turns freely, and opens when nothing else stops it (Heyman, "The stone skeleton", 1966).

    ``residual`` (N, 6) is what ``solve`` had not balanced yet. Only the part of a joint's force that its shards' other
    joints answer counts: conjugate gradients that stop early show stress far above the truth where load changes, and
    broke whole buildings by it. A joint that has opened by ``_OPEN_M`` or turned by ``_OPEN_RAD`` is open in any case.
    ``strength`` (B, 4): tension, shear, compression, and the tension steel takes, Pa.
    """
    for at in range(len(which)):
        b = which[at]
        i, j = beams.ends[b, 0], beams.ends[b, 1]
        dx, dy, dz, rx, ry, rz = _apart(beams.arm_a, b, x, i)
        dx, dy, dz, rx, ry, rz = -dx, -dy, -dz, -rx, -ry, -rz
        if j >= 0:
            ex, ey, ez, sx, sy, sz = _apart(beams.arm_b, b, x, j)
            dx, dy, dz, rx, ry, rz = dx + ex, dy + ey, dz + ez, rx + sx, ry + sy, rz + sz
        open_by = np.sqrt(dx * dx + dy * dy + dz * dz) / _OPEN_M
        open_by = max(open_by, np.sqrt(rx * rx + ry * ry + rz * rz) / _OPEN_RAD)
        e, k = beams.axes, beams.stiffness
        f0 = k[b, 0] * (e[b, 0, 0] * dx + e[b, 0, 1] * dy + e[b, 0, 2] * dz)
        f1 = k[b, 1] * (e[b, 1, 0] * dx + e[b, 1, 1] * dy + e[b, 1, 2] * dz)
        f2 = k[b, 1] * (e[b, 2, 0] * dx + e[b, 2, 1] * dy + e[b, 2, 2] * dz)
        m0 = k[b, 2] * (e[b, 0, 0] * rx + e[b, 0, 1] * ry + e[b, 0, 2] * rz)
        m1 = k[b, 3] * (e[b, 1, 0] * rx + e[b, 1, 1] * ry + e[b, 1, 2] * rz)
        m2 = k[b, 4] * (e[b, 2, 0] * rx + e[b, 2, 1] * ry + e[b, 2, 2] * rz)
        side = np.sqrt(beams.area[b])
        whole = np.sqrt(f0 * f0 + f1 * f1 + f2 * f2) + np.sqrt(m0 * m0 + m1 * m1 + m2 * m2) / side
        amiss = _size(residual, i, side)
        if j >= 0:
            amiss = max(amiss, _size(residual, j, side))
        trust = max(0.0, 1.0 - amiss / max(whole, 1e-9))
        tension, shear, compression, steel = strength[b, 0], strength[b, 1], strength[b, 2], strength[b, 3]
        axial = f0 / beams.area[b]
        pressure = max(0.0, -axial)
        bending = abs(m1) / beams.modulus[b, 1] + abs(m2) / beams.modulus[b, 2]
        sliding, twist = np.sqrt(f1 * f1 + f2 * f2) / beams.area[b], abs(m0) / beams.modulus[b, 0]
        rough = _LEFT * shear + 0.6 * steel + FRICTION * pressure
        hinge = max(axial / (_LEFT * tension + steel), pressure / compression, sliding / rough)
        once_cracked[b] = max(hinge * trust, open_by)
        ratio[b] = once_cracked[b]
        if not cracked[b]:
            worst = max((axial + bending) / (tension + steel), (bending - axial) / compression)
            worst = max(worst, (sliding + twist) / (shear + 0.6 * steel + FRICTION * pressure))
            ratio[b] = max(worst * trust, open_by)


@njit(cache=True, nogil=True)
def loads(bodies, centres, mass, inertia, gravity, outside, load):  # type: ignore[no-untyped-def]
    """Fill ``load`` (N, 6): weight and outside forces, less what the body's own acceleration takes (d'Alembert).

    Axes at rest. ``outside`` (N, 6) holds forces and moments about each shard's centre from contact, ties and pushes,
    in world axes; ``gravity`` (3,). A shard that flies alone has no bonds to load: 0.
    """
    count = len(load)
    slots = len(bodies.mass)
    force, moment = np.zeros((slots, 3)), np.zeros((slots, 3))
    turn = np.zeros((slots, 3, 3))
    for b in range(slots):
        if bodies.mass[b] > 0 and not (b < count and bodies.free[b] and bodies.mass[b] <= mass[b]):
            turn[b] = matrix(bodies.rotation[b])
    for i in range(count):
        b = bodies.of_shard[i]
        if bodies.free[b] and bodies.mass[b] <= mass[i]:
            load[i] = 0.0
            continue
        for k in range(3):
            load[i, k] = 0.0
            load[i, 3 + k] = 0.0
            for c in range(3):
                load[i, k] += turn[b, c, k] * (outside[i, c] + mass[i] * gravity[c])
                load[i, 3 + k] += turn[b, c, k] * outside[i, 3 + c]
        arm = centres[i] - bodies.rest_centre[b]
        force[b] += load[i, :3]
        moment[b] += load[i, 3:] + np.cross(arm, load[i, :3])
    for b in range(slots):
        if bodies.free[b] and bodies.mass[b] > mass[b]:
            spin = np.zeros(3)
            for k in range(3):
                for c in range(3):
                    spin[k] += turn[b, c, k] * bodies.spin[b, c]
            moment[b] -= np.cross(spin, times(bodies.inertia[b], spin))
            force[b] /= bodies.mass[b]
            moment[b] = times(inverse3(bodies.inertia[b]), moment[b])
            turn[b, 0] = spin
    for i in range(count):
        b = bodies.of_shard[i]
        if bodies.free[b] and bodies.mass[b] > mass[i]:
            arm = centres[i] - bodies.rest_centre[b]
            spin = turn[b, 0]
            a = force[b] + np.cross(moment[b], arm) + np.cross(spin, np.cross(spin, arm))
            load[i, :3] -= mass[i] * a
            load[i, 3:] -= times(inertia[i], moment[b]) + np.cross(spin, times(inertia[i], spin))
