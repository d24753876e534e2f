"""Contact, friction and steel: sequential impulses with small steps and soft pushing apart.

After E. Catto, "Iterative dynamics with temporal coherence" (GDC 2005) and "Solver2D" (2024): what touches is found
once a step; then each of a few substeps integrates, solves with a spring-like push at contacts that overlap, and
solves once more without it, so that pushing apart leaves no speed behind.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from secondunit.effects.collapse.motion.bodies import inverse3, matrix, times

_SLOP_M = 0.004  # overlap that is left alone, so that what rests keeps touching
_PUSH_M_PER_S = 1.0  # fastest pushing apart of what overlaps
_BOUNCE_M_PER_S = 1.0  # slower impacts do not bounce
_SETTLING_M_PER_S = 0.35  # below this, what lies on something loses speed: crushing of its edges
_SLOW_M_PER_S, _QUIET_S, _WAKE_M_PER_S = 0.08, 0.35, 0.25  # when rubble sleeps and what wakes it


class Physics(NamedTuple):
    """How a step is taken: its length, substeps, passes in each, gravity (3,) in m/s2, settling in 1/s."""

    step_s: float
    substeps: int
    passes: int
    gravity: tuple[float, float, float]
    settle_per_s: float


@njit(cache=True, nogil=True)
def _apply(bodies, b, sign, r, px, py, pz):  # type: ignore[no-untyped-def]
    if not bodies.moving[b]:
        return
    m = sign * bodies.inverse_mass[b]
    bodies.velocity[b, 0] += m * px
    bodies.velocity[b, 1] += m * py
    bodies.velocity[b, 2] += m * pz
    tx, ty, tz = (
        sign * (r[1] * pz - r[2] * py),
        sign * (r[2] * px - r[0] * pz),
        sign * (r[0] * py - r[1] * px),
    )
    a = bodies.inverse_inertia[b]
    bodies.spin[b, 0] += a[0, 0] * tx + a[0, 1] * ty + a[0, 2] * tz
    bodies.spin[b, 1] += a[1, 0] * tx + a[1, 1] * ty + a[1, 2] * tz
    bodies.spin[b, 2] += a[2, 0] * tx + a[2, 1] * ty + a[2, 2] * tz


@njit(cache=True, nogil=True)
def _relative(v, w, a, b, ra, rb):  # type: ignore[no-untyped-def]
    x = v[b, 0] + w[b, 1] * rb[2] - w[b, 2] * rb[1] - v[a, 0] - w[a, 1] * ra[2] + w[a, 2] * ra[1]
    y = v[b, 1] + w[b, 2] * rb[0] - w[b, 0] * rb[2] - v[a, 1] - w[a, 2] * ra[0] + w[a, 0] * ra[2]
    z = v[b, 2] + w[b, 0] * rb[1] - w[b, 1] * rb[0] - v[a, 2] - w[a, 0] * ra[1] + w[a, 1] * ra[0]
    return x, y, z


@njit(cache=True, nogil=True)
def _solve_contacts(bodies, rows, moved, turned, h, push, soft):  # type: ignore[no-untyped-def]
    rate, mass_scale, impulse_scale = soft
    v, w = bodies.velocity, bodies.spin
    for c in range(len(rows.gap)):
        a, b = rows.body[c, 0], rows.body[c, 1]
        ra, rb = rows.arm[c, 0], rows.arm[c, 1]
        n, t, u = rows.axes[c, 0], rows.axes[c, 1], rows.axes[c, 2]
        dx, dy, dz = _relative(moved, turned, a, b, ra, rb)
        gap = rows.gap[c] + dx * n[0] + dy * n[1] + dz * n[2]
        bias, scale, keep = 0.0, 1.0, 0.0
        if gap > 0.0:
            bias = gap / h
        elif push and gap < -_SLOP_M:
            bias = max(rate * (gap + _SLOP_M), -_PUSH_M_PER_S)
            scale, keep = mass_scale, impulse_scale
        x, y, z = _relative(v, w, a, b, ra, rb)
        old = rows.impulse[c, 0]
        new = old - rows.mass[c, 0] * scale * (x * n[0] + y * n[1] + z * n[2] + bias) - keep * old
        new = min(max(new, 0.0), rows.surface[c, 2] * h)
        rows.impulse[c, 0] = new
        p = new - old
        _apply(bodies, a, -1.0, ra, p * n[0], p * n[1], p * n[2])
        _apply(bodies, b, 1.0, rb, p * n[0], p * n[1], p * n[2])
        x, y, z = _relative(v, w, a, b, ra, rb)
        old_t, old_u = rows.impulse[c, 1], rows.impulse[c, 2]
        new_t = old_t - rows.mass[c, 1] * (x * t[0] + y * t[1] + z * t[2])
        new_u = old_u - rows.mass[c, 2] * (x * u[0] + y * u[1] + z * u[2])
        most, size = rows.surface[c, 0] * new, np.sqrt(new_t * new_t + new_u * new_u)
        if size > most:
            new_t, new_u = new_t * most / size, new_u * most / size
        rows.impulse[c, 1], rows.impulse[c, 2] = new_t, new_u
        p, q = new_t - old_t, new_u - old_u
        px, py, pz = p * t[0] + q * u[0], p * t[1] + q * u[1], p * t[2] + q * u[2]
        _apply(bodies, a, -1.0, ra, px, py, pz)
        _apply(bodies, b, 1.0, rb, px, py, pz)


@njit(cache=True, nogil=True)
def _solve_ties(bodies, ties, h):  # type: ignore[no-untyped-def]
    v, w = bodies.velocity, bodies.spin
    for k in range(len(ties.bond)):
        a, b = ties.body[k, 0], ties.body[k, 1]
        if a == b:
            continue
        turn = times(ties.bend[k], w[b] - w[a])
        new = ties.impulse[k, 3:] - turn
        size, most = np.sqrt(np.sum(new * new)), ties.limit[k, 1] * h
        if size > most:
            new *= most / size
        turn = new - ties.impulse[k, 3:]
        ties.impulse[k, 3:] = new
        if bodies.moving[a]:
            w[a] -= times(bodies.inverse_inertia[a], turn)
        if bodies.moving[b]:
            w[b] += times(bodies.inverse_inertia[b], turn)
        ra, rb = ties.arm[k, 0], ties.arm[k, 1]
        x, y, z = _relative(v, w, a, b, ra, rb)
        pull = times(ties.hold[k], np.array([x, y, z]))
        new = ties.impulse[k, :3] - pull
        size, most = np.sqrt(np.sum(new * new)), ties.limit[k, 0] * h
        if size > most:
            new *= most / size
        pull = new - ties.impulse[k, :3]
        ties.impulse[k, :3] = new
        _apply(bodies, a, -1.0, ra, pull[0], pull[1], pull[2])
        _apply(bodies, b, 1.0, rb, pull[0], pull[1], pull[2])


@njit(cache=True, nogil=True)
def _start(bodies, rows, ties):  # type: ignore[no-untyped-def]
    for c in range(len(rows.gap)):
        p = rows.impulse[c]
        n, t, u = rows.axes[c, 0], rows.axes[c, 1], rows.axes[c, 2]
        px = p[0] * n[0] + p[1] * t[0] + p[2] * u[0]
        py = p[0] * n[1] + p[1] * t[1] + p[2] * u[1]
        pz = p[0] * n[2] + p[1] * t[2] + p[2] * u[2]
        _apply(bodies, rows.body[c, 0], -1.0, rows.arm[c, 0], px, py, pz)
        _apply(bodies, rows.body[c, 1], 1.0, rows.arm[c, 1], px, py, pz)
    for k in range(len(ties.bond)):
        a, b = ties.body[k, 0], ties.body[k, 1]
        p = ties.impulse[k]
        _apply(bodies, a, -1.0, ties.arm[k, 0], p[0], p[1], p[2])
        _apply(bodies, b, 1.0, ties.arm[k, 1], p[0], p[1], p[2])
        if bodies.moving[a]:
            bodies.spin[a] -= times(bodies.inverse_inertia[a], p[3:])
        if bodies.moving[b]:
            bodies.spin[b] += times(bodies.inverse_inertia[b], p[3:])


@njit(cache=True, nogil=True)
def _bounce(bodies, rows):  # type: ignore[no-untyped-def]
    for c in range(len(rows.gap)):
        if rows.approach[c] > -_BOUNCE_M_PER_S or rows.total[c, 0] <= 0.0 or rows.surface[c, 1] <= 0.0:
            continue
        a, b, n = rows.body[c, 0], rows.body[c, 1], rows.axes[c, 0]
        x, y, z = _relative(bodies.velocity, bodies.spin, a, b, rows.arm[c, 0], rows.arm[c, 1])
        p = -rows.mass[c, 0] * (x * n[0] + y * n[1] + z * n[2] + rows.surface[c, 1] * rows.approach[c])
        p = max(p, -rows.impulse[c, 0])
        rows.impulse[c, 0] += p
        rows.total[c, 0] += p
        _apply(bodies, a, -1.0, rows.arm[c, 0], p * n[0], p * n[1], p * n[2])
        _apply(bodies, b, 1.0, rows.arm[c, 1], p * n[0], p * n[1], p * n[2])


@njit(cache=True, nogil=True)
def _turn(bodies, b, h):  # type: ignore[no-untyped-def]
    q, w = bodies.rotation[b], bodies.spin[b]
    size = np.sqrt(np.sum(w * w))
    half = 0.5 * size * h
    s = 0.5 * h if half < 1e-9 else np.sin(half) / size
    c = np.cos(half)
    x, y, z = s * w[0], s * w[1], s * w[2]
    n = np.array(
        [
            c * q[0] - x * q[1] - y * q[2] - z * q[3],
            c * q[1] + x * q[0] + y * q[3] - z * q[2],
            c * q[2] + y * q[0] + z * q[1] - x * q[3],
            c * q[3] + z * q[0] + x * q[2] - y * q[1],
        ]
    )
    bodies.rotation[b] = n / np.sqrt(np.sum(n * n))


@njit(cache=True, nogil=True)
def _keep_momentum(bodies, b, before):  # type: ignore[no-untyped-def]
    """Torque-free motion keeps angular momentum, not spin; never at a gain of energy."""
    r, old = matrix(bodies.rotation[b]), matrix(before)
    spin = bodies.spin[b].copy()
    local = times(bodies.inertia[b], times(old.T, spin))
    momentum = times(old, local)
    energy = np.sum(momentum * spin)
    new = times(r, times(inverse3(bodies.inertia[b]), times(r.T, momentum)))
    after = np.sum(momentum * new)
    if after > energy and after > 0.0:
        new *= np.sqrt(energy / after)
    bodies.spin[b] = new


@njit(cache=True, nogil=True)
def advance(bodies, rows, ties, physics, force, moment):  # type: ignore[no-untyped-def]
    """One step of all moving bodies. ``force``, ``moment``: (M, 3) pushes, N and N m; rows and ties get totals."""
    h = physics.step_s / physics.substeps
    slots = len(bodies.mass)
    moved, turned = np.zeros((slots, 3)), np.zeros((slots, 3))
    before = bodies.rotation.copy()
    gx, gy, gz = physics.gravity
    hertz, damping = min(40.0, 0.25 / h), 10.0
    omega = 2.0 * np.pi * hertz
    a1 = 2.0 * damping + h * omega
    a2 = h * omega * a1
    soft = (omega / a1, a2 / (1.0 + a2), 1.0 / (1.0 + a2))
    for _sub in range(physics.substeps):
        for b in range(slots):
            if bodies.moving[b]:
                v = bodies.velocity[b]
                v[0] += h * (gx + bodies.inverse_mass[b] * force[b, 0])
                v[1] += h * (gy + bodies.inverse_mass[b] * force[b, 1])
                v[2] += h * (gz + bodies.inverse_mass[b] * force[b, 2])
                v /= 1.0 + h * bodies.drag[b] * np.sqrt(np.sum(v * v))
                bodies.spin[b] += h * times(bodies.inverse_inertia[b], moment[b])
        _start(bodies, rows, ties)
        for _pass in range(physics.passes):
            _solve_ties(bodies, ties, h)
            _solve_contacts(bodies, rows, moved, turned, h, True, soft)
        for b in range(slots):
            if bodies.moving[b]:
                for k in range(3):
                    step = h * bodies.velocity[b, k]
                    bodies.position[b, k] += step
                    moved[b, k] += step
                    turned[b, k] += h * bodies.spin[b, k]
                _turn(bodies, b, h)
        _solve_ties(bodies, ties, h)
        _solve_contacts(bodies, rows, moved, turned, h, False, soft)
        rows.total[:] += rows.impulse
        ties.total[:] += ties.impulse
    _bounce(bodies, rows)
    for b in range(slots):
        if bodies.moving[b]:
            _keep_momentum(bodies, b, before[b])


@njit(cache=True, nogil=True)
def settle(bodies, rows, ties, physics, reach):  # type: ignore[no-untyped-def]
    """Slow rubble that lies on something loses speed and then sleeps; what is hit, or loses its support, wakes.

    ``reach`` (M,): radius of each body, m.
    """
    slots = len(bodies.mass)
    borne = np.zeros(slots)
    for c in range(len(rows.gap)):
        lift = 0.0
        for k in range(3):
            lift += rows.axes[c, k, 1] * rows.total[c, k]
        borne[rows.body[c, 0]] -= lift
        borne[rows.body[c, 1]] += lift
    for k in range(len(ties.bond)):
        borne[ties.body[k, 0]] -= ties.total[k, 1]
        borne[ties.body[k, 1]] += ties.total[k, 1]
    weight = max(1e-9, -physics.gravity[1] * physics.step_s)
    for b in range(slots):
        if not bodies.moving[b]:
            continue
        v, w = bodies.velocity[b], bodies.spin[b]
        speed = np.sqrt(np.sum(v * v)) + reach[b] * np.sqrt(np.sum(w * w))
        resting = borne[b] > 0.5 * weight * bodies.mass[b]
        if resting and speed < _SETTLING_M_PER_S:
            share = 1.0 - speed / _SETTLING_M_PER_S
            scale = 1.0 / (1.0 + physics.settle_per_s * physics.step_s * share)
            v *= scale
            w *= scale
        if resting and speed < _SLOW_M_PER_S:
            bodies.quiet_s[b] += physics.step_s
        else:
            bodies.quiet_s[b] = 0.0
    for c in range(len(rows.gap) + len(ties.bond)):
        if c < len(rows.gap):
            a, b = rows.body[c, 0], rows.body[c, 1]
            x, y, z = _relative(bodies.velocity, bodies.spin, a, b, rows.arm[c, 0], rows.arm[c, 1])
            close = rows.total[c, 0] > 0.0 or rows.gap[c] < 0.02
        else:
            k = c - len(rows.gap)
            a, b = ties.body[k, 0], ties.body[k, 1]
            x, y, z = _relative(bodies.velocity, bodies.spin, a, b, ties.arm[k, 0], ties.arm[k, 1])
            close = True
        if close and np.sqrt(x * x + y * y + z * z) > _WAKE_M_PER_S:
            for side in (a, b):
                if bodies.free[side] and not bodies.moving[side]:
                    bodies.moving[side] = True
                    bodies.quiet_s[side] = 0.0
    for b in range(slots):
        if bodies.moving[b] and bodies.quiet_s[b] > _QUIET_S:
            bodies.moving[b] = False
            bodies.velocity[b] = 0.0
            bodies.spin[b] = 0.0
