"""Upholstered seats: sofas, armchairs, pits, banquettes, daybeds."""

from __future__ import annotations

import numpy as np

from secondunit.effects.sets.kit import forms
from secondunit.effects.sets.kit.pieces.parts import LEAN_DEG, four_legs, pillow, throw
from secondunit.effects.sets.kit.pieces.registry import makes
from secondunit.effects.sets.kit.shape import Range, Shape, tilted

ARM_M = {
    "modern": 0.15,
    "brutalist": 0.24,
    "art_deco": 0.24,
    "colonial": 0.17,
    "rustic": 0.19,
    "industrial": 0.2,
    "institutional": 0.07,
}
FOOT_M = {
    "modern": 0.12,
    "brutalist": 0.04,
    "art_deco": 0.05,
    "colonial": 0.14,
    "rustic": 0.1,
    "industrial": 0.08,
    "institutional": 0.16,
}


def seat_row(shape: Shape, slot: str, x: Range, y: Range, z: Range, *, each: float = 0.72, piping: bool = True) -> int:
    """Seat cushions side by side; how many."""
    count = max(1, round((x[1] - x[0]) / each))
    wide = (x[1] - x[0]) / count
    for k in range(count):
        a = x[0] + k * wide + 0.004
        lift = shape.rng.uniform(-0.004, 0.004)
        forms.soft(
            shape,
            slot,
            (a, a + wide - 0.008),
            (y[0], y[1] + lift),
            z,
            round_m=0.045,
            puff=0.022,
            dent=0.008,
            crinkle=0.004,
            piping=slot if piping else None,
        )
    return count


def back_row(
    shape: Shape, slot: str, x: Range, y: Range, z: float, *, each: float = 0.72, thick: float = 0.17, lean: float = 12
) -> None:
    """Back cushions that lean on the back, whose face is at ``z``."""
    count = max(1, round((x[1] - x[0]) / each))
    wide = (x[1] - x[0]) / count
    high = y[1] - y[0]
    for k in range(count):
        middle = x[0] + (k + 0.5) * wide
        with shape.moved(middle, y[0], z + thick * 0.75, turn=tilted(lean + shape.rng.uniform(-2, 2))):
            forms.soft(
                shape,
                slot,
                (-wide / 2 + 0.006, wide / 2 - 0.006),
                (0, high),
                (-thick / 2, thick / 2),
                round_m=0.06,
                puff=0.035,
                crinkle=0.005,
                piping=None,
            )


def _tufts(shape: Shape, x: Range, y: Range, z: float) -> None:
    """Buttons in a diamond on an upright face."""
    rows, step = 2, 0.19
    for row in range(rows):
        level = y[0] + (y[1] - y[0]) * (row + 0.7) / (rows + 0.4)
        count = int((x[1] - x[0]) / step)
        for k in range(count):
            at = x[0] + (k + 0.5 + 0.5 * (row % 2)) * step
            if at < x[1] - 0.04:
                forms.ball(shape, "seat", (at, level, z + 0.012), 0.013, sides=10)


@makes("sofa", "loveseat", "armchair", "club_chair")
def sofa(shape: Shape) -> None:
    """A seat with back and arms."""
    w, d, h = shape.width / 2, shape.depth, shape.height
    style = shape.style
    single = shape.width < 1.15
    arm = min(ARM_M.get(style, 0.15) * (0.85 if single else 1), shape.width * 0.22)
    foot = FOOT_M.get(style, 0.1)
    seat_top = min(0.44, h * 0.56)
    deck = seat_top - 0.15
    arm_top = min(h - 0.04, seat_top + (0.2 if style != "institutional" else 0.22))
    back = 0.2 if style not in ("modern", "institutional") else 0.15
    z0, z1 = -d / 2, d / 2
    four_legs(shape, "legs", w - 0.07, d / 2 - 0.07, (0, foot + 0.02))
    shape.box(
        "seat" if style != "institutional" else "legs",
        (-w + 0.012, w - 0.012),
        (foot, deck),
        (z0 + 0.012, z1 - 0.02),
        bevel=0.014,
    )
    inner = (-w + arm, w - arm)
    round_back = {"art_deco": 0.09, "industrial": 0.09, "colonial": 0.07, "rustic": 0.07}.get(style, 0.045)
    tight = style in ("industrial", "art_deco")
    top = h if tight else h - 0.05
    forms.soft(
        shape,
        "seat",
        (-w, w) if style in ("modern", "brutalist", "institutional") else (-w + 0.02, w - 0.02),
        (foot, top),
        (z0, z0 + back),
        round_m=round_back,
        puff=0.008,
    )
    for side in (-1, 1):
        _arm(shape, side, w, arm, (foot, h if style == "industrial" else arm_top), (z0, z1), single)
    seat_row(shape, "seat", inner, (deck, seat_top), (z0 + back - 0.02, z1 + 0.005), piping=style not in ("modern",))
    if tight:
        _tufts(shape, inner, (seat_top + 0.03, h - 0.06), z0 + back)
        _roll(shape, (-w, w), h - 0.02, z0 + back * 0.5)
    else:
        back_row(shape, "seat", inner, (seat_top - 0.01, h + 0.01), z0 + back - 0.03)
    if not single and style != "institutional":
        _dress(shape, inner, seat_top, z0 + back, h, tight=tight)


def _roll(shape: Shape, x: Range, y: float, z: float) -> None:
    """A rolled top edge."""
    path = np.linspace((x[0] + 0.03, y - 0.05, z), (x[1] - 0.03, y - 0.05, z), 9)
    forms.tube(shape, "seat", path, 0.075, sides=20)


def _arm(shape: Shape, side: int, w: float, arm: float, y: Range, z: Range, single: bool) -> None:
    """An arm in the style."""
    x = (w - arm, w) if side > 0 else (-w, -w + arm)
    style = shape.style
    if style == "institutional":
        for a in (z[0] + 0.06, z[1] - 0.06):
            shape.box("legs", (x[0] + 0.02, x[1] - 0.015), (0, y[1]), (a - 0.02, a + 0.02), grain=1)
        shape.box("legs", x, (y[1], y[1] + 0.03), (z[0] + 0.02, z[1] - 0.01), grain=2, bevel=0.01)
        return
    if style in ("colonial", "industrial", "rustic"):
        forms.soft(shape, "seat", (x[0] + 0.015, x[1] - 0.015), (y[0], y[1] - 0.03), z, round_m=0.035, puff=0.008)
        radius = min(0.085, arm * 0.5)
        middle = (x[0] + x[1]) / 2 + side * 0.012
        path = np.linspace((middle, y[1] - radius, z[0] + 0.03), (middle, y[1] - radius, z[1] - 0.012), 7)
        forms.tube(shape, "seat", path, radius, sides=24)
        forms.tube(
            shape,
            "seat",
            [(middle, y[1] - radius, z[1] - 0.012), (middle, y[1] - radius, z[1])],
            [radius, radius * 0.8],
            sides=24,
        )
        return
    if style == "art_deco":
        count = 10
        for k in range(count):
            t = k / (count - 1)
            level = y[1] + (0.1 if single else 0.06) * (1 - t) ** 1.5
            a, b = z[0] + (z[1] - z[0]) * k / count, z[0] + (z[1] - z[0]) * (k + 1) / count + 0.02
            forms.soft(shape, "seat", x, (y[0], level), (a, b), round_m=0.08, puff=0.002, crinkle=0.001) if k in (
                0,
            ) else None
        forms.soft(shape, "seat", x, (y[0], y[1] + 0.03), z, round_m=min(0.11, arm * 0.49), puff=0.012)
        for k in range(3):
            level = y[0] + 0.05 + 0.05 * k
            shape.box("=brass", (x[0] + 0.03, x[1] - 0.03), (level, level + 0.012), (z[1] - 0.004, z[1] + 0.006))
        return
    forms.soft(
        shape,
        "seat",
        x,
        y,
        z,
        round_m=0.04 if style == "modern" else 0.03,
        puff=0.01,
        piping="seat" if style == "modern" else None,
    )


def _dress(shape: Shape, inner: Range, seat_top: float, back: float, h: float, *, tight: bool = False) -> None:
    """Loose cushions at the ends that lean on the back, and now and then a blanket."""
    cloths = ("=rust_velvet", "=cream_boucle", "=mustard_velvet", "=oatmeal_linen", "=charcoal_wool", "=teal_velvet")
    pick = shape.rng.permutation(len(cloths))
    size = min(0.46, h - seat_top + 0.12)
    z = rest(back, size, tight=tight)
    pillow(shape, cloths[pick[0]], (inner[0] + 0.24, seat_top, z), size, turn=7, spin=float(shape.rng.uniform(-8, 8)))
    if inner[1] - inner[0] > 1.3:
        pillow(
            shape, cloths[pick[1]], (inner[1] - 0.24, seat_top, z), size, turn=-6, spin=float(shape.rng.uniform(-8, 8))
        )
    if shape.rng.random() < 0.5:
        pillow(shape, cloths[pick[2]], (inner[0] + 0.46, seat_top, z + 0.13), size * 0.85, lean=24, turn=4)


def rest(back: float, size: float, *, tight: bool = False) -> float:
    """Where the lower edge of a loose cushion is that leans, fat as it is, on a back whose face is at ``back``.

    Tight: on the back itself, which is upright; else on its cushions, which are as thick as ``back_row`` makes them.
    """
    face = 0.075 if tight else 0.235  # of what it leans on and half of its own thickness, at half its height
    return back + face + 0.46 * size * float(np.sin(np.radians(LEAN_DEG)))


@makes("corner_sofa")
def corner_sofa(shape: Shape) -> None:
    """An L: its long back along the back, its short arm at the left going to the front."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    deep = min(0.98, shape.depth * 0.5, shape.width * 0.45)
    _platform(shape, [(-w, -d), (w, -d), (w, -d + deep), (-w + deep, -d + deep), (-w + deep, d), (-w, d)], h,
              [((-w, w), -d, 0.0), ((-d, d), -w, 90.0)], deep)  # fmt: skip


@makes("pit_seating")
def pit_seating(shape: Shape) -> None:
    """A U along back and sides, open to the front, for a sunken place."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    deep = min(0.95, shape.depth * 0.42, shape.width * 0.3)
    outline = [
        (-w, -d),
        (w, -d),
        (w, d),
        (w - deep, d),
        (w - deep, -d + deep),
        (-w + deep, -d + deep),
        (-w + deep, d),
        (-w, d),
    ]
    _platform(shape, outline, h, [((-w, w), -d, 0.0), ((-d, d), -w, 90.0), ((-d, d), -w, -90.0)], deep)


def _platform(
    shape: Shape, outline: list[tuple[float, float]], h: float, runs: list[tuple[Range, float, float]], deep: float
) -> None:
    """Seats on a low plinth along some sides. A run: its range, where its back is, how it is turned."""
    slot = "base" if len(outline) > 6 else "legs"
    seat_top = min(0.42, h * 0.6)
    inset = [(x * 0.985, z * 0.985) for x, z in outline]
    forms.slab(shape, slot, inset, (0.0, 0.16), bevel=0.008)
    back = 0.16
    for number, (span, at, turn) in enumerate(runs):
        with shape.moved(turn=turn):
            corner = deep if number else 0.0
            a, b = span
            if number and turn > 0:
                b = span[1] - corner
            elif number:
                a = span[0] + corner
            forms.soft(
                shape,
                "seat",
                (span[0] + 0.01, span[1] - 0.01),
                (0.16, h - 0.06),
                (at, at + back),
                round_m=0.04,
                puff=0.006,
            )
            seat_row(shape, "seat", (a + 0.006, b - 0.006), (0.16, seat_top), (at + back - 0.02, at + deep), each=0.85)
            start, end = (a + (back if not number else 0.02), b - (back if not number else 0.02))
            back_row(shape, "seat", (start, end), (seat_top - 0.01, h + 0.02), at + back - 0.03, each=0.8)
            if not number:
                _dress(shape, (start, end), seat_top, at + back, h)
            else:
                cloth = ("=cream_boucle", "=mustard_velvet")[number % 2]
                pillow(shape, cloth, ((a + b) / 2 + 0.3, seat_top, rest(at + back, 0.45)), 0.45, turn=-4)
                if number == 1:
                    throw(
                        shape,
                        "=oatmeal_linen",
                        (a + 0.5, a + 1.0),
                        [(at + deep + 0.02, 0.2), (at + deep, seat_top + 0.02), (at + back + 0.25, seat_top + 0.02)],
                    )


@makes("banquette")
def banquette(shape: Shape) -> None:
    """A fixed bench with an upholstered back, channelled."""
    w, d, h = shape.width / 2, shape.depth, shape.height
    seat_top = 0.46
    shape.box("base", (-w, w), (0.08, seat_top - 0.11), (-d / 2, d / 2 - 0.04))
    shape.box("base", (-w, w), (0.0, 0.08), (-d / 2, d / 2 - 0.1))
    seat_row(shape, "seat", (-w, w), (seat_top - 0.11, seat_top), (-d / 2 + 0.08, d / 2), each=1.0)
    if h > 0.7:
        shape.box("base", (-w, w), (seat_top - 0.1, h), (-d / 2, -d / 2 + 0.03))
        count = max(3, round(shape.width / 0.16))
        for k in range(count):
            a = -w + shape.width * k / count
            forms.soft(
                shape,
                "seat",
                (a + 0.001, a + shape.width / count - 0.001),
                (seat_top - 0.02, h - 0.02),
                (-d / 2 + 0.03, -d / 2 + 0.11),
                round_m=0.035,
                puff=0.012,
            )


@makes("chaise_longue")
def chaise(shape: Shape) -> None:
    """A long seat with a raised end at the left."""
    w, d, h = shape.width / 2, shape.depth, shape.height
    seat_top = min(0.44, h * 0.6)
    four_legs(shape, "legs", w - 0.08, d / 2 - 0.08, (0, seat_top - 0.26))
    shape.box(
        "seat", (-w + 0.02, w - 0.02), (seat_top - 0.27, seat_top - 0.12), (-d / 2 + 0.02, d / 2 - 0.02), bevel=0.02
    )
    forms.soft(
        shape,
        "seat",
        (-w + 0.1, w),
        (seat_top - 0.14, seat_top),
        (-d / 2, d / 2),
        round_m=0.06,
        puff=0.02,
        piping="seat",
    )
    with shape.moved(-w + 0.12, seat_top - 0.1, 0, turn=90), shape.moved(turn=tilted(22)):
        forms.soft(
            shape,
            "seat",
            (-d / 2, d / 2),
            (0, h - seat_top + 0.12),
            (-0.08, 0.08),
            round_m=0.07,
            puff=0.03,
            piping="seat",
        )
    path = np.linspace((-w + 0.32, seat_top + 0.08, -d / 2 + 0.06), (-w + 0.32, seat_top + 0.08, d / 2 - 0.06), 9)
    forms.tube(shape, "seat", path, [0.03, 0.085, 0.09, 0.09, 0.09, 0.09, 0.09, 0.085, 0.03], sides=20)


@makes("daybed")
def daybed(shape: Shape) -> None:
    """A mattress on a low frame, with bolsters."""
    w, d, h = shape.width / 2, shape.depth, shape.height
    top = min(h, 0.46)
    four_legs(shape, "frame", w - 0.06, d / 2 - 0.06, (0, top - 0.2))
    shape.box("frame", (-w, w), (top - 0.22, top - 0.14), (-d / 2, d / 2))
    forms.soft(
        shape,
        "seat",
        (-w + 0.02, w - 0.02),
        (top - 0.14, top),
        (-d / 2 + 0.02, d / 2 - 0.02),
        round_m=0.05,
        puff=0.02,
        piping="seat",
    )
    for side in (-1, 1):
        x = side * (w - 0.14)
        path = np.linspace((x, top + 0.09, -d / 2 + 0.1), (x, top + 0.09, d / 2 - 0.1), 9)
        forms.tube(shape, "seat", path, [0.04, 0.095, 0.1, 0.1, 0.1, 0.1, 0.1, 0.095, 0.04], sides=20)


@makes("pouf", "ottoman")
def pouf(shape: Shape) -> None:
    """A stuffed seat, round or square."""
    w, d, h = shape.width / 2, shape.depth / 2, shape.height
    if abs(w - d) < 0.03:
        profile = [
            (0.0, 0.0),
            (w * 0.86, 0.0),
            (w * 0.98, h * 0.25),
            (w, h * 0.55),
            (w * 0.9, h * 0.9),
            (w * 0.6, h * 0.99),
            (0.0, h),
        ]
        t = np.linspace(0, 1, 30)
        line = np.asarray(profile)
        smooth = np.stack([np.interp(t, np.linspace(0, 1, len(line)), line[:, k]) for k in range(2)], -1)
        forms.lathe(shape, "seat", [(float(r), float(y)) for r, y in smooth], sides=40, crease_deg=90)
        return
    four_legs(shape, "legs", w - 0.07, d - 0.07, (0, 0.14))
    forms.soft(shape, "seat", (-w, w), (0.12, h), (-d, d), round_m=0.05, puff=0.02, piping="seat")
    _top_tufts(shape, w, d, h)


def _top_tufts(shape: Shape, w: float, d: float, h: float) -> None:
    for x in np.arange(-w + 0.15, w - 0.1, 0.2):
        for z in np.arange(-d + 0.15, d - 0.1, 0.2):
            forms.ball(shape, "seat", (float(x), h + 0.008, float(z)), 0.013, sides=10)
