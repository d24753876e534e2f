"""Seats, beds and tables from above. Metres, the front down the page."""

from __future__ import annotations

import math

from secondunit.effects.sets.drawing.shapes import WHITE, Drawn, body, box, even, middles, oval, seg
from secondunit.effects.sets.drawing.sheet import Stroke, circle


def sofa(w: float, d: float) -> Drawn:
    """Arms, a back, as many seats as fit."""
    arm, back = min(0.18, w / 6), min(0.22, d / 3)
    inner = w - 2 * arm
    seats = max(1, round(inner / 0.65))
    out: Drawn = [body(w, d, 0.06)]
    for number in range(seats):
        left = -inner / 2 + inner * number / seats
        out.append(box(left, -d / 2 + 0.02, left + inner / seats, d / 2 - back, "fine", "", 0.05))
    sides = ((-w / 2, -w / 2 + arm), (w / 2 - arm, w / 2))
    return out + [box(left, -d / 2 + 0.02, right, d / 2 - back, "fine", "", 0.05) for left, right in sides]


def corner_sofa(w: float, d: float) -> Drawn:
    """An L; its longer arm at the back."""
    deep = min(0.95, 0.5 * w, 0.6 * d)
    back = 0.2 * deep
    shape = (
        (-w / 2, d / 2), (-w / 2, -d / 2), (-w / 2 + deep, -d / 2), (-w / 2 + deep, d / 2 - deep),
        (w / 2, d / 2 - deep), (w / 2, d / 2),
    )  # fmt: skip
    inner = (-w / 2 + back, -d / 2), (-w / 2 + back, d / 2 - back), (w / 2, d / 2 - back)
    out: Drawn = [Stroke(shape, "I-FURN", "object", True, WHITE), Stroke(inner, "I-FURN", "fine")]
    run = w - deep
    for number in range(1, round(run / 0.7) + 1):
        x = -w / 2 + deep + run * (number - 1) / max(1, round(run / 0.7))
        out.append(seg((x, d / 2 - deep), (x, d / 2 - back)))
    drop = d - deep
    for number in range(max(1, round(drop / 0.7))):
        y = d / 2 - deep - drop * number / max(1, round(drop / 0.7))
        out.append(seg((-w / 2 + back, y), (-w / 2 + deep, y)))
    return out


def pit_seating(w: float, d: float) -> Drawn:
    """A U, open to the front."""
    deep = min(0.9, 0.3 * w, 0.45 * d)
    back = 0.22 * deep
    shape = (
        (-w / 2, d / 2), (-w / 2, -d / 2), (-w / 2 + deep, -d / 2), (-w / 2 + deep, d / 2 - deep),
        (w / 2 - deep, d / 2 - deep), (w / 2 - deep, -d / 2), (w / 2, -d / 2), (w / 2, d / 2),
    )  # fmt: skip
    inner = (-w / 2 + back, -d / 2), (-w / 2 + back, d / 2 - back), (w / 2 - back, d / 2 - back), (w / 2 - back, -d / 2)
    out: Drawn = [Stroke(shape, "I-FURN", "object", True, WHITE), Stroke(inner, "I-FURN", "fine")]
    for x in even(w - 2 * deep, 0.75):
        out.append(seg((x, d / 2 - deep), (x, d / 2 - back)))
    drop = d - deep
    for number in range(max(1, round(drop / 0.75))):
        y = d / 2 - deep - drop * number / max(1, round(drop / 0.75))
        out += [seg((side * (w / 2 - deep), y), (side * (w / 2 - back), y)) for side in (-1, 1)]
    return out


def chair(w: float, d: float) -> Drawn:
    """A seat and its back."""
    back = min(0.07, d / 5)
    return [box(-w / 2, -d / 2, w / 2, d / 2 - back / 2, "object", WHITE, 0.06),
            box(-w / 2, d / 2 - back, w / 2, d / 2, "object", WHITE, 0.03)]  # fmt: skip


def office_chair(w: float, d: float) -> Drawn:
    """On five feet."""
    legs: Drawn = []
    for turn in range(5):
        angle = math.tau * turn / 5 - math.pi / 2
        legs.append(seg((0, 0), (0.48 * w * math.cos(angle), 0.48 * d * math.sin(angle)), "hair"))
    return [*legs, oval(0.8 * w, 0.8 * d), box(-0.4 * w, 0.3 * d, 0.4 * w, 0.44 * d, "object", WHITE, 0.04)]


def stool(w: float, d: float) -> Drawn:
    """Round."""
    return [oval(w, d), oval(0.75 * w, 0.75 * d, "hair", "")]


def soft(w: float, d: float) -> Drawn:
    """A cushion."""
    return [body(w, d, 0.1), box(-w / 2 + 0.05, -d / 2 + 0.05, w / 2 - 0.05, d / 2 - 0.05, "hair", "", 0.07)]


def bench(w: float, d: float) -> Drawn:
    """A long seat with a back."""
    back = min(0.08, d / 4)
    return [body(w, d, 0.02), seg((-w / 2, d / 2 - back), (w / 2, d / 2 - back)),
            *[seg((x, -d / 2), (x, d / 2 - back), "hair") for x in even(w, 0.6)[1:-1]]]  # fmt: skip


def chaise(w: float, d: float) -> Drawn:
    """To lie on; its head at the back."""
    head = min(0.5, 0.3 * d)
    return [
        body(w, d, 0.12),
        seg((-w / 2, d / 2 - head), (w / 2, d / 2 - head)),
        box(-w / 2, d / 2 - 0.12, w / 2, d / 2, "fine", "", 0.05),
    ]


def table(w: float, d: float) -> Drawn:
    """A top with its edge."""
    return [body(w, d, 0.02), box(-w / 2 + 0.04, -d / 2 + 0.04, w / 2 - 0.04, d / 2 - 0.04, "hair")]


def round_table(w: float, d: float) -> Drawn:
    """Round or oval."""
    return [oval(w, d), oval(w - 0.08, d - 0.08, "hair", "")]


def nesting(w: float, d: float) -> Drawn:
    """One half under the other."""
    return [
        box(-w / 2, -d / 2, 0.6 * w - w / 2, 0.75 * d - d / 2, "object", WHITE),
        box(-0.15 * w, -0.2 * d, w / 2, d / 2, "object", WHITE),
    ]


def desk(w: float, d: float) -> Drawn:
    """A top; its pedestals are under it."""
    foot = min(0.4, w / 3.5)
    return [
        body(w, d, 0.01),
        *[seg((side * (w / 2 - foot), -d / 2), (side * (w / 2 - foot), d / 2), "overhead") for side in (-1, 1)],
    ]


def counter(w: float, d: float) -> Drawn:
    """The back part is higher or for work."""
    return [
        body(w, d),
        seg((-w / 2, d / 6), (w / 2, d / 6)),
        seg((-w / 2, -d / 2 + 0.04), (w / 2, -d / 2 + 0.04), "hair"),
    ]


def pool_table(w: float, d: float) -> Drawn:
    """Cloth, cushions, pockets."""
    rim = 0.12
    holes = [(x, y) for x in (-w / 2 + rim, 0.0, w / 2 - rim) for y in (-d / 2 + rim, d / 2 - rim)]
    return [body(w, d, 0.05), box(-w / 2 + rim, -d / 2 + rim, w / 2 - rim, d / 2 - rim, "fine"),
            *[circle(hole, 0.05, "I-FURN", "fine", "#555555") for hole in holes]]  # fmt: skip


def bed(w: float, d: float) -> Drawn:
    """Pillows at the back, the cover folded."""
    head = 0.06
    pillows = 2 if w > 1.3 else 1
    wide = (w - 0.1) / pillows
    out: Drawn = [body(w, d, 0.03), seg((-w / 2, d / 2 - head), (w / 2, d / 2 - head))]
    for number in range(pillows):
        left = -w / 2 + 0.05 + wide * number
        out.append(box(left + 0.05, d / 2 - head - 0.45, left + wide - 0.05, d / 2 - head - 0.06, "fine", "", 0.08))
    fold = d / 2 - head - 0.62
    return [*out, seg((-w / 2, fold), (w / 2, fold)), seg((-w / 2, fold - 0.22), (w / 2, fold - 0.22), "hair")]


def setting(w: float, d: float) -> Drawn:
    """Plates on both long sides."""
    r = min(0.12, d / 6)
    plates: Drawn = [
        circle((x, side * (d / 2 - r)), r, "I-FURN", "hair", WHITE) for x in middles(w, 0.6) for side in (-1, 1)
    ]
    return [
        *plates,
        *[circle((x, side * (d / 2 - r)), 0.6 * r, "I-FURN", "faint") for x in middles(w, 0.6) for side in (-1, 1)],
    ]
