"""Who a figure is: a face, a skin, a way of ageing; and that face at some age with some expression."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from secondunit.scene.figure.eyes import centres
from secondunit.scene.figure.head import Head, shape
from secondunit.scene.figure.parts import Array

Sex = Literal["female", "male"]
YOUNG, OLD = 25.0, 90.0  # the years MPFB's macro targets ``young`` and ``old`` stand for
# melanin dose that gives about the ten tones of the Monk scale (Monk 2019), fair to dark
MONK_MELANIN = (0.06, 0.14, 0.24, 0.38, 0.58, 0.85, 1.2, 1.6, 2.0, 2.4)

# pairs of opposite targets a face is made different with, and the spread of their weights
PAIRS: dict[str, float] = {
    "nose/nose-hump-{decr|incr}": 0.35,
    "nose/nose-scale-vert-{decr|incr}": 0.3,
    "nose/nose-width1-{decr|incr}": 0.3,
    "nose/nose-width2-{decr|incr}": 0.3,
    "nose/nose-width3-{decr|incr}": 0.35,
    "nose/nose-point-{down|up}": 0.3,
    "nose/nose-point-width-{decr|incr}": 0.35,
    "nose/nose-curve-{concave|convex}": 0.3,
    "nose/nose-base-{down|up}": 0.2,
    "nose/nose-scale-depth-{decr|incr}": 0.3,
    "nose/nose-volume-{decr|incr}": 0.25,
    "nose/nose-flaring-{decr|incr}": 0.25,
    "nose/nose-greek-{decr|incr}": 0.2,
    "mouth/mouth-scale-horiz-{decr|incr}": 0.3,
    "mouth/mouth-upperlip-volume-{decr|incr}": 0.35,
    "mouth/mouth-lowerlip-volume-{decr|incr}": 0.35,
    "mouth/mouth-upperlip-height-{decr|incr}": 0.3,
    "mouth/mouth-lowerlip-height-{decr|incr}": 0.3,
    "mouth/mouth-trans-{down|up}": 0.15,
    "mouth/mouth-cupidsbow-{decr|incr}": 0.35,
    "mouth/mouth-angles-{down|up}": 0.15,
    "chin/chin-width-{decr|incr}": 0.35,
    "chin/chin-height-{decr|incr}": 0.3,
    "chin/chin-prominent-{decr|incr}": 0.3,
    "chin/chin-cleft-{decr|incr}": 0.3,
    "chin/chin-bones-{decr|incr}": 0.3,
    "chin/chin-jaw-drop-{decr|incr}": 0.25,
    "chin/chin-prognathism-{decr|incr}": 0.15,
    "cheek/{l|r}-cheek-bones-{decr|incr}": 0.35,
    "cheek/{l|r}-cheek-volume-{decr|incr}": 0.3,
    "cheek/{l|r}-cheek-inner-{decr|incr}": 0.25,
    "eyes/{l|r}-eye-scale-{decr|incr}": 0.22,
    "eyes/{l|r}-eye-trans-{in|out}": 0.15,
    "eyes/{l|r}-eye-corner1-{down|up}": 0.25,
    "eyes/{l|r}-eye-corner2-{down|up}": 0.25,
    "eyes/{l|r}-eye-eyefold-{concave|convex}": 0.3,
    "eyes/{l|r}-eye-eyefold-{down|up}": 0.25,
    "eyes/{l|r}-eye-push1-{in|out}": 0.15,
    "eyebrows/eyebrows-trans-{backward|forward}": 0.3,
    "eyebrows/eyebrows-angle-{down|up}": 0.25,
    "forehead/forehead-scale-vert-{decr|incr}": 0.25,
    "forehead/forehead-nubian-{decr|incr}": 0.2,
    "forehead/forehead-temple-{decr|incr}": 0.3,
    "forehead/forehead-trans-{backward|forward}": 0.25,
    "head/head-fat-{decr|incr}": 0.28,
    "head/head-scale-horiz-{decr|incr}": 0.3,
    "head/head-scale-vert-{decr|incr}": 0.3,
    "neck/neck-scale-horiz-{decr|incr}": 0.3,
    "ears/{l|r}-ear-scale-{decr|incr}": 0.3,
    "ears/{l|r}-ear-wing-{decr|incr}": 0.3,
    "ears/{l|r}-ear-lobe-{decr|incr}": 0.3,
}
OUTLINES = ("oval", "round", "rectangular", "square", "diamond", "triangular", "invertedtriangular")
ASYMMETRIES = (
    "brown-1",
    "brown-2",
    "cheek-1",
    "cheek-2",
    "eye-1",
    "eye-3",
    "eye-5",
    "jaw-1",
    "jaw-2",
    "mouth-1",
    "mouth-2",
    "nose-1",
    "nose-2",
    "temple-1",
)

# how much of each target an old face gets, with the spread between people
AGEING: dict[str, tuple[float, float]] = {
    "head/head-age-incr": (0.35, 0.15),
    "eyes/{l|r}-eye-bag-incr": (0.55, 0.35),
    "eyes/{l|r}-eye-bag-height-incr": (0.2, 0.2),
    "eyes/{l|r}-eye-eyefold-down": (0.55, 0.3),
    "eyes/{l|r}-eye-corner2-down": (0.3, 0.2),
    "eyes/{l|r}-eye-height2-decr": (0.35, 0.2),
    "cheek/{l|r}-cheek-trans-down": (0.5, 0.25),
    "cheek/{l|r}-cheek-inner-decr": (0.35, 0.3),
    "mouth/mouth-upperlip-volume-decr": (0.6, 0.25),
    "mouth/mouth-lowerlip-volume-decr": (0.45, 0.25),
    "mouth/mouth-upperlip-height-decr": (0.45, 0.2),
    "mouth/mouth-angles-down": (0.4, 0.2),
    "mouth/mouth-laugh-lines-out": (0.4, 0.3),
    "nose/nose-point-down": (0.35, 0.2),
    "nose/nose-scale-vert-incr": (0.2, 0.1),
    "nose/nose-volume-incr": (0.2, 0.15),
    "ears/{l|r}-ear-lobe-incr": (0.5, 0.25),
    "ears/{l|r}-ear-scale-vert-incr": (0.25, 0.15),
    "neck/neck-double-incr": (0.35, 0.4),
    "forehead/forehead-temple-decr": (0.3, 0.2),
    "eyebrows/eyebrows-trans-down": (0.3, 0.2),
}


@dataclass(frozen=True)
class Person:
    """Somebody.

    Attributes:
        seed: everything about this person follows from it.
        sex: of the body's shape; brows, lips and beard follow.
        origin: shares (3,) of MPFB's three shapes african, asian, caucasian.
        monk: tone of the Monk scale, 1 fair .. 10 dark.
        melanin, blood: doses of the skin.
        face: target weights that make this face.
        ageing: target weights at 90 years.
        weight: 0 lean .. 1 heavy.
        sun: 0 sheltered .. 1 a life outdoors: spots, coarse lines.
        lines: strength of the wrinkles by family, about 1.
    """

    seed: int
    sex: Sex
    origin: tuple[float, float, float]
    monk: int
    melanin: float
    blood: float
    face: Mapping[str, float]
    ageing: Mapping[str, float]
    weight: float
    sun: float
    lines: Mapping[str, float] = field(default_factory=dict)

    def rng(self, what: int) -> np.random.Generator:
        """A generator for one of this person's traits."""
        return np.random.default_rng((self.seed, what))


FAMILIES = (
    "forehead",
    "glabella",
    "crow",
    "under_eye",
    "nasolabial",
    "marionette",
    "lip",
    "cheek",
    "neck",
    "fine",
    "bags",
)


def _both_sides(name: str, weight: float, rng: np.random.Generator, out: dict[str, float]) -> None:
    for side in "lr" if "{l|r}" in name else ("",):
        one = name.replace("{l|r}", side)
        out[one] = out.get(one, 0.0) + weight * float(np.exp(rng.normal(0, 0.12)))


def sample(seed: int) -> Person:
    """A person from a seed; tones of the Monk scale and both sexes come evenly."""
    rng = np.random.default_rng((seed, 11))
    sex: Sex = "female" if rng.random() < 0.5 else "male"
    monk = int(rng.integers(1, 11))
    african, asian, caucasian = rng.dirichlet(
        np.array([0.4, 0.5, 0.6]) + np.array([0.10, 0.0, -0.05]) * max(monk - 4, 0)
    )
    melanin = MONK_MELANIN[monk - 1] * float(np.exp(rng.normal(0, 0.12)))
    face: dict[str, float] = {}
    for name, spread in PAIRS.items():
        start, end = name.rindex("{"), name.rindex("}")
        low, high = name[start + 1 : end].split("|")
        weight = float(np.clip(rng.normal(0, spread), -2 * spread, 2 * spread))
        _both_sides(name[:start] + (high if weight > 0 else low) + name[end + 1 :], abs(weight), rng, face)
    for name in rng.choice(OUTLINES, 2, replace=False):
        face[f"head/head-{name}"] = float(rng.uniform(0, 0.5))
    for name in rng.choice(ASYMMETRIES, 4, replace=False):
        face[f"asym/asym-{name}-{rng.choice(['l', 'r'])}"] = float(rng.uniform(0, 0.55))
    ageing: dict[str, float] = {}
    for name, (mean, spread) in AGEING.items():
        _both_sides(name, max(0.0, float(rng.normal(mean, spread))), rng, ageing)
    lines = {family: float(np.exp(rng.normal(0, 0.35))) for family in FAMILIES}
    return Person(
        seed=seed,
        sex=sex,
        origin=(float(african), float(asian), float(caucasian)),
        monk=monk,
        melanin=melanin,
        blood=float(np.clip(rng.normal(0.42, 0.10), 0.2, 0.7)),
        face=face,
        ageing=ageing,
        weight=float(rng.beta(2, 2)),
        sun=float(rng.beta(1.6, 2.2)),
        lines=lines,
    )


def oldness(years: float) -> float:
    """Share 0..1 of an old face's shape; slow before forty, steady after."""
    t = float(np.clip((years - 20) / (OLD - 20), 0, 1.1))
    return float(0.35 * t + 0.65 * t**1.6)


def _macro(person: Person, years: float) -> dict[str, float]:
    """MPFB's macro weights: origin by sex by age, and build."""
    old = float(np.clip((years - YOUNG) / (OLD - YOUNG), 0, 1)) * 0.8
    out: dict[str, float] = {}
    for age, share in (("young", 1 - old), ("old", old)):
        for origin, part in zip(("african", "asian", "caucasian"), person.origin, strict=True):
            out[f"macrodetails/{origin}-{person.sex}-{age}"] = part * share
        heavy = person.weight * 2 - 1
        build = "maxweight" if heavy > 0 else "minweight"
        stem = f"macrodetails/universal-{person.sex}-{age}-averagemuscle-"
        out[stem + build] = abs(heavy) * share * 0.8
        out[stem + "averageweight"] = (1 - abs(heavy) * 0.8) * share
    return out


def _settled(head: Head, anchor: Head) -> Head:
    """Eyes at the same places as ``anchor``'s: moved and scaled, not turned."""

    def eyes(one: Head) -> Array:
        found = centres(one.vertices_m)
        return np.stack([found["left"][0], found["right"][0]])

    mine, wanted = eyes(head), eyes(anchor)
    scale = np.linalg.norm(wanted[0] - wanted[1]) / np.linalg.norm(mine[0] - mine[1])
    return Head((head.vertices_m - mine.mean(0)) * scale + wanted.mean(0))


def head_of(person: Person, years: float, expression: Mapping[str, float] | None = None) -> Head:
    """This person's head at an age: upright, looking along +z, the middle of the eyes at the origin of nothing but
    itself:
    the same place at every age.

    Args:
        person: who.
        years: 18..90.
        expression: weights of face units such as ``mouthSmileLeft``.
    """
    share = oldness(years)
    weights = _macro(person, years)
    for name, weight in person.face.items():
        weights[name] = weights.get(name, 0.0) + weight
    for name, weight in person.ageing.items():
        weights[name] = weights.get(name, 0.0) + weight * share
    still = _settled(shape(weights), shape(_macro(person, YOUNG) | dict(person.face)))
    if not expression:
        return still
    moved = shape(dict(expression)).vertices_m - shape({}).vertices_m
    return Head(still.vertices_m + moved)


EXPRESSIONS: dict[str, dict[str, float]] = {
    "calm": {},
    "smile": {"mouthSmile": 0.55, "cheekSquint": 0.35, "eyeSquint": 0.25},
    "laugh": {"mouthSmile": 0.8, "cheekSquint": 0.7, "eyeSquint": 0.45, "jawOpen": 0.25, "mouthUpperUp": 0.25},
    "raised": {"browInnerUp": 0.7, "browOuterUp": 0.6, "eyeWide": 0.3},
    "frown": {"browDown": 0.75, "eyeSquint": 0.3, "mouthFrown": 0.25},
    "speak": {"jawOpen": 0.3, "mouthFunnel": 0.25},
    "pressed": {"mouthPress": 0.5, "mouthFrown": 0.25},
    "doubt": {"browInnerUp": 0.5, "mouthFrown": 0.35, "mouthLeft": 0.2},
    "squint": {"eyeSquint": 0.8, "cheekSquint": 0.4, "browDown": 0.3},
}
SINGLE = ("jawOpen", "mouthFunnel", "mouthPucker", "browInnerUp", "mouthLeft", "mouthRight")


def express(rng: np.random.Generator) -> tuple[str, dict[str, float]]:
    """An expression's name and its face units' weights, uneven on both sides."""
    name = str(rng.choice(list(EXPRESSIONS), p=[0.3, 0.16, 0.1, 0.09, 0.07, 0.1, 0.06, 0.06, 0.06]))
    strength = float(rng.uniform(0.4, 1.1))
    out: dict[str, float] = {}
    for unit, weight in EXPRESSIONS[name].items():
        for side in ("",) if unit in SINGLE else ("Left", "Right"):
            out[unit + side] = weight * strength * float(np.exp(rng.normal(0, 0.12)))
    blink = float(np.clip(rng.normal(0.05, 0.08), 0, 0.3)) + (0.75 if rng.random() < 0.03 else 0.0)
    out["eyeBlinkLeft"] = out["eyeBlinkRight"] = blink
    return name, out
