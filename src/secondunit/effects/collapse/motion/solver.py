"""Contact, friction and steel: sequential impulses with small steps and soft pushing apart.

After E. Catto, "Iterative dynamics with temporal coherence" (GDC 2005) and "Solver2D" (2024): what touches is found
once a step; then each of a few substeps integrates, solves with a spring-like push at contacts that overlap, and
solves once more without it, so that pushing apart leaves no speed behind.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

SLOP_M = 0.004  # overlap that is left alone, so that what rests keeps touching
_PUSH_M_PER_S = 1.0  # fastest pushing apart of what overlaps
_BOUNCE_M_PER_S = 1.0  # slower impacts do not bounce
_GROUND_PASSES = 3  # the ground has the last word: a light pane under a heap is not pressed into it


class Physics(NamedTuple):
    """How a step is taken: its length, substeps, passes in each, gravity (3,) in m/s2, settling in 1/s."""

    step_s: float
    substeps: int
    passes: int
    gravity: tuple[float, float, float]
    settle_per_s: float


@njit(cache=True, nogil=True, error_model="numpy")
def _cross(ax, ay, az, bx, by, bz):  # type: ignore[no-untyped-def]
    return ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx


@njit(cache=True, nogil=True, error_model="numpy")
def _apply(state, light, b, rx, ry, rz, px, py, pz):  # type: ignore[no-untyped-def]
    """Impulse on body ``b`` at the arm ``rx, ry, rz``."""
    m = light[b, 0]
    state[b, 0] += m * px
    state[b, 1] += m * py
    state[b, 2] += m * pz
    tx, ty, tz = _cross(rx, ry, rz, px, py, pz)
    _twist(state, light, b, tx, ty, tz)


@njit(cache=True, nogil=True, error_model="numpy")
def _twist(state, light, b, tx, ty, tz):  # type: ignore[no-untyped-def]
    state[b, 3] += light[b, 1] * tx + light[b, 2] * ty + light[b, 3] * tz
    state[b, 4] += light[b, 2] * tx + light[b, 4] * ty + light[b, 5] * tz
    state[b, 5] += light[b, 3] * tx + light[b, 5] * ty + light[b, 6] * tz


@njit(cache=True, nogil=True, error_model="numpy")
def relative(state, at, a, b, r, c):  # type: ignore[no-untyped-def]
    """Speed of the second body's side of row ``c`` past the first's (``at`` 0), or its way since the step began (6)."""
    s = state
    x, y, z = _cross(s[b, at + 3], s[b, at + 4], s[b, at + 5], r[c, 1, 0], r[c, 1, 1], r[c, 1, 2])
    u, v, w = _cross(s[a, at + 3], s[a, at + 4], s[a, at + 5], r[c, 0, 0], r[c, 0, 1], r[c, 0, 2])
    return s[b, at] + x - s[a, at] - u, s[b, at + 1] + y - s[a, at + 1] - v, s[b, at + 2] + z - s[a, at + 2] - w


@njit(cache=True, nogil=True, error_model="numpy")
def _solve_contacts(state, light, body, e, r, gaps, mass, surface, impulse, span, h, push, soft):  # type: ignore[no-untyped-def]
    """One pass over the contact rows from the first of ``span`` on; those from its second on, the ground's, are hard.

    Arrays as in ``rows.Contacts``. A spring is as stiff as the body's own mass asks for: under a heap of a thousand
    times its weight a light piece would lie decimetres deep.
    """
    first, floor = span
    rate, mass_scale, impulse_scale = soft
    for c in range(first, len(gaps)):
        a, b = body[c, 0], body[c, 1]
        nx, ny, nz = e[c, 0, 0], e[c, 0, 1], e[c, 0, 2]
        x, y, z = relative(state, 6, a, b, r, c)
        gap = gaps[c] + x * nx + y * ny + z * nz
        bias, scale, keep = 0.0, 1.0, 0.0
        if gap > 0.0:
            bias = gap / h
        elif push and gap < -SLOP_M:
            bias = max(rate * (gap + SLOP_M), -_PUSH_M_PER_S)
            if c < floor:
                scale, keep = mass_scale, impulse_scale
        x, y, z = relative(state, 0, a, b, r, c)
        old = impulse[c, 0]
        new = old - mass[c, 0] * scale * (x * nx + y * ny + z * nz + bias) - keep * old
        new = min(max(new, 0.0), surface[c, 2] * h)
        if new == 0.0 and old == 0.0:
            continue  # apart: without pressure there is no friction either
        impulse[c, 0] = new
        p = new - old
        ax, ay, az, bx, by, bz = r[c, 0, 0], r[c, 0, 1], r[c, 0, 2], r[c, 1, 0], r[c, 1, 1], r[c, 1, 2]
        _apply(state, light, a, ax, ay, az, -p * nx, -p * ny, -p * nz)
        _apply(state, light, b, bx, by, bz, p * nx, p * ny, p * nz)
        x, y, z = relative(state, 0, a, b, r, c)
        old_t, old_u = impulse[c, 1], impulse[c, 2]
        new_t = old_t - mass[c, 1] * (x * e[c, 1, 0] + y * e[c, 1, 1] + z * e[c, 1, 2])
        new_u = old_u - mass[c, 2] * (x * e[c, 2, 0] + y * e[c, 2, 1] + z * e[c, 2, 2])
        most, size = surface[c, 0] * new, np.sqrt(new_t * new_t + new_u * new_u)
        if size > most:
            new_t, new_u = new_t * most / size, new_u * most / size
        impulse[c, 1], impulse[c, 2] = new_t, new_u
        p, q = new_t - old_t, new_u - old_u
        x = p * e[c, 1, 0] + q * e[c, 2, 0]
        y = p * e[c, 1, 1] + q * e[c, 2, 1]
        z = p * e[c, 1, 2] + q * e[c, 2, 2]
        _apply(state, light, a, ax, ay, az, -x, -y, -z)
        _apply(state, light, b, bx, by, bz, x, y, z)


@njit(cache=True, nogil=True, error_model="numpy")
def _held(mass, impulse, limit, k, first, x, y, z):  # type: ignore[no-untyped-def]
    """Take the speed ``x, y, z`` off tie ``k`` as far as its steel goes; returns the change of impulse."""
    px = impulse[k, first] - (mass[k, 0, 0] * x + mass[k, 0, 1] * y + mass[k, 0, 2] * z)
    py = impulse[k, first + 1] - (mass[k, 1, 0] * x + mass[k, 1, 1] * y + mass[k, 1, 2] * z)
    pz = impulse[k, first + 2] - (mass[k, 2, 0] * x + mass[k, 2, 1] * y + mass[k, 2, 2] * z)
    size = np.sqrt(px * px + py * py + pz * pz)
    if size > limit:
        px, py, pz = px * limit / size, py * limit / size, pz * limit / size
    ox, oy, oz = impulse[k, first], impulse[k, first + 1], impulse[k, first + 2]
    impulse[k, first], impulse[k, first + 1], impulse[k, first + 2] = px, py, pz
    return px - ox, py - oy, pz - oz


@njit(cache=True, nogil=True, error_model="numpy")
def _solve_ties(state, light, body, r, hold, bend, limit, impulse, h):  # type: ignore[no-untyped-def]
    """One pass over the ties; arrays as in ``rows.Ties``."""
    s = state
    for k in range(len(limit)):
        a, b = body[k, 0], body[k, 1]
        if a == b:
            continue
        x, y, z = s[b, 3] - s[a, 3], s[b, 4] - s[a, 4], s[b, 5] - s[a, 5]
        x, y, z = _held(bend, impulse, limit[k, 1] * h, k, 3, x, y, z)
        _twist(state, light, a, -x, -y, -z)
        _twist(state, light, b, x, y, z)
        x, y, z = relative(state, 0, a, b, r, k)
        x, y, z = _held(hold, impulse, limit[k, 0] * h, k, 0, x, y, z)
        _apply(state, light, a, r[k, 0, 0], r[k, 0, 1], r[k, 0, 2], -x, -y, -z)
        _apply(state, light, b, r[k, 1, 0], r[k, 1, 1], r[k, 1, 2], x, y, z)


@njit(cache=True, nogil=True, error_model="numpy")
def _start(state, light, rows, ties):  # type: ignore[no-untyped-def]
    e, r, p = rows.axes, rows.arm, rows.impulse
    for c in range(len(rows.gap)):
        if p[c, 0] == 0.0:
            continue
        x = p[c, 0] * e[c, 0, 0] + p[c, 1] * e[c, 1, 0] + p[c, 2] * e[c, 2, 0]
        y = p[c, 0] * e[c, 0, 1] + p[c, 1] * e[c, 1, 1] + p[c, 2] * e[c, 2, 1]
        z = p[c, 0] * e[c, 0, 2] + p[c, 1] * e[c, 1, 2] + p[c, 2] * e[c, 2, 2]
        _apply(state, light, rows.body[c, 0], r[c, 0, 0], r[c, 0, 1], r[c, 0, 2], -x, -y, -z)
        _apply(state, light, rows.body[c, 1], r[c, 1, 0], r[c, 1, 1], r[c, 1, 2], x, y, z)
    r, p = ties.arm, ties.impulse
    for k in range(len(ties.bond)):
        a, b = ties.body[k, 0], ties.body[k, 1]
        _apply(state, light, a, r[k, 0, 0], r[k, 0, 1], r[k, 0, 2], -p[k, 0], -p[k, 1], -p[k, 2])
        _apply(state, light, b, r[k, 1, 0], r[k, 1, 1], r[k, 1, 2], p[k, 0], p[k, 1], p[k, 2])
        _twist(state, light, a, -p[k, 3], -p[k, 4], -p[k, 5])
        _twist(state, light, b, p[k, 3], p[k, 4], p[k, 5])


@njit(cache=True, nogil=True, error_model="numpy")
def _bounce(state, light, rows):  # type: ignore[no-untyped-def]
    e, r = rows.axes, rows.arm
    for c in range(len(rows.gap)):
        if rows.approach[c] > -_BOUNCE_M_PER_S or rows.total[c, 0] <= 0.0 or rows.surface[c, 1] <= 0.0:
            continue
        a, b = rows.body[c, 0], rows.body[c, 1]
        x, y, z = relative(state, 0, a, b, r, c)
        p = x * e[c, 0, 0] + y * e[c, 0, 1] + z * e[c, 0, 2] + rows.surface[c, 1] * rows.approach[c]
        p = max(-rows.mass[c, 0] * p, -rows.impulse[c, 0])
        rows.impulse[c, 0] += p
        rows.total[c, 0] += p
        x, y, z = p * e[c, 0, 0], p * e[c, 0, 1], p * e[c, 0, 2]
        _apply(state, light, a, r[c, 0, 0], r[c, 0, 1], r[c, 0, 2], -x, -y, -z)
        _apply(state, light, b, r[c, 1, 0], r[c, 1, 1], r[c, 1, 2], x, y, z)


@njit(cache=True, nogil=True, error_model="numpy")
def _turn(q, b, h, wx, wy, wz):  # type: ignore[no-untyped-def]
    q0, q1, q2, q3 = q[b, 0], q[b, 1], q[b, 2], q[b, 3]
    size = np.sqrt(wx * wx + wy * wy + wz * wz)
    half = 0.5 * size * h
    s = 0.5 * h if half < 1e-9 else np.sin(half) / size
    c = np.cos(half)
    x, y, z = s * wx, s * wy, s * wz
    n0 = c * q0 - x * q1 - y * q2 - z * q3
    n1 = c * q1 + x * q0 + y * q3 - z * q2
    n2 = c * q2 + y * q0 + z * q1 - x * q3
    n3 = c * q3 + z * q0 + x * q2 - y * q1
    size = np.sqrt(n0 * n0 + n1 * n1 + n2 * n2 + n3 * n3)
    q[b, 0], q[b, 1], q[b, 2], q[b, 3] = n0 / size, n1 / size, n2 / size, n3 / size


@njit(cache=True, nogil=True, error_model="numpy")
def _rotate(q, b, way, vx, vy, vz):  # type: ignore[no-untyped-def]
    """A vector turned by the quaternion ``q[b]``, or back for ``way`` -1."""
    w, x, y, z = q[b, 0], way * q[b, 1], way * q[b, 2], way * q[b, 3]
    tx, ty, tz = _cross(x, y, z, 2.0 * vx, 2.0 * vy, 2.0 * vz)
    cx, cy, cz = _cross(x, y, z, tx, ty, tz)
    return vx + w * tx + cx, vy + w * ty + cy, vz + w * tz + cz


@njit(cache=True, nogil=True, error_model="numpy")
def _keep_momentum(bodies, b, before, sx, sy, sz):  # type: ignore[no-untyped-def]
    """Torque-free motion keeps angular momentum, not spin; never at a gain of energy. ``before`` (M, 4): rotation."""
    i = bodies.inertia
    x, y, z = _rotate(before, b, -1.0, sx, sy, sz)
    x, y, z = (
        i[b, 0, 0] * x + i[b, 0, 1] * y + i[b, 0, 2] * z,
        i[b, 1, 0] * x + i[b, 1, 1] * y + i[b, 1, 2] * z,
        i[b, 2, 0] * x + i[b, 2, 1] * y + i[b, 2, 2] * z,
    )
    lx, ly, lz = _rotate(before, b, 1.0, x, y, z)
    energy = lx * sx + ly * sy + lz * sz
    x, y, z = _rotate(bodies.rotation, b, -1.0, lx, ly, lz)
    c00 = i[b, 1, 1] * i[b, 2, 2] - i[b, 1, 2] * i[b, 1, 2]
    c01 = i[b, 0, 2] * i[b, 1, 2] - i[b, 0, 1] * i[b, 2, 2]
    c02 = i[b, 0, 1] * i[b, 1, 2] - i[b, 0, 2] * i[b, 1, 1]
    c11 = i[b, 0, 0] * i[b, 2, 2] - i[b, 0, 2] * i[b, 0, 2]
    c12 = i[b, 0, 1] * i[b, 0, 2] - i[b, 0, 0] * i[b, 1, 2]
    c22 = i[b, 0, 0] * i[b, 1, 1] - i[b, 0, 1] * i[b, 0, 1]
    det = i[b, 0, 0] * c00 + i[b, 0, 1] * c01 + i[b, 0, 2] * c02
    x, y, z = (
        (c00 * x + c01 * y + c02 * z) / det,
        (c01 * x + c11 * y + c12 * z) / det,
        (c02 * x + c12 * y + c22 * z) / det,
    )
    x, y, z = _rotate(bodies.rotation, b, 1.0, x, y, z)
    after = lx * x + ly * y + lz * z
    scale = np.sqrt(energy / after) if after > energy and after > 0.0 else 1.0
    bodies.spin[b, 0], bodies.spin[b, 1], bodies.spin[b, 2] = x * scale, y * scale, z * scale


@njit(cache=True, nogil=True, error_model="numpy")
def packed(bodies):  # type: ignore[no-untyped-def]
    """State (M, 12): velocity, spin, way and turn since the step began; light (M, 7): inverse mass and inertia."""
    slots = len(bodies.mass)
    state, light = np.zeros((slots, 12)), np.zeros((slots, 7))
    a = bodies.inverse_inertia
    for b in range(slots):
        if bodies.moving[b]:
            for k in range(3):
                state[b, k], state[b, 3 + k] = bodies.velocity[b, k], bodies.spin[b, k]
            light[b, 0] = bodies.inverse_mass[b]
            light[b, 1], light[b, 2], light[b, 3] = a[b, 0, 0], a[b, 0, 1], a[b, 0, 2]
            light[b, 4], light[b, 5], light[b, 6] = a[b, 1, 1], a[b, 1, 2], a[b, 2, 2]
    return state, light


@njit(cache=True, nogil=True, error_model="numpy")
def _push(bodies, state, light, h, gravity, force, moment):  # type: ignore[no-untyped-def]
    for b in range(len(light)):
        m = light[b, 0]
        if m > 0.0:
            x = state[b, 0] + h * (gravity[0] + m * force[b, 0])
            y = state[b, 1] + h * (gravity[1] + m * force[b, 1])
            z = state[b, 2] + h * (gravity[2] + m * force[b, 2])
            slow = 1.0 + h * bodies.drag[b] * np.sqrt(x * x + y * y + z * z)
            state[b, 0], state[b, 1], state[b, 2] = x / slow, y / slow, z / slow
            _twist(state, light, b, h * moment[b, 0], h * moment[b, 1], h * moment[b, 2])


@njit(cache=True, nogil=True, error_model="numpy")
def advance(bodies, rows, ties, physics, force, moment):  # type: ignore[no-untyped-def]
    """One step of all moving bodies. ``force``, ``moment``: (M, 3) pushes, N and N m; rows and ties get totals."""
    h = physics.step_s / physics.substeps
    state, light = packed(bodies)
    before = bodies.rotation.copy()
    hertz, damping = min(40.0, 0.25 / h), 10.0
    omega = 2.0 * np.pi * hertz
    a1 = 2.0 * damping + h * omega
    a2 = h * omega * a1
    soft = (omega / a1, a2 / (1.0 + a2), 1.0 / (1.0 + a2))
    body, e, r, gap, mass, surface = rows.body, rows.axes, rows.arm, rows.gap, rows.mass, rows.surface
    floor = len(gap)
    while floor > 0 and rows.solid[floor - 1, 0] < 0:
        floor -= 1
    steel = ties.body, ties.arm, ties.hold, ties.bend, ties.limit, ties.impulse
    for _sub in range(physics.substeps):
        _push(bodies, state, light, h, physics.gravity, force, moment)
        _start(state, light, rows, ties)
        for _pass in range(physics.passes):
            _solve_ties(state, light, *steel, h)
            _solve_contacts(state, light, body, e, r, gap, mass, surface, rows.impulse, (0, floor), h, True, soft)
        for _pass in range(_GROUND_PASSES):
            _solve_contacts(state, light, body, e, r, gap, mass, surface, rows.impulse, (floor, floor), h, True, soft)
        for b in range(len(light)):
            if light[b, 0] > 0.0:
                for k in range(3):
                    step = h * state[b, k]
                    bodies.position[b, k] += step
                    state[b, 6 + k] += step
                    state[b, 9 + k] += h * state[b, 3 + k]
                _turn(bodies.rotation, b, h, state[b, 3], state[b, 4], state[b, 5])
        _solve_ties(state, light, *steel, h)
        _solve_contacts(state, light, body, e, r, gap, mass, surface, rows.impulse, (0, floor), h, False, soft)
        for _pass in range(_GROUND_PASSES):
            _solve_contacts(state, light, body, e, r, gap, mass, surface, rows.impulse, (floor, floor), h, False, soft)
        rows.total[:] += rows.impulse
        ties.total[:] += ties.impulse
    _bounce(state, light, rows)
    for b in range(len(light)):
        if light[b, 0] > 0.0:
            for k in range(3):
                bodies.velocity[b, k] = state[b, k]
            _keep_momentum(bodies, b, before, state[b, 3], state[b, 4], state[b, 5])
