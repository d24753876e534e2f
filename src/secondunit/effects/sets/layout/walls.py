"""What hangs on walls: free stretches, curtains and blinds, pictures, lamps."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.layout.shapes import THIN_M, Wall, corners, polygon_of, turned, walls_of
from secondunit.effects.sets.layout.stock import Stock
from secondunit.effects.sets.plan import Piece, Room

AT_WALL_M = 0.12  # nearer than this a piece stands at the wall
AIR_M = 0.12  # kept around what hangs


@dataclass
class WallSpace:
    """One wall's face: what is on it already as (start, end, low, high) in metres along and up."""

    wall: Wall
    taken: list[tuple[float, float, float, float]] = field(default_factory=list)

    def free(self, start: float, end: float, low: float, high: float) -> bool:
        """Whether nothing is there."""
        if start < 0.02 or end > self.wall.length_m - 0.02:
            return False
        return not any(
            start < b + AIR_M and end > a - AIR_M and low < top + 0.05 and high > bottom - 0.05
            for a, b, bottom, top in self.taken
        )

    def stretch(self, low: float, high: float) -> list[tuple[float, float]]:
        """Free stretches between two heights, the longest first."""
        cuts = sorted((a, b) for a, b, bottom, top in self.taken if low < top and high > bottom)
        found, at = [], 0.0
        for a, b in [*cuts, (self.wall.length_m, self.wall.length_m)]:
            if a - at > 0.3:
                found.append((at, a))
            at = max(at, b)
        return sorted(found, key=lambda one: (round(one[0] - one[1], 6), one[0]))


def wall_spaces(room: Room, pieces: list[Piece]) -> list[WallSpace]:
    """All walls with their openings and what stands or hangs at them."""
    spaces = []
    for wall in walls_of(room.outline):
        space = WallSpace(wall)
        for one in room.openings:
            if one.wall == wall.number:
                space.taken.append((one.at_m, one.at_m + one.width_m, one.sill_m, one.sill_m + one.height_m))
        for piece in pieces:
            span = span_at(wall, piece)
            if span is not None:
                space.taken.append((*span, piece.base_m, piece.base_m + piece.size_m[2]))
        spaces.append(space)
    return spaces


def span_at(wall: Wall, piece: Piece) -> tuple[float, float] | None:
    """From where to where along a wall a piece stands or hangs, if it is at that wall."""
    row = catalogue()[piece.kind]
    if row.stands in ("ceiling", "on"):
        return None
    w, d = piece.size_m[0] / 2, piece.size_m[1] / 2
    ring = turned(corners([(-w, w, -d, d)])[0], np.asarray(piece.at_m), piece.turn_deg) - wall.start
    out, at = ring @ wall.inward, ring @ wall.along
    if out.min() > AT_WALL_M or out.min() < -0.3 or at.max() < 0 or at.min() > wall.length_m:
        return None
    return float(at.min()), float(at.max())


def hang(
    space: WallSpace, stock: Stock, kind: str, at_m: float, base_m: float, pieces: list[Piece], why: str,
    size: tuple[float, float, float] | None = None,
) -> bool:  # fmt: skip
    """Hang a piece with its middle ``at_m`` along the wall, if it is free there."""
    size = size or stock.size(kind)
    if not stock.may(kind) or not space.free(at_m - size[0] / 2, at_m + size[0] / 2, base_m, base_m + size[2]):
        return False
    x, z = space.wall.point(at_m, size[1] / 2)
    made = new_piece(kind, stock.style, pieces, size, (float(x), float(z)), base_m, space.wall.turn_deg, why)
    if clashes(made, pieces):
        return False
    stock.take(kind)
    space.taken.append((at_m - size[0] / 2, at_m + size[0] / 2, base_m, base_m + size[2]))
    pieces.append(made)
    return True


def clashes(made: Piece, pieces: list[Piece]) -> bool:
    """Whether a piece would be where another is, in plan and in height."""
    area = polygon_of(made).buffer(-0.002)
    low, high = made.base_m, made.base_m + made.size_m[2]
    return any(
        one.base_m < high - 1e-6 and one.base_m + one.size_m[2] > low + 1e-6 and one.size_m[2] > THIN_M
        and area.intersects(polygon_of(one))
        for one in pieces
    )  # fmt: skip


def new_piece(
    kind: str, style: str, pieces: list[Piece], size: tuple[float, float, float], at: tuple[float, float], base: float,
    turn: float, why: str, on: str | None = None,
) -> Piece:  # fmt: skip
    """The next of its kind, numbered."""
    number = 1 + sum(one.kind == kind for one in pieces)
    while any(one.id == f"{kind}-{number}" for one in pieces):
        number += 1
    rounded = (round(at[0], 4) + 0.0, round(at[1], 4) + 0.0)
    sized = (round(size[0], 4), round(size[1], 4), round(size[2], 4))
    return Piece(
        id=f"{kind}-{number}", kind=kind, style=style, size_m=sized, at_m=rounded, base_m=round(base, 4),
        turn_deg=round((turn + 180) % 360 - 180, 3) + 0.0, on=on, why=why, seed=number,
    )  # fmt: skip


def dress_windows(room: Room, spaces: list[WallSpace], stock: Stock, pieces: list[Piece]) -> None:
    """Curtains to the floor where nothing stands before the window, else a blind."""
    for one in room.openings:
        if one.kind != "window":
            continue
        space, top = spaces[one.wall], one.sill_m + one.height_m
        width, middle = one.width_m + 0.5, one.at_m + one.width_m / 2
        plain = stock.style in ("institutional", "industrial", "brutalist") and not stock.wanted("curtains")
        long = min(top + 0.25, room.height_m - 0.05) - 0.02
        ways = [("curtains", (width, stock.size("curtains")[1], long), 0.02)] * (not plain)
        blind = (one.width_m + 0.1, stock.size("blind")[1], min(one.height_m + 0.1, room.height_m - one.sill_m))
        ways += [("blind", blind, one.sill_m - 0.02)] * (one.sill_m > 0.02)
        for kind, size, base in ways:
            x, z = space.wall.point(middle, size[1] / 2 + 0.01)
            at = (float(x), float(z))
            made = new_piece(kind, stock.style, pieces, size, at, base, space.wall.turn_deg, "on the window's axis")
            fits = middle - size[0] / 2 > 0 and middle + size[0] / 2 < space.wall.length_m
            if fits and stock.may(kind) and not clashes(made, pieces):
                stock.take(kind)
                space.taken.append((middle - size[0] / 2, middle + size[0] / 2, base, base + size[2]))
                pieces.append(made)
                break


def dress_walls(
    spaces: list[WallSpace],
    stock: Stock,
    pieces: list[Piece],
    rng: np.random.Generator,
    density: float,
    likes: tuple[str, ...] = (),
) -> None:
    """Lamps either side of what the room turns to, pictures over seats and on bare walls."""
    lamp = next((kind for kind in ("wall_lamp", "bulkhead_lamp") if stock.wanted(kind)), None)
    if lamp is None:
        lamp = "bulkhead_lamp" if stock.style in ("industrial", "institutional") else "wall_lamp"
    row = catalogue()[lamp]
    for piece in [one for one in pieces if one.kind in ("fireplace", "tv_unit", "sideboard", "bed", "four_poster")]:
        for space in spaces:
            span = span_at(space.wall, piece)
            if (
                span is None
                or not stock.may(lamp)
                or density <= 0
                or (piece.kind != "fireplace" and rng.random() < 0.5)
            ):
                continue
            reach = 0.35 if piece.kind != "bed" else 0.3
            pair = [span[0] - reach, span[1] + reach]
            if all(space.free(at - 0.1, at + 0.1, row.hang_m, row.hang_m + row.size_m[2]) for at in pair) and stock.may(
                lamp, 2
            ):
                for at in pair:
                    hang(
                        space, stock, lamp, at, row.hang_m, pieces, f"either side of the {piece.kind.replace('_', ' ')}"
                    )
    for piece in [one for one in pieces if one.kind in ("sofa", "loveseat", "console_table", "desk", "upright_piano")]:
        for space in spaces:
            span = span_at(space.wall, piece)
            if span is not None and stock.may("painting") and density > 0:
                hang(
                    space,
                    stock,
                    "painting",
                    (span[0] + span[1]) / 2,
                    max(piece.size_m[2] + 0.3, 1.3),
                    pieces,
                    f"over the {piece.kind.replace('_', ' ')}, on its axis",
                )
    _bare_walls(spaces, stock, pieces, rng, density)
    for kind in (one for one in likes if one in catalogue() and catalogue()[one].stands == "wall"):
        for space in sorted(spaces, key=lambda one: -one.wall.length_m)[:2]:
            base, size = catalogue()[kind].hang_m, stock.size(kind)
            for start, end in space.stretch(base, base + size[2])[:1]:
                if end - start > size[0] + 0.3:
                    hang(space, stock, kind, start + (end - start) / 3, base, pieces, "as the words have it")


def _bare_walls(
    spaces: list[WallSpace], stock: Stock, pieces: list[Piece], rng: np.random.Generator, density: float
) -> None:
    options = ["painting", "painting", "mirror"]
    if stock.style in ("institutional", "industrial"):
        options = ["wall_map", "wall_clock", "painting"]
    budget = round(2 * density)
    for space in sorted(spaces, key=lambda one: -one.wall.length_m):
        for start, end in space.stretch(1.0, 2.2)[:1]:
            kind = options[int(rng.integers(len(options)))]
            if budget > 0 and end - start > 1.8 and stock.may(kind):
                base = catalogue()[kind].hang_m
                budget -= hang(
                    space, stock, kind, (start + end) / 2, base, pieces, "in the middle of a bare stretch of wall"
                )


def hang_required(spaces: list[WallSpace], stock: Stock, pieces: list[Piece], height_m: float) -> list[str]:
    """All that must still hang on a wall; returns what found no place."""
    missing = []
    for kind in sorted(kind for kind in stock.bound if catalogue()[kind].stands == "wall"):
        size = stock.size(kind)
        base = min(catalogue()[kind].hang_m, height_m - size[2] - 0.02)
        while stock.wanted(kind) > 0:
            spots = [
                (space, at)
                for space in sorted(spaces, key=lambda one: -one.wall.length_m)
                for start, end in space.stretch(base, base + size[2])
                for at in [
                    (start + end) / 2,
                    *np.arange(start + size[0] / 2 + 0.13, end - size[0] / 2 - 0.13, 0.25).tolist(),
                ]
            ]
            if base < 0 or not any(hang(space, stock, kind, at, base, pieces, "asked for") for space, at in spots):
                missing.append(kind.replace("_", " "))
                break
    return missing
