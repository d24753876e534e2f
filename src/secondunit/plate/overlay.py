"""The survey drawn over the plate, for an artist to check at a glance."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.plate.survey import Facade, Survey
from secondunit.scene.camera import Array, Camera

Picture = npt.NDArray[np.uint8]
Rgb = tuple[int, int, int]
FACADE_COLOURS: tuple[Rgb, ...] = ((96, 232, 128), (84, 176, 255), (255, 132, 188))
GROUND: Rgb = (236, 236, 236)
OPENING: Rgb = (255, 214, 64)
HORIZON: Rgb = (236, 110, 255)
SUN: Rgb = (255, 190, 40)
LEFT_OUT: Rgb = (255, 96, 84)
NEAR_M = 0.1  # nearer to the lens than this, lines are cut off


class _Pen:
    """Draws anti-aliased, half-transparent lines in metres onto a picture."""

    def __init__(self, picture: Picture, camera: Camera) -> None:
        self.picture, self.camera = picture, camera
        self.unit = max(1.0, camera.width_px / 1280)

    def line(self, a: Array, b: Array, colour: Rgb, width: float = 1.0, opacity: float = 1.0) -> None:
        """A straight line between world points (3,), cut where it goes behind the camera."""
        back = np.asarray(self.camera.rotation)[2]
        da, db = (-(np.asarray(p) - np.asarray(self.camera.position_m)) @ back for p in (a, b))
        if da < NEAR_M and db < NEAR_M:
            return
        if da < NEAR_M:
            a = a + (b - a) * (NEAR_M - da) / (db - da)
        elif db < NEAR_M:
            b = b + (a - b) * (NEAR_M - db) / (da - db)
        pixels, _ = self.camera.project(np.stack([a, b]))
        self.stroke(pixels[0], pixels[1], colour, width, opacity)

    def stroke(self, a: Array, b: Array, colour: Rgb, width: float = 1.0, opacity: float = 1.0) -> None:
        """A line between pixels (2,)."""
        size = (0, 0, self.camera.width_px, self.camera.height_px)
        far = np.clip(np.concatenate([a, b]), -30000, 30000)
        inside, p, q = cv2.clipLine(size, tuple(int(v) for v in far[:2]), tuple(int(v) for v in far[2:]))
        if not inside:
            return
        pad = int(4 * self.unit * width) + 2
        x0, x1 = max(min(p[0], q[0]) - pad, 0), min(max(p[0], q[0]) + pad, self.camera.width_px)
        y0, y1 = max(min(p[1], q[1]) - pad, 0), min(max(p[1], q[1]) + pad, self.camera.height_px)
        part = self.picture[y0:y1, x0:x1]
        drawn = part.copy()
        shift = [tuple(round(float(v - o - 0.5) * 16) for v, o in zip(end, (x0, y0), strict=True)) for end in (a, b)]
        if max(abs(v) for end in shift for v in end) > 2**20:
            shift = [((p[0] - x0) * 16, (p[1] - y0) * 16), ((q[0] - x0) * 16, (q[1] - y0) * 16)]
        cv2.line(drawn, shift[0], shift[1], colour, max(1, round(width * self.unit)), cv2.LINE_AA, 4)
        cv2.addWeighted(drawn, opacity, part, 1 - opacity, 0, dst=part)

    def label(self, text: str, at: Array, colour: Rgb, size: float = 0.5) -> None:
        """Text on a dark tab, its left middle at pixel (2,), kept inside the picture."""
        scale, thick = size * self.unit, max(1, round(self.unit))
        (w, h), base = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, thick)
        pad = int(4 * self.unit)
        x = int(np.clip(at[0], pad, self.camera.width_px - w - pad))
        y = int(np.clip(at[1] + h / 2, h + pad, self.camera.height_px - base - pad))
        shade(self.picture, x - pad, y - h - pad, x + w + pad, y + base + pad // 2)
        cv2.putText(self.picture, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, scale, colour, thick, cv2.LINE_AA)


def shade(picture: Picture, x0: int, y0: int, x1: int, y1: int, keep: float = 0.35) -> None:
    """Darken a rectangle of the picture so that text can be read on it."""
    part = picture[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)]
    part[:] = (part * keep).astype(np.uint8)


def overlay(picture: Picture, survey: Survey) -> Picture:
    """A copy of a display-referred picture (H, W, 3) uint8 RGB with the survey drawn on it.

    Facades carry a grid of 1 m (5 m thicker), uprights, outline, openings and the height; the ground a grid, too; then
    the horizon, where the facades' level lines meet, the sun, what the outline leaves out on the roof, and how sure
    each part is.
    """
    camera = survey.camera
    if picture.shape[:2] != (camera.height_px, camera.width_px):
        camera = camera.scaled(picture.shape[1], picture.shape[0])
    drawn = np.ascontiguousarray(picture.copy())
    pen = _Pen(drawn, camera)
    _ground(pen, survey)
    _horizon(pen, survey)
    for facade, colour in zip(survey.facades, FACADE_COLOURS * 3, strict=False):
        _facade(pen, facade, colour)
    _height(pen, survey.facades[0])
    _sun(pen, survey)
    _left_out(pen, survey)
    _text(pen, survey)
    return drawn


def _facade(pen: _Pen, facade: Facade, colour: Rgb) -> None:
    wide, tall = facade.width_m, facade.height_m
    outline = [facade.to_world(s, t) for s, t in facade.outline_m]
    for a, b in zip(outline, outline[1:] + outline[:1], strict=True):
        pen.line(a, b, colour, 1.0, 0.45)
    for s in np.arange(1.0, wide, 1.0):
        pen.line(
            facade.to_world(s, 0.0), facade.to_world(s, tall), colour, 1 + (s % 5 == 0), 0.85 if s % 5 == 0 else 0.4
        )
    for t in np.arange(1.0, tall, 1.0):
        pen.line(
            facade.to_world(0.0, t), facade.to_world(wide, t), colour, 1 + (t % 5 == 0), 0.85 if t % 5 == 0 else 0.4
        )
    corners = [facade.to_world(s, t) for s, t in ((0.0, 0.0), (wide, 0.0), (wide, tall), (0.0, tall))]
    for a, b in zip(corners, corners[1:] + corners[:1], strict=True):
        pen.line(a, b, colour, 2.2)
    for one in facade.openings:
        left, bottom, right, top = one.left_m, one.bottom_m, one.right_m, one.top_m
        ring = [facade.to_world(s, t) for s, t in ((left, bottom), (right, bottom), (right, top), (left, top))]
        for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
            pen.line(a, b, OPENING, 1.5 if one.kind == "window" else 2.5)
    at, depth = pen.camera.project(facade.to_world(wide / 2, 0.0))
    if depth > NEAR_M:
        pen.label(f"{facade.name}  {wide:.1f} m", at + np.array([0, 14 * pen.unit]), colour)


def _height(pen: _Pen, facade: Facade) -> None:
    """A measuring staff at the middle of the main facade, with its height."""
    s = min(0.5, facade.width_m / 8)
    foot, head = facade.to_world(s, 0.0), facade.to_world(s, facade.height_m)
    pen.line(foot, head, (255, 255, 255), 1.6)
    tick = np.asarray(facade.along_m) * min(0.2, facade.width_m / 10)
    for t in np.arange(0, facade.height_m + 0.01, 1.0):
        mark = facade.to_world(s, t)
        pen.line(mark - tick, mark + tick, (255, 255, 255), 1.2)
    pen.line(head - tick, head + tick, (255, 255, 255), 2)
    at, depth = pen.camera.project(facade.to_world(s, facade.height_m * 0.6))
    if depth > NEAR_M:
        pen.label(f"{facade.height_m:.2f} m", at + np.array([8 * pen.unit, 0]), (255, 255, 255), 0.6)


def _ground(pen: _Pen, survey: Survey) -> None:
    """A grid of 1 m in front of and beside the facades, as far as the camera."""
    reach = survey.camera.position_m[2]
    left = min(-4.0, survey.camera.position_m[0] - 4.0)
    right = max(survey.facades[0].width_m + 4.0, survey.camera.position_m[0] + 4.0)
    step = 1.0 if max(reach, right - left) < 60 else 5.0
    left, right, near = np.floor(left / step) * step, np.ceil(right / step) * step, np.ceil(reach / step) * step
    for x in np.arange(left, right + 0.01, step):
        bold = round(x / step) % 5 == 0
        pen.line(np.array([x, 0, 0.0]), np.array([x, 0, near]), GROUND, 1 + 0.4 * bold, 0.45 if bold else 0.2)
    for z in np.arange(0.0, near + 0.01, step):
        bold = round(z / step) % 5 == 0
        pen.line(np.array([left, 0, z]), np.array([right, 0, z]), GROUND, 1 + 0.4 * bold, 0.45 if bold else 0.2)


def _direction_px(camera: Camera, direction: Array) -> Array | None:
    """Where lines along a world direction meet in the picture, or None if that is far off or behind."""
    for way in (direction, -direction):
        pixel, depth = camera.project(np.asarray(camera.position_m) + way)
        if depth > 0.02 and np.abs(pixel).max() < 20 * camera.width_px:
            return pixel
    return None


def _horizon(pen: _Pen, survey: Survey) -> None:
    camera = pen.camera
    ahead = -np.asarray(camera.rotation)[2] * [1, 0, 1]
    side = np.cross(ahead, [0, 1.0, 0])
    ends, _ = camera.project(np.asarray(camera.position_m) + np.stack([ahead - 2 * side, ahead + 2 * side]))
    pen.stroke(ends[0], ends[1], HORIZON, 1.2, 0.8)
    pen.label("horizon", np.array([6 * pen.unit, ends.mean(axis=0)[1] - 12 * pen.unit]), HORIZON, 0.4)
    for facade, colour in zip(survey.facades, FACADE_COLOURS * 3, strict=False):
        meet = _direction_px(camera, np.asarray(facade.along_m, float))
        if meet is None:
            continue
        if 0 <= meet[0] < camera.width_px and 0 <= meet[1] < camera.height_px:
            at = (int(meet[0]), int(meet[1]))
            cv2.drawMarker(
                pen.picture, at, colour, cv2.MARKER_DIAMOND, int(16 * pen.unit), round(2 * pen.unit), cv2.LINE_AA
            )
        else:
            inside = np.clip(meet, 14 * pen.unit, np.array([camera.width_px, camera.height_px]) - 14 * pen.unit)
            way = (meet - inside) / max(float(np.linalg.norm(meet - inside)), 1e-9)
            arrow = [tuple(int(v) for v in end) for end in (inside - way * 26 * pen.unit, inside)]
            cv2.arrowedLine(pen.picture, arrow[0], arrow[1], colour, round(2 * pen.unit), cv2.LINE_AA, tipLength=0.4)


def _sun(pen: _Pen, survey: Survey) -> None:
    """A compass in the upper right: seen from above, the main facade's normal down; and the sun's ray on the ground."""
    light, unit = survey.light, pen.unit
    centre, radius = np.array([pen.camera.width_px - 58 * unit, 62 * unit]), 40 * unit
    x, y = int(centre[0]), int(centre[1])
    shade(pen.picture, x - int(54 * unit), y - int(54 * unit), x + int(54 * unit), y + int(72 * unit))
    middle = (int(centre[0]), int(centre[1]))
    cv2.circle(pen.picture, middle, int(radius), GROUND, max(1, round(unit)), cv2.LINE_AA)
    wall = np.array([radius * 0.5, 0.0])
    pen.stroke(centre - wall, centre + wall, FACADE_COLOURS[0], 2.5)
    level = np.array([light.to_sun[0], light.to_sun[2]])
    at = centre + level * radius
    strength = 0.35 + 0.65 * light.sun_known
    pen.stroke(centre, at, SUN, 1.6, strength)
    cv2.circle(
        pen.picture, (int(at[0]), int(at[1])), int(6 * unit), SUN, -1 if light.sun_known >= 0.5 else 2, cv2.LINE_AA
    )
    elevation = np.degrees(np.arcsin(np.clip(light.to_sun[1], -1, 1)))
    azimuth = np.degrees(np.arctan2(light.to_sun[0], light.to_sun[2]))
    text = f"{azimuth:+.0f} / {elevation:.0f} deg" + ("" if light.sun_known >= 0.5 else " ?")
    pen.label(text, centre + np.array([-50 * unit, 60 * unit]), SUN, 0.38)


def _left_out(pen: _Pen, survey: Survey) -> None:
    """A box around everything that stands on the roof outside the outline."""
    larger = pen.camera.width_px / survey.camera.width_px
    for box in survey.left_out:
        left, top, right, bottom = (value * larger for value in box)
        ring = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
        for a, b in zip(ring, np.roll(ring, -1, axis=0), strict=True):
            pen.stroke(a, b, LEFT_OUT, 2.0)
        pen.label("not in the outline: stays", np.array([left, bottom + 14 * pen.unit]), LEFT_OUT, 0.42)


def _text(pen: _Pen, survey: Survey) -> None:
    """What was solved and how sure each part is, with bars, in the lower left."""
    camera, unit = survey.camera, pen.unit
    tilt = np.degrees(np.arcsin(-camera.rotation[2][1]))
    lines = [
        f"lens {camera.focal_px / camera.width_px * 36:.1f} mm (36 mm wide)   tilt {tilt:+.1f} deg",
        f"lens {camera.position_m[1]:.2f} m above ground   {survey.storeys} storeys   depth {survey.depth_m:.1f} m",
    ]
    row, left = 19 * unit, 12 * unit
    top = pen.camera.height_px - (len(lines) + len(survey.confidence)) * row - 14 * unit
    shade(pen.picture, 0, int(top - 14 * unit), int(430 * unit), pen.camera.height_px)
    size, thick = 0.42 * unit, max(1, round(unit * 0.9))
    for k, line in enumerate(lines):
        at = (int(left), int(top + k * row + 4 * unit))
        cv2.putText(pen.picture, line, at, cv2.FONT_HERSHEY_SIMPLEX, size, (255, 255, 255), thick, cv2.LINE_AA)
    for k, (name, value) in enumerate(survey.confidence.items()):
        y = int(top + (len(lines) + k) * row + 4 * unit)
        colour: Rgb = (96, 232, 128) if value >= 0.6 else (255, 206, 70) if value >= 0.3 else (255, 96, 84)
        cv2.putText(pen.picture, name, (int(left), y), cv2.FONT_HERSHEY_SIMPLEX, size, GROUND, thick, cv2.LINE_AA)
        x = int(left + 80 * unit)
        for length, tone in ((1.0, (70, 70, 70)), (value, colour)):
            cv2.rectangle(
                pen.picture, (x, y - int(8 * unit)), (x + int(length * 140 * unit), y - int(2 * unit)), tone, -1
            )
        number = (x + int(150 * unit), y)
        cv2.putText(pen.picture, f"{value:.2f}", number, cv2.FONT_HERSHEY_SIMPLEX, size, colour, thick, cv2.LINE_AA)
