"""Stage 8: the layers of the take and their composite, one EXR a frame."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.effects.base import Context, Image
from secondunit.effects.collapse.blend.grain import grain, grain_sigma, grain_tile
from secondunit.effects.collapse.blend.shake import shake_path, shaken
from secondunit.effects.collapse.dust.layers import SmokeLayers
from secondunit.effects.collapse.settings import CollapseSettings
from secondunit.effects.collapse.shards import Motion, Part, Shards
from secondunit.farm.executor import run_frames
from secondunit.imaging import cryptomatte
from secondunit.imaging.comp import composite, coverage
from secondunit.imaging.exr import PLAIN, Layer, Windowed
from secondunit.imaging.extent import Window, around, extent, within
from secondunit.imaging.half import floats, halves, round_into
from secondunit.records import read_arrays

CRYPTO = "crypto"
CHIPS = "chips"
LEAST = 1 / 512  # a change of less than half an 8-bit code value is none: the matte is 0 and the plate stays
NEUTRAL = {"shadow": 1.0, "dust_shadow": 1.0}  # all other layers: 0
DUSTY = ("dust", "dust_front", "dust_shadow", "settle")
DATA = ("depth", "normal", "motion", "crypto_id", "crypto_part")
SHADED = ("beauty", "clean", "shadow", "lit", *DATA)
SAMPLES = {  # a pixel of each layer of colour
    **dict.fromkeys(("background", "shadow", "dust_shadow", "grain", "delta", PLAIN), 3),
    **dict.fromkeys(("settle", "beauty", "dust", "holdout", "dust_front"), 4),
    "matte": 1,
}
BAND = 16  # rows worked on at once


@dataclass(frozen=True)
class Fixed:
    """What no frame changes: clean plate, hold-out and where it stands, grain, shake, Cryptomatte names."""

    clean: Image
    behind: Image
    holdout: Image
    front: Image
    stands: Window
    sigma: npt.NDArray[np.float32]
    tile: npt.NDArray[np.float32]
    path: npt.NDArray[np.float64]
    ids: npt.NDArray[np.float32]
    attributes: dict[str, Any]

    def of(self, part: Window) -> Fixed:
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
            writes=True,
        )


def _path(context: Context, frame: int) -> Path:
    return context.out / f"{frame}.exr"


def _fixed(context: Context) -> Fixed:
    settings: CollapseSettings = context.settings
    with ThreadPoolExecutor(1) as beside:  # reading the plate takes as long as everything else
        plate = beside.submit(context.plate.frame, context.frames.first)
        shards = Shards.load(context.inputs["fracture"] / "shards.npz")
        cleaned = read_arrays(context.inputs["clean"] / "clean.npz")
        names = [
            f"{Part(part).name.lower()}_{storey}_{number:05d}"
            for number, (part, storey) in enumerate(zip(shards.part, shards.storey, strict=True))
        ]
        names.append(CHIPS)
        first = plate.result()
    return Fixed(
        clean=cleaned["clean"].astype(np.float32),
        behind=cleaned["behind"].astype(np.float32),
        holdout=cleaned["holdout"].astype(np.float32),
        front=cleaned["front"].astype(np.float32),
        stands=around(extent(cleaned["front"]), extent(cleaned["holdout"])),
        sigma=grain_sigma(first) * np.float32(settings.blend.grain),
        tile=grain_tile(context.plate.height_px, context.plate.width_px, context.seed),
        path=_shake(context, settings.blend.shake_px * context.plate.width_px / 1920),
        ids=cryptomatte.ids_of(names),
        attributes=dict(cryptomatte.attributes(CRYPTO, names)),
    )


def _shake(context: Context, most_px: float) -> npt.NDArray[np.float64]:
    if most_px == 0:
        return np.zeros((len(context.frames), 2))
    motion = Motion.load(context.inputs["motion"] / "motion.npz")
    return shake_path(motion, context.frame_rate, most_px, context.seed)


def _layers(context: Context, fixed: Fixed, frame: int) -> dict[str, Layer]:
    """Every layer of one frame, rounded to what the file will hold. Only the part that changed is worked on."""
    solid = read_arrays(context.inputs["shade"] / f"{frame}.npz", SHADED)
    smoke = SmokeLayers.load(context.inputs["smoke"] / f"{frame}.npz")
    made = {**solid, **{name: getattr(smoke, name) for name in DUSTY}}
    plate = context.plate.frame(frame)
    move = fixed.path[frame - context.frames.first]
    corner = np.random.default_rng([context.seed, frame]).integers(0, plate.shape[:2])
    parts = _parts(fixed, made, smoke.parts, moves=bool(move.any()))
    full = {name: _room(parts.get(name, parts[PLAIN]), name, plate.shape[:2]) for name in SAMPLES}
    rows, columns = parts[PLAIN]
    step = plate.shape[0] if move.any() else BAND  # what moves takes pixels from everywhere
    for top in range(rows.start, rows.stop, step):
        _band(fixed, made, plate, (slice(top, min(top + step, rows.stop)), columns), corner, move, full)
    whole = halves(plate)
    whole[rows, columns] = full[PLAIN].pixels
    place = full["beauty"]
    data = {name: replace(place, pixels=layer) for name, layer in _data(fixed, solid, parts["beauty"]).items()}
    return {**full, **data, PLAIN: whole}


def _parts(fixed: Fixed, made: dict[str, Any], dusty: Mapping[str, Window], *, moves: bool) -> dict[str, Window]:
    """Where the layers hold anything, those that are listed; under the composite's name, all that is not the plate."""
    solid = {name: extent(made[name], NEUTRAL.get(name, 0.0)) for name in ("beauty", "shadow", "clean")}
    parts = {**dusty, **solid}
    height, width = made["clean"].shape
    changed = (slice(0, height), slice(0, width)) if moves else around(*parts.values())
    if changed[0].stop == 0:
        changed = (slice(0, 1), slice(0, 1))
    parts = {name: changed if moves else part for name, part in parts.items()}
    corner = (slice(changed[0].start, changed[0].start + 1), slice(changed[1].start, changed[1].start + 1))
    parts["holdout"] = changed if moves else within(fixed.stands, changed)
    return {**{name: part if part[0].stop else corner for name, part in parts.items()}, PLAIN: changed}


def _room(part: Window, name: str, size: tuple[int, ...]) -> Windowed:
    """For a layer's half floats in a part of the frame; neutral around it."""
    rows, columns = part
    shape = (rows.stop - rows.start, columns.stop - columns.start, SAMPLES[name])
    pixels = np.empty(shape[:2] if shape[2] == 1 else shape, np.float16)
    return Windowed(pixels, rows.start, columns.start, size[0], size[1], NEUTRAL.get(name, 0.0))


def _band(
    fixed: Fixed,
    made: dict[str, Any],
    plate: Image,
    part: Window,
    corner: npt.NDArray[Any],
    move: npt.NDArray[Any],
    full: dict[str, Windowed],
) -> None:
    """The layers and the composite of some rows: few enough that what is worked on stays in the processor's cache."""
    names = (*DUSTY, "beauty", "shadow", "clean", "lit")
    wide = {name: floats(np.ascontiguousarray(made[name][part])) for name in names}
    still = np.ascontiguousarray(plate[part])
    layers = _meet(still, fixed.of(part), wide)
    at = (int(corner[0]) + part[0].start, int(corner[1]) + part[1].start)
    layers["grain"] = grain(layers, fixed.sigma, fixed.tile, at)
    under = still
    if move.any():
        layers = {name: shaken(layer, move) for name, layer in layers.items()}
        under = shaken(still, move)
        layers["matte"] = np.ones_like(layers["matte"])
        layers["background"] = np.where(wide["clean"][..., None] > 0, layers["background"], under)
    for name, layer in layers.items():  # what is put together is what the file holds
        _keep_part(layer, part, full[name])
    result = composite(under, layers)
    _keep_part(result, part, full[PLAIN])
    _keep_part(result - still, part, full["delta"])


def _keep_part(layer: Image, part: Window, room: Windowed) -> None:
    """Round what ``room`` has of some rows of a layer and keep it there; the rest is neutral."""
    rows, columns = part
    first, last = max(rows.start, room.top), min(rows.stop, room.top + len(room.pixels))
    if first < last:
        kept = room.pixels[first - room.top : last - room.top]
        round_into(layer[first - rows.start : last - rows.start], room.left - columns.start, kept)


def _data(fixed: Fixed, solid: dict[str, Any], part: Window) -> dict[str, npt.NDArray[Any]]:
    """Depth, motion, normals and Cryptomatte of a part of the picture: not colours."""
    solid = {name: np.ascontiguousarray(solid[name][part]) for name in ("beauty", *DATA)}
    seen = (solid["beauty"][..., 3].view(np.uint16) != 0) & np.isfinite(solid["depth"])
    pairs = np.zeros((*seen.shape, 8), np.float32)
    _name(solid["crypto_id"], floats(solid["crypto_part"]), fixed.ids, pairs)
    depth = np.where(seen, solid["depth"], np.float32(0))
    normal = np.where(seen[..., None], solid["normal"], np.float16(0))
    data = {"depth": depth, "motion": solid["motion"], "normal": normal}
    return {**data, **cryptomatte.layers(CRYPTO, pairs)}


@njit(cache=True, nogil=True)
def _name(numbers: Any, parts: Any, ids: Any, pairs: Any) -> None:
    """Shard numbers to pairs of id and coverage; -2, the chips, has the last of the ids, -1 none."""
    for y in range(numbers.shape[0]):
        for x in range(numbers.shape[1]):
            for rank in range(numbers.shape[2]):
                number = numbers[y, x, rank]
                if number != -1:
                    pairs[y, x, 2 * rank] = ids[len(ids) - 1 if number == -2 else number]
                pairs[y, x, 2 * rank + 1] = parts[y, x, rank]


def _meet(plate: Image, fixed: Fixed, made: dict[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    """The comp layers, nothing where the matte is 0."""
    front = np.concatenate([fixed.front, fixed.holdout[..., None]], axis=-1)
    layers: dict[str, npt.NDArray[Any]] = {
        "background": np.zeros_like(plate),
        "shadow": made["shadow"],
        "settle": made["settle"],
        "beauty": made["beauty"],
        "dust_shadow": made["dust_shadow"],
        "dust": made["dust"],
        "holdout": front,
        "dust_front": made["dust_front"],
    }
    layers["matte"] = coverage(layers, made["clean"])
    behind = (plate, np.ascontiguousarray(fixed.behind), np.ascontiguousarray(fixed.clean), made["clean"], made["lit"])
    _keep(behind, tuple(layers.values()))
    return layers


@njit(cache=True, nogil=True)
def _keep(behind: Any, layers: Any) -> None:
    """Fill the background, dim settled dust, and empty every layer where the matte is next to nothing."""
    plate, second, clean, share, lit = behind
    background, shadow, settle, beauty, dust_shadow, dust, front, dust_front, matte = layers
    for y in range(matte.shape[0]):
        for x in range(matte.shape[1]):
            here = matte[y, x] >= LEAST
            if not here:
                matte[y, x] = 0.0
                settle[y, x, 3] = beauty[y, x, 3] = dust[y, x, 3] = dust_front[y, x, 3] = 0.0
            for k in range(3):
                if here:
                    under = second[y, x, k] if front[y, x, 3] > 0 else plate[y, x, k]
                    background[y, x, k] = under + share[y, x] * (clean[y, x, k] - under)
                    settle[y, x, k] *= lit[y, x]
                else:
                    settle[y, x, k] = beauty[y, x, k] = dust[y, x, k] = front[y, x, k] = dust_front[y, x, k] = 0.0
                    shadow[y, x, k] = dust_shadow[y, x, k] = 1.0
            if not here:
                front[y, x, 3] = 0.0
