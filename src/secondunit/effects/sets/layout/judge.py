"""How well an option does what was asked, and the sentences that say so: marks of 0..1, read off the plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import ndimage

from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.layout.ground import CELL_M, Ground, Placed
from secondunit.effects.sets.layout.places import ahead, marks_of
from secondunit.effects.sets.layout.programme import Programme

WEIGHTS = {
    "focus": 1.4,
    "axes": 1.0,
    "balance": 1.0,
    "ways": 1.0,
    "fullness": 1.2,
    "entry": 0.7,
    "wholeness": 1.2,
    "light": 0.6,
}


@dataclass(frozen=True)
class Judged:
    """Marks by name, 0..1, their weighted mean, and what they say."""

    marks: dict[str, float]
    score: float
    reasons: tuple[str, ...]


def judge(placed: tuple[Placed, ...], ground: Ground, programme: Programme) -> Judged:
    """Marks and reasons of one option."""
    found = {
        "focus": _focus(placed),
        "axes": _axes(placed, ground),
        "balance": _balance(placed, ground),
        "ways": _ways(placed, ground, programme),
        "fullness": _fullness(placed, ground, programme),
        "entry": _entry(placed, ground),
        "wholeness": _wholeness(placed, programme),
        "light": _light(placed, ground),
    }
    told = {name: mark for name, mark in found.items() if mark is not None}
    weights = weights_of(programme.formal)
    total = sum(weights[name] for name in told)
    score = sum(weights[name] * mark[0] for name, mark in told.items()) / max(total, 1e-9)
    return Judged(
        {name: round(mark[0], 4) for name, mark in told.items()},
        round(score, 4),
        tuple(mark[1] for mark in told.values() if mark[1]),
    )


def weights_of(formal: float) -> dict[str, float]:
    """What each mark counts: the more formal the words (0..1), the more axes and balance do."""
    order = 0.5 + formal
    return {name: weight * (order if name in ("axes", "balance") else 1.0) for name, weight in WEIGHTS.items()}


Mark = tuple[float, str] | None


def label(one: Placed) -> str:
    """A group in a sentence."""
    return one.group.name if one.group.name != "hearth" else one.group.variant


def _focus(placed: tuple[Placed, ...]) -> Mark:
    seats = [
        one for one in placed if one.group.focus and one.group.name in ("conversation", "control", "meeting", "pupil")
    ]
    what = [one for one in placed if one.group.is_focus]
    if not seats or not what:
        pairs = [one for one in placed if one.group.name == "conversation"]
        return (0.75, f"The seats turn to each other: {pairs[0].group.variant}") if pairs else None
    best = []
    for seat in seats:
        ways = [(one, one.at - seat.at) for one in what]
        straight = [
            (float(ahead(np.array([seat.turn_deg]))[0] @ way / max(np.hypot(*way), 1e-6)), float(np.hypot(*way)), one)
            for one, way in ways
        ]
        best.append(max(straight, key=lambda one: (round(one[0], 6), -one[1])))
    mean = float(np.mean([max(0.0, one[0]) * np.exp(-max(0.0, one[1] - 5) / 4) for one in best]))
    angle, distance, one = best[0]
    how = "faces" if angle > 0.9 else "is turned half to" if angle > 0.4 else "turns its side to"
    said = f"{seats[0].group.variant} {how} the {label(one)} at {distance:.1f} m"
    return mean, said[0].upper() + said[1:]


def _axes(placed: tuple[Placed, ...], ground: Ground) -> Mark:
    on, said = 0, ""
    ranked = sorted(placed, key=lambda one: -one.group.area)
    large = [one for one in ranked if one.group.anchor != "corner"][:6]
    if not large:
        return None
    x0, z0, x1, z1 = ground.outline.bounds
    for one in large:
        shared = [other for other in large if other is not one and min(abs(other.at - one.at)) < 0.06]
        wall = next(
            (w for w in ground.walls if abs((one.at - w.start) @ w.inward) < 0.02 and one.group.anchor == "wall"), None
        )
        middle = min(abs(one.at[0] - (x0 + x1) / 2), abs(one.at[1] - (z0 + z1) / 2)) < 0.06
        marked = (
            wall is not None
            and min(abs(float((one.at - wall.start) @ wall.along) - m) for m in marks_of(wall, ground.room.openings)[0])
            < 0.06
        )
        if shared or middle or marked:
            on += 1
            if not said:
                alone = "is on the axis of the room" if middle else "is centred on its stretch of wall"
                said = f"The {label(one)} {f'shares an axis with the {label(shared[0])}' if shared else alone}"
    return on / len(large), said


def _balance(placed: tuple[Placed, ...], ground: Ground) -> Mark:
    weights, middles = [], []
    for one in placed:
        for item, corners in zip(
            [i for i in one.group.items if i.on is None], one.world(one.group.everything()), strict=False
        ):
            weights.append(shapely.Polygon(corners).area * item.size_m[2])
            middles.append(corners.mean(0))
    if not weights:
        return None
    middle = np.average(np.array(middles), axis=0, weights=np.array(weights))
    x0, z0, x1, z1 = ground.outline.bounds
    off = np.abs(middle - np.array(ground.outline.centroid.coords[0])) / np.array([(x1 - x0) / 2, (z1 - z0) / 2])
    mark = float(np.exp(-((float(np.hypot(*off)) / 0.35) ** 2)))
    side = (
        ("east" if middle[0] > ground.outline.centroid.x else "west")
        if off[0] > off[1]
        else ("south" if middle[1] > ground.outline.centroid.y else "north")
    )
    return mark, "Weight is even on both sides of the room" if mark > 0.75 else f"Heavier to the {side}"


def _ways(placed: tuple[Placed, ...], ground: Ground, programme: Programme) -> Mark:
    width = widest_way(list(placed), ground)
    if width is None:
        return None
    asked = programme.settings.action.path_m
    return float(
        np.clip((width - asked) / 0.6 + 0.5, 0, 1)
    ), f"A way of {width:.1f} m is kept between the doors" if len(
        ground.door_cells
    ) > 1 else f"A way of {width:.1f} m leads into the room"


def widest_way(placed: list[Placed], ground: Ground) -> float | None:
    """The widest way between all doors, metres, found on the grid; with one door, to the room's largest free place."""
    if not ground.door_cells:
        return None
    free = np.pad(ground.free(placed), 1)
    room = ndimage.distance_transform_edt(free)[1:-1, 1:-1] * CELL_M - CELL_M / 2
    targets = [np.asarray(cells) for cells in ground.door_cells]
    if len(targets) == 1:
        targets.append(room >= room.max() - 1e-9)
    best = None
    for half in np.arange(0.25, 1.55, 0.05):
        labels, _ = ndimage.label(room >= half)
        names = [
            set(np.unique(labels[ndimage.binary_dilation(cells, iterations=max(1, int(half / CELL_M)))])) - {0}
            for cells in targets
        ]
        if not set.intersection(*names):
            break
        best = float(2 * half)
    return best


def _fullness(placed: tuple[Placed, ...], ground: Ground, programme: Programme) -> Mark:
    """Neither crammed nor with a hole: the largest circle nobody furnishes, against the room."""
    free = np.pad(ground.free(list(placed)), 1)
    hole = float(ndimage.distance_transform_edt(free).max() * CELL_M)
    x0, z0, x1, z1 = ground.outline.bounds
    usual = max(1.0, 0.26 * min(x1 - x0, z1 - z0), programme.settings.action.play_m * 0.6)
    share = float(free.sum()) * CELL_M**2 / ground.outline.area
    mark = float(np.exp(-((max(0.0, hole - usual) / 0.8) ** 2)) * np.exp(-((max(0.0, 0.5 - share) / 0.15) ** 2)))
    return mark, f"{share:.0%} of the floor stays free" + (
        f"; a place {2 * hole:.1f} m wide is empty" if hole > usual + 0.4 else ""
    )


def _entry(placed: tuple[Placed, ...], ground: Ground) -> Mark:
    doors = [one for one in ground.room.openings if one.kind != "window"]
    what = [one for one in placed if one.group.is_focus] or [
        one for one in placed if one.group.name in ("conversation", "desk", "bed", "bar")
    ]
    if not doors or not what:
        return None
    wall = ground.walls[doors[0].wall]
    at = wall.point(doors[0].at_m + doors[0].width_m / 2)
    way = what[0].at - at
    angle = float(np.degrees(np.arccos(np.clip(way @ wall.inward / max(np.hypot(*way), 1e-6), -1, 1))))
    mark = float(np.clip(1 - (angle - 25) / 60, 0, 1))
    return mark, f"Who comes in sees the {label(what[0])} first" if angle < 45 else ""


def _wholeness(placed: tuple[Placed, ...], programme: Programme) -> Mark:
    names = [one.group.name for one in placed]
    asked = [slot for slot in programme.slots]
    if not asked:
        return None
    there = sum(
        slot.name in names
        or slot.name.replace("_", " ") in names
        or (slot.name == "focus" and any(p.group.is_focus for p in placed))
        for slot in asked
    )
    rest = [
        slot.name.replace("_", " ")
        for slot in asked
        if not slot.needed and slot.name not in names and slot.name != "focus"
    ]
    said = "Has " + ", ".join(
        dict.fromkeys(label(one).replace("_", " ") for one in placed if one.group.anchor != "corner")
    )
    return min(1.0, 0.4 + 0.8 * there / len(asked)), said + (
        f"; gave up the {rest[0]}" if rest and there / len(asked) < 0.6 else ""
    )


def _light(placed: tuple[Placed, ...], ground: Ground) -> Mark:
    windows = [one for one in ground.room.openings if one.kind == "window"]
    desks = [one for one in placed if one.group.name in ("desk", "workplace", "workbench", "dining", "nook")]
    if not windows or not desks:
        return None
    points = [ground.walls[one.wall].point(one.at_m + one.width_m / 2) for one in windows]
    near = [min(float(np.hypot(*(one.at - point))) for point in points) for one in desks]
    best = int(np.argmin(near))
    return float(
        np.mean(np.exp(-np.maximum(0, np.array(near) - 2) / 3))
    ), f"The {label(desks[best])} has daylight from {near[best]:.1f} m" if near[best] < 3 else ""


def seats_of(placed: tuple[Placed, ...]) -> int:
    """How many can sit in the largest conversation."""
    return max(
        (
            sum(catalogue()[item.kind].seats for item in one.group.items)
            for one in placed
            if one.group.name == "conversation"
        ),
        default=0,
    )
