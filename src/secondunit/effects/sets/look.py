"""Path-traced stills of a set. Same plan and settings, same picture.

Light is physical: lamps by lumen and kelvin, sky and sun by time and place. What lamps, sky and sun give is traced and
kept apart, so that the balance can be changed afterwards; the camera is exposed and balanced as a photographer would.
"""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import Field

from secondunit.brief.section import Section, setting
from secondunit.effects.sets import cameras, daylight, view
from secondunit.effects.sets.build import Built, Part, build
from secondunit.effects.sets.guides import guides
from secondunit.effects.sets.passes import Solid, lamps_seen, open_share
from secondunit.effects.sets.plan import Eye, SetPlan
from secondunit.effects.sets.surfaces import made, mitsuba, pane_texture, shown, write_ply
from secondunit.imaging.noise import Image
from secondunit.scene.camera import Camera

MID, MID_ALBEDO = 0.145, 0.2  # log-mean of a well-exposed interior of that mean reflectance, scene-linear
LEAST_SEEN = 0.02  # of a picture, that the set must fill to be what is metered
PALE = 0.6  # 0 meters reflected light, 1 incident light
PASSES = 4  # at most, which are compared with each other
SPARK = 6.0  # times what is usual around it: a pixel above that is a spark
SHARED = 1 / 24  # how far its light goes to, of the picture's width
MOST_SHARED = 3.0  # and how much brighter that gets at most


class LookSettings(Section):
    """How a still is made."""

    width_px: Annotated[int, Field(ge=16, le=8192)] = Field(1280, description="Width of the still.")
    height_px: Annotated[int, Field(ge=16, le=8192)] = Field(720, description="Height of the still.")
    samples: Annotated[int, Field(ge=1, le=4096)] = Field(12, description="Light paths a pixel, before the denoiser.")
    bounces: Annotated[int, Field(ge=1, le=32)] = Field(6, description="Bounces after which a path ends.")
    exposure_stops: Annotated[float, Field(ge=-8, le=8)] = Field(0.0, description="Brighter or darker than metered.")
    kelvin: Annotated[float, Field(ge=0, le=12000)] = Field(
        0.0, description="White balance; 0 = by the light there is."
    )
    view_stops: Annotated[float, Field(ge=-4, le=12)] = setting(
        3.0,
        "How far the bright parts of the view outside may stand over mid grey, as with ND gel; 12 is without gel.",
        unit="stops",
    )


@dataclass(frozen=True)
class Still:
    """A picture of a set.

    Attributes:
        colour: (h, w, 3) scene-linear ACEScg, exposed and balanced.
        groups: by light (``practicals``, ``sky``, ``sun``), (h, w, 3): they add up to ``colour``.
        exposure: what cd/m2 were multiplied by.
        kelvin: what was balanced for.
        camera: of the picture.
        seconds: processor seconds by step.
    """

    colour: Image
    groups: Mapping[str, Image]
    exposure: float
    kelvin: float
    camera: Camera
    seconds: Mapping[str, float] = field(default_factory=dict)


def render(
    plan: SetPlan, eye: Eye, settings: LookSettings, built: Built | None = None, solid: Solid | None = None
) -> Still:
    """A still of one camera; ``built`` and ``solid`` are the set if it is there already.

    Raises:
        BadBrief: a sensor, kind or material that is not known.
    """
    return render_from(plan, cameras.camera(eye, settings.width_px, settings.height_px), settings, built, solid)


def render_from(
    plan: SetPlan, camera: Camera, settings: LookSettings, built: Built | None = None, solid: Solid | None = None
) -> Still:
    """A still of any camera in the set's axes, in the camera's size; black where nothing of the set is seen.

    Raises:
        BadBrief: a kind or material that is not known.
    """
    clock = {"build": time.process_time()}
    scene = build(plan) if built is None else built
    to_sun, elevation = daylight.sun(plan)
    by_day = bool(scene.panes) and not plan.underground
    kelvin = settings.kelvin or _balance(scene, by_day, elevation)
    clock["load"] = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        base = _Base(Path(folder), scene, camera, settings)
        passes = {"practicals": base.load(_lamps(scene, kelvin, base))}
        if by_day:
            passes["sky"] = base.load(_sky(scene, plan, camera, kelvin, base))
            if elevation > 1 and _reached(scene, to_sun):
                passes["sun"] = base.load({"sun": _sun(to_sun, elevation, kelvin)})
        clock["guides"] = time.process_time()
        body = solid or Solid(scene)
        led = guides(scene, body, camera)
        cover = 1 - np.clip(np.linalg.norm(led[..., 3:], axis=-1) * 1.02, 0, 1)  # mean normals are a little short
        glass = view.glazed(scene.panes, cover, camera)
        cover[glass[0], glass[1]] = open_share(body, camera, glass[0], glass[1])
        clock["trace"] = time.process_time()
        share, shining = max(1, settings.samples // len(passes)), lamps_seen(body, camera)
        shining[glass[0], glass[1]] = True
        groups = {name: _trace(loaded, share, seed, shining) for seed, (name, loaded) in enumerate(passes.items())}
    seen = cover < 1
    seen[glass[0], glass[1]] = seen.mean() < LEAST_SEEN  # what is outside is held, and only metered where it is all
    exposure = _metered(_sum(groups, led), led, seen) * 2.0**settings.exposure_stops
    if "sky" in groups:
        outside = (to_sun, plan.seed, daylight.blackbody(kelvin))
        over = view.MID_GREY * 2.0**settings.view_stops / exposure
        groups["sky"] = view.held(groups["sky"], glass, cover, outside, over)
    clock["denoise"] = time.process_time()
    groups = {name: _denoise(picture, led) for name, picture in groups.items()}
    total = _sum(groups, led)
    clock["end"] = time.process_time()
    names = list(clock)
    spent = {a: round(clock[b] - clock[a], 2) for a, b in itertools.pairwise(names)}
    exposed = {name: (picture * exposure).astype(np.float32) for name, picture in groups.items()}
    return Still((total * exposure).astype(np.float32), exposed, exposure, kelvin, camera, spent)


class _Base:
    """What all passes share: meshes, materials, camera, each loaded once and by itself.

    A scene loaded whole orders its shapes as it likes, another way each time, and which lamp a number picks with them.
    """

    def __init__(self, folder: Path, scene: Built, camera: Camera, settings: LookSettings) -> None:
        self.lamps: dict[str, tuple[float, float, float]] = {}  # shape: lumen, kelvin, area
        self.lit: dict[str, Part] = {}
        self._meshes: dict[str, dict[str, Any]] = {}
        self._dark: dict[str, Any] = {}
        merged: dict[tuple[str, float, str], list[Any]] = {}
        for part in scene.parts:
            key = (part.material, part.kelvin if part.lumen else 0.0, part.object if part.lumen else "")
            merged.setdefault(key, []).append(part)
        for number, ((name, kelvin, _), parts) in enumerate(sorted(merged.items())):
            shape = f"shape{number:04d}"
            area = write_ply(parts, folder / f"{shape}.ply")
            mesh = {"type": "ply", "filename": str(folder / f"{shape}.ply"), "bsdf": made(name)}
            if kelvin:
                self.lamps[shape] = (sum(part.lumen for part in parts), kelvin, area)
                self.lit[shape] = parts[0]
                self._meshes[shape] = mesh
            self._dark[shape] = mitsuba().load_dict(mesh)
        self._camera = _camera(camera)
        self._integrator = {"type": "path", "max_depth": settings.bounces + 1, "rr_depth": 3}

    def load(self, light: Mapping[str, Any]) -> Any:
        """The scene under some light. Emitters of shapes are given under the shape's name."""
        mi = mitsuba()
        scene: dict[str, Any] = {"type": "scene", "camera": self._camera, "integrator": self._integrator}
        for name, shape in self._dark.items():
            scene[name] = mi.load_dict(self._meshes[name] | {"emitter": light[name]}) if name in light else shape
        scene |= {name: mi.load_dict(value) for name, value in light.items() if name not in self._dark}
        loaded = mi.load_dict(scene, parallel=False)
        for shape in loaded.shapes():
            if shape.is_emitter():
                shape.surface_area()  # its table of areas is made on first use, and threads would race for it
        return loaded


def _camera(camera: Camera) -> dict[str, Any]:
    position, rows = np.asarray(camera.position_m), np.asarray(camera.rotation)
    return {
        "type": "perspective",
        "fov": float(np.degrees(2 * np.arctan(camera.width_px / 2 / camera.focal_px))),
        "fov_axis": "x",
        "principal_point_offset_x": 0.5 - camera.centre_px[0] / camera.width_px,
        "principal_point_offset_y": 0.5 - camera.centre_px[1] / camera.height_px,
        "near_clip": 0.05,
        "to_world": mitsuba().ScalarTransform4f().look_at(
            origin=position.tolist(), target=(position - rows[2]).tolist(), up=rows[1].tolist()
        ),
        "film": {
            "type": "hdrfilm", "width": camera.width_px, "height": camera.height_px, "rfilter": {"type": "box"},
            "pixel_format": "rgb", "component_format": "float32",
        },
        "sampler": {"type": "independent", "sample_count": 4},
    }  # fmt: skip


def _rgb(value: Any) -> dict[str, Any]:
    return {"type": "rgb", "value": [float(v) for v in value]}


def _radiance(radiance: Any, part: Part) -> dict[str, Any]:
    """Radiance (3,) of a part that shines: even, falling off along v, or through the picture it shows."""
    picture = shown(part.material)
    if part.glow:
        picture = np.repeat(np.asarray(part.glow, np.float32)[:, None, None], 2, 1)
    if picture is None:
        return _rgb(radiance)
    scale = mitsuba().ScalarTransform4f().scale([1.0, 1 / part.glow_m if part.glow else 1.0, 1.0])
    bitmap = mitsuba().Bitmap(np.ascontiguousarray(picture * np.asarray(radiance, np.float32), np.float32))
    return {"type": "bitmap", "bitmap": bitmap, "raw": True, "wrap_mode": "clamp", "to_uv": scale}


def _lamps(scene: Built, kelvin: float, base: _Base) -> dict[str, Any]:
    """Emitters of all lamps, by shape or by their own names; at most as bright as their lumen say."""
    out: dict[str, Any] = {}
    white = daylight.blackbody(kelvin)
    for shape, (lumen, own, area) in base.lamps.items():
        radiance = lumen / (np.pi * max(area, 1e-6)) * daylight.blackbody(own) / white
        light = _radiance(radiance, base.lit[shape])
        out[shape] = {"type": "area", "radiance": light, "sampling_weight": float(max(lumen, 1.0) ** 0.7)}
    for number, beam in enumerate(scene.beams):
        half = np.radians(beam.beam_deg)
        strength = beam.lumen / (2 * np.pi * (1 - np.cos(half))) * daylight.blackbody(beam.kelvin) / white
        out[f"beam{number}"] = {
            "type": "spot",
            "intensity": _rgb(strength),
            "cutoff_angle": float(beam.beam_deg * 1.35),
            "beam_width": float(beam.beam_deg * 0.45),
            "to_world": mitsuba().ScalarTransform4f().look_at(
                origin=beam.at_m.tolist(), target=(beam.at_m + beam.heading).tolist(),
                up=[1, 0, 0] if abs(beam.heading[1]) > 0.9 else [0, 1, 0],
            ),
            "sampling_weight": float(max(beam.lumen, 1.0) ** 0.7),
        }  # fmt: skip
    return out


def _sky(scene: Built, plan: SetPlan, camera: Camera, kelvin: float, base: _Base) -> dict[str, Any]:
    """Each pane as a translight: it shines what this camera would see through it, and mirrors as glass does."""
    to_sun, _ = daylight.sun(plan)
    white = daylight.blackbody(kelvin)
    out = {}
    for number, pane in enumerate(scene.panes):
        picture, area = pane_texture(pane.corners_m, np.asarray(camera.position_m), to_sun, plan.seed)
        picture = (picture / white).astype(np.float32)
        out[f"pane{number}"] = {
            "type": "rectangle",
            "to_world": mitsuba().ScalarTransform4f(_rectangle(pane.corners_m)),
            "bsdf": {"type": "plastic", "diffuse_reflectance": _rgb((0, 0, 0)), "int_ior": 1.52},
            "emitter": {
                "type": "area",
                "radiance": {"type": "bitmap", "bitmap": mitsuba().Bitmap(picture), "raw": True, "wrap_mode": "clamp"},
                "sampling_weight": float(area),
            },
        }
    return out


def _rectangle(corners: Any) -> Any:
    """Matrix (4, 4) that takes the square -1..1 facing +z to a pane."""
    a, b, _, d = np.asarray(corners, float)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1] = (b - a) / 2, (d - a) / 2
    normal = np.cross(matrix[:3, 0], matrix[:3, 1])
    matrix[:3, 2], matrix[:3, 3] = normal / np.linalg.norm(normal), (b + d) / 2
    return matrix


def _sun(to_sun: Any, elevation: float, kelvin: float) -> dict[str, Any]:
    lux, own = daylight.sun_illuminance(elevation)
    strength = 0.85 * lux * daylight.blackbody(own) / daylight.blackbody(kelvin)  # what two panes let through
    return {"type": "directional", "direction": [-float(v) for v in to_sun], "irradiance": _rgb(strength)}


def _reached(scene: Built, to_sun: Any) -> bool:
    """Whether the sun stands before any window."""
    for pane in scene.panes:
        a, b, _, d = pane.corners_m
        inward = np.cross(b - a, d - a)
        if inward @ to_sun < -0.02 * np.linalg.norm(inward):
            return True
    return False


def _balance(scene: Built, by_day: bool, elevation: float) -> float:
    """White balance as a photographer would set it: a little cooler than the lamps, so that they stay warm."""
    lamps = [(part.lumen, part.kelvin) for part in scene.parts if part.lumen]
    lamps += [(beam.lumen, beam.kelvin) for beam in scene.beams]
    lumen = sum(light for light, _ in lamps)
    warm = sum(light * kelvin for light, kelvin in lamps) / lumen if lumen else 4000.0
    if by_day and elevation > 3:
        return 4900.0
    if by_day and elevation > -6:
        return 3900.0
    return float(np.clip(warm + 650, 2900, 5200))


def _trace(loaded: Any, samples: int, seed: int, shining: npt.NDArray[np.bool_]) -> Image:
    """Mean of the paths of a pixel, without single sparks; ``shining`` (h, w) is where lamps and glass are seen."""
    count = min(PASSES, samples)
    passes, good = [], np.zeros((*shining.shape, 1), np.float32)
    for number in range(count):
        spp = samples // count + (1 if number < samples % count else 0)
        picture = np.array(mitsuba().render(loaded, spp=spp, seed=seed * 1000 + number + 1), np.float32)
        valid = np.isfinite(picture).all(-1, keepdims=True)  # a path that met a degenerate place is left out
        passes.append(np.where(valid, picture, 0))
        good += valid
    mean = (sum(passes) / np.maximum(good, 1)).astype(np.float32)
    return _calmed(mean, np.median([one @ daylight.LUMA for one in passes], axis=0), shining)


def _calmed(picture: Image, steady: Image, shining: npt.NDArray[np.bool_]) -> Image:
    """The picture without sparks, with all its light: what they are too bright is shared by what lies around them.

    A path that meets a lamp by chance is as much too bright as those are too dark that miss it. Held down alone it
    would take its light along.

    Args:
        picture: (h, w, 3).
        steady: luminance (h, w) that most passes agree on: of edges of sunlight, and things that are bright and small.
        shining: what keeps its own light, (h, w).
    """
    luminance = picture @ daylight.LUMA
    usual = np.maximum(cv2.blur(cv2.medianBlur(luminance, 5), (9, 9)), steady)
    keep = np.minimum(1, SPARK * usual / np.maximum(luminance, 1e-9))
    keep[shining | (usual <= 0)] = 1
    matt = (~shining).astype(np.float32)
    was, calm = luminance * matt, luminance * keep * matt
    reach = picture.shape[1] * SHARED
    around, left = (cv2.GaussianBlur(one, (0, 0), reach) for one in (was, calm))
    gain = np.clip(around / np.maximum(left, 1e-9), 1, MOST_SHARED)
    gain *= float(was.sum()) / max(float((calm * gain).sum()), 1e-9)
    return np.asarray(picture * np.where(shining, 1, keep * gain)[..., None], np.float32)


def _denoise(picture: Image, led: Image) -> Image:
    """Intel's denoiser, led by albedo and normals, which are free of noise."""
    import pyoidn

    albedo, normal = (np.ascontiguousarray(led[..., k : k + 3]) for k in (0, 3))
    out: Image = pyoidn.denoise(
        np.ascontiguousarray(picture), albedo=np.clip(albedo, 0, 1), normal=normal, hdr=True, clean_aux=True
    )
    return np.maximum(out, 0)


def _sum(groups: Mapping[str, Image], led: Image) -> Image:
    return sum(groups.values(), np.zeros_like(led[..., :3]))


def _metered(picture: Image, led: Image, seen: Any) -> float:
    """What to multiply cd/m2 by: lamps and windows may not take over, a pale room stays pale and a dark one dark.

    ``seen`` (h, w) is where the set is; nothing else is metered.

    Between a reflected meter, which makes all rooms grey, and an incident one, which burns pale rooms out.
    """
    soft = cv2.GaussianBlur(picture, (0, 0), max(1.0, picture.shape[1] / 200))  # of the noise of paths
    if not seen.any():
        return 1.0
    luminance = np.maximum(soft[seen] @ daylight.LUMA, 1e-4)
    low, high = np.percentile(luminance, (8, 96))
    middle = float(np.exp(np.log(np.clip(luminance, low, high)).mean()))
    albedo = float(np.exp(np.log(np.clip(led[seen][:, :3] @ daylight.LUMA, 0.03, 0.9)).mean()))
    return float(MID * (albedo / MID_ALBEDO) ** PALE / middle)
