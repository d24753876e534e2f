"""Stage 2: the set over the plate, one EXR a frame."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from secondunit.effects.base import Context, Image
from secondunit.farm.executor import run_frames
from secondunit.imaging.colour import to_half
from secondunit.imaging.comp import over
from secondunit.imaging.exr import PLAIN, Layer
from secondunit.records import read_arrays, read_json

HOLDOUT = "holdout"
WHOLE = ("depth", "crypto00", "crypto01")  # layers that keep 32-bit floats


class BlendStage:
    """Writes ``{frame}.exr``: composite, matte, ``beauty``, ``holdout``, ``delta``, depth, normals, ids."""

    name: ClassVar[str] = "blend"
    needs: ClassVar[tuple[str, ...]] = ("set",)
    reads: ClassVar[tuple[str, ...]] = ("blend",)
    uses_plate: ClassVar[bool] = True
    uses_size: ClassVar[bool] = True
    uses_frames: ClassVar[bool] = True

    def run(self, context: Context) -> None:
        """Write the frames that are not there yet."""
        made = read_arrays(context.inputs["set"] / "set.npz")
        said = read_json(context.inputs["set"] / "set.json", kind="attributes", version=1)["attributes"]
        mask = context.plate.mask(HOLDOUT)
        front = np.zeros(made["depth"].shape, np.float32) if mask is None else to_half(np.clip(mask, 0, 1))
        whole = tuple(name for name in WHOLE if name in made)

        def work(frame: int) -> None:
            plate = context.plate.frame(frame)
            context.write_frame(frame, layers(plate, made, front), attributes=said, full_precision=whole)

        run_frames(
            context.frames,
            work,
            threads=context.threads,
            progress=context.progress,
            is_done=lambda frame: (context.out / f"{frame}.exr").exists(),
            writes=True,
        )


def layers(plate: Image, made: dict[str, Any], front: Image) -> dict[str, Layer]:
    """Every layer of a frame, rounded to what the file will hold.

    Args:
        plate: (h, w, 3) ACEScg.
        made: ``beauty`` (h, w, 4) premultiplied, and data layers.
        front: (h, w) how much the plate stands in front, 0..1.
    """
    beauty = to_half(made["beauty"])
    holdout = to_half(np.dstack([plate * front[..., None], front]))
    matte = to_half(beauty[..., 3] * (1 - front))
    result = to_half(np.where(matte[..., None] > 0, over(holdout, over(beauty, plate)), plate))
    data = {name: layer for name, layer in made.items() if name != "beauty"}
    return {PLAIN: result, "matte": matte, "beauty": beauty, "holdout": holdout, "delta": result - plate, **data}
