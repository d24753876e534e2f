"""The building while it falls: one step after another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.effects.collapse.materials import MATERIALS, REBAR_YIELD_PA
from secondunit.effects.collapse.motion import bodies as body
from secondunit.effects.collapse.motion import contact, hulls, pairs, rest, rows, solver, stress
from secondunit.effects.collapse.motion.beams import beams_of
from secondunit.effects.collapse.shards import Shards

Array = npt.NDArray[Any]
Box = tuple[float, float, float, float, float]

SAFETY = 2.5  # reserve of a building that stands: 1.35 on load (EN 1990) times 1.7 to 3 on masonry (EN 1996-1-1 2.4.3)
_CRUSHED_FRICTION, _CRUSHED_G = 0.05, 1.5  # of what was made to fail: powder and gravel, artistic
_CRUSH_G = 60.0  # a contact gives way at this many times the shard's weight, artistic: hard corners crush to powder
_FRESH = 0.4  # share of this step in the forces that stress follows: single steps share load among contacts by chance
FOOTING = 4.0  # walls go on below ground: their feet hold better than a mortar joint
_LAG_S = 0.015  # what is stiff follows its load within a step; a house that sways at 3 to 10 Hz takes some, as in truth
_HINGE = 0.05  # stiffness left to bending in a crack: the part of the face that is still closed, artistic
_BALANCED = 0.01  # share of the load that the stress solve may leave unanswered; what it leaves does not count
_BREAK_S = 0.07  # at twice its strength a joint is open after so long: overstress damage, Perzyna 1966
_TIE_REACH_M = (
    0.35  # bars pull out or snap when a crack opens this far; anchorage length of 12 mm bars, EN 1992-1-1 8.4
)
_GROUND_FRICTION, _GROUND_RESTITUTION = 0.7, 0.05  # asphalt or paving; rubble on it hardly bounces
_AIR_KG_PER_M3, _SHAPE_DRAG = 1.2, 1.1  # air at 20 C; a tumbling plate's drag coefficient, Hoerner 1965, 3-16


@dataclass
class Break:
    """Bonds that broke in a step: ``bond`` (K,), where (K, 3), and the speed of the matter there (K, 3)."""

    bond: Array
    point: Array
    velocity: Array


@dataclass
class Impact:
    """Contacts that took energy in a step: where (K, 3), speed of the faster side (K, 3), energy (K,) J, shard (K,)."""

    point: Array
    velocity: Array
    energy: Array
    shard: Array


@dataclass
class World:
    """Shards, their bonds, bodies, contacts and steel.

    Args:
        shards: the building.
        boxes: neighbours (left, back, right, front, height).
        step_s: length of a step. substeps, passes: see ``solver.Physics``.
        gravity_m_per_s2: downwards. strength: multiplies all strengths. air: whether air slows light shards.
    """

    shards: Shards
    boxes: tuple[Box, ...] = ()
    step_s: float = 1.0 / 96.0
    substeps: int = 3
    passes: int = 1
    gravity_m_per_s2: float = 9.81
    strength: float = 1.0
    air: bool = True
    time_s: float = 0.0
    broken: Break = field(init=False)
    impact: Impact = field(init=False)

    def __post_init__(self) -> None:
        shards, count = self.shards, len(self.shards)
        self.hulls, self.centres = hulls.hulls_of(shards, self.boxes)
        self.placed = hulls.placed_of(self.hulls, self.centres)
        density = np.array([one.density_kg_per_m3 for one in MATERIALS])[shards.material]
        self.mass = density * shards.volume
        self.inertia = density[:, None, None] * shards.inertia
        self.bodies = body.bodies_at_rest(len(self.centres), count)
        self.radius = np.append(self.hulls.radius, 0.0)
        self.physics = solver.Physics(self.step_s, self.substeps, self.passes, (0.0, -self.gravity_m_per_s2, 0.0), 8.0)
        self.extent = self.placed.high[:count] - self.placed.low[:count]
        extent = np.sort(self.extent, axis=1)
        faced = 0.6 * extent[:, 1] * extent[:, 2]  # a tumbling solid shows about this much of its largest side
        self.drag = 0.5 * _AIR_KG_PER_M3 * _SHAPE_DRAG * faced / self.mass * float(self.air)
        lengths = np.sort(extent[:, 2])
        self.cell_m = float(max(0.3, lengths[int(0.7 * (count - 1))])) if count else 1.0
        other = len(self.centres) - count
        self.friction = np.array([MATERIALS[m].friction for m in shards.material] + [_GROUND_FRICTION] * (other + 1))
        self.restitution = np.array(
            [MATERIALS[m].restitution for m in shards.material] + [_GROUND_RESTITUTION] * (other + 1)
        )
        bearing = np.array([one.compression_pa for one in MATERIALS])[shards.material] * shards.volume ** (2 / 3) / 4
        limit = np.minimum(bearing, _CRUSH_G * 9.81 * self.mass)  # of each of the four points of a contact
        self.crush = np.append(limit, np.full(other + 1, np.inf))
        self.whole = self.friction[:count].copy(), limit
        bonds = len(shards.bond_area)
        self.beams = beams_of(shards)
        self.intact = np.ones(bonds, np.bool_)
        self.broken_s = np.full(bonds, np.inf)
        self.tied = np.zeros(bonds, np.bool_)
        self.tie_impulse = np.zeros((bonds, 6))
        steel = shards.bond_rebar * REBAR_YIELD_PA
        self.tie_limit = np.stack(
            [steel, steel * 0.4 * self.beams.thickness], axis=1
        )  # lever of bars in a slab: 0.8 d / 2
        base = np.where(shards.bond_ends[:, 1] < 0, FOOTING, 1.0)[:, None]
        self.strength_pa = base * np.stack(
            [
                shards.bond_tension,
                shards.bond_shear,
                shards.bond_compression,
                steel / np.maximum(shards.bond_area, 1e-9),
            ],
            axis=1,
        )
        self.brace = np.ones(bonds)
        self.ratio, self.once_cracked = np.zeros(bonds), np.zeros(bonds)
        self.closed = np.zeros(bonds, np.bool_)
        self.damage = np.zeros(bonds)
        self.flex, self.amiss = np.zeros((count, 6)), np.zeros((count, 6))
        turning = np.trace(self.inertia, axis1=1, axis2=2) / 3.0
        self.lag = np.stack([self.mass, turning], axis=1) / _LAG_S**2
        self.inverse = np.zeros((count, 6, 6))
        self.outside, self.steady = np.zeros((count, 6)), np.zeros((count, 6))
        self.load = np.zeros((count, 6))
        self.manifolds = self.found = self.floor = contact.no_manifolds()
        self.pushes = np.zeros((count, 3))
        self.rework(np.ones(count, np.bool_))
        self.forget()

    def forget(self) -> None:
        """Start collecting breaks and impacts anew."""
        none, points = np.zeros(0, np.int64), np.zeros((0, 3))
        self.broken, self.impact = Break(none, points, points), Impact(points, points, np.zeros(0), none)

    def rework(self, touched: Array) -> None:
        """After bonds broke at the shards ``touched`` (N,): new islands, new blocks."""
        count, ends = len(self.shards), self.beams.ends
        root, held = body.islands(count, ends, self.intact)
        body.split(self.bodies, root, held, self.mass, self.inertia, self.centres, self.drag)
        first, second = root[ends[:, 0]], np.where(ends[:, 1] < 0, -1, root[ends[:, 1]])
        self.closed &= (first == second) | ((second < 0) & held[first])
        self.relist()
        stress.precondition(self.beams, self.which, touched, self.lag, self.inverse)

    def relist(self) -> None:
        """List anew which bonds bear load, and the shards they hold."""
        self.which = np.flatnonzero(self.intact | self.closed)
        bonded = np.zeros(len(self.shards), np.bool_)
        bonded[self.beams.ends[self.which]] = True  # the ground's -1 marks the last shard, which then bears nothing
        self.nodes = np.flatnonzero(bonded)
        self.flex[~bonded] = 0.0

    def season(self) -> None:
        """Let the building stand: no bond bears more than 1 / ``SAFETY`` of its strength at rest.

        A linear solve overstates peaks that cracked, crept and redistributed long ago; a building that stands shows
        that its bonds bear their load, so those are raised to it.
        """
        stress.loads(self.bodies, self.centres, self.mass, self.inertia, self._gravity(), self.outside, self.load)
        stress.solve(
            self.beams,
            self.which,
            self.nodes,
            self.inverse,
            0.0 * self.lag,
            self.load,
            self.flex,
            self.amiss,
            4000,
            1e-5,
        )
        self._bear()
        raised = np.maximum(1.0, self.ratio * SAFETY) * self.strength
        self.strength_pa *= raised[:, None]

    def _gravity(self) -> Array:
        return np.array([0.0, -self.gravity_m_per_s2, 0.0])

    def _bear(self) -> None:
        self.ratio[:] = 0.0
        self.once_cracked[:] = 0.0
        stress.bear(
            self.beams, self.which, self.flex, self.amiss, self.strength_pa, self.closed, self.ratio, self.once_cracked
        )
        self.ratio /= self.brace
        self.once_cracked /= self.brace

    def ease(self, slippery: Array, crushed: Array) -> None:
        """Let the shards ``slippery`` (N,) glide on others, and those ``crushed`` (N,) give way under load, for now."""
        count = len(self.shards)
        self.friction[:count] = np.where(slippery, _CRUSHED_FRICTION, self.whole[0])
        self.crush[:count] = np.where(crushed, np.minimum(_CRUSHED_G * 9.81 * self.mass, self.whole[1]), self.whole[1])

    def cut(self, bonds: Array, *, keep_steel: bool = False) -> None:
        """Break ``bonds`` (K,) now; steel across them stays as ties where asked for."""
        bonds = bonds[self.intact[bonds]]
        if len(bonds) == 0:
            return
        self.intact[bonds] = False
        self.broken_s[bonds] = self.time_s
        ends = self.beams.ends[bonds]
        if keep_steel:
            self.tied[bonds[self.shards.bond_rebar[bonds] > 0]] = True
        first = ends[:, 0]
        owner = self.bodies.of_shard[first]
        matrices = rotation_matrices(self.bodies.rotation[owner])
        arm = np.einsum("kij,kj->ki", matrices, self.shards.bond_centre[bonds] - self.bodies.rest_centre[owner])
        speed = self.bodies.velocity[owner] + np.cross(self.bodies.spin[owner], arm)
        point = self.bodies.position[owner] + arm
        was = self.broken
        self.broken = Break(
            np.concatenate([was.bond, bonds]),
            np.concatenate([was.point, point]),
            np.concatenate([was.velocity, speed]),
        )
        self.rework(self._touched(bonds))

    def step(self) -> None:
        """Advance by ``step_s``: move, then let the load of the step break what it can.

        Where an impact breaks a moving body, the step is taken once more with the pieces apart: a joint that fails
        cannot have passed on the whole blow.
        """
        kept = [
            one.copy() for one in (self.bodies.position, self.bodies.rotation, self.bodies.velocity, self.bodies.spin)
        ]
        before = self.manifolds, self.floor, self.tie_impulse.copy()
        contacts, ties = self._move(contact.no_manifolds())
        self._load(contacts, ties)
        over = self._overloaded(40)
        if len(over) and self.bodies.moving[self.bodies.of_shard[self.beams.ends[over, 0]]].any():
            for now, then in zip(
                (self.bodies.position, self.bodies.rotation, self.bodies.velocity, self.bodies.spin), kept, strict=True
            ):
                now[:] = then
            self._break(over)
            self.manifolds, self.floor, self.tie_impulse = before
            contacts, ties = self._move(self.found)
            self._load(contacts, ties)
            over = self._overloaded(20)
        self._break(over)
        self.steady[:] = self.outside
        self._note(contacts)
        rest.settle(self.bodies, contacts, ties, self.physics, self.radius)
        self.time_s += self.step_s

    def _move(self, done: contact.Manifolds) -> tuple[rows.Contacts, rows.Ties]:
        """Find contacts, except those ``done`` in this very place, and take the step."""
        ends = self.beams.ends
        hulls.place(self.hulls, self.placed, self.bodies, self.centres, self.step_s)
        body.turn_inertia(self.bodies)
        tied = np.flatnonzero(self.tied)
        solids = len(self.centres)
        keys = np.sort(ends[tied].min(axis=1).astype(np.int64) * solids + ends[tied].max(axis=1))
        pair = pairs.near(self.placed, self.bodies, self.cell_m, keys)
        self.manifolds = contact.touch(self.hulls, self.placed, pair, self.manifolds, done)
        self.found = self.manifolds._replace(impulse=self.manifolds.impulse.copy())
        self.floor = rows.ground(self.hulls, self.placed, self.bodies, self.floor)
        contacts = rows.gather(self.bodies, self.manifolds, self.floor, self.friction, self.restitution, self.crush)
        street = contacts.solid[:, 0] < 0  # powder is between the pieces: the street is as rough as it was
        contacts.surface[street, 0] = np.sqrt(self.whole[0][contacts.solid[street, 1]] * self.friction[-1])
        ties = rows.join(self.bodies, tied, ends, self.shards.bond_centre, self.tie_limit[tied], self.tie_impulse[tied])
        self.now = self.centres_now()
        force, moment = self._pushed()
        solver.advance(self.bodies, contacts, ties, self.physics, force, moment)
        pairs_count = len(pair)
        on_pair = contacts.slot[:, 0] < pairs_count
        self.manifolds.impulse[contacts.slot[on_pair, 0], contacts.slot[on_pair, 1]] = contacts.impulse[on_pair]
        floor = contacts.slot[~on_pair]
        self.floor.impulse[floor[:, 0] - pairs_count, floor[:, 1]] = contacts.impulse[~on_pair]
        self.tie_impulse[tied] = ties.impulse
        self.tied[tied[np.linalg.norm(ties.apart, axis=1) > _TIE_REACH_M]] = False
        return contacts, ties

    def centres_now(self) -> Array:
        """Where every shard's centre is now, (N, 3)."""
        count = len(self.shards)
        owner = self.bodies.of_shard[:count]
        matrices = rotation_matrices(self.bodies.rotation)[owner]
        offset = self.centres[:count] - self.bodies.rest_centre[owner]
        return np.asarray(self.bodies.position[owner] + np.einsum("nij,nj->ni", matrices, offset))

    def _pushed(self) -> tuple[Array, Array]:
        slots = len(self.bodies.mass)
        force, moment = np.zeros((slots, 3)), np.zeros((slots, 3))
        if self.pushes.any():
            owner = self.bodies.of_shard[: len(self.shards)]
            np.add.at(force, owner, self.pushes)
            np.add.at(moment, owner, np.cross(self.now - self.bodies.position[owner], self.pushes))
        return force, moment

    def _load(self, contacts: rows.Contacts, ties: rows.Ties) -> None:
        rows.outside_forces(contacts, ties, self.now, self.pushes, self.step_s, self.outside)
        self.outside *= _FRESH
        self.outside += (1.0 - _FRESH) * self.steady
        stress.loads(self.bodies, self.centres, self.mass, self.inertia, self._gravity(), self.outside, self.load)

    def _overloaded(self, steps: int) -> Array:
        """Bonds that have been over their strength for long enough to be open now."""
        stress.solve(
            self.beams,
            self.which,
            self.nodes,
            self.inverse,
            self.lag,
            self.load,
            self.flex,
            self.amiss,
            steps,
            _BALANCED,
        )
        self._bear()
        self.damage += self.step_s / _BREAK_S * np.maximum(self.ratio - 1.0, 0.0)
        return np.flatnonzero(self.damage >= 1.0)

    def _break(self, over: Array) -> None:
        """Let the bonds ``over`` (K,) go. Where pressure alone would hold one, a closed crack stays in its place."""
        if len(over) == 0:
            return
        self.damage[over] = 0.0
        was = self.closed[over]
        self.closed[over] = ~was & (self.once_cracked[over] < 1.0)
        self.beams.stiffness[over[self.closed[over]], 2:] *= _HINGE
        if was.any():
            self.rework(self._touched(over[was]))
        self.cut(over[~was], keep_steel=True)

    def _touched(self, bonds: Array) -> Array:
        ends = self.beams.ends[bonds]
        touched = np.zeros(len(self.shards), np.bool_)
        touched[ends[ends >= 0]] = True
        return touched

    def _note(self, contacts: rows.Contacts) -> None:
        energy = 0.5 * contacts.total[:, 0] * np.maximum(-contacts.approach, 0.0)
        hard = np.flatnonzero((energy > 20.0) & (contacts.approach < -0.7))
        if len(hard) == 0:
            return
        fast = self.bodies.velocity[contacts.body[hard]]
        pick = np.argmax((fast**2).sum(axis=2), axis=1)
        which = np.arange(len(hard))
        second = contacts.body[hard, 1]
        point = self.bodies.position[second] + contacts.arm[hard, 1]
        solid = contacts.solid[hard, 1]
        solid = np.where(solid < len(self.shards), solid, contacts.solid[hard, 0])
        was = self.impact
        self.impact = Impact(
            np.concatenate([was.point, point]),
            np.concatenate([was.velocity, fast[which, pick]]),
            np.concatenate([was.energy, energy[hard]]),
            np.concatenate([was.shard, solid]),
        )


def rotation_matrices(q: Array) -> Array:
    """Unit quaternions (..., 4) to matrices (..., 3, 3)."""
    w, x, y, z = (q[..., k] for k in range(4))
    rows_of = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return np.stack([np.stack(row, axis=-1) for row in rows_of], axis=-2)
