"""Stage 8: the layers of the take and their composite, one EXR a frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
from secondunit.records import read_arrays

CRYPTO = "crypto"
CHIPS = "chips"
LEAST = 1 / 512  # a change of less than half an 8-bit code value is none: the matte is 0 and the plate stays
NEUTRAL = {"shadow": 1.0, "dust_shadow": 1.0}  # all other layers: 0
Part2D = tuple[slice, slice]
WHOLE: Part2D = (slice(None), slice(None))


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

    def of(self, part: Part2D) -> Fixed:
        """The same for a part of the picture."""
        pictures = {name: getattr(self, name)[part] for name in ("clean", "behind", "holdout", "front")}
        return replace(self, **pictures)


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
            context.write_frame(
                frame,
                _layers(context, fixed, frame),
                attributes=fixed.attributes,
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
    """Every layer of one frame, rounded to what the file will hold. Only the part that changed is worked on."""
    solid = read_arrays(context.inputs["shade"] / f"{frame}.npz")
    smoke = SmokeLayers.load(context.inputs["smoke"] / f"{frame}.npz")
    plate = context.plate.frame(frame)
    move = fixed.path[frame - context.frames.first]
    part = WHOLE if move.any() else _changed(solid, smoke)
    solid = {name: array[part] for name, array in solid.items()}
    still, here = plate[part], fixed.of(part)
    wide = {
        name: getattr(smoke, name)[part].astype(np.float32) for name in ("dust", "dust_front", "dust_shadow", "settle")
    }
    wide.update({name: solid[name].astype(np.float32) for name in ("beauty", "shadow", "clean", "lit")})
    layers = _meet(still, here, wide)
    added = grain(layers, fixed.sigma, np.random.default_rng([context.seed, frame]))
    layers["grain"] = np.where(layers["matte"][..., None] > 0, added, 0)
    under = still
    if move.any():
        layers = {name: shaken(layer, move) for name, layer in layers.items()}
        under = shaken(still, move)
        layers["matte"] = np.ones_like(layers["matte"])
        layers["background"] = np.where(solid["clean"][..., None] > 0, layers["background"], under)
    layers = {name: layer.astype(np.float16) for name, layer in layers.items()}
    result = composite(under, layers).astype(np.float16)
    layers["delta"] = (result.astype(np.float32) - still).astype(np.float16)
    layers.update(_data(fixed, solid))
    full = {name: _placed(layer, part, plate.shape[:2], NEUTRAL.get(name, 0.0)) for name, layer in layers.items()}
    full["composite"] = plate.astype(np.float16)
    full["composite"][part] = result
    return full


def _changed(solid: dict[str, Any], smoke: SmokeLayers) -> Part2D:
    """The smallest rectangle that holds all that is not the plate."""
    one = np.float16(1).view(np.uint16)
    busy = (solid["beauty"][..., 3].view(np.uint16) != 0) | (solid["clean"].view(np.uint16) != 0)
    for factor in (solid["shadow"], smoke.dust_shadow):
        for channel in range(3):
            busy |= factor[..., channel].view(np.uint16) != one
    for layer in (smoke.dust, smoke.dust_front, smoke.settle):
        busy |= layer[..., 3].view(np.uint16) != 0
    rows, columns = np.flatnonzero(busy.any(axis=1)), np.flatnonzero(busy.any(axis=0))
    if not len(rows):
        return (slice(0, 1), slice(0, 1))
    return (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))


def _placed(layer: npt.NDArray[Any], part: Part2D, size: tuple[int, ...], neutral: float) -> npt.NDArray[Any]:
    """A layer of the part in a whole frame."""
    whole = np.full((*size, *layer.shape[2:]), neutral, layer.dtype)
    whole[part] = layer
    return whole


def _data(fixed: Fixed, solid: dict[str, Any]) -> dict[str, npt.NDArray[Any]]:
    """Depth, motion, normals and Cryptomatte: not colours."""
    seen = (solid["beauty"][..., 3] > 0) & np.isfinite(solid["depth"])
    pairs = np.zeros((*seen.shape, 8), np.float32)
    named = np.where(solid["crypto_id"] == -2, fixed.ids[-1], fixed.ids[solid["crypto_id"]])  # -2: chips, the last name
    pairs[..., 0:6:2] = np.where(solid["crypto_id"] == -1, 0, named)
    pairs[..., 1:6:2] = solid["crypto_part"]
    depth = np.where(seen, solid["depth"], 0).astype(np.float32)
    data = {"depth": depth, "motion": solid["motion"], "normal": solid["normal"]}
    return {**data, **cryptomatte.layers(CRYPTO, pairs)}


def _meet(plate: Image, fixed: Fixed, made: dict[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    """The comp layers, nothing where the matte is 0."""
    share, lit = made["clean"], made["lit"][..., None]
    settle = made["settle"].copy()
    settle[..., :3] *= lit
    behind = np.where(fixed.holdout[..., None] > 0, fixed.behind, plate)
    front = np.concatenate([fixed.front, fixed.holdout[..., None]], axis=-1)
    layers: dict[str, npt.NDArray[Any]] = {
        "background": behind + share[..., None] * (fixed.clean - behind),
        "shadow": made["shadow"],
        "settle": settle,
        "beauty": made["beauty"],
        "dust_shadow": made["dust_shadow"],
        "dust": made["dust"],
        "holdout": front,
        "dust_front": made["dust_front"],
    }
    matte = coverage(layers, share)
    here = (matte >= LEAST)[..., None]
    layers = {name: np.where(here, layer, NEUTRAL.get(name, 0.0)) for name, layer in layers.items()}
    layers["matte"] = np.where(here[..., 0], matte, 0)
    return layers
