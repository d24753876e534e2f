"""What a piece looks like from above: one small drawing a kind, true to the piece's size.

Drawn about (0, 0) in metres, the front down the page (y < 0), the back up, within the piece's footprint.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from secondunit.effects.sets.drawing import seats
from secondunit.effects.sets.drawing.shapes import WHITE, Drawn, body, box, even, middles, oval, seg
from secondunit.effects.sets.drawing.sheet import Layer, Mark, Point, Stroke, circle

Symbol = Callable[[float, float], Drawn]


def _case(w: float, d: float) -> Drawn:
    """A closed case: its diagonal says that it is tall or closed."""
    return [body(w, d), seg((-w / 2, -d / 2), (w / 2, d / 2), "hair")]


def _shelves(w: float, d: float) -> Drawn:
    return [body(w, d), *[seg((x, -d / 2), (x, d / 2), "hair") for x in even(w, 0.8)[1:-1]],
            seg((-w / 2, d / 2 - 0.03), (w / 2, d / 2 - 0.03), "hair")]  # fmt: skip


def _doors(w: float, d: float) -> Drawn:
    return [body(w, d), seg((-w / 2, -d / 2 + 0.03), (w / 2, -d / 2 + 0.03), "hair"),
            *[seg((x, -d / 2), (x, -d / 2 + 0.03), "fine") for x in even(w, 0.5)[1:-1]]]  # fmt: skip


def _wardrobe(w: float, d: float) -> Drawn:
    hangers = [seg((x, -0.3 * d), (x + 0.03, 0.3 * d), "hair") for x in even(0.85 * w, 0.13)]
    return [*_doors(w, d), seg((-w / 2, 0), (w / 2, 0), "fine"), *hangers]


def _lamp(w: float, d: float) -> Drawn:
    r = min(w, d) / 2
    return [
        oval(w, d, "fine"),
        seg((-0.6 * r, -0.6 * r), (0.6 * r, 0.6 * r), "hair"),
        seg((-0.6 * r, 0.6 * r), (0.6 * r, -0.6 * r), "hair"),
    ]


def _arc_lamp(w: float, d: float) -> Drawn:
    r = min(d, w / 3) / 2
    return [
        seg((-w / 2 + r, 0), (w / 2 - r, 0), "object"),
        oval(2 * r, 2 * r, "fine", WHITE, (w / 2 - r, 0)),
        oval(1.4 * r, 1.4 * r, "object", WHITE, (-w / 2 + r, 0)),
    ]


def _fireplace(w: float, d: float) -> Drawn:
    leg = min(0.25, w / 5)
    mouth = ((-w / 2 + leg, -d / 2), (-w / 2 + 1.5 * leg, 0.3 * d), (w / 2 - 1.5 * leg, 0.3 * d), (w / 2 - leg, -d / 2))
    return [box(-w / 2, -d / 2, w / 2, d / 2, "edge", "#d9d9d9"), Stroke(mouth, "I-FURN", "object", True, WHITE)]


def _thin(w: float, d: float) -> Drawn:
    return [box(-w / 2, -d / 2, w / 2, d / 2, "fine", WHITE)]


def _upright_piano(w: float, d: float) -> Drawn:
    keys = min(0.3, 0.45 * d)
    return [body(w, d), seg((-w / 2, -d / 2 + keys), (w / 2, -d / 2 + keys)),
            *[seg((x, -d / 2), (x, -d / 2 + keys * 0.6), "hair") for x in even(0.9 * w, 0.1)]]  # fmt: skip


def _grand_piano(w: float, d: float) -> Drawn:
    left, right, front, top = -w / 2, w / 2, -d / 2, d / 2
    curve = [
        (right - (w * 0.55) * s - 0.06 * w * math.sin(math.tau * s), front + 0.4 * d + 0.5 * d * s)
        for s in (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1)
    ]
    shape = (
        (left, front),
        (right, front),
        *curve,
        (left + 0.25 * w, top),
        (left + 0.08 * w, top - 0.04 * d),
        (left, top - 0.12 * d),
    )
    return [Stroke(tuple(shape), "I-FURN", "object", True, WHITE), seg((left, front + 0.16), (right, front + 0.16)),
            *[seg((x, front), (x, front + 0.16), "hair") for x in even(0.92 * w, 0.1)]]  # fmt: skip


def _sink(w: float, d: float) -> Drawn:
    bowl = min(0.5, 0.7 * w), min(0.4, 0.65 * d)
    return [body(w, d), box(-bowl[0] / 2, -bowl[1] / 2 - 0.02, bowl[0] / 2, bowl[1] / 2 - 0.02, "fine", "", 0.06),
            circle((0, bowl[1] / 2 + 0.02), 0.02, "I-FURN", "fine", "#555555")]  # fmt: skip


def _cooker(w: float, d: float) -> Drawn:
    rings = [(x * w / 4, y * d / 4) for x in (-1, 1) for y in (-1, 1)]
    return [body(w, d), *[circle(ring, min(w, d) / 7, "I-FURN", "fine") for ring in rings]]


def _bathtub(w: float, d: float) -> Drawn:
    rim = 0.07
    return [
        body(w, d, 0.08),
        box(-w / 2 + rim, -d / 2 + rim, w / 2 - rim, d / 2 - rim, "fine", "", 0.25),
        circle((w / 2 - 0.25, 0), 0.025, "I-FURN", "fine"),
    ]


def _shower(w: float, d: float) -> Drawn:
    return [
        body(w, d),
        seg((-w / 2, -d / 2), (w / 2, d / 2), "hair"),
        seg((-w / 2, d / 2), (w / 2, -d / 2), "hair"),
        circle((0, 0), 0.05, "I-FURN", "fine", WHITE),
    ]


def _basin(w: float, d: float) -> Drawn:
    return [
        body(w, d, 0.04),
        oval(0.7 * w if w < 0.8 else 0.5, 0.6 * d, "fine", "", (0, -0.04 * d)),
        circle((0, 0.38 * d), 0.02, "I-FURN", "fine", "#555555"),
    ]


def _toilet(w: float, d: float) -> Drawn:
    tank = min(0.2, 0.3 * d)
    bowl = d - tank
    return [
        box(-w / 2, d / 2 - tank, w / 2, d / 2, "object", WHITE, 0.03),
        oval(0.92 * w, bowl, "object", WHITE, (0, -d / 2 + bowl / 2)),
        oval(0.6 * w, 0.65 * bowl, "fine", "", (0, -d / 2 + bowl / 2)),
    ]


def _rug(w: float, d: float) -> Drawn:
    edge = min(0.12, w / 8, d / 8)
    return [
        box(-w / 2, -d / 2, w / 2, d / 2, "fine", "#f4f4f4"),
        box(-w / 2 + edge, -d / 2 + edge, w / 2 - edge, d / 2 - edge, "faint"),
    ]


def _curtains(w: float, d: float) -> Drawn:
    folds = max(6, round(w / 0.08) // 2 * 2)
    points = tuple(
        (-w / 2 + w * number / folds, (d / 2 - 0.01) * (1 if number % 2 else -1)) for number in range(folds + 1)
    )
    return [Stroke(points, "I-FURN", "fine")]


def _screen(w: float, d: float) -> Drawn:
    points = tuple((-w / 2 + w * number / 4, (d / 2 - 0.01) * (1 if number % 2 else -1)) for number in range(5))
    return [Stroke(points, "I-FURN", "edge")]


def _plant(w: float, d: float) -> Drawn:
    out: Drawn = []
    points: list[Point] = []
    for step in range(48):
        angle = math.tau * step / 48
        reach = 0.5 * (0.84 + 0.16 * math.cos(8 * angle))
        points.append((w * reach * math.cos(angle), d * reach * math.sin(angle)))
    out.append(Stroke(tuple(points), "I-FURN", "fine", True, WHITE))
    for step in range(8):
        angle = math.tau * step / 8
        out.append(seg((0, 0), (0.42 * w * math.cos(angle), 0.42 * d * math.sin(angle)), "hair"))
    return out


def _console(w: float, d: float) -> Drawn:
    return [
        body(w, d, 0.05),
        seg((-w / 2, 0.1 * d), (w / 2, 0.1 * d)),
        *[box(x - 0.25, 0.18 * d, x + 0.25, 0.4 * d, "hair") for x in middles(w, 0.7)],
    ]


SYMBOLS: dict[str, Symbol] = {
    **dict.fromkeys(("sofa", "loveseat", "armchair", "club_chair", "lounge_chair"), seats.sofa),
    **dict.fromkeys(("dining_chair", "folding_chair", "rocking_chair"), seats.chair),
    **dict.fromkeys(("stool", "bar_stool"), seats.stool), **dict.fromkeys(("pouf", "ottoman", "cushion"), seats.soft),
    **dict.fromkeys(("bench", "banquette", "pew"), seats.bench),
    **dict.fromkeys(("chaise_longue", "daybed"), seats.chaise),
    "corner_sofa": seats.corner_sofa, "pit_seating": seats.pit_seating, "office_chair": seats.office_chair,
    "round_table": seats.round_table, "side_table": seats.round_table, "nesting_tables": seats.nesting,
    "pool_table": seats.pool_table,
    "desk": seats.desk, "dressing_table": seats.desk, "workbench": seats.desk,
    **dict.fromkeys(("bar_counter", "reception_desk", "kitchen_island"), seats.counter),
    **dict.fromkeys(("bookcase", "open_shelving", "wine_rack", "wall_shelf", "display_cabinet"), _shelves),
    **dict.fromkeys(("sideboard", "tv_unit", "chest_of_drawers", "kitchen_unit"), _doors), "wardrobe": _wardrobe,
    "barrel": seats.round_table, "coat_stand": _lamp, "fireplace": _fireplace, "upright_piano": _upright_piano,
    "grand_piano": _grand_piano, "arc_lamp": _arc_lamp, "strip_light": _thin, "linear_pendant": _thin,
    "sink_unit": _sink, "cooker": _cooker, "bathtub": _bathtub, "shower": _shower, "washbasin": _basin,
    "vanity_unit": _basin, "toilet": _toilet, "rug": _rug, "curtains": _curtains, "folding_screen": _screen,
    **dict.fromkeys(("plant", "indoor_tree", "small_plant", "flowers"), _plant),
    **dict.fromkeys(("floor_vase", "vase", "bowl", "globe", "basket", "candles", "wood_stove"), seats.round_table),
    "control_console": _console, "table_setting": seats.setting,
}  # fmt: skip
BY_GROUP: dict[str, Symbol] = {
    "seating": seats.chair, "table": seats.table, "storage": _case, "bed": seats.bed, "lamp": _lamp, "fitting": _thin,
    "kitchen": _case, "bath": _thin, "dressing": _thin, "technical": _case,
}  # fmt: skip


def symbol(kind: str, group: str, width_m: float, depth_m: float, layer: Layer = "I-FURN") -> tuple[Mark, ...]:
    """The symbol of a kind, or of its group where the kind has none of its own."""
    marks = SYMBOLS.get(kind, BY_GROUP[group])(width_m, depth_m)
    if layer == "I-FURN":
        return tuple(marks)
    return tuple(replace(mark, layer=layer) for mark in marks)
