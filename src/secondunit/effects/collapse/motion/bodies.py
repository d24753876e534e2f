"""Bodies: islands of bonded shards that move as one. A body's number is that of its first shard."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

Array = npt.NDArray[Any]


class Bodies(NamedTuple):
    """M slots: one for each shard (used by the body whose first shard it is), each neighbour and, last, the ground.

    A point ``x`` of the building at rest is now at ``position + rotate(rotation, x - rest_centre)``: splitting a body
    changes no point's place and, with the velocities of ``split``, neither momentum nor angular momentum.

    Attributes:
        of_shard: (S,) the body each solid belongs to.
        rest_centre: (M, 3) centre of mass at rest.
        mass: (M,) kg.
        inertia: (M, 3, 3) kg m2 about the centre of mass, axes at rest.
        inverse_mass: (M,) 1/kg; 0 for what stands still.
        inverse_inertia: (M, 3, 3) world axes.
        position: (M, 3); rotation: (M, 4) w, x, y, z; velocity: (M, 3); spin: (M, 3) rad/s.
        moving: (M,) is integrated.
        free: (M,) not joined to the ground (may be asleep).
        quiet_s: (M,) how long it has been slow.
        drag: (M,) 1/m: deceleration by air over speed squared.
    """

    of_shard: Array
    rest_centre: Array
    mass: Array
    inertia: Array
    inverse_mass: Array
    inverse_inertia: Array
    position: Array
    rotation: Array
    velocity: Array
    spin: Array
    moving: Array
    free: Array
    quiet_s: Array
    drag: Array


def bodies_at_rest(solids: int, shards: int) -> Bodies:
    """Every slot at rest and still; the first ``split`` fills them."""
    slots = solids + 1
    rotation = np.zeros((slots, 4))
    rotation[:, 0] = 1.0
    of_shard = np.arange(solids, dtype=np.int32)
    of_shard[:shards] = 0
    return Bodies(
        of_shard=of_shard,
        rest_centre=np.zeros((slots, 3)),
        mass=np.zeros(slots),
        inertia=np.zeros((slots, 3, 3)),
        inverse_mass=np.zeros(slots),
        inverse_inertia=np.zeros((slots, 3, 3)),
        position=np.zeros((slots, 3)),
        rotation=rotation,
        velocity=np.zeros((slots, 3)),
        spin=np.zeros((slots, 3)),
        moving=np.zeros(slots, np.bool_),
        free=np.zeros(slots, np.bool_),
        quiet_s=np.zeros(slots),
        drag=np.zeros(slots),
    )


@njit(cache=True, nogil=True)
def _find(parent, i):  # type: ignore[no-untyped-def]
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@njit(cache=True, nogil=True)
def islands(count, ends, intact):  # type: ignore[no-untyped-def]
    """First shard of each shard's island (count,), and whether that island holds on to the ground (count,)."""
    parent = np.arange(count).astype(np.int32)
    held = np.zeros(count, np.bool_)
    for b in range(len(ends)):
        if intact[b] and ends[b, 1] >= 0:
            p, q = _find(parent, ends[b, 0]), _find(parent, ends[b, 1])
            if p < q:
                parent[q] = p
            elif q < p:
                parent[p] = q
    for i in range(count):
        parent[i] = _find(parent, i)
    for b in range(len(ends)):
        if intact[b] and ends[b, 1] < 0:
            held[parent[ends[b, 0]]] = True
    return parent, held


@njit(cache=True, nogil=True)
def split(bodies, root, held, mass, inertia, centres, drag):  # type: ignore[no-untyped-def]  # noqa: C901
    """Give every island its own body; returns how many bodies are new.

    Args:
        bodies: changed in place.
        root: (N,) first shard of each shard's island; held: (N,) whether that island stands on the ground.
        mass: (N,) kg; inertia: (N, 3, 3) kg m2 about each shard's centre at rest; centres: (S, 3).
        drag: (N,) 1/m of each shard alone.
    """
    count = len(root)
    members = np.zeros(count, np.int32)
    before = np.zeros(count, np.int32)
    for i in range(count):
        members[root[i]] += 1
        before[bodies.of_shard[i]] += 1
    old = bodies.of_shard[:count].copy()
    position, rotation = bodies.position[:count].copy(), bodies.rotation[:count].copy()
    velocity, spin = bodies.velocity[:count].copy(), bodies.spin[:count].copy()
    centre = bodies.rest_centre[:count].copy()
    new = 0
    changed = np.zeros(count, np.bool_)
    for r in range(count):
        if root[r] == r:
            same = old[r] == r and before[r] == members[r] and bodies.mass[r] > 0
            if not (same and bodies.free[r] == (not held[r])):
                changed[r] = True
                new += 1
                bodies.mass[r] = 0.0
                bodies.rest_centre[r] = 0.0
                bodies.inertia[r] = 0.0
                bodies.drag[r] = 0.0
    for i in range(count):
        r = root[i]
        if changed[r]:
            bodies.mass[r] += mass[i]
            bodies.rest_centre[r] += mass[i] * centres[i]
            bodies.drag[r] += mass[i] * drag[i]
    for r in range(count):
        if changed[r]:
            bodies.rest_centre[r] /= bodies.mass[r]
            bodies.drag[r] /= bodies.mass[r]
            if members[r] > 1:
                bodies.drag[r] /= members[r]
    for i in range(count):
        r = root[i]
        if changed[r]:
            d = centres[i] - bodies.rest_centre[r]
            square = d[0] * d[0] + d[1] * d[1] + d[2] * d[2]
            for k in range(3):
                for m in range(3):
                    bodies.inertia[r, k, m] += inertia[i, k, m] - mass[i] * d[k] * d[m]
                bodies.inertia[r, k, k] += mass[i] * square
        bodies.of_shard[i] = r
    for r in range(count):
        if changed[r]:
            o = old[r]
            offset = turned(rotation[o], bodies.rest_centre[r] - centre[o])
            if not held[r] and bodies.mass[r] > 0:
                bodies.free[r] = True
                bodies.moving[r] = True
                bodies.inverse_mass[r] = 1.0 / bodies.mass[r]
            bodies.position[r] = bodies.rest_centre[r] if held[r] else position[o] + offset
            bodies.rotation[r] = rotation[o]
            bodies.velocity[r] = velocity[o] + np.cross(spin[o], offset)
            bodies.spin[r] = spin[o]
            bodies.quiet_s[r] = 0.0
    return new


@njit(cache=True, nogil=True)
def turned(q, v):  # type: ignore[no-untyped-def]
    """Vector ``v`` (3,) turned by the unit quaternion ``q`` (4,) w, x, y, z."""
    tx = 2.0 * (q[2] * v[2] - q[3] * v[1])
    ty = 2.0 * (q[3] * v[0] - q[1] * v[2])
    tz = 2.0 * (q[1] * v[1] - q[2] * v[0])
    return np.array(
        [
            v[0] + q[0] * tx + q[2] * tz - q[3] * ty,
            v[1] + q[0] * ty + q[3] * tx - q[1] * tz,
            v[2] + q[0] * tz + q[1] * ty - q[2] * tx,
        ]
    )


@njit(cache=True, nogil=True)
def matrix(q):  # type: ignore[no-untyped-def]
    """Rotation matrix (3, 3) of a unit quaternion."""
    w, x, y, z = q
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


@njit(cache=True, nogil=True)
def times(a, v):  # type: ignore[no-untyped-def]
    """Matrix (3, 3) times vector (3,)."""
    return np.array(
        [
            a[0, 0] * v[0] + a[0, 1] * v[1] + a[0, 2] * v[2],
            a[1, 0] * v[0] + a[1, 1] * v[1] + a[1, 2] * v[2],
            a[2, 0] * v[0] + a[2, 1] * v[1] + a[2, 2] * v[2],
        ]
    )


@njit(cache=True, nogil=True)
def inverse3(a):  # type: ignore[no-untyped-def]
    """Inverse of a regular 3 x 3 matrix by cofactors."""
    b = np.empty((3, 3))
    for i in range(3):
        for j in range(3):
            p, q, r, s = (j + 1) % 3, (j + 2) % 3, (i + 1) % 3, (i + 2) % 3
            b[i, j] = a[p, r] * a[q, s] - a[p, s] * a[q, r]
    scale = 1.0 / (a[0, 0] * b[0, 0] + a[0, 1] * b[1, 0] + a[0, 2] * b[2, 0])
    return b * scale


@njit(cache=True, nogil=True)
def turn_inertia(bodies):  # type: ignore[no-untyped-def]
    """World inverse inertia of every moving body; zero for the others."""
    for b in range(len(bodies.mass)):
        if bodies.moving[b]:
            r = matrix(bodies.rotation[b])
            local = inverse3(bodies.inertia[b])
            for i in range(3):
                for j in range(3):
                    total = 0.0
                    for k in range(3):
                        for m in range(3):
                            total += r[i, k] * local[k, m] * r[j, m]
                    bodies.inverse_inertia[b, i, j] = total
        else:
            bodies.inverse_inertia[b] = 0.0
