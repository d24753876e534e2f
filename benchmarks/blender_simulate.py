"""The shot simulated in Blender 4.5: Bullet, then Mantaflow, every frame of the shot and none besides.

    python benchmarks/blender_simulate.py --show SHOW --out FOLDER

Writes ``bodies.npz``, the gas cache and ``simulated.json`` (seconds); what is there is not made again.
"""

import argparse
import json
import os
import shutil
import time
import traceback
from pathlib import Path

import blender_bodies
import blender_gas
import blender_scene
import numpy as np
from shot import Shot

from secondunit.records import read_arrays, write_arrays


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", type=Path, required=True, help="a show of ours with a whole take of the shot")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--frames", type=int, help="fewer than the shot has, to try things out")
    parser.add_argument("--voxels", type=int, default=96)
    return parser.parse_args()


class Clock:
    """Wall and CPU seconds since it was made."""

    def __init__(self):
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def read(self):
        return [round(time.perf_counter() - self.wall, 2), round(time.process_time() - self.cpu, 2)]


def bodies(shot, frames, out):
    """Bullet; seconds to simulate, without setting up."""
    blender_scene.empty_scene(*shot.size, frames, shot.rate)
    stays = blender_scene.add_place(shot.survey, shot.neighbours)
    shards = blender_bodies.add_building(shot.shards, stays, *blender_bodies.let_go(shot.motion, shot.rate))
    clock = Clock()
    position, rotation = blender_bodies.fall(shards, frames)
    seconds = clock.read()
    write_arrays(out, {"position": position, "rotation": rotation})
    return seconds


def gas(shot, frames, voxels, moved, cache):
    """Mantaflow; seconds to simulate, without setting up."""
    blender_scene.empty_scene(*shot.size, frames, shot.rate)
    stays = blender_scene.add_place(shot.survey, shot.neighbours)
    domain = blender_gas.add_gas(shot.shards, frames, voxels, cache, stays[1:])
    under_way, _ = blender_bodies.let_go(shot.motion, shot.rate)
    blender_gas.add_emitters(shot.shards, moved["position"], moved["rotation"], under_way, shot.rate)
    clock = Clock()
    blender_gas.bake(domain)
    seconds = clock.read()
    made = len(list((cache / "data").glob("fluid_data_*")))
    if made != frames:
        raise RuntimeError(f"Mantaflow wrote {made} frames, not the {frames} of the shot")
    return seconds


def main():
    options = arguments()
    shot = Shot.of(options.show)
    frames = options.frames or len(shot.motion.position)
    options.out.mkdir(parents=True, exist_ok=True)
    journal = options.out / "simulated.json"
    done = json.loads(journal.read_text()) if journal.exists() else {"frames": frames, "voxels": options.voxels}
    for name in ("bodies", "gas"):
        if name in done:
            continue
        if name == "bodies":
            done[name] = bodies(shot, frames, options.out / "bodies.npz")
        else:
            shutil.rmtree(options.out / "gas", ignore_errors=True)
            moved = read_arrays(options.out / "bodies.npz")
            done[name] = gas(shot, frames, done["voxels"], moved, options.out / "gas")
        journal.write_text(json.dumps(done))
        print(f"{name}: {frames} frames simulated in {done[name][0]} s ({done[name][1]} s of CPU)", flush=True)
    print("mean height by frame:", np.round(read_arrays(options.out / "bodies.npz")["position"][::8, :, 1].mean(1), 1))


if __name__ == "__main__":
    try:
        main()
    except Exception:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)  # see blender_gas.repair_mantaflow
