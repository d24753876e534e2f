"""What the artist makes fail, when, and which way it is pushed. After that, load decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.effects.collapse.motion.world import World
from secondunit.effects.collapse.settings import Fall
from secondunit.effects.collapse.shards import Part, Shards

Array = npt.NDArray[Any]
_SOUND = 25.0  # times stronger: the artist's reach says how much fails, so the rest has sound mortar and ring beams
_BAY_M = 4.5  # what cracks off at a time: about a room, between two piers of a front
_FLARE = -0.15  # cracks lean towards the corner as they rise, so that nothing below holds what comes off
_CRACK_PACE = 3.0  # cracks run up so many times as fast as support is lost
_CRUSH_M_PER_S = 30.0  # how fast crushing runs up a part that has landed, artistic
_PANCAKE_M_PER_S = 11.0  # the same where storey lands on storey: as fast as they fall from two storeys up
_SHELL_LATE_S = 0.5  # how long after the core the outer walls of an implosion go: its floors sink by then, artistic
_DRAWN_M_PER_S2 = 4.5  # how hard what sinks inside draws the walls in, by the floors still tied to them, artistic
_SKIN = (int(Part.WALL), int(Part.GLASS), int(Part.FRAME))


@dataclass
class Script:
    """A failure as it will happen.

    Attributes:
        cut_s: (B,) when a bond is cut, s after failure starts; inf = left to its load.
        steel: whether steel across cut bonds stays.
        push: (N, 3) acceleration of shards while they are pushed, m/s2.
        push_s: (N, 2) from when to when.
        slippery: (N,) shards that lose their friction when their push starts; crushed: (N,) and their strength.
        brace: (B,) multiplies strength until ``brace_end_s``, s after failure starts.
        weak_s: (B,) when a bond loses strength; weak: (B,) what is left of it, as a share.
        sound: (B,) multiplies strength for good, away from what is made to fail.
    """

    cut_s: Array
    push: Array
    push_s: Array
    slippery: Array
    crushed: Array
    brace: Array
    weak_s: Array
    weak: Array
    sound: Array
    brace_end_s: float = 0.0
    steel: bool = False

    def act(self, world: World, since_s: float) -> None:
        """Cut and push what is due ``since_s`` seconds after failure started."""
        due = np.flatnonzero(world.intact & (self.cut_s <= since_s))
        world.cut(due, keep_steel=self.steel)
        on = (since_s >= self.push_s[:, 0]) & (since_s < self.push_s[:, 1])
        world.pushes = np.where(on[:, None], self.push * world.mass[:, None], 0.0)
        lately = (since_s >= self.push_s[:, 0]) & (since_s < self.push_s[:, 0] + 2.5)
        world.ease(self.slippery & lately, self.crushed & lately)
        strong = self.brace if since_s < self.brace_end_s else 1.0
        world.brace = np.where(since_s >= self.weak_s, self.weak, 1.0) * strong * self.sound


@dataclass(frozen=True)
class _Scene:
    """The building in its own terms: extents, and how far along the front, up and back every shard and bond is."""

    low: Array
    high: Array
    shard: Array
    bond: Array
    ends: Array
    part: Array
    storey_m: float
    start: Array

    @property
    def size(self) -> Array:
        return self.high - self.low


def _scene(shards: Shards, fall: Fall) -> _Scene:
    low, high = shards.vertices.min(axis=0), shards.vertices.max(axis=0)
    storeys = int(shards.storey.max()) + 1
    solid = np.isin(shards.part, (int(Part.WALL), int(Part.COLUMN), int(Part.SLAB), int(Part.ROOF)))
    wall = shards.vertices[np.repeat(solid, np.diff(shards.vertex_start))]
    low, high = wall.min(axis=0), wall.max(axis=0)
    start = np.array([low[0] + fall.at[0] * (high[0] - low[0]), fall.at[1] * high[1], high[2]])
    return _Scene(
        low, high, shards.centroid, shards.bond_centre, shards.bond_ends, shards.part, high[1] / storeys, start
    )


def _empty(shards: Shards) -> Script:
    bonds, count = len(shards.bond_area), len(shards)
    return Script(
        np.full(bonds, np.inf),
        np.zeros((count, 3)),
        np.full((count, 2), np.inf),
        np.zeros(count, np.bool_),
        np.zeros(count, np.bool_),
        np.ones(bonds),
        np.full(bonds, np.inf),
        np.ones(bonds),
        np.ones(bonds),
    )


def _release(
    script: Script, scene: _Scene, region: Array, when_s: Array, outward: Array, lasting_s: float = 0.35
) -> None:
    """Cut all bonds of the shards in ``region`` (N,) at their time (N,), and buckle them ``outward`` (N, 3) m/s2."""
    time = np.where(region, when_s, np.inf)
    ends = scene.ends
    script.cut_s = np.minimum(
        script.cut_s, np.minimum(time[ends[:, 0]], np.where(ends[:, 1] >= 0, time[ends[:, 1]], np.inf))
    )
    script.push[region] = outward[region]
    script.push_s[region, 0] = when_s[region]
    script.push_s[region, 1] = when_s[region] + lasting_s
    script.slippery |= region
    script.crushed |= region


def _sound(beyond: Array) -> Array:
    """Strength of what is away from the failure: 1 where ``beyond`` (B,) is 0 or less, full from 1 on."""
    return np.asarray(1.0 + (_SOUND - 1.0) * np.clip(beyond, 0.0, 1.0))


def _outward(scene: _Scene, speed: float) -> Array:
    """Level directions away from the middle of the building's plan, times ``speed``."""
    away = scene.shard - (scene.low + scene.high) / 2
    away[:, 1] = 0.0
    away /= np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-6)
    return np.asarray(away * speed)


def _direction(fall: Fall) -> Array:
    angle = np.radians(fall.direction_deg)
    return np.array([np.sin(angle), 0.0, np.cos(angle)])


def _bearing(scene: _Scene, bottom_m: float, top_m: float) -> Array:
    """What carries load between two heights: not slabs, not roof."""
    y = scene.shard[:, 1]
    return np.asarray((y >= bottom_m) & (y < top_m) & ~np.isin(scene.part, (int(Part.SLAB), int(Part.ROOF))))


def corner_failure(shards: Shards, fall: Fall) -> Script:
    """The walls of a storey give way from a corner on; what stood on them cracks off bay by bay and leans after it."""
    scene, script = _scene(shards, fall), _empty(shards)
    bottom = np.clip(fall.at[1] * scene.high[1] - 0.5 * scene.storey_m, 0.0, scene.high[1] - scene.storey_m)
    corner = np.array([scene.low[0] if fall.at[0] < 0.5 else scene.high[0], 0.0, scene.high[2]])
    reach = fall.reach * scene.size[0] + abs(scene.start[0] - corner[0])
    far = np.linalg.norm((scene.shard - corner)[:, [0, 2]], axis=1)
    region = (far < reach) & _bearing(scene, bottom, bottom + scene.storey_m)
    _release(script, scene, region, far / fall.spread_m_per_s, _outward(scene, 14.0))
    rise = scene.shard[:, 1] / scene.high[1]
    bays = max(1, round(reach / _BAY_M))
    bay = np.minimum(np.floor(far / (1.0 + _FLARE * rise) * bays / reach), bays)  # ``bays`` = stays
    first, second = bay[scene.ends[:, 0]], np.where(scene.ends[:, 1] >= 0, bay[scene.ends[:, 1]], np.inf)
    lost = (np.minimum(first, second) + 1.0) * reach / bays / fall.spread_m_per_s  # when nothing carries a bay
    up = np.maximum(scene.bond[:, 1] - bottom, 0.0)
    seam = (first != second) & np.isfinite(second)
    script.cut_s[seam] = np.minimum(script.cut_s[seam], (lost + up / (_CRACK_PACE * fall.spread_m_per_s))[seam])
    _whole_till_it_lands(script, scene, lost, np.minimum(first, second) < bays)
    return script


def _whole_till_it_lands(script: Script, scene: _Scene, lost_s: Array, falls: Array) -> None:
    """Bonds (B,) that lose their support at ``lost_s`` keep together until they have come down a storey."""
    drop_s = np.sqrt(2.0 * scene.storey_m / 9.81)
    script.sound[:] = _SOUND
    script.weak[falls] = 1.0 / _SOUND
    script.weak_s[falls] = (lost_s + drop_s + scene.bond[:, 1] / _CRUSH_M_PER_S)[falls]


def soft_storey(shards: Shards, fall: Fall) -> Script:
    """One whole storey gives way, from ``at`` outwards; those above come down as one and crush from below."""
    scene, script = _scene(shards, fall), _empty(shards)
    storey = np.floor(np.clip(fall.at[1], 0.0, 0.999) * scene.high[1] / scene.storey_m)
    bottom = storey * scene.storey_m
    region = _bearing(scene, bottom, bottom + scene.storey_m)
    when = 0.4 * np.linalg.norm((scene.shard - scene.start)[:, [0, 2]], axis=1) / fall.spread_m_per_s
    _release(script, scene, region, when, _outward(scene, 12.0))
    above = scene.bond[:, 1] > bottom + scene.storey_m
    lost = float(when[region].max(initial=0.0))
    script.sound[above] = _SOUND
    script.weak[above] = 1.0 / _SOUND
    drop_s = np.sqrt(2.0 * scene.storey_m / 9.81)
    script.weak_s[above] = lost + drop_s + (scene.bond[above, 1] - bottom - scene.storey_m) / _PANCAKE_M_PER_S
    return script


def topple(shards: Shards, fall: Fall) -> Script:
    """A notch on the side it is to fall to, a hinge on the other; it leans as one until it strikes."""
    scene, script = _scene(shards, fall), _empty(shards)
    way = _direction(fall)
    along = scene.shard @ way
    least, most = along.min(), along.max()
    depth = (along - least) / (most - least)  # 0 at the hinge, 1 at the mouth of the notch
    mouth = 1.1 * scene.storey_m
    height = np.clip((depth - 0.22) / 0.78, 0.0, 1.0) ** 0.5 * mouth
    y = scene.shard[:, 1]
    region = (depth > 0.22) & (y < np.maximum(height, 0.4 * scene.storey_m)) & (y < mouth)
    when = (1.0 - depth) * (most - least) / fall.spread_m_per_s
    _release(script, scene, region, when, np.tile(way * 16.0, (len(shards), 1)))
    last = float(when[region].max(initial=0.0))
    above = y > mouth * 0.9
    script.push[above] = way * 1.2 * fall.violence * np.clip(y[above] / scene.high[1], 0, 1)[:, None]
    script.push_s[above] = (last, last + 1.2)
    foot = (scene.ends[:, 1] < 0) & ~region[scene.ends[:, 0]]
    script.cut_s[foot] = 0.9 * last  # it stands on the hinge from now on, and turns about its edge
    script.brace[:] = 100.0
    script.brace_end_s = last + 1.7
    return script


def implosion(shards: Shards, fall: Fall) -> Script:
    """The core goes first on several storeys, then the outer walls, which are drawn inwards."""
    scene, script = _scene(shards, fall), _empty(shards)
    middle = (scene.low + scene.high) / 2
    far = np.abs(scene.shard - middle)[:, [0, 2]] / (scene.size[[0, 2]] / 2)
    ring = far.max(axis=1)
    y = scene.shard[:, 1]
    storey = np.floor(y / scene.storey_m)
    core = (ring < 0.75) & ((storey == 0) | (storey % 2 == 1)) & _bearing(scene, 0.0, scene.high[1])
    crossing = scene.size[0] / 2 / fall.spread_m_per_s
    inward = -_outward(scene, _DRAWN_M_PER_S2)
    _release(script, scene, core, storey * 0.08 + ring * crossing * 0.3, -_outward(scene, 9.0))
    sideways = np.abs(scene.shard[:, 0] - middle[0]) / scene.size[0]  # 0 in the middle, 0.5 at the ends
    outer = (ring >= 0.75) & (storey == 0) & _bearing(scene, 0.0, scene.storey_m)
    _release(script, scene, outer, _SHELL_LATE_S + crossing * sideways, inward)
    upper = (storey >= 1) & ~core & (ring > 0.6)
    script.push[upper] = inward[upper]
    script.push_s[upper] = (_SHELL_LATE_S, _SHELL_LATE_S + 1.3)
    skin = ring[np.maximum(scene.ends[:, 0], 0)] >= 0.75
    skin &= np.where(scene.ends[:, 1] >= 0, ring[scene.ends[:, 1]] >= 0.75, True)
    script.brace[skin] = _SOUND
    script.brace_end_s = _SHELL_LATE_S + 1.0
    return script


def facade_peel(shards: Shards, fall: Fall) -> Script:
    """The front wall comes off its floors from the top, and turns outwards about its foot."""
    scene, script = _scene(shards, fall), _empty(shards)
    wall = (scene.part == int(Part.WALL)) & (scene.shard[:, 2] > scene.high[2] - 0.6)
    thick = 2.0 * float(np.median(scene.high[2] - scene.shard[wall, 2]))
    front = np.isin(scene.part, _SKIN) & (scene.shard[:, 2] > scene.high[2] - 0.9 * thick)
    side = np.minimum(scene.shard[:, 0] - scene.low[0], scene.high[0] - scene.shard[:, 0])
    front &= side > 1.5 * thick  # the corners stay: they are toothed into the side walls
    first = front[scene.ends[:, 0]]
    second = np.where(scene.ends[:, 1] >= 0, front[scene.ends[:, 1]], first)
    high = scene.high[1]
    pace = 2.0 * fall.spread_m_per_s  # seams unzip along both sides at once
    top = np.array([scene.start[0], high, scene.high[2]])
    script.cut_s = np.where(first != second, np.linalg.norm(scene.bond - top, axis=1) / pace, np.inf)
    last = float(script.cut_s[first != second].max(initial=0.0))
    foot = (scene.bond[:, 1] < 0.35 * scene.storey_m) & first & second
    script.cut_s[foot] = 0.6 * last
    share = scene.shard[:, 1] / high
    script.push[front] = _direction_out(fall, 5.0) * share[front][:, None]
    script.push_s[front] = (0.6 * last, last + 0.9)
    script.slippery = front & (share > 0.1)
    script.brace[first & second] = 6.0
    script.sound = np.where(first | second, 1.0, _SOUND)
    script.brace_end_s = last + 1.6
    return script


def _direction_out(fall: Fall, push: float) -> Array:
    """The push off a front wall: outwards, leaning to the side the artist asks for."""
    way = _direction(fall)
    way[2] = max(way[2], 0.5)
    return np.asarray(way * push * fall.violence)


def blast(shards: Shards, fall: Fall) -> Script:
    """A charge at ``at``: what is near is thrown outwards, the hole then brings down what it carried."""
    scene, script = _scene(shards, fall), _empty(shards)
    inside = scene.start + np.array([0.0, 0.35 * scene.storey_m, -0.18 * scene.size[2]])
    away = scene.shard - inside
    far = np.linalg.norm(away, axis=1)
    radius = fall.reach * scene.size[0]
    region = far < 0.8 * radius
    when = far / max(fall.spread_m_per_s, 60.0)
    fall_off = 1.0 / (0.25 + (far / radius) ** 2)
    kick = (away + 0.4 * far[:, None] * _direction(fall)) / np.maximum(far, 0.3)[:, None] * fall_off[:, None]
    _release(script, scene, region, when, kick * 55.0 * fall.violence, 0.08)
    level = np.linalg.norm((scene.bond - inside)[:, [0, 2]], axis=1) / radius
    over = (level < 0.8) & (scene.bond[:, 1] > inside[1])
    script.weak[over] = 0.05
    script.weak_s[over] = 0.15 + (scene.bond[over, 1] - inside[1]) / fall.spread_m_per_s
    script.sound = _sound((level - 1.1) / 0.5)
    return script


MODES = {
    "corner_failure": corner_failure,
    "soft_storey": soft_storey,
    "topple": topple,
    "implosion": implosion,
    "facade_peel": facade_peel,
    "blast": blast,
}


def script_of(shards: Shards, fall: Fall) -> Script:
    """The script of ``fall.mode``."""
    return MODES[fall.mode](shards, fall)
