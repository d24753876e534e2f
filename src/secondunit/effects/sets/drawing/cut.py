"""Where a set is cut by its two sections, what the line meets, and the marks that say so on the plan."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import shapely

from secondunit.effects.sets.drawing.fittings import risers
from secondunit.effects.sets.drawing.sheet import Label, Mark, Point, Stroke, line
from secondunit.effects.sets.drawing.shell import Side, beams, inside, page, sides
from secondunit.effects.sets.plan import Column, Level, Opening, SetPlan
from secondunit.effects.sets.room import TREAD_M

MARK_MM = 11.0  # that a cut's arrow takes outside the dimensions of a plan
Span = tuple[float, float]
Floor = tuple[float, float, float]  # from, to, height


@dataclass(frozen=True)
class Cut:
    """Where a plan is cut: all places whose distance ahead is ``at``; seen with ``right`` to the right.

    Attributes:
        plan: what is cut.
        letter: of the section.
        right: unit vector on the page.
        at: of the line, along ``ahead``.
    """

    plan: SetPlan
    letter: str
    right: Point
    at: float

    @property
    def ahead(self) -> Point:
        """Where one looks."""
        return -self.right[1], self.right[0]

    @cached_property
    def reach(self) -> Span:
        """The room's first and last place along the cut, beyond it as well."""
        along = [self.flat(page(*corner))[0] for corner in self.plan.room.outline]
        return min(along), max(along)

    def flat(self, point: Point) -> Point:
        """A place on the page as its distance to the right and ahead of the line."""
        (a, b), (c, d), (x, y) = self.right, self.ahead, point
        return x * a + y * b, x * c + y * d - self.at

    def point(self, along: float, ahead: float = 0.0) -> Point:
        """The other way round."""
        (a, b), (c, d), far = self.right, self.ahead, ahead + self.at
        return along * a + far * c, along * b + far * d

    def across(self, area: shapely.Geometry) -> list[Span]:
        """From where to where the line goes through an area, in order."""
        low, high = self.reach
        ray = shapely.LineString([self.point(low - 1), self.point(high + 1)])
        ends = []
        for part in shapely.get_parts(ray.intersection(area)):
            if part.geom_type == "LineString" and part.length > 1e-6:
                a, b = sorted(self.flat(point)[0] for point in (part.coords[0], part.coords[-1]))
                ends.append((a, b))
        return sorted(ends)

    @property
    def screen(self) -> Side:
        """The line as if it were a wall that one looks at: so what lies beyond is drawn as before a wall."""
        low, high = self.reach
        along = -self.right[0], -self.right[1]
        return Side(-1, self.point(high), self.point(low), high - low, along, self.ahead, ())


def cuts(plan: SetPlan) -> tuple[Cut, Cut]:
    """A-A and B-B: through levels and openings rather than through columns, near the middle of the room."""
    return _best(plan, "A", (1.0, 0.0)), _best(plan, "B", (0.0, 1.0))


def _best(plan: SetPlan, letter: str, right: Point) -> Cut:
    probe = Cut(plan, letter, right, 0.0)
    far = [probe.flat(page(*corner))[1] for corner in plan.room.outline]
    low, high = min(far), max(far)
    found = []
    for step in range(25):
        cut = Cut(plan, letter, right, round(low + (high - low) * (0.2 + 0.6 * step / 24), 3))
        spans = cut.across(inside(plan.room))
        if not spans:
            continue
        edges = {height for *_, height in floor(cut, spans)}
        ends = [opening_at(cut, along) for span in spans for along in span]
        worth = (
            3 * (len(edges) - 1) + sum(one is not None for one in ends) + sum(b - a for a, b in spans) / (high - low)
        )
        worth -= 3 * sum(b - a > 1.0 for beam in beams(plan.room) for a, b in cut.across(beam))  # not along one
        worth -= 4 * sum(bool(cut.across(column_box(column))) for column in plan.room.columns)
        found.append((round(worth - 2 * abs(step - 12) / 12, 6), -abs(step - 12), -step, cut))
    return max(found, key=lambda one: one[:3])[-1]


def floor(cut: Cut, spans: Sequence[Span]) -> list[Floor]:
    """The floor along the line, its steps as they are built."""
    areas = [(level, shapely.Polygon([page(*corner) for corner in level.outline])) for level in cut.plan.room.levels]
    stops = {end for span in spans for end in span}
    for level, area in areas:
        for a, b in cut.across(area):
            stops |= {a, b, *(u for u in _treads(cut, level) if a < u < b)}
    out: list[Floor] = []
    for a, b in itertools.pairwise(sorted(round(stop, 9) for stop in stops)):
        middle = (a + b) / 2
        if b - a < 1e-6 or not any(low < middle < high for low, high in spans):
            continue
        at = shapely.Point(cut.point(middle))
        height = next((_height(level, cut.point(middle)) for level, area in areas if area.contains(at)), 0.0)
        if out and abs(out[-1][1] - a) < 1e-6 and abs(out[-1][2] - height) < 1e-9:
            out[-1] = (out[-1][0], b, height)
        else:
            out.append((a, b, height))
    return out


def _edges(level: Level) -> list[tuple[Point, Point, Point, float]]:
    """The edges with steps: first corner, way along, way in, length."""
    corners = [page(*corner) for corner in level.outline]
    area = shapely.Polygon(corners)
    out = []
    for edge in level.steps:
        a, b = corners[edge], corners[(edge + 1) % len(corners)]
        far = math.dist(a, b)
        way = (b[0] - a[0]) / far, (b[1] - a[1]) / far
        inward = -way[1], way[0]
        near = (a[0] + b[0]) / 2 + inward[0] * 0.01, (a[1] + b[1]) / 2 + inward[1] * 0.01
        out.append((a, way, inward if area.contains(shapely.Point(near)) else (way[1], -way[0]), far))
    return out


def _treads(cut: Cut, level: Level) -> list[float]:
    """Where along the line treads begin."""
    out = []
    for a, _, inward, _ in _edges(level):
        slope = cut.right[0] * inward[0] + cut.right[1] * inward[1]
        if abs(slope) < 1e-6:
            continue
        zero = cut.point(0.0)
        first = (zero[0] - a[0]) * inward[0] + (zero[1] - a[1]) * inward[1]
        out += [(TREAD_M * number - first) / slope for number in range(1, risers(level.height_m))]
    return out


def _height(level: Level, at: Point) -> float:
    """The floor's height at a place within a level: on a tread, or on the level itself."""
    count = risers(level.height_m)
    best = count
    for a, way, inward, far in _edges(level):
        deep = (at[0] - a[0]) * inward[0] + (at[1] - a[1]) * inward[1]
        along = (at[0] - a[0]) * way[0] + (at[1] - a[1]) * way[1]
        if 0 <= along <= far:
            best = min(best, int(deep / TREAD_M) + 1)
    return level.height_m * best / count


def column_box(column: Column) -> shapely.Geometry:
    """A column on the page."""
    x, y = page(*column.at_m)
    return shapely.box(x - column.width_m / 2, y - column.depth_m / 2, x + column.width_m / 2, y + column.depth_m / 2)


def opening_at(cut: Cut, along: float) -> Opening | None:
    """The opening through which the line leaves the room there; None where it meets a wall."""
    at = shapely.Point(cut.point(along))
    for side in sides(cut.plan.room):
        if shapely.LineString([side.a, side.b]).distance(at) < 1e-6:
            place = (at.x - side.a[0]) * side.along[0] + (at.y - side.a[1]) * side.along[1]
            found = next((one for one in side.openings if one.at_m < place < one.at_m + one.width_m), None)
            if found is not None:
                return found
    return None


def cut_marks(plan: SetPlan, box: tuple[float, float, float, float], scale: int) -> tuple[list[Mark], list[Mark]]:
    """On the plan: the lines of the cuts at both ends, and their arrows and letters outside of a box.

    The lines go below dimensions, so that their numbers stay free.
    """
    k = scale / 1000
    left, bottom, right, top = box
    lines: list[Mark] = []
    arrows: list[Mark] = []
    for cut in cuts(plan):
        spans = cut.across(inside(plan.room))
        across = abs(cut.right[0]) > 0.5
        for edge, end, way in (
            ((left, bottom)[not across], spans[0][0], -1),
            ((right, top)[not across], spans[-1][1], 1),
        ):
            foot, tip = cut.point(end + way * plan.room.wall_m), cut.point(edge + way * 2 * k)
            lines.append(line(foot, tip, "A-ANNO-SYMB", "axis"))
            arrows += _arrow(cut, cut.point(edge + way * 2 * k), way, k)
    return lines, arrows


def _arrow(cut: Cut, at: Point, way: int, k: float) -> list[Mark]:
    """A heavy stroke along the line, a black head where one looks, and the letter."""
    (c, d), (a, b) = cut.ahead, cut.right

    def place(along: float, ahead: float) -> Point:
        return at[0] + (a * along * way + c * ahead) * k, at[1] + (b * along * way + d * ahead) * k

    head = (place(5.0, 5.6), place(3.9, 2.2), place(6.1, 2.2))
    return [
        Stroke((place(0, 0), place(5.0, 0), place(5.0, 2.4)), "A-ANNO-SYMB", "cut"),
        Stroke(head, "A-ANNO-SYMB", "none", True, "#000000"),
        Label(place(2.2, 3.0), cut.letter, "A-ANNO-SYMB", 3.2, bold=True),
    ]
