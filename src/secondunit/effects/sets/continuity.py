"""Several sets of a show beside each other: do their palettes hold together and stay apart; what must match."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.palette import code_of, oklab
from secondunit.effects.sets.plan import Colour, SetPlan

ALIKE, APART = 0.045, 0.22  # OKLab distance: below, an audience takes two sets for one; above, a colour is a stranger


@dataclass(frozen=True)
class Note:
    """What the palette check found, in words; ``sets`` are titles."""

    sets: tuple[str, ...]
    words: str


def palette_check(plans: Sequence[SetPlan]) -> tuple[Note, ...]:
    """Pairs of sets whose palettes can hardly be told apart, and colours that no other set of the show comes near."""
    out = []
    for a, b in itertools.combinations(plans, 2):
        if a.palette and b.palette:
            between = (_mean_nearest(a.palette, b.palette) + _mean_nearest(b.palette, a.palette)) / 2
            if between < ALIKE:
                words = (
                    f"hardly to be told apart by colour (mean distance {between:.3f} in OKLab, wanted {ALIKE} or more)"
                )
                out.append(Note((a.title, b.title), words))
    for plan in plans if len(plans) > 1 else ():
        others = [colour for other in plans if other is not plan for colour in other.palette]
        for colour in plan.palette if others else ():
            far = float(_distances((colour,), others).min())
            if far > APART:
                out.append(
                    Note((plan.title,), f"{code_of(colour)} stands alone in the show ({far:.2f} from the nearest)")
                )
    return tuple(out)


def _distances(a: Sequence[Colour], b: Sequence[Colour]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    left, right = oklab(np.array(a, float)), oklab(np.array(b, float))
    return np.asarray(np.linalg.norm(left[:, None] - right[None], axis=-1))


def _mean_nearest(a: Sequence[Colour], b: Sequence[Colour]) -> float:
    return float(_distances(a, b).min(1).mean())


def continuity(plan: SetPlan) -> tuple[tuple[str, str], ...]:
    """What has to match from set-up to set-up: name and value."""
    lamps = [piece for piece in plan.pieces if catalogue()[piece.kind].light]
    lit = ", ".join(piece.id for piece in lamps if piece.lit) or "none"
    off = ", ".join(piece.id for piece in lamps if not piece.lit) or "none"
    hour, minute = divmod(round(plan.hour * 60) % 1440, 60)
    dressing = [piece.id for piece in plan.pieces if piece.on is not None]
    doors = ", ".join(
        f"{one.id} ({one.role})" if one.role else one.id for one in plan.room.openings if one.kind == "door"
    )
    return (
        ("Story time", f"{hour:02d}:{minute:02d}, day {plan.day_of_year} of the year, {plan.latitude_deg:g}° latitude"),
        ("Daylight", "none: underground" if plan.underground else f"page's top faces {plan.facing_deg:g}°"),
        ("Lamps on", lit),
        ("Lamps off", off),
        ("Doors", doors or "none"),
        ("Loose dressing", ", ".join(dressing) or "none"),
        ("Cameras", "; ".join(f"{eye.name}: {eye.sensor}, {eye.lens_mm:g} mm" for eye in plan.eyes) or "none"),
    )
