"""Candidate places of a group and how well it would stand there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from secondunit.effects.sets.layout.ground import Ground, Mask, Placed
from secondunit.effects.sets.layout.groups import Group
from secondunit.effects.sets.layout.shapes import Array, Wall, turned
from secondunit.effects.sets.plan import Opening

STEP_M = 0.3  # between places along a wall
GRID_M = 0.5  # between free places
CORNER_M = 0.12  # what stands in a corner keeps this from both walls
NEAR_M, FAR_M = 2.0, 4.2  # from a seat group's middle to what it looks at: TV and hearth distances of common practice
AWKWARD_M = (0.16, 0.65)  # too far from the wall to stand at it, too near to walk behind


@dataclass(frozen=True)
class Candidates:
    """Places (n, 2), turns (n,), regions (n,), scores (n,)."""

    at: Array
    turn_deg: Array
    region: Array
    score: Array

    def __len__(self) -> int:
        return len(self.at)

    def only(self, mask: Mask) -> Candidates:
        """Those of a mask."""
        return Candidates(self.at[mask], self.turn_deg[mask], self.region[mask], self.score[mask])


def candidates(group: Group, ground: Ground, others: list[Placed], rng: np.random.Generator) -> Candidates:
    """All places at which a group could stand that break no rule, with their scores."""
    if group.anchor == "level":
        raw = _in_levels(group, ground)
    elif group.anchor in ("wall", "corner"):
        raw = _along_walls(group, ground, others)
    else:
        raw = _free(group, ground, others)
    if not len(raw[0]):
        return Candidates(np.zeros((0, 2)), np.zeros(0), np.zeros(0, int), np.zeros(0))
    at, turn, region, liked = (
        (np.asarray(values) for values in zip(*raw, strict=True)) if isinstance(raw, list) else raw
    )
    every = Candidates(at, turn, region.astype(int), liked)
    fit = every.only(ground.feasible(group, every.at, every.turn_deg, every.region, others))
    if not len(fit):
        return fit
    score = fit.score + standing_score(group, ground, others, fit) + rng.uniform(0, 0.15, len(fit))
    return Candidates(fit.at, fit.turn_deg, fit.region, score)


def marks_of(wall: Wall, openings: tuple[Opening, ...]) -> tuple[list[float], list[tuple[float, float]]]:
    """Places along a wall that the eye measures from (its middle, middles between openings, windows' middles), and
    the free stretches.
    """
    here = sorted((one for one in openings if one.wall == wall.number), key=lambda one: one.at_m)
    edges = [0.0]
    for one in here:
        if one.kind != "window":
            edges += [one.at_m, one.at_m + one.width_m]
    edges.append(wall.length_m)
    free = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 0.2]
    marks = [wall.length_m / 2, *((a + b) / 2 for a, b in free)]
    marks += [one.at_m + one.width_m / 2 for one in here if one.kind == "window"]
    cuts = [0.0, *(x for one in here for x in (one.at_m, one.at_m + one.width_m)), wall.length_m]
    marks += [(a + b) / 2 for a, b in zip(cuts[::2], cuts[1::2], strict=True) if b - a > 0.4]
    return sorted({round(mark, 3) for mark in marks}), free


def _along_walls(group: Group, ground: Ground, others: list[Placed]) -> tuple[Array, Array, Array, Array]:
    left, right, _, _ = group.extent
    at, turns, liked = [], [], []
    longest = max(wall.length_m for wall in ground.walls)
    for wall in ground.walls:
        marks, free = marks_of(wall, ground.room.openings)
        # seen from the room the group's right is towards the wall's first corner
        axes = [_along(wall, one.at) for one in others if one.group.anchor in ("free", "level")]
        for start, end in free:
            low, high = start + right, end + left
            if high < low - 1e-9:
                continue
            places = {
                low,
                high,
                *np.arange(low, high, STEP_M).tolist(),
                *(m for m in (*marks, *axes) if low <= m <= high),
            }
            if group.anchor == "corner":
                places = {low + CORNER_M, high - CORNER_M} if high - low > 2 * CORNER_M else {low}
            for place in sorted(places):
                at.append(wall.point(place))
                turns.append(wall.turn_deg)
                mark = min((abs(place - m) for m in marks), default=9.0)
                axis = min((abs(place - m) for m in axes), default=9.0)
                score = 0.8 * np.exp(-((mark / 0.12) ** 2)) + 0.8 * np.exp(-((axis / 0.12) ** 2))
                score += 0.25 * wall.length_m / longest
                if group.anchor == "corner":
                    score = 0.9 if min(place - left, place + right) < 1 else 0.5
                elif mark > 0.12 and axis > 0.12:
                    snug = min(place - low, high - place)
                    score += 0.35 if snug < 0.02 else -0.1
                liked.append(float(score))
    return np.array(at).reshape(-1, 2), np.array(turns), np.zeros(len(at), int), np.array(liked)


def _along(wall: Wall, at: Array) -> float:
    return float((at - wall.start) @ wall.along)


def _turns(ground: Ground) -> list[float]:
    found = {round(wall.turn_deg % 180, 3) for wall in ground.walls if wall.length_m > 1.5}
    return sorted({(turn + extra) % 360 for turn in found for extra in (0, 180)}) or [0.0, 90.0, 180.0, 270.0]


def _free(group: Group, ground: Ground, others: list[Placed]) -> tuple[Array, Array, Array, Array]:
    at, turns, regions = [], [], []
    left, right, back, _ = group.extent
    for number, region in enumerate(ground.regions):
        x0, z0, x1, z1 = region.bounds
        middle = region.centroid
        xs = {round(x, 3) for x in (*np.arange(x0 + 0.5, x1, GRID_M), middle.x, (x0 + x1) / 2)}
        zs = {round(z, 3) for z in (*np.arange(z0 + 0.5, z1, GRID_M), middle.y, (z0 + z1) / 2)}
        for one in others:
            xs.add(round(float(one.at[0]), 3))
            zs.add(round(float(one.at[1]), 3))
        grid = np.array([(x, z) for x in sorted(xs) for z in sorted(zs)])
        grid = grid[shapely.contains_xy(region, grid[:, 0], grid[:, 1])]
        for turn in _turns(ground):
            at += list(grid)
            turns += [turn] * len(grid)
            regions += [number] * len(grid)
    if group.reach_m == 0:  # its back may stand at a wall
        for wall in ground.walls:
            marks, free = marks_of(wall, ground.room.openings)
            axes = [_along(wall, one.at) for one in others if one.group.is_focus]
            for start, end in free:
                for place in (*np.arange(start + right, end + left, STEP_M), *marks, *axes):
                    if start + right <= place <= end + left:
                        at.append(wall.point(float(place), -back + 0.04))
                        turns.append(wall.turn_deg)
                        regions.append(0)
    return np.array(at).reshape(-1, 2), np.array(turns), np.array(regions), np.zeros(len(at))


def _in_levels(group: Group, ground: Ground) -> tuple[Array, Array, Array, Array]:
    at, turns, regions = [], [], []
    for number in range(1, len(ground.regions)):
        middle = np.array(ground.regions[number].centroid.coords[0])
        for turn in _turns(ground):
            at.append(middle)
            turns.append(turn)
            regions.append(number)
    return np.array(at).reshape(-1, 2), np.array(turns), np.array(regions), np.zeros(len(at))


def standing_score(group: Group, ground: Ground, others: list[Placed], fit: Candidates) -> Array:
    """How well it stands with the room and with what stands already, (n,)."""
    rectangle = _hull(group)
    world = turned(rectangle[None], fit.at[:, None], fit.turn_deg[:, None])
    hulls = shapely.polygons(world)
    middles = world.mean(1)
    gap = shapely.distance(hulls, ground.outline.exterior)
    score = np.zeros(len(fit))
    if group.anchor == "free":
        awkward = (gap > AWKWARD_M[0]) & (gap < AWKWARD_M[1])
        score -= 0.6 * awkward
        score += _on_axes(ground, fit)
    for other in others:
        spread = np.hypot(*(middles - other.world(_hull(other.group)[None])[0].mean(0)).T)
        score -= 0.35 * np.exp(-spread / 1.6)
    focus = [one for one in others if one.group.is_focus]
    if group.focus and focus:
        score += max_of([_looks(fit, one) for one in focus])
    elif group.focus:
        score += 0.4 * _faces_inward(ground, fit, middles)
    if group.reach_m:
        score += _backed(group, ground, fit)
    if group.is_focus or group.name in ("desk", "bed", "reception", "control"):
        score += 0.5 * _seen_from_door(ground, middles, fit)
    if group.is_focus:
        seats = [one for one in others if one.group.focus]
        if seats:
            score += max_of([_looked_at(fit, one) for one in seats])
    return score


def max_of(scores: list[Array]) -> Array:
    """The best of several, (n,)."""
    return np.asarray(np.max(np.stack(scores), 0))


def _hull(group: Group) -> Array:
    left, right, back, front = group.extent
    return np.array([(left, back), (right, back), (right, front), (left, front)])


def _on_axes(ground: Ground, fit: Candidates) -> Array:
    score = np.zeros(len(fit))
    for number, region in enumerate(ground.regions):
        here = fit.region == number
        x0, z0, x1, z1 = region.bounds
        for axis, low, high in ((0, x0, x1), (1, z0, z1)):
            shares = np.array([1 / 2, 1 / 3, 2 / 3])
            off = np.abs(fit.at[here, axis][:, None] - (low + shares * (high - low))[None])
            score[here] += 0.35 * (np.exp(-((off / 0.15) ** 2)) * np.array([1.0, 0.6, 0.6])).max(1)
    return score


def ahead(turn_deg: Array) -> Array:
    """Where a turn looks, (n, 2)."""
    angle = np.radians(turn_deg)
    return np.stack([np.sin(angle), np.cos(angle)], -1)


def _looks(fit: Candidates, focus: Placed) -> Array:
    """Seats at candidates look at a focus: straight, from the right distance, on its axis."""
    way = focus.at - fit.at
    distance = np.maximum(np.hypot(*way.T), 1e-6)
    straight = (ahead(fit.turn_deg) * way).sum(1) / distance
    facing = ahead(np.array([focus.turn_deg]))[0]
    across = np.abs(way @ np.array([facing[1], -facing[0]]))
    before = -(way @ facing)
    good = np.exp(-((np.maximum(NEAR_M - distance, 0) + np.maximum(distance - FAR_M, 0) / 2.5) ** 2))
    on_axis = np.exp(-((across / 0.2) ** 2))
    return np.asarray(np.where(before < 0.5, -1.5, 1.6 * straight * good + 0.9 * on_axis * (straight > 0.9)))


def _looked_at(fit: Candidates, seats: Placed) -> Array:
    way = fit.at - seats.at
    distance = np.maximum(np.hypot(*way.T), 1e-6)
    straight = way @ ahead(np.array([seats.turn_deg]))[0] / distance
    facing = (ahead(fit.turn_deg) * -way).sum(1) / distance
    look = ahead(np.array([seats.turn_deg]))[0]
    on_axis = np.exp(-((np.abs(way @ np.array([look[1], -look[0]])) / 0.2) ** 2)) * (straight > 0.9)
    good = np.exp(-((np.maximum(NEAR_M - distance, 0) + np.maximum(distance - FAR_M, 0) / 2.5) ** 2))
    return np.asarray(2.0 * straight * np.maximum(facing, 0) * good + 0.9 * on_axis)


def _faces_inward(ground: Ground, fit: Candidates, middles: Array) -> Array:
    way = np.array(ground.outline.centroid.coords[0]) - middles
    distance = np.maximum(np.hypot(*way.T), 1e-6)
    straight = (ahead(fit.turn_deg) * way).sum(1) / distance
    return np.asarray(np.where(distance < 0.6, 0.6, straight))


def _seen_from_door(ground: Ground, middles: Array, fit: Candidates) -> Array:
    doors = [one for one in ground.room.openings if one.kind != "window"]
    if not doors:
        return np.zeros(len(fit))
    door = doors[0]
    wall = ground.walls[door.wall]
    at = wall.point(door.at_m + door.width_m / 2)
    way = middles - at
    distance = np.maximum(np.hypot(*way.T), 1e-6)
    ahead_of_door = way @ wall.inward / distance
    turned_to = (ahead(fit.turn_deg) * -way).sum(1) / distance
    return np.asarray(0.6 * ahead_of_door + 0.6 * turned_to)


def _backed(group: Group, ground: Ground, fit: Candidates) -> Array:
    """Who sits behind a desk has a wall behind, near enough to lean back to and far enough to pass."""
    _, _, back, _ = group.extent
    behind = fit.at + ahead(fit.turn_deg) * back
    rays = np.stack([behind, behind - ahead(fit.turn_deg) * 50], 1)
    gap = shapely.distance(
        shapely.points(behind), shapely.intersection(shapely.linestrings(rays), ground.outline.exterior)
    )
    gap = np.where(np.isnan(gap), 9.0, gap)
    return np.asarray(
        1.4
        * np.exp(-((np.maximum(group.reach_m - 0.3 - gap, 0) + np.maximum(gap - group.reach_m - 0.4, 0)) ** 2) / 0.3)
        - 0.7
    )
