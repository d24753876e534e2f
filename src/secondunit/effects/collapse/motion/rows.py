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


@njit(cache=True, nogil=True, error_model="numpy")
def _along(inverse_mass, a, s, rx, ry, rz, nx, ny, nz):  # type: ignore[no-untyped-def]
    """Inverse effective mass of body ``s`` at an arm, along a unit vector; ``a`` (M, 3, 3) inverse inertia."""
    cx, cy, cz = ry * nz - rz * ny, rz * nx - rx * nz, rx * ny - ry * nx
    tx = a[s, 0, 0] * cx + a[s, 0, 1] * cy + a[s, 0, 2] * cz
    ty = a[s, 1, 0] * cx + a[s, 1, 1] * cy + a[s, 1, 2] * cz
    tz = a[s, 2, 0] * cx + a[s, 2, 1] * cy + a[s, 2, 2] * cz
    return inverse_mass[s] + cx * tx + cy * ty + cz * tz


@njit(cache=True, nogil=True, error_model="numpy")
def _frame(axes, at, x, y, z):  # type: ignore[no-untyped-def]
    """Write a normal and two unit vectors across it into ``axes[at]``."""
    if abs(y) < 0.9:
        size = 1.0 / np.sqrt(x * x + z * z)
        tx, ty, tz = z * size, 0.0, -x * size
    else:
        size = 1.0 / np.sqrt(y * y + z * z)
        tx, ty, tz = 0.0, -z * size, y * size
    axes[at, 0, 0], axes[at, 0, 1], axes[at, 0, 2] = x, y, z
    axes[at, 1, 0], axes[at, 1, 1], axes[at, 1, 2] = tx, ty, tz
    axes[at, 2, 0], axes[at, 2, 1], axes[at, 2, 2] = y * tz - z * ty, z * tx - x * tz, x * ty - y * tx


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
        for k in range(source.number[m]):
            slot[at, 0], slot[at, 1] = p, k
            body[at, 0], body[at, 1] = a, b
            solid[at, 0], solid[at, 1] = (-1 if on_floor else i), j
            _frame(axes, at, source.axis[m, 0], source.axis[m, 1], source.axis[m, 2])
            closing = 0.0
            for c in range(3):
                arm[at, 0, c] = source.point[m, k, c] - bodies.position[a, c]
                arm[at, 1, c] = source.point[m, k, c] - bodies.position[b, c]
            for side in range(2):
                s = body[at, side]
                sign = -1.0 if side == 0 else 1.0
                rx, ry, rz = arm[at, side, 0], arm[at, side, 1], arm[at, side, 2]
                w, v = bodies.spin, bodies.velocity
                closing += sign * axes[at, 0, 0] * (v[s, 0] + w[s, 1] * rz - w[s, 2] * ry)
                closing += sign * axes[at, 0, 1] * (v[s, 1] + w[s, 2] * rx - w[s, 0] * rz)
                closing += sign * axes[at, 0, 2] * (v[s, 2] + w[s, 0] * ry - w[s, 1] * rx)
            approach[at] = closing
            for c in range(3):
                total = 0.0
                for side in range(2):
                    s = body[at, side]
                    if bodies.moving[s]:
                        rx, ry, rz = arm[at, side, 0], arm[at, side, 1], arm[at, side, 2]
                        x, y, z = axes[at, c, 0], axes[at, c, 1], axes[at, c, 2]
                        total += _along(bodies.inverse_mass, bodies.inverse_inertia, s, rx, ry, rz, x, y, z)
                mass[at, c] = 1.0 / total if total > 0.0 else 0.0
            gap[at] = source.gap[m, k]
            surface[at, 0] = np.sqrt(friction[i] * friction[j])
            surface[at, 1] = max(restitution[i], restitution[j])
            surface[at, 2] = np.inf if on_floor else min(crush[i], crush[j])  # the ground does not let rubble in
            for c in range(3):
                impulse[at, c] = source.impulse[m, k, c]
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
