"""The same collapse rendered by Cycles on the CPU. Only a sample of frames; the rest is extrapolated, and that is said.

    python benchmarks/blender_collapse.py cycles_64_plain --show SHOW --simulated FOLDER --record

Needs what ``blender_simulate.py`` made. Seconds are written down frame by frame; a frame that is recorded for this
commit is not rendered again. One process a method, so that its memory is its own.
"""

import argparse
import json
import os
import resource
import time
import traceback
from pathlib import Path

import blender_gas
import blender_scene
import bpy
import numpy as np
import results
from blender_comp import over
from blender_materials import projected
from blender_pieces import add_pieces, project
from shot import Shot

from secondunit.records import read_arrays

SAMPLE = (16, 48, 80)  # of 96 frames: the middle of each third
METHODS = {
    "cycles_64_plain": {"samples": 64, "smoke": False, "step_rate": 1.0},
    "cycles_64_smoke": {"samples": 64, "smoke": True, "step_rate": 1.0},
    "cycles_economy_smoke": {"samples": 16, "smoke": True, "step_rate": 4.0},
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("method", choices=METHODS)
    parser.add_argument("--show", type=Path, required=True, help="the show that was simulated")
    parser.add_argument("--simulated", type=Path, required=True, help="what blender_simulate.py wrote")
    parser.add_argument("--sample", type=int, nargs="+", help="other frames to render, first = 1; not recorded")
    parser.add_argument("--samples", type=int, help="other than the method's, to try things out; not recorded")
    parser.add_argument("--pictures", type=Path, help="folder for the frames over the plate")
    parser.add_argument("--record", action="store_true", help="write benchmarks/results/")
    return parser.parse_args()


def build(shot, moved, cache, simulated, frames):
    """The shot ready to render; ``cache`` is None without smoke."""
    blender_scene.empty_scene(*shot.size, simulated["frames"], shot.rate)
    stays = blender_scene.add_place(shot.survey, shot.neighbours)
    wear_plate(stays, shot)
    add_pieces(shot.shards, moved["position"], moved["rotation"], shot.survey, shot.plate, frames)
    if cache:
        blender_gas.add_gas(shot.shards, simulated["frames"], simulated["voxels"], cache)


def wear_plate(stays, shot):
    """What stays carries the plate, for the light it gives back, and is seen only by the shadows it catches."""
    for thing in stays:
        thing.is_shadow_catcher = True
        up = thing is stays[0]
        normal = (0.0, 1.0, 0.0) if up else (0.0, 0.0, 1.0)
        thing.data.materials.append(projected(shot.plate, shot.survey.light, normal))
        if not up:
            loops = [thing.data.vertices[loop.vertex_index].co + thing.location for loop in thing.data.loops]
            project(thing.data, np.asarray(loops) @ blender_scene.AXES, shot.survey.camera)


def render(frame, path):
    """Wall and CPU seconds of one frame."""
    scene = bpy.context.scene
    scene.frame_set(frame)
    scene.render.filepath = str(path)
    start, start_cpu = time.perf_counter(), time.process_time()
    bpy.ops.render.render(write_still=True)
    return round(time.perf_counter() - start, 2), round(time.process_time() - start_cpu, 2)


def run_of(name, shot, simulated, spent):
    """What is known once ``spent``, wall and CPU seconds by frame, were measured."""
    method, frames = METHODS[name], simulated["frames"]
    settings = {"width_px": shot.size[0], "height_px": shot.size[1], "shards": len(shot.shards)}
    settings |= {key: method[key] for key in ("samples", "smoke", "step_rate")}
    settings |= {"noise_threshold": 0.01, "motion_blur": True, "denoised": True}
    settings |= {"voxels": simulated["voxels"] if method["smoke"] else 0}
    parts = ("bodies", "gas") if method["smoke"] else ("bodies",)
    simulate_s, simulate_cpu_s = np.sum([simulated[part] for part in parts], axis=0).tolist()
    seconds, cpu_seconds = zip(*spent.values(), strict=True)
    return results.Run(
        method=name,
        tool=f"Blender {bpy.app.version_string}",
        settings=settings,
        frames=frames,
        measured_frames=tuple(spent),
        simulate_s=round(simulate_s, 1),
        frame_s=seconds,
        frame_cpu_s=cpu_seconds,
        total_s=round(simulate_s + frames * float(np.mean(seconds)), 1),
        total_cpu_s=round(simulate_cpu_s + frames * float(np.mean(cpu_seconds)), 1),
        extrapolated=True,
        peak_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        notes=f"{len(spent)} of {frames} frames rendered; the rest is extrapolated from their mean.",
    )


def recorded(name):
    """Wall and CPU seconds by frame that are written down for this commit."""
    run = results.recorded("collapse", name) or {"measured_frames": (), "frame_s": (), "frame_cpu_s": ()}
    return {
        frame: (wall, cpu)
        for frame, wall, cpu in zip(run["measured_frames"], run["frame_s"], run["frame_cpu_s"], strict=True)
    }


def main():
    options = arguments()
    name, method, record = options.method, METHODS[options.method], options.record
    if record and (options.samples or options.sample):
        raise SystemExit("--record: wants the method's own samples and frames; leave --samples and --sample out")
    sample = tuple(options.sample or SAMPLE)
    spent = recorded(name) if record else {}
    left = [frame for frame in sample if frame not in spent]
    if not left:
        return print(f"{name}: measured already", flush=True)
    shot, simulated = Shot.of(options.show), json.loads((options.simulated / "simulated.json").read_text())
    moved = read_arrays(options.simulated / "bodies.npz")
    build(shot, moved, options.simulated / "gas" if method["smoke"] else None, simulated, left)
    blender_scene.use_cycles(options.samples or method["samples"], method["step_rate"])
    for frame in left:
        picture = (options.pictures or options.simulated) / f"{name}.{frame:04d}.exr"
        spent[frame] = render(frame, picture.absolute())
        print(f"{name}: frame {frame} in {spent[frame][0]} s ({spent[frame][1]} s of CPU)", flush=True)
        over(picture, shot, picture.with_suffix(".png"))
        if record:
            results.record("collapse", run_of(name, shot, simulated, dict(sorted(spent.items()))))
    print(f"{name}: {run_of(name, shot, simulated, spent).total_s:.0f} s for the shot (extrapolated)", flush=True)
    return None


if __name__ == "__main__":
    try:
        main()
    except Exception:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)  # see blender_gas.repair_mantaflow
