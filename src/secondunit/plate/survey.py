"""What the survey of a plate says: camera, facades, depth and light, in metres. The record, not the solving."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from shapely import Polygon, box

from secondunit.records import read_json, write_json
from secondunit.scene.camera import Array, Camera
from secondunit.scene.light import Light

Point = tuple[float, float]
GABLE = 1.1  # an outline that rises to this many times the eaves' height has a gable or a roof above them


@dataclass(frozen=True)
class Opening:
    """A window or a door in a facade: a rectangle in the facade's own metres."""

    left_m: float
    bottom_m: float
    right_m: float
    top_m: float
    kind: str = "window"


@dataclass(frozen=True)
class Facade:
    """One visible wall: an upright plane.

    Attributes:
        name: ``front`` for the main one, ``side`` for the second, ``side2`` for a third.
        origin_m: its bottom left corner as seen from outside, on the ground, world (3,).
        along_m: unit world vector to the right as seen from outside, level, (3,).
        width_m: length along ``along_m``.
        height_m: from the ground to the eaves or parapet.
        outline_m: polygon (s along, t up) in metres of what the building's matte carries on this plane; it may rise
            above ``height_m`` where a gable or roof is carried as if it stood in the wall's plane.
        openings: windows and doors found or given.

    Convention: the outward normal is ``along x up``.
    """

    name: str
    origin_m: tuple[float, float, float]
    along_m: tuple[float, float, float]
    width_m: float
    height_m: float
    outline_m: tuple[Point, ...]
    openings: tuple[Opening, ...] = ()

    @property
    def normal(self) -> Array:
        """Outward unit normal, (3,)."""
        return np.cross(np.asarray(self.along_m, float), [0.0, 1.0, 0.0])

    @property
    def wall_m(self) -> tuple[Point, ...]:
        """Polygon (s, t) of what surely is wall: the measured rectangle, and the outline where it rises well above it.

        An outline is drawn by hand and runs a little outside; only one that rises by more than a tenth is a gable.
        """
        whole, outline = box(0, 0, self.width_m, self.height_m), Polygon(self.outline_m).buffer(0)
        if outline.is_empty or outline.bounds[3] <= GABLE * self.height_m:
            return tuple(whole.exterior.coords)[:-1]
        above = outline.intersection(box(outline.bounds[0], self.height_m, outline.bounds[2], outline.bounds[3]))
        shape = whole.union(above)
        largest = max(getattr(shape, "geoms", [shape]), key=lambda one: one.area)
        return tuple((float(s), float(t)) for s, t in largest.exterior.coords[:-1])

    def to_world(self, s_m: Any, t_m: Any, inward_m: Any = 0.0) -> Array:
        """Facade coordinates (broadcast) to world points (..., 3); ``inward_m`` goes into the building."""
        s, t, inward = np.broadcast_arrays(np.asarray(s_m, float), np.asarray(t_m, float), np.asarray(inward_m, float))
        world: Array = (
            np.asarray(self.origin_m)
            + s[..., None] * np.asarray(self.along_m)
            + t[..., None] * np.array([0.0, 1.0, 0.0])
            - inward[..., None] * self.normal
        )
        return world


@dataclass(frozen=True)
class Survey:
    """Everything the effects need to know of the place.

    Attributes:
        camera: solved for the plate's full size.
        facades: the visible walls, the main one first; neighbours in the tuple share an upright edge.
        depth_m: how far the building goes back where no facade shows it.
        storeys: number of floors.
        light: sun, sky and ground.
        confidence: 0..1 by part: ``focal``, ``vertical``, ``facades``, ``sun``, ``scale``.
        notes: sentences for the artist: what was found, guessed, taken from the brief.
        left_out: boxes (left, top, right, bottom) in the plate's pixels around what stands on the roof outside the
            outline, and so will not fall.
    """

    camera: Camera
    facades: tuple[Facade, ...]
    depth_m: float
    storeys: int
    light: Light
    confidence: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    left_out: tuple[tuple[float, float, float, float], ...] = ()

    def save(self, path: Path) -> None:
        """Write as a ``survey`` document."""
        write_json(path, {"kind": "survey", "version": 1, **self.to_json()})

    @classmethod
    def load(cls, path: Path) -> Survey:
        """Read a ``survey`` document."""
        return cls.from_json(read_json(path, kind="survey", version=1))

    def to_json(self) -> dict[str, Any]:
        """Plain values for a document."""
        return {
            "camera": self.camera.to_json(),
            "facades": [
                {
                    "name": facade.name,
                    "origin_m": list(facade.origin_m),
                    "along_m": list(facade.along_m),
                    "width_m": facade.width_m,
                    "height_m": facade.height_m,
                    "outline_m": [list(point) for point in facade.outline_m],
                    "openings": [vars(opening) for opening in facade.openings],
                }
                for facade in self.facades
            ],
            "depth_m": self.depth_m,
            "storeys": self.storeys,
            "light": self.light.to_json(),
            "confidence": dict(self.confidence),
            "notes": list(self.notes),
            "left_out_px": [list(box) for box in self.left_out],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Survey:
        """The inverse of ``to_json``."""
        facades = tuple(
            Facade(
                name=str(one["name"]),
                origin_m=(float(one["origin_m"][0]), float(one["origin_m"][1]), float(one["origin_m"][2])),
                along_m=(float(one["along_m"][0]), float(one["along_m"][1]), float(one["along_m"][2])),
                width_m=float(one["width_m"]),
                height_m=float(one["height_m"]),
                outline_m=tuple((float(s), float(t)) for s, t in one["outline_m"]),
                openings=tuple(Opening(**opening) for opening in one["openings"]),
            )
            for one in value["facades"]
        )
        return cls(
            camera=Camera.from_json(value["camera"]),
            facades=facades,
            depth_m=float(value["depth_m"]),
            storeys=int(value["storeys"]),
            light=Light.from_json(value["light"]),
            confidence={str(key): float(number) for key, number in value["confidence"].items()},
            notes=tuple(str(note) for note in value["notes"]),
            left_out=tuple((float(a), float(b), float(c), float(d)) for a, b, c, d in value.get("left_out_px", ())),
        )
