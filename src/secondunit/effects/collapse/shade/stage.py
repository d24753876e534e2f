"""Stage 6: what the solid things look like, frame by frame."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from secondunit.effects.base import Context
from secondunit.effects.collapse.settings import CollapseSettings
from secondunit.effects.collapse.shade.frame import shade_frame
from secondunit.effects.collapse.shade.scene import gather
from secondunit.farm.executor import run_frames
from secondunit.records import write_arrays


class ShadeStage:
    """Writes ``{frame}.npz`` with, in working size (H, W):

    beauty (4) premultiplied ACEScg; clean: share of the background that is clean plate; shadow (3): factor on the
    background's light, 1 where debris hides it all; depth: m along the view axis of the first surface, inf = sky;
    normal (3) of that surface, world, be it debris or the plate's own; motion (2): px to the next frame, right and up;
    crypto_id, crypto_part (3): shard numbers (-2 = chips, -1 = none) and coverage; settles: 1 where that surface is the
    ground of the plate; lit: share of the open place's light that reaches the background now.
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
        if all(_path(context, frame).exists() for frame in context.frames):
            return
        scene = gather(context)
        shutter_s = settings.look.shutter_deg / 360 / context.frame_rate

        def work(frame: int) -> None:
            context.gate(frame)
            layers = shade_frame(scene, frame - context.frames.first, shutter_s, context.frame_rate)
            write_arrays(_path(context, frame), layers)

        run_frames(
            context.frames,
            work,
            threads=context.threads,
            progress=context.progress,
            is_done=lambda frame: _path(context, frame).exists(),
        )


def _path(context: Context, frame: int) -> Path:
    return context.out / f"{frame}.npz"
