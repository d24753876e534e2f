"""Stage 8: the layers of the take and their composite, one EXR a frame."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from secondunit.effects.base import Context, Image
from secondunit.effects.collapse.blend.grain import grain, grain_sigma
from secondunit.effects.collapse.blend.shake import shake_path, shaken
from secondunit.effects.collapse.dust.layers import SmokeLayers
from secondunit.effects.collapse.settings import CollapseSettings
from secondunit.effects.collapse.shards import Motion, Part, Shards
from secondunit.farm.executor import run_frames
from secondunit.imaging import cryptomatte
from secondunit.imaging.comp import composite, coverage
from secondunit.imaging.exr import write_exr
from secondunit.records import read_arrays

CRYPTO = "crypto"
CHIPS = "chips"
LEAST = 1 / 512  # a change of less than half an 8-bit code value is none: the matte is 0 and the plate stays


@dataclass(frozen=True)
class Fixed:
    """What no frame changes: clean plate, hold-out, grain, shake, Cryptomatte names."""

    clean: Image
    behind: Image
    holdout: Image
    front: Image
    sigma: npt.NDArray[np.float32]
    path: npt.NDArray[np.float64]
    ids: npt.NDArray[np.float32]
    attributes: dict[str, Any]


class BlendStage:
    """Writes ``{frame}.exr``; the layers are those of ``imaging.comp`` and docs/conventions.md."""

    name: ClassVar[str] = "blend"
    needs: ClassVar[tuple[str, ...]] = ("fracture", "motion", "clean", "shade", "smoke")
    reads: ClassVar[tuple[str, ...]] = ("blend.grain", "blend.shake_px")
    uses_plate: ClassVar[bool] = True
    uses_size: ClassVar[bool] = True
    uses_frames: ClassVar[bool] = True

    def run(self, context: Context) -> None:
        """Blend all frames that are not there yet, ``context.threads`` at a time."""
        if all(_path(context, frame).exists() for frame in context.frames):
            return
        fixed = _fixed(context)

        def work(frame: int) -> None:
            layers = _layers(context, fixed, frame)
            context.gate(frame)
            write_exr(
                _path(context, frame),
                layers,
                attributes={**fixed.attributes, "secondunit/frame": frame},
                full_precision=("depth", f"{CRYPTO}00", f"{CRYPTO}01"),
            )

        run_frames(
            context.frames,
            work,
            threads=context.threads,
            progress=context.progress,
            is_done=lambda frame: _path(context, frame).exists(),
        )


def _path(context: Context, frame: int) -> Path:
    return context.out / f"{frame}.exr"


def _fixed(context: Context) -> Fixed:
    settings: CollapseSettings = context.settings
    shards = Shards.load(context.inputs["fracture"] / "shards.npz")
    motion = Motion.load(context.inputs["motion"] / "motion.npz")
    cleaned = read_arrays(context.inputs["clean"] / "clean.npz")
    names = [
        f"{Part(part).name.lower()}_{storey}_{number:05d}"
        for number, (part, storey) in enumerate(zip(shards.part, shards.storey, strict=True))
    ]
    names.append(CHIPS)
    first = context.plate.frame(context.frames.first)
    return Fixed(
        clean=cleaned["clean"].astype(np.float32),
        behind=cleaned["behind"].astype(np.float32),
        holdout=cleaned["holdout"].astype(np.float32),
        front=cleaned["front"].astype(np.float32),
        sigma=grain_sigma(first) * settings.blend.grain,
        path=shake_path(
            motion, context.frame_rate, settings.blend.shake_px * context.plate.width_px / 1920, context.seed
        ),
        ids=cryptomatte.ids_of(names),
        attributes=dict(cryptomatte.attributes(CRYPTO, names)),
    )


def _layers(context: Context, fixed: Fixed, frame: int) -> dict[str, npt.NDArray[Any]]:
    """Every layer of one frame, rounded to what the file will hold."""
    solid = read_arrays(context.inputs["shade"] / f"{frame}.npz")
    smoke = SmokeLayers.load(context.inputs["smoke"] / f"{frame}.npz")
    plate = context.plate.frame(frame)
    layers = _meet(plate, fixed, solid, smoke)
    added = grain(layers, fixed.sigma, np.random.default_rng([context.seed, frame]))
    layers["grain"] = np.where(layers["matte"][..., None] > 0, added, 0)
    move = fixed.path[frame - context.frames.first]
    if move.any():
        layers = {name: shaken(layer, move) for name, layer in layers.items()}
        plate = shaken(np.asarray(plate, np.float32), move)
        layers["matte"] = np.ones_like(layers["matte"])
        layers["background"] = np.where(solid["clean"][..., None] > 0, layers["background"], plate)
    layers = {name: layer.astype(np.float16) for name, layer in layers.items()}
    result = composite(plate, layers).astype(np.float16)
    layers["composite"] = result
    layers["delta"] = (result.astype(np.float32) - context.plate.frame(frame)).astype(np.float16)
    seen = (solid["beauty"][..., 3] > 0) & np.isfinite(solid["depth"])
    layers["depth"] = np.where(seen, solid["depth"], 0).astype(np.float32)
    layers["motion"], layers["normal"] = solid["motion"], solid["normal"]
    pairs = np.zeros((*plate.shape[:2], 8), np.float32)
    pairs[..., 0:6:2] = np.where(solid["crypto_id"] == -1, 0, fixed.ids[solid["crypto_id"]])  # -2 is the last: chips
    pairs[..., 0:6:2] = np.where(solid["crypto_id"] == -2, fixed.ids[-1], pairs[..., 0:6:2])
    pairs[..., 1:6:2] = solid["crypto_part"]
    layers.update(cryptomatte.layers(CRYPTO, pairs))
    return layers


def _meet(plate: Image, fixed: Fixed, solid: dict[str, Any], smoke: SmokeLayers) -> dict[str, npt.NDArray[Any]]:
    """The comp layers, nothing where the matte is 0."""
    share, lit = solid["clean"].astype(np.float32), solid["lit"].astype(np.float32)[..., None]
    behind = np.where(fixed.holdout[..., None] > 0, fixed.behind, plate)
    front = np.concatenate([fixed.front, fixed.holdout[..., None]], axis=-1)
    layers: dict[str, npt.NDArray[Any]] = {
        "background": behind + share[..., None] * (fixed.clean - behind),
        "shadow": solid["shadow"],
        "settle": smoke.settle * np.concatenate([np.repeat(lit, 3, axis=-1), np.ones_like(lit)], axis=-1),
        "beauty": solid["beauty"],
        "dust_shadow": smoke.dust_shadow,
        "dust": smoke.dust,
        "holdout": front,
    }
    matte = coverage(layers, share)
    here = (matte >= LEAST)[..., None]
    neutral = {"shadow": 1.0, "dust_shadow": 1.0}
    layers = {name: np.where(here, layer, neutral.get(name, 0.0)) for name, layer in layers.items()}
    layers["matte"] = np.where(here[..., 0], matte, 0)
    return layers
