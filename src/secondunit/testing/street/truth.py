"""What is true of the demo plate, as a document; and the tone curve its pictures went through."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.imaging.noise import Image
from secondunit.scene.camera import Camera
from secondunit.testing.street import furniture, mesh, scene

TONE = {
    "formula": "x' = pivot * (x / pivot) ** contrast; y = x' below the knee, else "
    "knee + (1 - knee) * (1 - exp(-(x' - knee) / (1 - knee)))",
    "pivot": 0.18,
    "contrast": 1.14,
    "knee": 0.45,
}


def tone(linear: npt.ArrayLike) -> Image:
    """The film curve: a little contrast about mid grey, then a soft shoulder to 1; scene-linear to display-linear."""
    pivot, contrast, knee = (float(str(TONE[name])) for name in ("pivot", "contrast", "knee"))
    x = pivot * (np.maximum(np.asarray(linear, np.float32), 0) / pivot) ** contrast
    above = knee + (1 - knee) * (1 - np.exp(-np.maximum(x - knee, 0) / (1 - knee)))
    return np.where(x < knee, x, above).astype(np.float32)


_RING = (("front", 0, 0), ("front", 1, 0), ("side", 1, 0), ("side", 1, 1), ("front", 1, 1), ("front", 0, 1))
_ROUGH_PX = 5.0  # how far an artist's quick outline strays at a width of 1920


def _corners(street: scene.Street, camera: Camera) -> dict[str, list[float]]:
    """The corners of both facades in pixels, by name."""
    places = {"bottom_left": (0, 0), "bottom_right": (1, 0), "top_right": (1, 1), "top_left": (0, 1)}
    return {
        f"{wall.name}_{place}": camera.project(wall.frame.to_world(s * wall.width_m, t * wall.height_m))[0]
        .round(3)
        .tolist()
        for wall in (street.front, street.side)
        for place, (s, t) in places.items()
    }


def document(street: scene.Street, camera: Camera, exposure: float) -> dict[str, Any]:
    """The ``street_truth`` document: metres in the house's world, pixels of ``camera``."""
    corners = _corners(street, camera)
    words = {(0, 0): "bottom_left", (1, 0): "bottom_right", (1, 1): "top_right", (0, 1): "top_left"}
    silhouette = np.array([corners[f"{name}_{words[s, t]}"] for name, s, t in _RING])
    stray = np.random.default_rng((scene.SEED, 11)).uniform(-1, 1, silhouette.shape)
    rough = silhouette + stray * _ROUGH_PX * camera.width_px / 1920
    return {
        "kind": "street_truth",
        "version": 1,
        "seed": scene.SEED,
        "camera": camera.to_json(),
        "focal_mm": scene.FOCAL_MM,
        "sensor_width_mm": scene.SENSOR_MM,
        "facades": [
            {
                "name": wall.name,
                "origin_m": [float(v) for v in wall.frame.origin_m],
                "along_m": [float(v) for v in wall.frame.along_m],
                "width_m": wall.width_m,
                "height_m": wall.height_m,
                "openings": [vars(opening) for opening in wall.openings],
                "ledges_m": list(wall.ledges_m),
            }
            for wall in (street.front, street.side)
        ],
        "footprint_m": [[0.0, 0.0], [scene.WIDTH_M, 0.0], [scene.WIDTH_M, -scene.DEPTH_M], [0.0, -scene.DEPTH_M]],
        "depth_m": scene.DEPTH_M,
        "storeys": scene.STOREYS,
        "to_sun": [float(v) for v in street.to_sun],
        "sun_azimuth_deg": scene.SUN_AZIMUTH_DEG,
        "sun_elevation_deg": scene.SUN_ELEVATION_DEG,
        "road_m": furniture.ROAD_M,
        "neighbours": [_box(one) for one in scene.NEIGHBOURS],
        "corners_px": corners,
        "silhouette_px": silhouette.tolist(),
        "outline_px": rough.round(1).tolist(),
        "tone": TONE,
        "exposure": exposure,
        "mesh_sha256": mesh.digest(list(street.parts)),
    }


def _box(one: scene.House) -> dict[str, Any]:
    """A neighbour as a box on the ground, metres."""
    (x0, z0), (x1, z1) = one.lo_m, one.hi_m
    return {"name": one.name, "x0": x0, "z0": z0, "x1": x1, "z1": z1, "height": one.height_m + one.roof_m}
