"""The building's plan: four corners from one to three surveyed facades and a depth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from secondunit.errors import CannotSolve
from secondunit.plate.survey import Facade, Survey

Floats = npt.NDArray[np.float64]
GAP_M = 0.5  # m: facades whose ends are this near share a corner; surveys are not exact
UP = np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True)
class Edge:
    """One side of the plan.

    Attributes:
        start: its left corner seen from outside, world (3,), on the ground.
        end: its right corner.
        facade: what was surveyed of it, or None for a wall that the camera does not see.
    """

    start: Floats
    end: Floats
    facade: Facade | None

    @property
    def along(self) -> Floats:
        """Unit vector to the right seen from outside, (3,)."""
        way: Floats = (self.end - self.start) / np.linalg.norm(self.end - self.start)
        return way

    @property
    def normal(self) -> Floats:
        """Outward unit normal, (3,)."""
        return np.cross(self.along, UP)

    @property
    def width_m(self) -> float:
        """Length."""
        return float(np.linalg.norm(self.end - self.start))


def meet(point_a: Floats, way_a: Floats, point_b: Floats, way_b: Floats) -> Floats:
    """Where two level lines meet in plan, (3,) at the height of ``point_a``."""
    matrix = np.array([[way_a[0], -way_b[0]], [way_a[2], -way_b[2]]])
    share = np.linalg.solve(matrix, (point_b - point_a)[[0, 2]])[0]
    crossing: Floats = point_a + share * way_a
    return crossing


def plan(survey: Survey) -> tuple[Edge, ...]:
    """Four edges, the main facade first, then on to the right as seen from outside.

    Two facades give a parallelogram; one gives a rectangle of ``depth_m``. Corners are where the facades' planes meet.

    Raises:
        CannotSolve: the facades do not join up, or the plan is not convex.
    """
    chain = _chain(survey.facades)
    ways = [np.asarray(one.along_m, float) for one in chain]
    starts = [_on_ground(one.to_world(0.0, 0.0)) for one in chain]
    ends = [_on_ground(one.to_world(one.width_m, 0.0)) for one in chain]
    corners = [starts[0]]
    corners += [meet(starts[k], ways[k], starts[k + 1], ways[k + 1]) for k in range(len(chain) - 1)]
    corners.append(ends[-1])
    if len(chain) == 1:
        back = survey.depth_m * chain[0].normal
        corners += [corners[1] - back, corners[0] - back]
    elif len(chain) == 2:
        corners.append(corners[0] + corners[2] - corners[1])
    facades: list[Facade | None] = [*chain, *[None] * (4 - len(chain))]
    first = facades.index(survey.facades[0])
    edges = tuple(Edge(corners[k % 4], corners[(k + 1) % 4], facades[k % 4]) for k in range(first, first + 4))
    turns = [np.cross(edges[k - 1].along, edges[k].along)[1] for k in range(4)]
    if min(turns) < 0.1:  # sine of the angle between neighbours: 6 degrees
        raise CannotSolve(
            "survey: facades",
            "the visible facades do not bound a convex plan",
            "neighbouring facades that turn away from each other by 6 to 174 degrees",
            "Give building.edges so that each facade is one flat wall, or fewer facades.",
        )
    return edges


def inset(edges: tuple[Edge, ...], thickness_m: float) -> Floats:
    """The plan's corners (4, 3) moved inward by a wall's thickness; corner k is where edge k starts."""
    return np.array(
        [
            meet(
                edges[k].start - thickness_m * edges[k].normal,
                edges[k].along,
                edges[k - 1].start - thickness_m * edges[k - 1].normal,
                edges[k - 1].along,
            )
            for k in range(4)
        ]
    )


def _chain(facades: tuple[Facade, ...]) -> list[Facade]:
    """The facades from left to right as seen from outside."""
    chain = [facades[0]]
    rest = list(facades[1:])
    while rest:
        left, right = chain[0].to_world(0.0, 0.0), chain[-1].to_world(chain[-1].width_m, 0.0)
        for one in rest:
            if np.linalg.norm((one.to_world(0.0, 0.0) - right)[[0, 2]]) < GAP_M:
                chain.append(one)
                break
            if np.linalg.norm((one.to_world(one.width_m, 0.0) - left)[[0, 2]]) < GAP_M:
                chain.insert(0, one)
                break
        else:
            raise CannotSolve(
                "survey: facades",
                f"the facade {rest[0].name!r} shares no upright edge with the others",
                f"ends within {GAP_M} m of each other",
                "Survey again, or give building.edges.",
            )
        rest.remove(one)
    return chain


def _on_ground(point: Floats) -> Floats:
    return np.array([point[0], 0.0, point[2]])
