"""What a piece looks like from the front, its back or its side: simple, true to its size.

Drawn in metres with x from -w/2 to w/2 and y from 0 (its lowest point) to h.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Literal

from secondunit.effects.sets.drawing.sheet import Mark, PenName, Point, Stroke, circle, line, rectangle

Seen = Literal["front", "back", "side"]
Drawn = list[Mark]
Front = Callable[[float, float, Seen], Drawn]
_WHITE = "#ffffff"


def _box(a: float, b: float, c: float, d: float, pen: PenName = "object", fill: str = _WHITE) -> Stroke:
    return rectangle(a, b, c, d, "I-FURN", pen, fill)


def _line(a: Point, b: Point, pen: PenName = "fine") -> Stroke:
    return line(a, b, "I-FURN", pen)


def _shape(*points: Point, pen: PenName = "object", fill: str = _WHITE) -> Stroke:
    return Stroke(points, "I-FURN", pen, True, fill)


def _joints(length: float, about: float) -> list[float]:
    parts = max(1, round(length / about))
    return [-length / 2 + length * number / parts for number in range(parts + 1)]


def _plain(w: float, h: float, seen: Seen) -> Drawn:
    return [_box(-w / 2, 0, w / 2, h)]


def _sofa(w: float, h: float, seen: Seen) -> Drawn:
    foot, seat, arm = min(0.1, h / 6), 0.55 * h, min(0.18, w / 6)
    if seen == "side":
        back = min(0.28, w / 3)
        body = _shape(
            (-w / 2, foot),
            (w / 2, foot),
            (w / 2, h),
            (w / 2 - back * 0.7, h),
            (w / 2 - back, 0.72 * h),
            (-w / 2, 0.72 * h),
        )
        return [body, _line((-w / 2, seat), (w / 2 - back, seat), "hair"), *_feet(w, foot)]
    inner = w - 2 * arm
    out: Drawn = [_box(-w / 2 + arm / 2, foot, w / 2 - arm / 2, h)]
    out += [_box(-w / 2, foot, -w / 2 + arm, 0.72 * h), _box(w / 2 - arm, foot, w / 2, 0.72 * h)]
    if seen == "front":
        out.append(_box(-inner / 2, foot, inner / 2, seat, "fine"))
        out.append(_line((-inner / 2, seat - 0.14), (inner / 2, seat - 0.14), "hair"))
        out += [_line((x, seat - 0.14), (x, h), "hair") for x in _joints(inner, 0.65)[1:-1]]
    return out + _feet(w, foot)


def _feet(w: float, foot: float) -> Drawn:
    reach = w / 2 - 0.06
    return [_box(x - 0.025, 0, x + 0.025, foot, "fine") for x in (-reach, reach)]


def _chair(w: float, h: float, seen: Seen) -> Drawn:
    seat = min(0.46, 0.55 * h)
    if seen == "side":
        return [
            _box(-w / 2, seat - 0.05, w / 2, seat),
            _box(w / 2 - 0.05, seat, w / 2, h),
            _box(-w / 2, 0, -w / 2 + 0.04, seat - 0.05, "fine"),
            _box(w / 2 - 0.04, 0, w / 2, seat - 0.05, "fine"),
        ]
    out: Drawn = [_box(-w / 2 + 0.02, seat, w / 2 - 0.02, h), _box(-w / 2, seat - 0.05, w / 2, seat)]
    return out + [_box(x - 0.02, 0, x + 0.02, seat - 0.05, "fine") for x in (-w / 2 + 0.03, w / 2 - 0.03)]


def _stool(w: float, h: float, seen: Seen) -> Drawn:
    return [
        _shape(
            (-0.3 * w, 0),
            (-0.34 * w, 0),
            (-0.3 * w, h - 0.05),
            (0.3 * w, h - 0.05),
            (0.34 * w, 0),
            (0.3 * w, 0),
            (0.26 * w, h - 0.1),
            (-0.26 * w, h - 0.1),
            pen="fine",
        ),
        _box(-w / 2, h - 0.06, w / 2, h),
    ]


def _table(w: float, h: float, seen: Seen) -> Drawn:
    leg = 0.05
    out: Drawn = [_box(-w / 2 + 0.05, h - 0.12, w / 2 - 0.05, h - 0.03, "fine"), _box(-w / 2, h - 0.035, w / 2, h)]
    return out + [_box(x - leg / 2, 0, x + leg / 2, h - 0.035, "fine") for x in (-w / 2 + 0.08, w / 2 - 0.08)]


def _round_table(w: float, h: float, seen: Seen) -> Drawn:
    return [
        _box(-0.04, 0.03, 0.04, h - 0.03, "fine"),
        _box(-0.28 * w, 0, 0.28 * w, 0.03, "fine"),
        _box(-w / 2, h - 0.035, w / 2, h),
    ]


def _counter(w: float, h: float, seen: Seen) -> Drawn:
    out: Drawn = [_box(-w / 2 + 0.02, 0, w / 2 - 0.02, h - 0.04), _box(-w / 2, h - 0.05, w / 2, h)]
    if seen != "side":
        out += [_line((x, 0.1), (x, h - 0.05), "hair") for x in _joints(w - 0.04, 0.6)[1:-1]]
    return [*out, _line((-w / 2 + 0.02, 0.1), (w / 2 - 0.02, 0.1), "hair")]


def _doors(w: float, h: float, seen: Seen) -> Drawn:
    out: Drawn = [_box(-w / 2, 0, w / 2, h), _line((-w / 2, 0.08), (w / 2, 0.08), "fine")]
    if seen != "front":
        return out
    joints = _joints(w, 0.5)
    out += [_line((x, 0.08), (x, h - 0.03), "fine") for x in joints[1:-1]]
    out.append(_line((-w / 2, h - 0.03), (w / 2, h - 0.03), "fine"))
    knobs = [
        (a + b) / 2 + (0.38 if n % 2 == 0 else -0.38) * (b - a) for n, (a, b) in enumerate(itertools.pairwise(joints))
    ]
    return out + [circle((x, 0.55 * h), 0.015, "I-FURN", "fine") for x in knobs]


def _drawers(w: float, h: float, seen: Seen) -> Drawn:
    out: Drawn = [_box(-w / 2, 0, w / 2, h)]
    if seen != "front":
        return out
    rows = max(2, round(h / 0.25))
    for number in range(rows):
        y = 0.06 + (h - 0.09) * number / rows
        out.append(_line((-w / 2, y), (w / 2, y), "fine"))
        out.append(_line((-0.06, y + 0.55 * (h - 0.09) / rows), (0.06, y + 0.55 * (h - 0.09) / rows), "object"))
    return out


def _shelves(w: float, h: float, seen: Seen) -> Drawn:
    out: Drawn = [_box(-w / 2, 0, w / 2, h)]
    if seen != "front":
        return out
    out.append(_box(-w / 2 + 0.025, 0.06 if h > 0.6 else 0.02, w / 2 - 0.025, h - 0.025, "fine"))
    rows = max(1, round((h - 0.08) / 0.36))
    out += [
        _line((-w / 2 + 0.025, 0.06 + (h - 0.085) * n / rows), (w / 2 - 0.025, 0.06 + (h - 0.085) * n / rows))
        for n in range(1, rows)
    ]
    return out + [_line((x, 0.06), (x, h - 0.025), "fine") for x in _joints(w, 0.8)[1:-1]]


def _bed(w: float, h: float, seen: Seen) -> Drawn:
    top = min(0.6, 0.6 * h)
    if seen == "side":
        return [
            _box(w / 2 - 0.06, 0, w / 2, h),
            _box(-w / 2, 0.15, w / 2 - 0.06, 0.35),
            _box(-w / 2, 0.35, w / 2 - 0.06, top),
            _box(w / 2 - 0.5, top, w / 2 - 0.08, top + 0.1, "fine"),
        ]
    return [_box(-w / 2, 0, w / 2, h), _box(-w / 2, 0.12, w / 2, top), _line((-w / 2, 0.32), (w / 2, 0.32), "hair")]


def _floor_lamp(w: float, h: float, seen: Seen) -> Drawn:
    shade = min(0.3, 0.25 * h)
    return [
        _box(-0.012, 0.02, 0.012, h - shade, "fine"),
        _box(-0.3 * w, 0, 0.3 * w, 0.025, "fine"),
        _shape((-w / 2, h - shade), (w / 2, h - shade), (0.35 * w, h), (-0.35 * w, h)),
    ]


def _pendant(w: float, h: float, seen: Seen) -> Drawn:
    shade = min(0.6 * w, 0.6 * h)
    return [_line((0, shade), (0, h), "fine"), _shape((-w / 2, 0), (w / 2, 0), (0.2 * w, shade), (-0.2 * w, shade))]


def _chandelier(w: float, h: float, seen: Seen) -> Drawn:
    out: Drawn = [_line((0, 0.1 * h), (0, h), "fine"), _box(-0.08 * w, 0.12 * h, 0.08 * w, 0.5 * h, "fine")]
    for x in (-0.46, -0.24, 0.24, 0.46):
        curve = [(x * w * s, 0.22 * h + 0.14 * h * math.sin(math.pi * (s + 0.5))) for s in (0, 0.25, 0.5, 0.75, 1)]
        out.append(Stroke(tuple(curve), "I-FURN", "fine"))
        out.append(_box(x * w - 0.025, curve[-1][1], x * w + 0.025, curve[-1][1] + 0.12, "fine"))
    return out


def _fireplace(w: float, h: float, seen: Seen) -> Drawn:
    if seen == "side":
        return [_box(-w / 2, 0, w / 2, h), _box(-w / 2 - 0.0, h - 0.08, w / 2, h)]
    leg = min(0.3, w / 5)
    return [
        _box(-w / 2 + 0.04, 0, w / 2 - 0.04, h - 0.07),
        _box(-w / 2, h - 0.07, w / 2, h),
        _box(-w / 2 + leg, 0, w / 2 - leg, 0.66 * h, "object", "#d0d0d0"),
        _line((-w / 2 + leg, 0.05), (w / 2 - leg, 0.05), "fine"),
    ]


def _frame(w: float, h: float, seen: Seen) -> Drawn:
    edge = min(0.05, w / 6, h / 6)
    return [_box(-w / 2, 0, w / 2, h), _box(-w / 2 + edge, edge, w / 2 - edge, h - edge, "hair")]


def _mirror(w: float, h: float, seen: Seen) -> Drawn:
    glints: Drawn = [_line((-0.1 * w + s, 0.35 * h), (0.1 * w + s, 0.65 * h), "hair") for s in (-0.06, 0.0, 0.06)]
    return _frame(w, h, seen) + (glints if seen == "front" else [])


def _curtains(w: float, h: float, seen: Seen) -> Drawn:
    """Two wings and a rail; what they hang before is seen between them."""
    wing = 0.2 * w
    out: Drawn = [_box(-w / 2, h - 0.04, w / 2, h, "fine")]
    for left in (-w / 2, w / 2 - wing):
        out.append(_box(left, 0, left + wing, h - 0.04))
        out += [_line((left + wing * n / 7, 0), (left + wing * n / 7, h - 0.04), "hair") for n in range(1, 7)]
    return out


def _plant(w: float, h: float, seen: Seen) -> Drawn:
    pot = min(0.35 * h, 0.5)
    points = []
    for step in range(40):
        angle = math.tau * step / 40
        reach = 0.86 + 0.14 * math.cos(9 * angle)
        points.append(
            (w / 2 * reach * math.cos(angle), (h + 0.7 * pot) / 2 + (h - 0.7 * pot) / 2 * reach * math.sin(angle))
        )
    return [
        Stroke(tuple(points), "I-FURN", "fine", True, _WHITE),
        _shape((-0.22 * w, 0), (0.22 * w, 0), (0.3 * w, pot), (-0.3 * w, pot)),
    ]


def _vase(w: float, h: float, seen: Seen) -> Drawn:
    sides = [(0.28, 0), (0.5, 0.35), (0.42, 0.7), (0.2, 0.86), (0.26, 1)]
    right = [(x * w, y * h) for x, y in sides]
    return [_shape(*right, *[(-x, y) for x, y in reversed(right)], pen="fine")]


def _screen(w: float, h: float, seen: Seen) -> Drawn:
    return [_box(-w / 2, 0, w / 2, h, "object", "#e4e4e4")]


def _panelling(w: float, h: float, seen: Seen) -> Drawn:
    return [_box(-w / 2, 0, w / 2, h, "fine"), *[_line((x, 0.1), (x, h - 0.1), "hair") for x in _joints(w, 0.6)[1:-1]]]


def _piano(w: float, h: float, seen: Seen) -> Drawn:
    if seen == "side":
        return [
            _shape(
                (-w / 2, 0),
                (w / 2, 0),
                (w / 2, h),
                (0.05 * w, h),
                (0.0, 0.66 * h),
                (-w / 2, 0.62 * h),
                (-w / 2, 0.52 * h),
                (-0.1 * w, 0.52 * h),
                (-0.1 * w, 0.06),
                (-w / 2, 0.06),
            )
        ]
    return [
        _box(-w / 2, 0, w / 2, h),
        _box(-w / 2, 0.52 * h, w / 2, 0.62 * h, "fine"),
        _line((-w / 2, h - 0.04), (w / 2, h - 0.04), "hair"),
    ]


def _grand_piano(w: float, h: float, seen: Seen) -> Drawn:
    case, legs = 0.62 * h, (-0.4 * w, 0.4 * w)
    out: Drawn = [_box(x - 0.045, 0, x + 0.045, case, "fine") for x in legs]
    lid = _shape((-w / 2, 0.95 * h), (0.42 * w, h), (0.45 * w, h - 0.03), (-w / 2, 0.92 * h), pen="fine")
    return [*out, lid, _line((0.3 * w, 0.95 * h), (0.2 * w, 0.98 * h), "hair"), _box(-w / 2, case, w / 2, 0.93 * h)]


def _radiator(w: float, h: float, seen: Seen) -> Drawn:
    return [
        _box(-w / 2, 0, w / 2, h, "fine"),
        *[_line((x, 0.03), (x, h - 0.03), "hair") for x in _joints(w, 0.08)[1:-1]],
    ]


FRONTS: dict[str, Front] = {
    **dict.fromkeys(
        (
            "sofa",
            "loveseat",
            "armchair",
            "club_chair",
            "lounge_chair",
            "corner_sofa",
            "pit_seating",
            "daybed",
            "chaise_longue",
        ),
        _sofa,
    ),
    **dict.fromkeys(("dining_chair", "folding_chair", "rocking_chair", "office_chair", "pew"), _chair),
    **dict.fromkeys(("stool", "bar_stool"), _stool),
    **dict.fromkeys(("round_table", "side_table"), _round_table),
    **dict.fromkeys(("bar_counter", "reception_desk", "kitchen_island"), _counter),
    **dict.fromkeys(
        (
            "sideboard",
            "tv_unit",
            "wardrobe",
            "kitchen_unit",
            "kitchen_wall_unit",
            "sink_unit",
            "vanity_unit",
            "locker",
            "display_cabinet",
        ),
        _doors,
    ),
    **dict.fromkeys(("chest_of_drawers", "filing_cabinet", "bedside_table"), _drawers),
    **dict.fromkeys(("bookcase", "open_shelving", "wine_rack", "wall_shelf"), _shelves),
    **dict.fromkeys(("floor_lamp", "table_lamp"), _floor_lamp),
    "pendant": _pendant,
    "chandelier": _chandelier,
    "fireplace": _fireplace,
    **dict.fromkeys(("painting", "wall_map", "whiteboard"), _frame),
    **dict.fromkeys(("mirror", "standing_mirror"), _mirror),
    "curtains": _curtains,
    "blind": _radiator,
    **dict.fromkeys(("plant", "indoor_tree", "small_plant", "flowers"), _plant),
    **dict.fromkeys(("vase", "floor_vase"), _vase),
    **dict.fromkeys(("tv", "video_wall", "old_tv", "computer"), _screen),
    "wall_panelling": _panelling,
    "upright_piano": _piano,
    "grand_piano": _grand_piano,
    "radiator": _radiator,
    "vent_grille": _radiator,
    "bench": _table,
    "workbench": _table,
}
BY_GROUP: dict[str, Front] = {"table": _table, "bed": _bed}


def front(kind: str, group: str, width_m: float, height_m: float, seen: Seen) -> tuple[Mark, ...]:
    """A kind from that side; a plain box where nothing better is known."""
    return tuple(FRONTS.get(kind, BY_GROUP.get(group, _plain))(width_m, height_m, seen))
