"""One frame of our take as Cycles shows it: our pieces where our motion has them, our dust, the plate projected.

    python benchmarks/blender_beside.py --show SHOW --frame 1056 --pair docs/pictures/beside-cycles.jpg

For the eye, not for the clock (though it says its time): what is left to differ is the rendering. Ours is above, Cycles
below.
"""

import argparse
import os
import sys
import tempfile
import traceback
from pathlib import Path

import av
import blender_materials
import blender_scene
import bpy
import numpy as np
from blender_collapse import render, wear_plate
from blender_comp import over, pixels_of, save
from blender_pieces import add_pieces
from shot import Shot

from secondunit.effects.collapse.dust.grid import DustGrid
from secondunit.effects.collapse.dust.lighting import EXTINCTION_M2_PER_KG
from secondunit.records import read_arrays
from secondunit.timebase import FIRST_FRAME


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", type=Path, required=True, help="a show with a whole take of the shot")
    parser.add_argument("--frame", type=int, default=FIRST_FRAME + 55)
    parser.add_argument("--samples", type=int, default=64)
    parser.add_argument("--step-rate", type=float, default=1.0)
    parser.add_argument("--pair", type=Path, required=True, help="the picture to write, .jpg or .png")
    return parser.parse_args()


def add_dust(shot, frame, folder):
    """Our dust as a volume, if there is any. The voxels stay in our axes; the object turns them."""
    grid_path = shot.stages["dust"] / "grid.json"
    if not grid_path.exists():
        return
    sys.path.append(str(Path(bpy.__file__).parents[3] / "python" / "lib" / "python3.11" / "site-packages"))
    import openvdb  # shipped inside Blender's wheel

    grid, dust = DustGrid.load(grid_path), read_arrays(grid_path.with_name(f"{frame}.npz"))
    density = openvdb.FloatGrid()
    density.copyFromArray(
        np.ascontiguousarray(dust["density"].astype(np.float32) * EXTINCTION_M2_PER_KG), tolerance=1e-4
    )
    density.name, density.gridClass = "density", openvdb.GridClass.FOG_VOLUME
    density.transform = openvdb.createLinearTransform(voxelSize=grid.voxel_m)
    openvdb.write(str(folder / "dust.vdb"), grids=[density])
    volume = bpy.data.volumes.new("dust")
    volume.filepath = str(folder / "dust.vdb")
    thing = blender_scene.link("dust", volume)
    pose = np.eye(4)
    pose[:3, :3] = blender_scene.AXES
    pose[:3, 3] = blender_scene.to_blender(np.asarray(grid.origin_m) + grid.voxel_m / 2)
    thing.matrix_world = blender_scene.Matrix(pose.tolist())
    volume.materials.append(blender_materials.dust(shot.brief["dust_look"]["albedo"], 1.0))


def ours(shot, frame):
    """Our preview movie's picture of a frame, (height, width, 3) codes from the bottom up."""
    with av.open(shot.take / "preview.mp4") as movie:
        for at, picture in enumerate(movie.decode(video=0)):
            if at == frame - FIRST_FRAME:
                return picture.to_ndarray(format="rgb24")[::-1] / 255.0
    raise SystemExit(f"{shot.take}: frame {frame} is not in the take; its first is {FIRST_FRAME}")


def main():
    options = arguments()
    shot, at = Shot.of(options.show), options.frame - FIRST_FRAME + 1
    above = ours(shot, options.frame)
    blender_scene.empty_scene(*shot.size, len(shot.motion.position), shot.rate)
    wear_plate(blender_scene.add_place(shot.survey, shot.neighbours), shot)
    add_pieces(shot.shards, shot.motion.position, shot.motion.rotation, shot.survey, shot.plate, [at])
    blender_scene.use_cycles(options.samples, options.step_rate)
    bpy.context.scene.cycles.volume_bounces = 2  # the best of Cycles: this one is for the eye
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        rendered = Path(folder) / "beside.exr"
        add_dust(shot, options.frame, Path(folder))
        print(f"rendered in {render(at, rendered)[0]:.1f} s", flush=True)
        over(rendered, shot, rendered.with_suffix(".png"))
        below = pixels_of(rendered.with_suffix(".png"), shot.size)[..., :3]
    save(np.concatenate([below, above]), options.pair)
    print(f"wrote {options.pair}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except Exception:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)  # Blender as a module does not always end on its own
