"""What the solver works on: contact points and steel ties, gathered once a step."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.effects.collapse.motion.bodies import inverse3, turned
from secondunit.effects.collapse.motion.contact import POINTS, Manifolds, keep_four
from secondunit.effects.collapse.motion.pairs import SKIN_M

Array = npt.NDArray[Any]


class Contacts(NamedTuple):
    """K contact points.

    Attributes:
        slot: (K, 2) manifold (ground manifolds after the pairs) and point in it.
        body: (K, 2); solid: (K, 2), the first is -1 for the ground.
        axes: (K, 3, 3) rows: normal from the first to the second, two tangents.
        arm: (K, 2, 3) from each body's centre of mass, m.
        gap: (K,) m at the start of the step.
        mass: (K, 3) effective mass along each axis, kg.
        surface: (K, 3) friction, restitution, and the force in N at which the weaker side crushes.
        approach: (K,) m/s at the start of the step, negative when closing.
        impulse: (K, 3) N s of one substep; total: (K, 3) of the whole step.
    """

    slot: Array
    body: Array
    solid: Array
    axes: Array
    arm: Array
    gap: Array
    mass: Array
    surface: Array
    approach: Array
    impulse: Array
    total: Array


class Ties(NamedTuple):
    """Steel that still holds after the bond around it broke: a ball joint with bounded force and bending.

    Attributes:
        bond: (J,) bonds.
        body: (J, 2); solid: (J, 2), the second is -1 for the ground.
        arm: (J, 2, 3) from each body's centre of mass, m.
        apart: (J, 3) from the first end to the second, m.
        hold: (J, 3, 3) effective mass; bend: (J, 3, 3) effective inertia.
        limit: (J, 2) N and N m.
        impulse: (J, 6) N s and N m s of one substep; total: (J, 6) of the whole step.
    """

    bond: Array
    body: Array
    solid: Array
    arm: Array
    apart: Array
    hold: Array
    bend: Array
    limit: Array
    impulse: Array
    total: Array


@njit(cache=True, nogil=True)
def ground(hulls, placed, bodies, old):  # type: ignore[no-untyped-def]
    """Manifolds (one a solid) with the plane y = 0."""
    solids = len(bodies.of_shard)
    axis, number = np.zeros((solids, 3)), np.zeros(solids, np.int32)
    point, gap = np.zeros((solids, POINTS, 3)), np.zeros((solids, POINTS))
    impulse = np.zeros((solids, POINTS, 3))
    low, depth = np.empty((512, 3)), np.empty(512)
    for i in range(solids):
        margin = SKIN_M + placed.reach[i]
        if not bodies.moving[bodies.of_shard[i]] or placed.low[i, 1] > margin:
            continue
        count = 0
        for c in range(hulls.corner_start[i], min(hulls.corner_start[i + 1], hulls.corner_start[i] + 512)):
            if placed.corner[c, 1] <= margin:
                low[count] = placed.corner[c]
                depth[count] = placed.corner[c, 1]
                count += 1
        number[i] = keep_four(low, depth, count, 0.0, 1.0, 0.0, point[i], gap[i])
        axis[i, 1] = 1.0
        if i < len(old.pair):
            for k in range(number[i]):
                for m in range(old.number[i]):
                    d = 0.0
                    for c in range(3):
                        d += (point[i, k, c] - old.point[i, m, c]) ** 2
                    if d < 0.05**2:
                        impulse[i, k] = old.impulse[i, m]
                        break
    return Manifolds(np.arange(solids), axis, number, point, gap, impulse)


@njit(cache=True, nogil=True)
def _along(inverse_mass, inverse_inertia, rx, ry, rz, n):  # type: ignore[no-untyped-def]
    cx, cy, cz = ry * n[2] - rz * n[1], rz * n[0] - rx * n[2], rx * n[1] - ry * n[0]
    a = inverse_inertia
    tx = a[0, 0] * cx + a[0, 1] * cy + a[0, 2] * cz
    ty = a[1, 0] * cx + a[1, 1] * cy + a[1, 2] * cz
    tz = a[2, 0] * cx + a[2, 1] * cy + a[2, 2] * cz
    return inverse_mass + cx * tx + cy * ty + cz * tz


@njit(cache=True, nogil=True)
def _tangents(n):  # type: ignore[no-untyped-def]
    """Two unit vectors across the unit vector ``n`` (3,)."""
    if abs(n[1]) < 0.9:
        size = 1.0 / np.sqrt(n[0] * n[0] + n[2] * n[2])
        t = np.array([n[2] * size, 0.0, -n[0] * size])
    else:
        size = 1.0 / np.sqrt(n[1] * n[1] + n[2] * n[2])
        t = np.array([0.0, -n[2] * size, n[1] * size])
    u = np.array([n[1] * t[2] - n[2] * t[1], n[2] * t[0] - n[0] * t[2], n[0] * t[1] - n[1] * t[0]])
    return t, u


@njit(cache=True, nogil=True)
def gather(bodies, touching, floor, friction, restitution, crush):  # type: ignore[no-untyped-def]
    """Contact points of all manifolds as rows. ``friction``, ``restitution``, ``crush``: (S + 1,), ground last."""
    solids = len(bodies.of_shard)
    rows = np.sum(touching.number) + np.sum(floor.number)
    slot, body = np.empty((rows, 2), np.int32), np.empty((rows, 2), np.int32)
    solid = np.empty((rows, 2), np.int32)
    axes, arm, gap = np.empty((rows, 3, 3)), np.empty((rows, 2, 3)), np.empty(rows)
    mass, surface, approach = np.empty((rows, 3)), np.empty((rows, 3)), np.empty(rows)
    impulse = np.empty((rows, 3))
    at = 0
    pairs = len(touching.pair)
    for p in range(pairs + solids):
        on_floor = p >= pairs
        source = floor if on_floor else touching
        m = p - pairs if on_floor else p
        if source.number[m] == 0:
            continue
        i, j = (solids, m) if on_floor else (source.pair[m] // solids, source.pair[m] % solids)
        a, b = (len(bodies.mass) - 1 if on_floor else bodies.of_shard[i]), bodies.of_shard[j]
        n = source.axis[m]
        t, u = _tangents(n)
        for k in range(source.number[m]):
            slot[at, 0], slot[at, 1] = p, k
            body[at, 0], body[at, 1] = a, b
            solid[at, 0], solid[at, 1] = (-1 if on_floor else i), j
            axes[at, 0], axes[at, 1], axes[at, 2] = n, t, u
            closing = 0.0
            for c in range(3):
                arm[at, 0, c] = source.point[m, k, c] - bodies.position[a, c]
                arm[at, 1, c] = source.point[m, k, c] - bodies.position[b, c]
            for side in range(2):
                s = body[at, side]
                sign = -1.0 if side == 0 else 1.0
                rx, ry, rz = arm[at, side, 0], arm[at, side, 1], arm[at, side, 2]
                w, v = bodies.spin[s], bodies.velocity[s]
                closing += sign * (
                    n[0] * (v[0] + w[1] * rz - w[2] * ry)
                    + n[1] * (v[1] + w[2] * rx - w[0] * rz)
                    + n[2] * (v[2] + w[0] * ry - w[1] * rx)
                )
            approach[at] = closing
            for c in range(3):
                total = 0.0
                for side in range(2):
                    s = body[at, side]
                    if bodies.moving[s]:
                        r = arm[at, side]
                        total += _along(
                            bodies.inverse_mass[s], bodies.inverse_inertia[s], r[0], r[1], r[2], axes[at, c]
                        )
                mass[at, c] = 1.0 / total if total > 0.0 else 0.0
            gap[at] = source.gap[m, k]
            surface[at, 0] = np.sqrt(friction[i] * friction[j])
            surface[at, 1] = max(restitution[i], restitution[j])
            surface[at, 2] = min(crush[i], crush[j])
            impulse[at] = source.impulse[m, k]
            at += 1
    return Contacts(slot, body, solid, axes, arm, gap, mass, surface, approach, impulse, np.zeros((rows, 3)))


@njit(cache=True, nogil=True)
def join(bodies, bond, ends, centre, limit, impulse):  # type: ignore[no-untyped-def]
    """Ties at the bonds ``bond`` (J,), with impulses (J, 6) to start from and ``limit`` (J, 2) in N and N m."""
    rows = len(bond)
    body, solid = np.empty((rows, 2), np.int32), np.empty((rows, 2), np.int32)
    arm, apart = np.empty((rows, 2, 3)), np.empty((rows, 3))
    hold, bend = np.zeros((rows, 3, 3)), np.zeros((rows, 3, 3))
    for t in range(rows):
        k = np.zeros((3, 3))
        q = np.zeros((3, 3))
        for side in range(2):
            s = ends[bond[t], side]
            b = bodies.of_shard[s] if s >= 0 else len(bodies.mass) - 1
            solid[t, side], body[t, side] = s, b
            r = turned(bodies.rotation[b], centre[bond[t]] - bodies.rest_centre[b])
            arm[t, side] = r
            where = bodies.position[b] + r
            apart[t] = where if side == 0 else where - apart[t]
            if bodies.moving[b]:
                a = bodies.inverse_inertia[b]
                cross = np.array([[0.0, -r[2], r[1]], [r[2], 0.0, -r[0]], [-r[1], r[0], 0.0]])
                for x in range(3):
                    k[x, x] += bodies.inverse_mass[b]
                    for y in range(3):
                        q[x, y] += a[x, y]
                        for m in range(3):
                            for n in range(3):
                                k[x, y] += cross[x, m] * a[m, n] * cross[y, n]
        if k[0, 0] > 0.0:
            hold[t] = inverse3(k)
            bend[t] = inverse3(q)
    return Ties(bond, body, solid, arm, apart, hold, bend, limit, impulse.copy(), np.zeros((rows, 6)))


@njit(cache=True, nogil=True)
def outside_forces(contacts, ties, centre_now, pushes, step_s, outside):  # type: ignore[no-untyped-def]
    """Fill ``outside`` (N, 6) with the step's mean force and moment on every shard, about its centre ``centre_now``."""
    outside[:] = 0.0
    outside[:, :3] += pushes
    count = len(outside)
    for c in range(len(contacts.gap)):
        f = np.zeros(3)
        for k in range(3):
            for m in range(3):
                f[m] += contacts.axes[c, k, m] * contacts.total[c, k] / step_s
        for side in range(2):
            s = contacts.solid[c, side]
            if 0 <= s < count:
                sign = -1.0 if side == 0 else 1.0
                _add(outside[s], sign, f, contacts.arm[c, side], contacts.body[c, side], s, centre_now)
    for t in range(len(ties.bond)):
        for side in range(2):
            s = ties.solid[t, side]
            if s >= 0:
                sign = -1.0 if side == 0 else 1.0
                _add(outside[s], sign, ties.total[t, :3] / step_s, ties.arm[t, side], ties.body[t, side], s, centre_now)
                for k in range(3):
                    outside[s, 3 + k] += sign * ties.total[t, 3 + k] / step_s


@njit(cache=True, nogil=True)
def _add(outside, sign, f, arm, body, shard, centre_now):  # type: ignore[no-untyped-def]
    rx, ry, rz = arm[0] - centre_now[shard, 0], arm[1] - centre_now[shard, 1], arm[2] - centre_now[shard, 2]
    for k in range(3):
        outside[k] += sign * f[k]
    outside[3] += sign * (ry * f[2] - rz * f[1])
    outside[4] += sign * (rz * f[0] - rx * f[2])
    outside[5] += sign * (rx * f[1] - ry * f[0])
