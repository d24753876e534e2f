"""From one picture and a rough outline to metres: the survey of a plate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt
from shapely.affinity import scale
from shapely.geometry import Polygon

from secondunit.errors import BadPicture
from secondunit.plate import vanishing
from secondunit.plate.eaves import find_eaves
from secondunit.plate.lines import WORK_WIDTH_PX, EdgePicture, display_colours, display_grey, find_segments
from secondunit.plate.outline import read_outline
from secondunit.plate.place import depth_seen, main_wall, place
from secondunit.plate.refine import Orientation
from secondunit.plate.roofline import Box, left_out
from secondunit.plate.snap import Snapped, snap
from secondunit.plate.sun import read_light
from secondunit.plate.survey import Facade, Survey
from secondunit.plate.walls import find_walls, inside_weight, is_inside
from secondunit.plate.windows import find_openings, lay_grid, storeys_of
from secondunit.scene.camera import Array, Camera

STOREY_M = 3.1  # floor to floor, when only the number of floors is known
EYE_M = 1.6  # a hand-held camera, when nothing else gives the scale
FULL_FRAME_MM = 36.0  # "35 mm equivalent" focal lengths are for this width
ODD_EAVES = 0.1  # ln ratio of wall heights from which a dormer or a neighbour's roof is suspected
INSIDE = 3.0  # edges on the building count this many times those elsewhere


@dataclass(frozen=True)
class Hints:
    """What the artist knows; each wins over what the plate says.

    Attributes:
        height_m: ground to eaves or parapet of the main facade.
        storeys: number of floors.
        depth_m: how far the building goes back.
        edges: x in pixels where upright edges between facades cut the ground line.
        windows: ``find`` them, lay out a plain ``grid``, or ``none``.
        focal_mm: focal length.
        sensor_width_mm: width of the sensor behind the picture; 36 if only the focal length is given.
        camera_height_m: of the lens above the ground.
        sun_azimuth_deg: from the main facade's normal towards its right.
        sun_elevation_deg: above the horizon.
        sun_to_sky: irradiance of sun over sky on level ground.
    """

    height_m: float | None = None
    storeys: int | None = None
    depth_m: float | None = None
    edges: tuple[float, ...] | None = None
    windows: Literal["find", "grid", "none"] = "find"
    focal_mm: float | None = None
    sensor_width_mm: float | None = None
    camera_height_m: float | None = None
    sun_azimuth_deg: float | None = None
    sun_elevation_deg: float | None = None
    sun_to_sky: float | None = None


def survey_plate(picture: npt.NDArray[np.float32], outline: npt.ArrayLike, hints: Hints | None = None) -> Survey:
    """Camera, facades, openings, depth and light of a building in a plate.

    Args:
        picture: (H, W, 3) float32, scene-linear ACEScg.
        outline: the building, roughly: (K, 2) pixels of a polygon, or a mask (H, W).
        hints: what the artist knows.

    Returns:
        A survey whose camera has the picture's size.

    Raises:
        BadPicture: not a colour picture, or smaller than 64 pixels.
        BadBrief: the outline cannot be used.
        CannotSolve: too few lines, or the building's foot isn't seen; says what to give instead.
    """
    hints = hints or Hints()
    if picture.ndim != 3 or picture.shape[2] != 3 or min(picture.shape[:2]) < 64:
        raise BadPicture("plate", f"an array of shape {picture.shape}", "(height, width, 3), at least 64 pixels a side")
    full_height, full_width = picture.shape[:2]
    polygon = read_outline(outline, full_width, full_height)
    shrink = min(1.0, WORK_WIDTH_PX / full_width)
    width, height = round(full_width * shrink), round(full_height * shrink)
    work = picture
    if shrink < 1:
        work = np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.float32)
    polygon = scale(polygon, width / full_width, height / full_height, origin=(0, 0))
    edges = tuple(x * width / full_width for x in hints.edges) if hints.edges is not None else None

    notes: list[str] = []
    oriented, snapped, seen = _measure(work, polygon, hints, edges, notes)
    main = main_wall(snapped.walls, oriented.view)
    camera_height, scale_known = _scale(float(snapped.walls.tops[main]), bool(seen[main]), hints, notes)
    camera, facades = place(snapped.walls, oriented.view, camera_height, polygon)
    facades, storeys = _openings(work, camera, facades, hints, notes)
    building = np.zeros((height, width), np.uint8)
    cv2.fillPoly(building, [np.rint(np.asarray(polygon.exterior.coords)).astype(np.int32)], (1,))
    sun = read_light(
        work,
        camera,
        facades,
        building.astype(bool),
        sun_azimuth_deg=hints.sun_azimuth_deg,
        sun_elevation_deg=hints.sun_elevation_deg,
        sun_to_sky=hints.sun_to_sky,
    )
    depth = _depth(facades, hints, notes)
    confidence = _confidence(oriented, snapped, hints) | {"sun": sun.light.sun_known, "scale": scale_known}
    confidence = {key: round(float(value), 3) for key, value in confidence.items()}
    notes += [sun.note]
    stays = _left_out(work, building, full_width / width, notes)
    full = camera.scaled(full_width, full_height)
    return Survey(full, facades, depth, storeys, sun.light, confidence, tuple(notes), stays)


def _measure(
    work: npt.NDArray[np.float32], polygon: Polygon, hints: Hints, edges: tuple[float, ...] | None, notes: list[str]
) -> tuple[Orientation, Snapped, npt.NDArray[np.bool_]]:
    """View and walls in camera heights, and which walls' eaves were seen."""
    height, width = work.shape[:2]
    grey = display_grey(work)
    segments = find_segments(grey)
    focal = _focal_px(hints, width, notes)
    weighted = inside_weight(segments, polygon, width, INSIDE)
    oriented = vanishing.orient(weighted, width, height, focal)
    inside = segments[is_inside(segments, polygon, width)]
    walls, columns, movable = find_walls(polygon, inside, oriented, edges)
    oriented, known = vanishing.with_walls(weighted, oriented, walls.thetas, focal is not None)
    walls, columns, movable = find_walls(polygon, inside, oriented, edges, known)
    loose = np.array([not columns.left_cut, *movable, not columns.right_cut], float)
    picture_edges = EdgePicture.of(display_colours(work))
    nothing = np.zeros(len(walls), bool)
    rough = snap(walls, oriented.view, picture_edges, loose, nothing).walls
    tops, seen = find_eaves(work, oriented.view, rough, columns)
    snapped = snap(replace(rough, tops=tops), oriented.view, picture_edges, loose, seen)
    main = main_wall(snapped.walls, oriented.view)
    odd = np.abs(np.log(tops / tops[main])) > ODD_EAVES
    if seen[main] and odd.any():  # one house usually has one eaves height: kept where the picture shows as much of it
        level = np.where(odd, snapped.walls.tops[main], tops)
        even = snap(replace(rough, tops=level), oriented.view, picture_edges, loose, seen | odd)
        if (even.eaves[odd] > snapped.eaves[odd] - 0.1).all():
            snapped, seen = even, seen | odd
    if focal is None:
        equivalent = oriented.view.focal_px / width * FULL_FRAME_MM
        sure = oriented.focal_error < 0.08
        notes.append(
            f"Focal length {equivalent:.1f} mm on 36 mm, "
            + ("from the lines." if sure else "uncertain: few lines meet in the picture; give it if you know it.")
        )
    if columns.left_cut or columns.right_cut:
        notes.append("The building goes on beyond the picture; its facade ends where the picture does.")
    return oriented, snapped, seen


def _focal_px(hints: Hints, width: int, notes: list[str]) -> float | None:
    if hints.focal_mm is None:
        return None
    if hints.sensor_width_mm is None:
        notes.append("No sensor width is given: the focal length is taken as 35 mm equivalent (36 mm wide).")
    return hints.focal_mm / (hints.sensor_width_mm or FULL_FRAME_MM) * width


def _scale(top: float, seen: bool, hints: Hints, notes: list[str]) -> tuple[float, float]:
    """Height of the lens in metres, and how sure it is, from the best thing known."""
    if hints.height_m is not None and (seen or hints.camera_height_m is None):
        if not seen:
            notes.append("The main wall's top is not seen: its height is taken to where the picture or outline ends.")
        lens = hints.height_m / top
        given = hints.camera_height_m
        if given is not None and abs(np.log(given / lens)) > 0.2:
            notes.append(f"The brief's height puts the lens at {lens:.2f} m, its camera height at {given:.2f} m.")
        return lens, 0.9 if seen else 0.4
    if hints.camera_height_m is not None:
        return hints.camera_height_m, 0.8
    if hints.storeys is not None and seen:
        notes.append(f"Scale guessed from {hints.storeys} storeys of {STOREY_M} m; give height_m.")
        return hints.storeys * STOREY_M / top, 0.3
    notes.append(f"Scale guessed: the lens at {EYE_M} m above the ground; give height_m or the camera's.")
    return EYE_M, 0.2


def _openings(
    work: npt.NDArray[np.float32], camera: Camera, facades: tuple[Facade, ...], hints: Hints, notes: list[str]
) -> tuple[tuple[Facade, ...], int]:
    """Facades with their openings, and the number of storeys."""
    by_height = max(1, round(facades[0].height_m / 3.2))
    if hints.windows == "none":
        return facades, hints.storeys or by_height
    if hints.windows == "grid":
        storeys = hints.storeys or by_height
        return tuple(replace(one, openings=lay_grid(one, storeys)) for one in facades), storeys
    found = tuple(replace(one, openings=find_openings(work, camera, one)) for one in facades)
    count = sum(len(one.openings) for one in found)
    notes.append(f"{count} openings found." if count else "No openings found; windows = 'grid' lays out plain ones.")
    return found, hints.storeys or storeys_of(found[0]) or by_height


def _depth(facades: tuple[Facade, ...], hints: Hints, notes: list[str]) -> float:
    seen = depth_seen(facades)
    if hints.depth_m is not None:
        if seen > 1.0 and abs(np.log(hints.depth_m / seen)) > 0.25:
            notes.append(f"The brief's depth is {hints.depth_m:.1f} m, the visible side measures {seen:.1f} m.")
        return hints.depth_m
    if seen > 2.0:
        return seen
    guess = float(np.clip(0.6 * facades[0].width_m, 6.0, 18.0))
    notes.append(f"Depth guessed: {guess:.1f} m; no facade shows it, give depth_m.")
    return guess


def _left_out(
    work: npt.NDArray[np.float32], building: npt.NDArray[np.uint8], enlarge: float, notes: list[str]
) -> tuple[Box, ...]:
    """What stands on the roof outside the outline, in the plate's own pixels, and a sentence for each."""
    found: list[Box] = []
    for box in left_out(display_colours(work), building.astype(bool)):
        left, top, right, bottom = (round(value * enlarge) for value in box)
        found.append((left, top, right, bottom))
        notes.append(
            f"Something stands on the roofline at x {left} to {right}, y {top} to {bottom}: "
            "include it in the outline if it is the building's, or it stays in the air."
        )
    return tuple(found)


def _confidence(oriented: Orientation, snapped: Snapped, hints: Hints) -> dict[str, float]:
    """0..1 by part. Edge strengths of a wall that stands out are about 0.5."""
    edges: Array = np.concatenate([snapped.foot, snapped.uprights, snapped.eaves])
    focal = 1.0 if hints.focal_mm is not None else np.clip(1 - oriented.focal_error / 0.25, 0.05, 0.95)
    return {
        "focal": float(focal),
        "vertical": float(np.clip(1 - oriented.vertical_error_deg / 2.5, 0.05, 1)),
        "facades": float(np.clip(edges.mean() / 0.5, 0.05, 1)),
    }
