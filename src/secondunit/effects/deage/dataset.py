"""Renders what the network learns from: ``python -m secondunit.effects.deage.dataset --out DIR --sets N``.

A set is one sitting at several ages: the same person, pose, light, lens, expression and cut of hair, on the
canonical crop
(see ``effects.deage.age``), pixel by pixel. ``DIR/000123/`` holds for each age ``YY``:

- ``YY.png``: 512 x 512, 8-bit sRGB, exposed as for a screen.
- ``YY_maps.png``: 8-bit RGBA: red bare skin, green hair (with brows, lashes, beard), blue eyes, teeth and glasses (each
  0..255 of a pixel's cover), alpha 1 + the number of the region in ``set.json``, 0 off the skin.
- ``set.json``: ages, regions and everything the sitting was made of.

A folder is whole or not there; a run goes on where the last one stopped. The same seed gives the same pictures.
"""

from __future__ import annotations

import argparse
import os
import shutil
import time
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from secondunit.records import write_json
from secondunit.scene.figure import portrait
from secondunit.scene.figure.head import AXIS_Z_DM, chart
from secondunit.scene.figure.light import Image
from secondunit.scene.figure.render import Picture

SIZE_PX = 512
YOUNGEST, OLDEST = 20, 82
REGIONS = ("forehead", "eyes", "cheeks", "mouth", "jaw", "neck", "scalp")


def ages(seed: int, count: int) -> list[int]:
    """``count`` ages of a set, spread over the span with some chance: a young and an old one are always there."""
    rng = np.random.default_rng((seed, 14))
    edges = np.linspace(YOUNGEST, OLDEST, count + 1)
    return [int(rng.integers(int(low), int(high))) for low, high in pairwise(edges)]


def regions(rest_dm: Image) -> Any:
    """1 + number of the region (h, w) uint8 at places of the rest shape; 0 where there is no skin."""
    place = chart(rest_dm.astype(float))
    s, v = np.abs(place[..., 0]), place[..., 1]
    out = np.full(s.shape, 3, np.uint8)  # cheeks, nose, ears
    out[v > 8.10 - 0.05 * np.clip(s - 0.5, 0, 1)] = 1
    out[v > 8.62 - 0.35 * np.clip(s - 0.35, 0, None)] = 7
    eyes = (((s - 0.31) / 0.30) ** 2 + ((v - 7.90) / 0.175) ** 2 < 1) | (
        (s > 0.42) & (s < 0.75) & (np.abs(v - 7.90) < 0.15)
    )
    out[eyes] = 2
    out[((s / 0.33) ** 2 + ((v - 7.30) / 0.24) ** 2 < 1) & (v < 7.53)] = 4
    jaw = 7.12 + 0.12 * np.clip(s - 0.3, 0, 1)
    out[(v < jaw) & ((s / 0.29) ** 2 + ((v - 7.30) / 0.20) ** 2 >= 1)] = 5
    out[v < 6.72 + 0.22 * s] = 6
    front = (rest_dm[..., 2] - AXIS_Z_DM) > -0.2
    out[~front & (v > 7.4)] = 7
    out[np.abs(rest_dm).sum(-1) == 0] = 0
    return out


def encode(linear: Image) -> Any:
    """Scene-linear Rec.709 as 8-bit sRGB (h, w, 3); the brightest eighth rolls off instead of clipping hard."""
    knee = 0.8
    x = np.maximum(linear, 0)
    x = np.where(x < knee, x, knee + (1 - knee) * (1 - np.exp(-(x - knee) / (1 - knee))))
    coded = np.where(x <= 0.0031308, 12.92 * x, 1.055 * np.maximum(x, 1e-9) ** (1 / 2.4) - 0.055)
    return np.round(np.clip(coded, 0, 1) * 255).astype(np.uint8)


def finish(picture: Picture, behind: Image, exposure: float) -> Image:
    """The figure over what is behind, exposed."""
    return (picture.colour + (1 - picture.cover[..., None]) * behind) * np.float32(exposure)


def metered(picture: Picture, wanted: float) -> float:
    """Exposure that brings the mean of the skin's brightness to ``wanted`` of what a mid skin gives."""
    skin = picture.skin > 0.9
    if not skin.any():
        return 1.0
    level = float((picture.colour[skin] @ np.array([0.2126, 0.7152, 0.0722], np.float32)).mean())
    return float(np.clip(wanted / max(level, 1e-4), 0.2, 8.0))


def render_set(seed: int, out: Path, count: int, size_px: int) -> None:
    """One folder, whole or not at all."""
    sitting = portrait.sit(seed)
    years = ages(seed, count)
    heads = [portrait.head_at(sitting, age) for age in years]
    camera = portrait.frame(heads, sitting.yaw_deg, sitting.pitch_deg, sitting.distance_m, size_px)
    behind = portrait.backdrop(sitting, size_px)
    work = out.with_name(f".{out.name}.{os.getpid()}")
    work.mkdir(parents=True, exist_ok=True)
    exposure = 1.0
    for number, (age, head) in enumerate(zip(years, heads, strict=True)):
        picture = portrait.picture(sitting, age, camera, head)
        if number == 0:
            # a crew opens up for dark skin, but not all the way
            reflects = 0.30 * float(np.exp(-0.75 * sitting.who.melanin)) ** 0.62
            exposure = metered(picture, reflects * 1.05 * sitting.exposure)
        cv2.imwrite(str(work / f"{age}.png"), encode(finish(picture, behind, exposure))[..., ::-1])
        kinds = np.stack([picture.eyes, picture.hair, picture.skin], axis=-1)  # blue, green, red
        maps = np.dstack([np.round(np.clip(kinds, 0, 1) * 255).astype(np.uint8), regions(picture.rest_dm)])
        cv2.imwrite(str(work / f"{age}_maps.png"), maps)
    write_json(
        work / "set.json",
        {
            "seed": seed,
            "ages": years,
            "regions": list(REGIONS),
            "exposure": exposure,
            "camera": camera.to_json(),
            "sitting": sitting.to_json(),
        },
    )
    os.rename(work, out)


def _one(task: tuple[int, Path, int, int]) -> tuple[int, float]:
    seed, folder, count, size_px = task
    start = time.process_time()
    render_set(seed, folder, count, size_px)
    return seed, time.process_time() - start


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, required=True, help="folder of the data set")
    parser.add_argument("--sets", type=int, required=True, help="how many sets the folder shall hold")
    parser.add_argument("--first", type=int, default=0, help="seed of the first set")
    parser.add_argument("--ages", type=int, default=4, help="pictures a set")
    parser.add_argument("--size", type=int, default=SIZE_PX, help="px")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for left in options.out.glob(".*"):
        shutil.rmtree(left)  # a set that was being made when the last run stopped
    seeds = range(options.first, options.first + options.sets)
    tasks = [(seed, options.out / f"{seed:06d}", options.ages, options.size) for seed in seeds]
    tasks = [task for task in tasks if not task[1].exists()]
    cv2.setNumThreads(1)
    with get_context("spawn").Pool(options.workers, maxtasksperchild=200) as pool:
        for done, (seed, seconds) in enumerate(pool.imap_unordered(_one, tasks), 1):
            print(f"set {seed:06d}: {seconds:.1f} s of a core, {done}/{len(tasks)}", flush=True)


if __name__ == "__main__":
    main()
