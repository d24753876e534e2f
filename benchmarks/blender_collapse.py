"""The same collapse in Blender 4.5: Bullet, Mantaflow, Cycles on the CPU. Only a sample of frames is rendered.

    python benchmarks/blender_collapse.py --shards work/.../shards.npz --survey work/.../survey.json

Needs the environment that ``make bench`` makes. The whole shot is simulated; the seconds of the sample frames are
extrapolated to all frames, and the results say so.
"""

import argparse
import os
import resource
import tempfile
import time
import traceback
from pathlib import Path

import blender_scene
import bpy
import numpy as np
import results

from secondunit.effects.collapse.shards import Shards
from secondunit.plate.survey import Survey

METHODS = {
    "cycles_64_plain": {"samples": 64, "smoke": False, "step_rate": 1.0},
    "cycles_64_smoke": {"samples": 64, "smoke": True, "step_rate": 1.0},
    "cycles_economy_smoke": {"samples": 16, "smoke": True, "step_rate": 4.0},
}
DENSITY_KG_PER_M3 = (1900.0, 2400.0, 1200.0, 2500.0, 500.0, 7850.0)  # by Material; EN 1991-1-1, annex A


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shards", type=Path, required=True)
    parser.add_argument("--survey", type=Path, required=True)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--size", type=int, nargs=2, default=(960, 540), metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--frames", type=int, default=96)
    parser.add_argument("--sample", type=int, nargs="+", default=(24, 48, 80), help="frames to render, first = 1")
    parser.add_argument("--rate", type=int, default=24)
    parser.add_argument("--voxels", type=int, default=96)
    parser.add_argument("--samples", type=int, help="instead of each method's own: to try things out; not recorded")
    parser.add_argument("--pictures", type=Path, help="folder for the frames")
    parser.add_argument("--record", action="store_true", help="write benchmarks/results/")
    return parser.parse_args()


def simulate():
    """Bake the bodies, which steps the gas as well; wall and CPU seconds. Unbaked, a render shows bodies at rest."""
    start, start_cpu = time.perf_counter(), time.process_time()
    with bpy.context.temp_override(point_cache=bpy.context.scene.rigidbody_world.point_cache):
        bpy.ops.ptcache.bake(bake=True)
    return time.perf_counter() - start, time.process_time() - start_cpu


def use_cycles(method, samples):
    """Cycles on the CPU, denoised, with motion blur; else Blender's defaults."""
    scene = bpy.context.scene
    scene.render.engine, scene.cycles.device = "CYCLES", "CPU"
    scene.cycles.samples = samples or method["samples"]
    scene.cycles.use_denoising, scene.cycles.denoiser = True, "OPENIMAGEDENOISE"
    scene.cycles.volume_step_rate = method["step_rate"]
    scene.render.use_motion_blur, scene.render.motion_blur_shutter = True, 0.5


def render(frame, path):
    """Wall and CPU seconds of one frame."""
    scene = bpy.context.scene
    scene.frame_set(frame)
    scene.render.filepath = str(path)
    start, start_cpu = time.perf_counter(), time.process_time()
    bpy.ops.render.render(write_still=True)
    return time.perf_counter() - start, time.process_time() - start_cpu


def scene_of(options, smoke, cache):
    """The shot, ready to simulate."""
    shards, survey = Shards.load(options.shards), Survey.load(options.survey)
    blender_scene.empty_scene(*options.size, options.frames, options.rate)
    ground = blender_scene.add_world(survey)
    low, high = shards.vertices.min(axis=0), shards.vertices.max(axis=0)
    start = survey.facades[0].to_world(0.15 * survey.facades[0].width_m, 0.0)  # the defaults of the brief's [fall]
    density = np.asarray(DENSITY_KG_PER_M3)[shards.material]
    blender_scene.add_building(shards, density, ground, start, 9.0)
    if smoke:
        blender_scene.add_smoke(low, high, options.voxels, cache)
    return shards


def measure(name, options, folder):
    """One method: simulate all frames, render the sample."""
    method = METHODS[name]
    start = time.perf_counter()
    shards = scene_of(options, method["smoke"], folder / "cache")
    print(f"{name}: set up in {time.perf_counter() - start:.1f} s", flush=True)
    simulate_s, simulate_cpu_s = simulate()
    print(f"{name}: {options.frames} frames simulated in {simulate_s:.1f} s", flush=True)
    use_cycles(method, options.samples)
    frame_s, frame_cpu_s = [], []
    for frame in options.sample:
        wall, cpu = render(frame, (options.pictures or folder) / f"{name}.{frame:04d}.png")
        frame_s.append(round(wall, 2))
        frame_cpu_s.append(round(cpu, 2))
        print(f"{name}: frame {frame} in {wall:.1f} s ({cpu:.1f} s of CPU)", flush=True)
    settings = {"width_px": options.size[0], "height_px": options.size[1], "shards": len(shards), **method}
    settings |= {"motion_blur": True, "denoised": True, "voxels": options.voxels if method["smoke"] else 0}
    return results.Run(
        method=name,
        tool=f"Blender {bpy.app.version_string}",
        settings=settings,
        frames=options.frames,
        measured_frames=tuple(options.sample),
        simulate_s=round(simulate_s, 1),
        frame_s=tuple(frame_s),
        frame_cpu_s=tuple(frame_cpu_s),
        total_s=round(simulate_s + options.frames * float(np.mean(frame_s)), 1),
        total_cpu_s=round(simulate_cpu_s + options.frames * float(np.mean(frame_cpu_s)), 1),
        extrapolated=True,
        peak_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        notes=f"{len(options.sample)} frames rendered; the total is extrapolated from their mean.",
    )


def main():
    options = arguments()
    for name in options.methods:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            run = measure(name, options, Path(folder))
        print(f"{name}: {run.total_s:.0f} s for {run.frames} frames (extrapolated)", flush=True)
        if options.record and not options.samples:
            print(f"wrote {results.record('collapse', run)}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except Exception:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)  # see blender_scene.repair_mantaflow
