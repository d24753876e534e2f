"""Stage 6: what the solid things look like, frame by frame."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

import numpy as np

from secondunit.effects.base import Context
from secondunit.effects.collapse.settings import CollapseSettings
from secondunit.effects.collapse.shade.frame import shade_frame
from secondunit.effects.collapse.shade.scene import gather
from secondunit.records import write_arrays


class ShadeStage:
    """Writes ``{frame}.npz`` with, in working size (H, W):

    beauty (4) premultiplied ACEScg; clean: share of the background that is clean plate; shadow (3): factor on the
    background's light; depth: m along the view axis of the first surface, inf = sky; normal (3) world; motion (2): px
    to the next frame, right and up; crypto_id, crypto_part (3): shard numbers (-2 = chips, -1 = none) and coverage;
    settles: 1 where that surface is the ground of the plate.
    """

    name: ClassVar[str] = "shade"
    needs: ClassVar[tuple[str, ...]] = ("survey", "fracture", "motion", "clean")
    reads: ClassVar[tuple[str, ...]] = ("look", "place")
    uses_plate: ClassVar[bool] = True
    uses_size: ClassVar[bool] = True
    uses_frames: ClassVar[bool] = True

    def run(self, context: Context) -> None:
        """Shade all frames that are not there yet, ``context.threads`` at a time."""
        settings: CollapseSettings = context.settings
        todo = [frame for frame in context.frames if not (context.out / f"{frame}.npz").exists()]
        done = len(context.frames) - len(todo)
        if not todo:
            return
        scene = gather(context)
        shutter_s = settings.look.shutter_deg / 360 / context.frame_rate

        def one(frame: int) -> int:
            context.gate(frame)
            layers = shade_frame(scene, frame - context.frames.first, shutter_s, context.frame_rate)
            write_arrays(context.out / f"{frame}.npz", {name: np.asarray(value) for name, value in layers.items()})
            return frame

        with ThreadPoolExecutor(context.threads) as pool:
            for frame in pool.map(one, todo):
                done += 1
                context.progress(done, len(context.frames), f"shade {frame}")
