"""The artist's outline of a building: checked, clipped to the picture, and read column by column."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.validation import explain_validity

from secondunit.errors import BadBrief
from secondunit.plate.view import View
from secondunit.scene.camera import Array

WHERE = "building.outline"
SMALLEST = 0.01  # of the picture: below this there are too few edges on a building to measure it by
BORDER_PX = 2.5  # nearer to the picture's border than this, an outline is cut by the picture rather than ends there


def read_outline(outline: npt.ArrayLike, width: int, height: int) -> Polygon:
    """The outline inside the picture as one simple polygon in pixels.

    Args:
        outline: (K, 2) corners in pixels, or a mask (height, width), above 0.5 where the building is.
        width, height: size of the picture.

    Raises:
        BadBrief: naming ``building.outline``: not a polygon, self-crossing, without area, outside, or too small.
    """
    values = np.asarray(outline)
    if values.shape == (height, width):
        values = _around(values > 0.5)
    if values.ndim != 2 or values.shape[1] != 2 or len(values) < 3:
        raise BadBrief(
            WHERE, f"an array of shape {values.shape}", f"at least three corners, or a {width}x{height} mask"
        )
    if not np.isfinite(values).all():
        raise BadBrief(WHERE, "a corner that is not a number", "x and y in pixels")
    polygon = Polygon(values.astype(float))
    if polygon.convex_hull.area <= 0:
        raise BadBrief(WHERE, "no area", "a polygon around the building")
    if not polygon.is_valid:
        advice = "List the corners in order around the building."
        raise BadBrief(WHERE, f"it crosses itself ({explain_validity(polygon)})", "a simple polygon", advice)
    inside = polygon.intersection(box(0, 0, width, height))
    if inside.is_empty or inside.area <= 0:
        raise BadBrief(WHERE, "it lies outside the picture", f"pixels from 0, 0 to {width}, {height}")
    if isinstance(inside, MultiPolygon):
        inside = max(inside.geoms, key=lambda one: one.area)
    if inside.area < SMALLEST * width * height:
        share = 100 * inside.area / (width * height)
        raise BadBrief(
            WHERE, f"{share:.2g} % of the picture", f"at least {SMALLEST:.0%}", "Crop the plate, or go closer."
        )
    return inside


def _around(mask: npt.NDArray[np.bool_]) -> Array:
    """The largest piece of a mask as a polygon (K, 2) in pixels."""
    pieces, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not pieces:
        raise BadBrief("building.matte", "nothing is white in it", "white where the building is")
    largest = max(pieces, key=cv2.contourArea)
    # Contours run through the outermost pixel centres: grow half a pixel to the pixels' outer borders.
    grown = Polygon(largest[:, 0, :] + 0.5).buffer(0.5, join_style="mitre") if len(largest) > 2 else Polygon()
    if isinstance(grown, MultiPolygon):
        grown = max(grown.geoms, key=lambda one: one.area)
    return np.asarray(grown.simplify(0.0008 * mask.shape[1]).exterior.coords)[:-1]


def dense(polygon: Polygon, step_px: float) -> Array:
    """Points (N, 2) along the polygon's border, no further apart than ``step_px``."""
    return np.asarray(polygon.exterior.segmentize(step_px).coords)[:-1]


def cut_by_picture(points: Array, width: int, height: int) -> npt.NDArray[np.bool_]:
    """(N,): which border points (N, 2) lie where the picture ends, not the building."""
    x, y = points[..., 0], points[..., 1]
    near: npt.NDArray[np.bool_] = (x < BORDER_PX) | (y < BORDER_PX) | (x > width - BORDER_PX) | (y > height - BORDER_PX)
    return near


class Columns:
    """An outline seen from the camera in upright columns.

    Attributes:
        azimuth: (N,) of each column, radians, left to right.
        bottom: (N,) tangent of the elevation where the outline ends below.
        top: (N,) the same above.
        bottom_cut: (N,) the outline ends below because the picture does.
        top_cut: (N,) the same above.
        left_cut, right_cut: the building goes on beyond the picture at that side.
    """

    def __init__(self, polygon: Polygon, view: View, count: int = 200) -> None:
        points = dense(polygon, 2.0)
        cut = cut_by_picture(points, view.width_px, view.height_px)
        bearing = view.bearing(points)
        ends = bearing[:, 0].min(), bearing[:, 0].max()
        edges = np.linspace(*ends, count + 1)
        self.azimuth = (edges[1:] + edges[:-1]) / 2
        # Every border piece, cut at every column it crosses.
        a, b = bearing, np.roll(bearing, -1, axis=0)
        low, high = np.minimum(a[:, 0], b[:, 0]), np.maximum(a[:, 0], b[:, 0])
        piece, column = np.nonzero((low[:, None] <= self.azimuth) & (self.azimuth < high[:, None]))
        share = (self.azimuth[column] - a[piece, 0]) / (b[piece, 0] - a[piece, 0])
        tangent = a[piece, 1] + share * (b[piece, 1] - a[piece, 1])
        cut_piece = cut & np.roll(cut, -1)
        self.bottom, self.top = np.full(count, np.inf), np.full(count, -np.inf)
        self.bottom_cut, self.top_cut = np.zeros(count, bool), np.zeros(count, bool)
        for k in range(count):
            here = np.nonzero(column == k)[0]
            lowest, highest = here[np.argmin(tangent[here])], here[np.argmax(tangent[here])]
            self.bottom[k], self.top[k] = tangent[lowest], tangent[highest]
            self.bottom_cut[k], self.top_cut[k] = cut_piece[piece[lowest]], cut_piece[piece[highest]]
        side = points[:, 0]
        long_enough = 0.02 * view.height_px
        left = side < BORDER_PX
        self.left_cut = bool(np.ptp(points[left][:, 1]) > long_enough) if left.any() else False
        right = side > view.width_px - BORDER_PX
        self.right_cut = bool(np.ptp(points[right][:, 1]) > long_enough) if right.any() else False
