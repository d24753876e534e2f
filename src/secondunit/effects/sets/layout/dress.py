"""From placed groups to the pieces of a plan, and what makes a room lived in: light overhead, things on tops."""

from __future__ import annotations

import numpy as np
import shapely

from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.layout.ground import Ground, Placed
from secondunit.effects.sets.layout.programme import Programme
from secondunit.effects.sets.layout.shapes import box_of, turned
from secondunit.effects.sets.layout.stock import Size, Stock
from secondunit.effects.sets.layout.walls import dress_walls, dress_windows, hang_required, new_piece, wall_spaces
from secondunit.effects.sets.plan import Piece, Room

OVER_TABLE_M = 1.5  # lowest point of a lamp over a table: 0.7 to 0.8 m above its top in common practice
OVER_HEAD_M = 2.1  # of one that people walk under
GRID_M = 2.4  # between downlights


def pieces_of(placed: tuple[Placed, ...], ground: Ground, programme: Programme) -> list[Piece]:
    """The groups' pieces, numbered in order, in the set's axes."""
    pieces: list[Piece] = []
    for one in placed:
        names: list[str] = []
        for item in one.group.items:
            row = catalogue()[item.kind]
            x, z = (float(value) for value in turned(np.array([item.x, item.z]), one.at, one.turn_deg))
            base, size = item.base_m + ground.heights[one.region], item.size_m
            if row.stands == "ceiling":
                size, base = hung_from(item.kind, ground.room, (x, z), size, bool(one.group.solids().size), programme)
            if row.stands == "wall" and base + size[2] > ground.room.height_m - 0.02:
                high = max(row.least_m[2], ground.room.height_m - 0.02 - base)
                size, base = (*size[:2], high), ground.room.height_m - 0.02 - high
            host = names[item.on] if item.on is not None else None
            made = new_piece(
                item.kind, programme.style, pieces, size, (x, z), base, one.turn_deg + item.turn_deg, item.why, host
            )
            pieces.append(made)
            names.append(made.id)
    return pieces


def hung_from(
    kind: str, room: Room, at: tuple[float, float], size: Size, over_table: bool, programme: Programme
) -> tuple[Size, float]:
    """Size and lowest point of what hangs from the ceiling: a lamp's cord is as long as it must be."""
    row, top = catalogue()[kind], room.height_m
    edge = shapely.Polygon(room.outline).exterior.distance(shapely.Point(at))
    if room.ceiling.cove_m and edge < room.ceiling.cove_m:
        top -= room.ceiling.cove_drop_m
    if (
        kind not in programme.sizes
        and row.least_m[2] < row.most_m[2]
        and kind in ("pendant", "linear_pendant", "chandelier")
    ):
        low = OVER_TABLE_M if over_table else OVER_HEAD_M
        size = (size[0], size[1], float(np.clip(top - low, row.least_m[2], row.most_m[2])))
    return size, top - size[2]


def dress(
    placed: tuple[Placed, ...], ground: Ground, programme: Programme, stock: Stock, rng: np.random.Generator,
    kept: tuple[Piece, ...] = (),
) -> tuple[list[Piece], list[str]]:  # fmt: skip
    """All pieces of an option, and what was required and found no place."""
    density = programme.settings.pieces.density
    pieces = [*kept, *pieces_of(placed, ground, programme)]
    missing: list[str] = []
    spaces = wall_spaces(ground.room, pieces)
    if density > 0 or any(stock.wanted(kind) for kind in ("curtains", "blind")):
        dress_windows(ground.room, spaces, stock, pieces)
    missing += hang_required(spaces, stock, pieces, ground.room.height_m)
    if density > 0:
        dress_walls(spaces, stock, pieces, rng, density, programme.likes)
    missing += _overhead(ground, programme, stock, pieces)
    missing += _on_tops(stock, pieces)
    missing += _rugs(stock, pieces)
    return pieces, missing


def _overhead(ground: Ground, programme: Programme, stock: Stock, pieces: list[Piece]) -> list[str]:
    """General light, and all that must hang from the ceiling."""
    required = sorted(kind for kind in stock.bound if catalogue()[kind].stands == "ceiling" and stock.wanted(kind) > 0)
    missing = []
    for kind in required:
        for x, z in _ceiling_spots(ground.outline, stock.wanted(kind)):
            if not _hang_overhead(kind, (x, z), ground, programme, stock, pieces, "asked for"):
                missing.append(kind.replace("_", " "))
    if programme.settings.pieces.density > 0:
        liked = [kind for kind in programme.likes if kind in catalogue() and catalogue()[kind].stands == "ceiling"]
        for kind in dict.fromkeys((*liked, *programme.place.ceiling)):
            if stock.may(kind) and kind not in stock.bound:
                for spot in _pattern(kind, ground):
                    _hang_overhead(kind, spot, ground, programme, stock, pieces, "in the grid of the ceiling")
    return missing


def _hang_overhead(
    kind: str,
    at: tuple[float, float],
    ground: Ground,
    programme: Programme,
    stock: Stock,
    pieces: list[Piece],
    why: str,
) -> bool:
    size, base = hung_from(kind, ground.room, at, stock.size(kind), False, programme)
    turn = 90.0 if _long_side(ground.outline) == "z" and size[0] > 2 * size[1] else 0.0
    made = new_piece(kind, programme.style, pieces, size, at, base, turn, why)
    box = box_of(made)
    clash = any(
        other.base_m + other.size_m[2] > base + 1e-6
        and catalogue()[other.kind].stands != "on"
        and box.intersects(box_of(other).buffer(-0.002))
        for other in pieces
    )
    columns = not ground.columns.is_empty and box.intersects(ground.columns)
    if clash or columns or base < 1.9 or not ground.outline.buffer(0.002).covers(box) or not stock.may(kind):
        return False
    stock.take(kind)
    pieces.append(made)
    return True


def _long_side(outline: shapely.Polygon) -> str:
    x0, z0, x1, z1 = outline.bounds
    return "x" if x1 - x0 >= z1 - z0 else "z"


def _ceiling_spots(outline: shapely.Polygon, count: int) -> list[tuple[float, float]]:
    x0, z0, x1, z1 = outline.bounds
    if _long_side(outline) == "x":
        return [(x0 + (k + 0.5) * (x1 - x0) / count, (z0 + z1) / 2) for k in range(count)]
    return [((x0 + x1) / 2, z0 + (k + 0.5) * (z1 - z0) / count) for k in range(count)]


def _pattern(kind: str, ground: Ground) -> list[tuple[float, float]]:
    """A regular grid, the same distance from opposite walls."""
    x0, z0, x1, z1 = ground.outline.bounds
    if kind in ("air_duct", "pipes"):  # along the long side, near one wall
        along_x = _long_side(ground.outline) == "x"
        length, off = catalogue()[kind].size_m[0], 0.8 if kind == "air_duct" else 0.45
        count = int(((x1 - x0) if along_x else (z1 - z0)) / length)
        spots = [
            (k + 0.5) * length + (((x1 - x0) if along_x else (z1 - z0)) - count * length) / 2 for k in range(count)
        ]
        return [(x0 + at, z0 + off) if along_x else (x0 + off, z0 + at) for at in spots]
    if kind in ("ceiling_lamp", "chandelier", "ceiling_fan"):
        return [((x0 + x1) / 2, (z0 + z1) / 2)]
    pitch = GRID_M if kind == "downlight" else 2.8
    nx, nz = max(1, round((x1 - x0) / pitch)), max(1, round((z1 - z0) / pitch))
    return [(x0 + (i + 0.5) * (x1 - x0) / nx, z0 + (k + 0.5) * (z1 - z0) / nz) for k in range(nz) for i in range(nx)]


def _on_tops(stock: Stock, pieces: list[Piece]) -> list[str]:
    """All that must stand on something."""
    missing = []
    for kind in sorted(kind for kind in stock.bound if catalogue()[kind].stands == "on"):
        row, size = catalogue()[kind], stock.size(kind)
        while stock.wanted(kind) > 0:
            hosts = [one for one in pieces if catalogue()[one.kind].top_m is not None and one.on is None]
            hosts.sort(
                key=lambda one: (one.kind not in row.beside and catalogue()[one.kind].group not in row.beside, one.id)
            )
            spot = next((found for host in hosts if (found := _free_spot(host, size, pieces)) is not None), None)
            if spot is None:
                missing.append(kind.replace("_", " "))
                break
            host, at = spot
            host_row = catalogue()[host.kind]
            base = host.base_m + (host_row.top_m or 0.0) + host.size_m[2] - host_row.size_m[2]
            stock.take(kind)
            pieces.append(
                new_piece(
                    kind,
                    stock.style,
                    pieces,
                    size,
                    at,
                    base,
                    host.turn_deg,
                    f"on the {host.kind.replace('_', ' ')}",
                    host.id,
                )
            )
    return missing


def _free_spot(host: Piece, size: Size, pieces: list[Piece]) -> tuple[Piece, tuple[float, float]] | None:
    """A place on a top where nothing stands yet."""
    across, along = host.size_m[0] - size[0], host.size_m[1] - size[1]
    if across < 0 or along < 0:
        return None
    others = [box_of(one) for one in pieces if one.on == host.id]
    for dx in np.linspace(-across / 2, across / 2, 7):
        for dz in np.linspace(-along / 2, along / 2, 3):
            x, z = turned(np.array([dx, dz]), np.asarray(host.at_m), host.turn_deg)
            w, d = size[0] / 2, size[1] / 2
            box = shapely.Polygon(
                turned(np.array([(-w, -d), (w, -d), (w, d), (-w, d)]), np.array([x, z]), host.turn_deg)
            )
            if not any(box.intersects(other) for other in others):
                return host, (float(x), float(z))
    return None


def _rugs(stock: Stock, pieces: list[Piece]) -> list[str]:
    """Rugs that were asked for and no group has used lie below tables, or before seats."""
    missing = []
    while stock.wanted("rug") > 0:
        laid = [box_of(one) for one in pieces if one.kind == "rug"]
        hosts = [
            one
            for one in pieces
            if catalogue()[one.kind].group in ("table", "seating", "bed") and catalogue()[one.kind].stands == "floor"
        ]
        host = next((one for one in hosts if not any(box_of(one).intersects(rug) for rug in laid)), None)
        if host is None:
            missing.append("rug")
            break
        stock.take("rug")
        pieces.append(
            new_piece(
                "rug",
                stock.style,
                pieces,
                stock.size("rug"),
                host.at_m,
                host.base_m,
                host.turn_deg,
                f"below the {host.kind.replace('_', ' ')}",
            )
        )
    return missing
