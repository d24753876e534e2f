"""A whole de-aged take of a drawn head at 1920 x 1080: frames a second, all included, and how steady it is.

    python benchmarks/deage_take.py [--frames 48] [--threads 2]

The head moves by fractions of a pixel, turns, zooms and is lit up and down. A first take of four frames compiles what
is compiled once. Wall and CPU seconds are printed stage by stage: other work on the machine makes both longer.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from secondunit.farm.memory import keep_memory
from secondunit.shoot import shoot
from secondunit.testing.heads.people import CAST, picture
from secondunit.testing.portrait import portrait_show

WIDTH, HEIGHT, HEAD_PX = 1920, 1080, 1000


def clip(count):
    """Frames (1080, 1920, 3) of codes."""
    still = picture(CAST["efe"], size_px=HEAD_PX, rays=1).astype(np.float32)
    for index in range(count):
        t = 2 * np.pi * index / 24
        scale, turn = 1 + 0.06 * np.sin(0.41 * t), np.radians(3 * np.sin(0.53 * t))
        matrix = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        to = np.array([WIDTH / 2 + 18.3 * np.sin(0.83 * t), HEIGHT / 2 + 9.7 * np.sin(0.67 * t)])
        shift = to - matrix @ (HEAD_PX / 2, HEAD_PX / 2)
        placed = np.column_stack([matrix, shift])
        frame = cv2.warpAffine(still, placed, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        grain = np.random.default_rng(index).normal(0, 1.5, frame.shape)
        light = 2 ** (0.4 * np.sin(0.37 * t) / 2.2)  # of codes: 2.2 is about a screen's curve
        yield np.clip(frame * light + grain + 0.5, 0, 255).astype(np.uint8)


def main():
    """Shoot and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=48)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    asked = parser.parse_args()
    keep_memory()  # as the command does
    for count in (4, asked.frames):
        with tempfile.TemporaryDirectory() as folder:
            os.environ["SECONDUNIT_HOME"] = f"{folder}/home"
            reference = picture(CAST["efe"], size_px=480, rays=1)
            production = portrait_show(Path(folder) / "show", list(clip(count)), [reference])
            wall, cpu = time.monotonic(), time.process_time()
            take = shoot(production, production.folder / "briefs" / "deage.toml", threads=asked.threads)
            wall, cpu = time.monotonic() - wall, time.process_time() - cpu
            rows = json.loads((take.folder / "quality.json").read_text(encoding="utf-8"))["frames"]
    for stage in take.document["stages"]:
        print(f"{stage['stage']:8} {stage['wall_s'] / count:6.3f} s a frame, CPU {stage['cpu_s'] / count:6.3f} s")
    print(f"take     {count / wall:.2f} frames a second on {asked.threads} threads, CPU {cpu / count:.3f} s a frame")
    for name in ("flicker", "seam", "identity"):
        values = [row[name] for row in rows if row[name] is not None]
        print(f"{name:8} {np.mean(values):.3f}, at most {max(values):.3f}")


if __name__ == "__main__":
    main()
