"""Shapes that symbols of furniture are drawn with. Metres, about (0, 0)."""

from __future__ import annotations

import itertools
import math

from secondunit.effects.sets.drawing.sheet import Mark, PenName, Point, Stroke, circle, line, rectangle

Drawn = list[Mark]
WHITE = "#ffffff"


def box(
    left: float, bottom: float, right: float, top: float, pen: PenName = "object", fill: str = "", soft: float = 0.0
) -> Stroke:
    """A box in the furniture's layer; its corners rounded by ``soft``."""
    soft = min(soft, (right - left) / 2, (top - bottom) / 2)
    if soft <= 0:
        return rectangle(left, bottom, right, top, "I-FURN", pen, fill)
    corners = [
        (right - soft, top - soft),
        (left + soft, top - soft),
        (left + soft, bottom + soft),
        (right - soft, bottom + soft),
    ]
    turns = [math.radians(15 * step) for step in range(7)]
    points = [
        (x + soft * math.cos(t + quarter * math.pi / 2), y + soft * math.sin(t + quarter * math.pi / 2))
        for quarter, (x, y) in enumerate(corners)
        for t in turns
    ]
    return Stroke(tuple(points), "I-FURN", pen, True, fill)


def seg(a: Point, b: Point, pen: PenName = "fine") -> Stroke:
    """A straight line."""
    return line(a, b, "I-FURN", pen)


def body(w: float, d: float, soft: float = 0.0) -> Stroke:
    """The whole footprint, its corners rounded by ``soft``."""
    return box(-w / 2, -d / 2, w / 2, d / 2, "object", WHITE, soft)


def oval(w: float, d: float, pen: PenName = "object", fill: str = WHITE, at: Point = (0.0, 0.0)) -> Mark:
    """A circle, or an ellipse where width and depth differ."""
    if abs(w - d) < 1e-6:
        return circle(at, w / 2, "I-FURN", pen, fill)
    turns = [math.tau * step / 48 for step in range(48)]
    points = tuple((at[0] + w / 2 * math.cos(t), at[1] + d / 2 * math.sin(t)) for t in turns)
    return Stroke(points, "I-FURN", pen, True, fill)


def even(length: float, about: float) -> list[float]:
    """Joints of a run that is divided evenly, its ends with it, about 0."""
    parts = max(1, round(length / about))
    return [-length / 2 + length * number / parts for number in range(parts + 1)]


def middles(length: float, about: float) -> list[float]:
    """Middles of the parts of an even division."""
    joints = even(length, about)
    return [(a + b) / 2 for a, b in itertools.pairwise(joints)]
