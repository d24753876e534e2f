"""The palettes of several sets: do they hold together, and can one tell them apart? A picture of it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linprog

from secondunit.effects.sets.difference import Floats, differences
from secondunit.effects.sets.drawing import frame
from secondunit.effects.sets.drawing.frame import PAPERS, Papers
from secondunit.effects.sets.drawing.sheet import Label, Mark, Sheet, rectangle
from secondunit.effects.sets.kit.materials import material
from secondunit.effects.sets.palette import colour_of

# CIEDE2000: below the first an audience takes two sets for one place; above the second a colour is a stranger to the
# show; within the third two materials of one class are meant to be one and are not
ALIKE, STRANGER, NEAR = 6.0, 24.0, (0.8, 4.0)
LEADING, LEAST_SHARE = 8, 0.03
_ONE = 2.0  # colours closer than that are one in a palette


@dataclass(frozen=True)
class Tone:
    """One of a set's leading colours.

    Attributes:
        code: ``#rrggbb``.
        share: of the palette, 0..1, by the square root of the area: an accent is seen beside a wall.
        materials: that show it, the largest first.
    """

    code: str
    share: float
    materials: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"code": self.code, "share": round(self.share, 4), "materials": list(self.materials)}


@dataclass(frozen=True)
class Note:
    """Something found between sets, in words; ``sets`` are their names."""

    topic: str
    sets: tuple[str, ...]
    words: str


def palette(areas: Mapping[str, float]) -> tuple[Tone, ...]:
    """The leading colours of a set from the area of each of its materials, m²; the largest first."""
    found: dict[str, tuple[float, list[str]]] = {}
    for name, area in sorted(areas.items(), key=lambda one: (-one[1], one[0])):
        code = material(name).srgb
        near = next((kept for kept in found if _apart(kept, code) < _ONE), code)
        size, names = found.get(near, (0.0, []))
        found[near] = size + area, [*names, name]
    ranked = sorted(found.items(), key=lambda one: (-one[1][0], one[0]))[:LEADING]
    weights = [size**0.5 for _, (size, _) in ranked]
    return tuple(
        Tone(code, weight / sum(weights), tuple(names))
        for (code, (_, names)), weight in zip(ranked, weights, strict=True)
    )


def apart(one: Sequence[Tone], other: Sequence[Tone]) -> float:
    """How far two palettes are apart: the least CIEDE2000, by share, over which one is made into the other.

    The earth mover's distance (Rubner, Tomasi and Guibas, The earth mover's distance as a metric for image retrieval,
    International Journal of Computer Vision 40, 2000). It is 0 between equals and the same both ways.
    """
    table = _table(one, other)
    rows, columns = table.shape
    moved = np.concatenate([np.kron(np.eye(rows), np.ones(columns)), np.kron(np.ones(rows), np.eye(columns))])
    shares = [tone.share for tone in (*one, *other)]
    found = linprog(
        table.ravel(), A_eq=moved[:-1], b_eq=shares[:-1], method="highs"
    )  # the last follows from the others
    return float(found.fun)


def palette_check(palettes: Mapping[str, Sequence[Tone]]) -> tuple[Note, ...]:
    """Pairs of sets that can hardly be told apart, colours near but not the same, and strangers to the show."""
    out = []
    for (a, one), (b, other) in itertools.combinations(palettes.items(), 2):
        far = apart(one, other)
        if far < ALIKE:
            words = f"hardly to be told apart by colour: {far:.1f} apart, wanted {ALIKE:g} or more"
            out.append(Note("colour", (a, b), words))
        table = _table(one, other)
        for i, j in np.argwhere((table > NEAR[0]) & (table < NEAR[1])):
            mine, theirs = one[i], other[j]
            if material(mine.materials[0]).of != material(theirs.materials[0]).of:
                continue  # a black shoe is no black door: only two plasters, two timbers are taken for each other
            said = f"{_named(mine)} and {_named(theirs)} are {table[i, j]:.1f} apart: one colour, or two that are meant"
            out.append(Note("colour", (a, b), said))
    for name, tones in palettes.items() if len(palettes) > 1 else ():
        others = [tone for other, theirs in palettes.items() if other != name for tone in theirs]
        for tone, nearest in zip(tones, _table(tones, others).min(1), strict=True):
            if tone.share >= LEAST_SHARE and nearest > STRANGER:
                words = f"{_named(tone)} stands alone in the show: {nearest:.0f} from the nearest colour"
                out.append(Note("colour", (name,), words))
    return tuple(out)


def _named(tone: Tone) -> str:
    return f"{tone.materials[0].partition(':')[0].replace('_', ' ')} {tone.code}"


def _table(one: Sequence[Tone], other: Sequence[Tone]) -> Floats:
    return differences([colour_of(tone.code) for tone in one], [colour_of(tone.code) for tone in other])


def _apart(one: str, other: str) -> float:
    return float(differences([colour_of(one)], [colour_of(other)])[0, 0])


def palette_sheet(palettes: Mapping[str, Sequence[Tone]], papers: Papers) -> Sheet:
    """A sheet: each set's colours by their share, and how far each palette is from each other one."""
    left, bottom, right, top = frame.drawing_area("A3")
    marks = frame.frame("A3", papers, "Palettes of the show", "1 of 1", [])
    names = list(palettes)
    side = min(20.0, (right - left - 60) / max(1, len(names)), 110 / max(1, len(names)))
    table_high = side * len(names) + 18 if len(names) > 1 else 0.0
    row = min(34.0, (top - bottom - table_high - 10) / len(names))
    for number, name in enumerate(names):
        marks += _strip(name, palettes[name], (left + 2, top - row * (number + 1), right - 2, top - row * number))
    if len(names) > 1:
        marks += _distances(palettes, left + 2, top - row * len(names) - table_high - 4, side)
    return Sheet("palettes", "Palettes of the show", PAPERS["A3"], (), tuple(marks), papers.units)


def _strip(name: str, tones: Sequence[Tone], box: tuple[float, float, float, float]) -> list[Mark]:
    left, foot, right, top = box
    out: list[Mark] = [Label((left, top - 4), name, height_mm=2.4, anchor="start", bold=True)]
    x = left
    for tone in tones:
        wide = (right - left) * tone.share
        out.append(rectangle(x, foot + 6, x + wide, top - 7, "A-ANNO-TEXT", "hair", tone.code))
        words = tone.materials[0].partition(":")[0].replace("_", " ")
        most = int(wide / 1.35)
        if most > 3:
            out.append(Label((x, foot + 3.6), tone.code, height_mm=1.5, anchor="start"))
            shown = words if len(words) <= most else words[: most - 1] + "…"
            out.append(Label((x, foot + 1), shown, height_mm=1.5, anchor="start", grey=0.35))
        x += wide
    return out


def _distances(palettes: Mapping[str, Sequence[Tone]], left: float, bottom: float, side: float) -> list[Mark]:
    """A table of distances, darker where two are closer; those too close in red."""
    names = list(palettes)
    head = bottom + side * len(names)
    out: list[Mark] = [
        Label((left, head + 11), "HOW FAR PALETTES ARE APART (CIEDE2000)", height_mm=2.4, anchor="start", bold=True)
    ]
    for i, a in enumerate(names):
        y = head - side * (i + 1)
        out.append(Label((left, y + side / 2), f"{i + 1}  {a}", height_mm=1.8, anchor="start"))
        out.append(Label((left + 52 + side * (i + 0.5), head + 3), str(i + 1), height_mm=1.8, bold=True))
        for j, b in enumerate(names):
            x = left + 52 + side * j
            far = apart(palettes[a], palettes[b])
            fill = "#ffffff" if i == j else "#d9634c" if far < ALIKE else _grey(far)
            out.append(rectangle(x, y, x + side, y + side, "A-ANNO-TEXT", "hair", fill))
            if i != j:
                out.append(Label((x + side / 2, y + side / 2), f"{far:.1f}", height_mm=min(2.2, side / 5)))
    return out


def _grey(far: float) -> str:
    level = round(150 + 95 * min(1.0, max(0.0, (far - ALIKE) / 20)))
    return f"#{level:02x}{level:02x}{level:02x}"
