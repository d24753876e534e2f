"""How rubble comes to rest: rolling and rocking die away, what is slow on something sleeps, what is moved wakes."""

from __future__ import annotations

import numpy as np
from numba import njit

from secondunit.effects.collapse.motion.solver import SLOP_M, packed, relative

_SETTLING_M_PER_S = 0.35  # below this, what lies on something loses speed: crushing of its edges
_ROLLING = 0.1  # rolling resistance over radius, of angular grains: Ai, Chen, Rotter and Ooi 2011, model A; 0.1 to 0.3
_SLOW_M_PER_S, _QUIET_S, _WAKE_M_PER_S = 0.08, 0.35, 0.25  # when rubble sleeps and what wakes it
_LEAVING_M_PER_S = 0.05  # a support that goes at this pace wakes what sleeps on it


@njit(cache=True, nogil=True, error_model="numpy")
def _borne(slots, rows, ties):  # type: ignore[no-untyped-def]
    """Impulse upwards that each body got in this step from what it lies on and hangs from, (M,) N s."""
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
    return borne


@njit(cache=True, nogil=True, error_model="numpy")
def _slow_roll(bodies, b, moment):  # type: ignore[no-untyped-def]
    """Take a turning impulse ``moment`` N m s off the spin, at most all of it; returns how much spin that took."""
    w, a = bodies.spin, bodies.inverse_inertia
    size = np.sqrt(w[b, 0] ** 2 + w[b, 1] ** 2 + w[b, 2] ** 2)
    if size == 0.0:
        return 0.0
    light = 0.0
    for i in range(3):
        for k in range(3):
            light += w[b, i] * a[b, i, k] * w[b, k] / (size * size)
    taken = min(size, light * moment)
    for k in range(3):
        w[b, k] *= 1.0 - taken / size
    return taken


@njit(cache=True, nogil=True, error_model="numpy")
def _wake(bodies, b):  # type: ignore[no-untyped-def]
    if bodies.free[b] and not bodies.moving[b]:
        bodies.moving[b] = True
        bodies.quiet_s[b] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _wake_moved(bodies, rows, ties):  # type: ignore[no-untyped-def]
    """Wake what is struck or pulled, and what lies on something that goes."""
    state = packed(bodies)[0]
    for c in range(len(rows.gap) + len(ties.bond)):
        if c < len(rows.gap):
            a, b = rows.body[c, 0], rows.body[c, 1]
            x, y, z = relative(state, 0, a, b, rows.arm, c)
            close = rows.total[c, 0] > 0.0 or rows.gap[c] < 0.02
            up, e = rows.axes[c, 0, 1], rows.axes
            if abs(up) > 0.3 and rows.gap[c] > SLOP_M:
                leaving = x * e[c, 0, 0] + y * e[c, 0, 1] + z * e[c, 0, 2]
                if leaving > _LEAVING_M_PER_S:
                    _wake(bodies, b if up > 0.0 else a)
        else:
            k = c - len(rows.gap)
            a, b = ties.body[k, 0], ties.body[k, 1]
            x, y, z = relative(state, 0, a, b, ties.arm, k)
            close = True
        if close and np.sqrt(x * x + y * y + z * z) > _WAKE_M_PER_S:
            for side in (a, b):
                _wake(bodies, side)


@njit(cache=True, nogil=True, error_model="numpy")
def settle(bodies, rows, ties, physics, reach):  # type: ignore[no-untyped-def]
    """Slow rubble that lies on something loses speed and then sleeps; what is hit, or loses its support, wakes.

    ``reach`` (M,): radius of each body, m.
    """
    slots = len(bodies.mass)
    borne = _borne(slots, rows, ties)
    weight = max(1e-9, -physics.gravity[1] * physics.step_s)
    for b in range(slots):
        if not bodies.moving[b]:
            continue
        v, w = bodies.velocity, bodies.spin
        speed = np.sqrt(v[b, 0] ** 2 + v[b, 1] ** 2 + v[b, 2] ** 2)
        speed += reach[b] * np.sqrt(w[b, 0] ** 2 + w[b, 1] ** 2 + w[b, 2] ** 2)
        resting = borne[b] > 0.5 * weight * bodies.mass[b]
        if resting:
            speed -= reach[b] * _slow_roll(bodies, b, _ROLLING * reach[b] * borne[b])
        if resting and speed < _SETTLING_M_PER_S:
            share = 1.0 - speed / _SETTLING_M_PER_S
            scale = 1.0 / (1.0 + physics.settle_per_s * physics.step_s * share)
            for k in range(3):
                v[b, k] *= scale
                w[b, k] *= scale
        if speed >= _SLOW_M_PER_S:
            bodies.quiet_s[b] = 0.0
        elif resting:  # what the steps' chance leaves unborne for a moment stays as quiet as it was
            bodies.quiet_s[b] += physics.step_s
    _wake_moved(bodies, rows, ties)
    for b in range(slots):
        if bodies.moving[b] and bodies.quiet_s[b] > _QUIET_S:
            bodies.moving[b] = False
            bodies.velocity[b] = 0.0
            bodies.spin[b] = 0.0
