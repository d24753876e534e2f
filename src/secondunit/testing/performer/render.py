"""Films the performer: ``python -m secondunit.testing.performer.render --out DIR --work DIR``. Needs ``anny``.

Pictures are traced by two workers and kept in the work folder; stopped work goes on from there. The movie, the stills
and the truth are written at the end.
"""

from __future__ import annotations

import argparse
import json
import time
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow

from secondunit.imaging.movie import MovieWriter
from secondunit.records import write_json
from secondunit.scene.camera import Camera, look_at
from secondunit.scene.figure.eyes import centres
from secondunit.scene.figure.light import Image
from secondunit.scene.figure.motion import Pose
from secondunit.scene.figure.render import render
from secondunit.testing.performer import cast, room
from secondunit.testing.performer.actor import LANDMARKS, Actor

RATE = Fraction(24)
SIZE = (1920, 1080)
FRAMED_M = 0.36  # height that the frame covers at the face
DISTANCE_M = 1.45
GRAIN = 0.0022  # sigma in display code values 0..1


def camera_for(actor: Actor, scale: float, aside_m: float = 0.0) -> Camera:
    """A locked-off camera at eye height, the face left of the middle."""
    eyes = centres(actor.still.vertices_m)
    middle = (eyes["left"][0] + eyes["right"][0]) / 2
    width, height = (round(side * scale) for side in SIZE)
    target = middle + np.array([0.035, -0.038, -0.07])
    place = target + np.array([-0.16 + aside_m, 0.03, DISTANCE_M])
    return look_at(place, target, focal_px=height / FRAMED_M * DISTANCE_M, width_px=width, height_px=height)


@cache
def _actor(role: str) -> Actor:
    return Actor(cast.ROLES[role])


def shoot(role: str, pose: Pose, scale: float, per_side: int, aside_m: float = 0.0) -> tuple[Image, dict[str, Any]]:
    """A picture in front of the room, (h, w, 3) linear, and where the face is in it."""
    actor = _actor(role)
    camera = camera_for(actor, scale, aside_m)
    figure = actor.figure(pose)
    points, _ = camera.project(figure.head.fine()[0])
    margin = 24 * scale + 4
    left, right = max(0, int(points[:, 0].min() - margin)), min(camera.width_px, int(points[:, 0].max() + margin) + 1)
    centre = (camera.centre_px[0] - left, camera.centre_px[1])
    seen = Camera(right - left, camera.height_px, camera.focal_px, centre, camera.position_m, camera.rotation)
    picture = render(figure, seen, room.lighting(), seed=5, per_side=per_side, soft_rays=20)
    behind = room.background(camera.width_px, camera.height_px)
    cover = np.clip(picture.cover, 0, 1)[..., None]
    behind[:, left:right] = behind[:, left:right] * (1 - cover) + picture.colour
    found, _ = camera.project(figure.head.vertices_m[list(LANDMARKS.values())])
    facts = {
        "landmarks_px": {name: np.round(at, 2).tolist() for name, at in zip(LANDMARKS, found, strict=True)},
        "head_deg": np.round(pose.head_deg, 3).tolist(),
        "gaze_deg": np.round(pose.gaze_deg, 3).tolist(),
        "jaw_open": round(pose.units.get("jawOpen", 0.0), 3),
        "lids_shut": round(pose.units.get("eyeBlinkLeft", 0.0), 3),
    }
    return behind, facts


def develop(colour: Image, seed: int) -> npt.NDArray[np.uint8]:
    """Linear to sRGB codes: a soft shoulder, a little of the lens's softness, grain."""
    soft: Any = cv2.GaussianBlur(colour, (0, 0), 0.6)
    glow: Any = cv2.GaussianBlur(np.minimum(colour, 4.0), (0, 0), 14)
    light = np.maximum(0.97 * soft + 0.03 * glow, 0) * cast.EXPOSURE
    toned = np.where(light < 0.6, light, 0.6 + 0.4 * (1 - np.exp(-(light - 0.6) / 0.4)))
    code = np.where(toned <= 0.0031308, toned * 12.92, 1.055 * np.maximum(toned, 1e-9) ** (1 / 2.4) - 0.055)
    rng = np.random.default_rng((seed, 91))
    noise: Any = cv2.GaussianBlur(rng.standard_normal(code.shape[:2]).astype(np.float32), (0, 0), 0.7) * 2
    out: npt.NDArray[np.uint8] = np.clip((code + GRAIN * noise[..., None]) * 255 + 0.5, 0, 255).astype(np.uint8)
    return out


def _one(job: tuple[str, Pose, float, int, Path]) -> dict[str, Any]:
    """One picture, traced unless it is in its folder; what is true about it."""
    role, pose, scale, per_side, path = job
    facts = path.with_suffix(".json")
    if not facts.exists():
        started = time.monotonic()
        colour, found = shoot(role, pose, scale, per_side)
        np.save(path, colour.astype(np.float16))
        facts.write_text(json.dumps(found), encoding="utf-8")
        print(f"{path.stem}, {time.monotonic() - started:.0f} s", flush=True)
    out: dict[str, Any] = json.loads(facts.read_text(encoding="utf-8"))
    return out


def _developed(path: Path, seed: int) -> npt.NDArray[np.uint8]:
    return develop(np.load(path).astype(np.float32), seed)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="where traced pictures are kept")
    parser.add_argument("--scale", type=float, default=1.0, help="of 1920x1080")
    parser.add_argument("--samples", type=int, default=2, help="along a pixel's side")
    parser.add_argument("--every", type=int, default=1, help="film only every so many frames, for a quick look")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    asked.work.mkdir(parents=True, exist_ok=True)

    def job(role: str, pose: Pose, name: str) -> tuple[str, Pose, float, int, Path]:
        return role, pose, asked.scale, asked.samples, asked.work / f"{name}.npy"

    stills = [job("performer", pose, name) for name, pose in cast.STILLS.items()]
    stills.append(job("bystander", cast.performance().pose(0.4), "bystander"))
    frames = [
        job("performer", cast.performance().pose(number / float(RATE)), f"{number:04d}")
        for number in range(0, cast.FRAMES, asked.every)
    ]
    with ProcessPoolExecutor(max_workers=2) as workers:
        facts = list(workers.map(_one, stills + frames))
    for still in stills:
        picture = Pillow.fromarray(_developed(still[-1], 0))
        picture.save(asked.out / f"{still[-1].stem}.jpg", quality=92, subsampling=0, optimize=True)
    first = _developed(frames[0][-1], 1)
    with MovieWriter(asked.out / "plate.mp4", first.shape[1], first.shape[0], RATE) as movie:
        for number, frame in enumerate(frames):
            movie.write(_developed(frame[-1], 1 + number))
    document = {
        "kind": "performer_truth",
        "version": 1,
        "rate": str(RATE),
        "years": cast.YEARS,
        "size_px": [first.shape[1], first.shape[0]],
        "stills": {still[-1].stem: found for still, found in zip(stills, facts, strict=False)},
        "frames": facts[len(stills) :],
    }
    write_json(asked.out / "truth.json", document)


if __name__ == "__main__":
    main()
