"""Stage 5: what is behind the building, and what stands in front of it, as pictures an artist can paint over."""

from __future__ import annotations

from typing import Any, ClassVar

import cv2
import numpy as np
import numpy.typing as npt
import scipy  # its parts are loaded when they are first used

from secondunit.effects.base import Context, Image, Plate
from secondunit.effects.collapse.settings import CollapseSettings
from secondunit.effects.collapse.standing import distances
from secondunit.errors import CannotSolve
from secondunit.imaging.colour import View, to_display
from secondunit.imaging.files import write_png
from secondunit.imaging.fill import fill
from secondunit.plate.survey import Facade, Survey
from secondunit.records import write_arrays
from secondunit.scene.camera import Camera

OPAQUE = 0.9  # a hold-out stronger than this shows hardly anything else
SPARKLE = 1.3  # an edge may be this much brighter than the foreground beside it
FRONT = 0.02  # a hold-out weaker than this shows nothing of what is in front
SPILL_PX = 3  # at 1920: the picture's blur carries the building and foreground this far


class CleanStage:
    """Makes what the artist did not give.

    Writes ``clean.npz`` in working size: clean (H, W, 3) the plate without building and foreground; behind (H, W, 3)
    the plate without the foreground; holdout (H, W) what stands in front, 0..1; front (H, W, 3) its colour,
    premultiplied; far (H, W) how far off what stands in front is, m along the view axis, 0 = nothing stands there (see
    ``standing``); building (H, W) 1 where the outline is. Writes ``facade.npz`` in the plate's own size: facade
    (Hf, Wf, 3) half, the plate without the foreground, the building's rim repeated outwards. Writes pictures of all.
    """

    name: ClassVar[str] = "clean"
    needs: ClassVar[tuple[str, ...]] = ("survey",)
    reads: ClassVar[tuple[str, ...]] = (
        "blend.clean",
        "blend.holdout",
        "blend.holdout_m",
        "blend.edge_px",
        "building.matte",
    )
    uses_plate: ClassVar[bool] = True
    uses_size: ClassVar[bool] = True
    uses_frames: ClassVar[bool] = False

    def run(self, context: Context) -> None:
        """Fill in whatever the artist did not give."""
        settings: CollapseSettings = context.settings
        survey = Survey.load(context.inputs["survey"] / "survey.json")
        plate, full = context.plate, context.plate.full()
        picture = plate.frame(context.frames.first)
        holdout = _holdout(plate)
        building = _building(survey, plate)
        context.progress(0, 3, "clean: foreground")
        behind = _without(picture, holdout > FRONT, building, context.seed)
        behind = _seen_through(picture, behind, holdout)
        facade = full.frame(context.frames.first)
        front = _holdout(full) > FRONT
        if front.any():
            grown = cv2.resize(behind, (full.width_px, full.height_px), interpolation=cv2.INTER_CUBIC)
            spread = scipy.ndimage.binary_dilation(front, iterations=_spill(full.width_px))
            facade = np.where(spread[..., None], grown, facade).astype(np.float32)
        facade = _carried_out(facade, _walls(survey, full))
        context.progress(1, 3, "clean: behind the building")
        clean = plate.clean()
        if clean is None:
            spread = scipy.ndimage.binary_dilation(building, iterations=_spill(plate.width_px))
            clean = _filled(behind, spread, holdout > FRONT, context.seed)
        context.progress(2, 3, "clean: pictures")
        edge = round(settings.blend.edge_px * plate.width_px / 1920)
        half = {"clean": clean, "behind": behind, "holdout": holdout, "front": _front(picture, behind, holdout, edge)}
        half["building"] = building.astype(np.float32)
        for name, image in half.items():
            colour = np.repeat(image[..., None], 3, axis=-1) if image.ndim == 2 else image
            write_png(context.out / f"{name}.png", to_display(colour, View.of(display_referred=True)))
        camera = survey.camera.scaled(plate.width_px, plate.height_px)
        half["far"] = distances(camera, holdout, settings.blend.holdout_m, full.width_px)
        write_arrays(context.out / "facade.npz", {"facade": facade.astype(np.float16)})
        write_arrays(context.out / "clean.npz", {name: image.astype(np.float16) for name, image in half.items()})


def _carried_out(facade: Image, building: npt.NDArray[np.bool_]) -> Image:
    """The facade's picture with its rim repeated outwards, so that a shard from the edge carries no sky."""
    inside = scipy.ndimage.binary_erosion(building, iterations=_spill(facade.shape[1]), border_value=1)
    if not inside.any():
        return facade
    nearest = scipy.ndimage.distance_transform_edt(~inside, return_distances=False, return_indices=True)
    return np.asarray(facade[tuple(nearest)], np.float32)


def _spill(width_px: int) -> int:
    return max(1, round(SPILL_PX * width_px / 1920))


def _holdout(plate: Plate) -> Image:
    """What stands in front, (H, W) 0..1, as it was drawn: an edge that covers more than the thing would show a rim."""
    given = plate.mask("holdout")
    if given is None:
        return np.zeros((plate.height_px, plate.width_px), np.float32)
    mask = given[..., 0] if given.ndim == 3 else given
    return np.asarray(np.clip(mask, 0, 1), np.float32)


def _seen_through(picture: Image, behind: Image, holdout: Image) -> Image:
    """``behind``, no brighter at soft edges than what is seen there allows: a dark foot stays dark."""
    through = 1 - holdout[..., None]
    soft = (holdout[..., None] > 0) & (through > 0)
    most = np.divide(picture, through, out=np.full_like(picture, np.inf), where=soft)
    return np.asarray(np.minimum(behind, most), np.float32)


def _front(picture: Image, behind: Image, holdout: Image, edge: int) -> Image:
    """Colour of what stands in front, premultiplied: the plate less what shows through.

    What is behind is partly made up, so at thin edges the rest can be far too bright; it is held near the colour of the
    nearest pixel that is all foreground, ``edge`` pixels inside where the thing is wide enough: the outermost already
    mix with what was behind.
    """
    alpha = holdout[..., None]
    rest = np.maximum(0, picture - (1 - alpha) * behind)
    whole = holdout > OPAQUE
    if not whole.any():
        return np.asarray(rest * (alpha > 0), np.float32)
    nearest = scipy.ndimage.distance_transform_edt(~whole, return_distances=False, return_indices=True)
    inner = scipy.ndimage.binary_erosion(whole, iterations=edge) if edge > 0 else whole
    if inner.any():
        away, inside = scipy.ndimage.distance_transform_edt(~inner, return_indices=True)
        nearest = np.where(away <= edge + 2, inside, nearest)
    most = np.where(whole[..., None], np.inf, alpha * SPARKLE * picture[tuple(nearest)])
    return np.asarray(np.minimum(rest, most), np.float32)


def _building(survey: Survey, plate: Plate) -> npt.NDArray[np.bool_]:
    """Where the building is seen: the artist's matte, and the facades' outlines."""
    camera = survey.camera.scaled(plate.width_px, plate.height_px)
    area = np.zeros((plate.height_px, plate.width_px), np.uint8)
    for facade in survey.facades:
        _draw(area, camera, facade, facade.outline_m)
    matte = plate.mask("building")
    if matte is not None:
        area |= ((matte[..., 0] if matte.ndim == 3 else matte) > 0.5).astype(np.uint8)
    return area.astype(bool)


def _walls(survey: Survey, plate: Plate) -> npt.NDArray[np.bool_]:
    """Where surely nothing but wall is seen: within the measured edges, and within the outline where it rises above."""
    camera = survey.camera.scaled(plate.width_px, plate.height_px)
    area = np.zeros((plate.height_px, plate.width_px), np.uint8)
    for facade in survey.facades:
        _draw(area, camera, facade, facade.wall_m)
    return area.astype(bool)


def _draw(area: npt.NDArray[np.uint8], camera: Camera, facade: Facade, outline_m: tuple[Any, ...]) -> None:
    s, t = np.array([point[:2] for point in outline_m], float).T
    pixels, _ = camera.project(facade.to_world(s, t))
    cv2.fillPoly(area, [np.round(pixels * 16).astype(np.int32)], (1,), shift=4)


def _without(picture: Image, front: npt.NDArray[np.bool_], building: npt.NDArray[Any], seed: int) -> Image:
    """The plate with the foreground taken out: from the building where it hides the building, else from the rest."""
    if not front.any():
        return picture
    hole = scipy.ndimage.binary_dilation(front, iterations=_spill(picture.shape[1]))
    hidden = hole & building
    result = picture
    if hidden.any() and (building & ~hole).any():
        result = _filled(result, hidden, ~building | hole, seed)
    rest = hole & ~building
    return _filled(result, rest, building | hole, seed) if rest.any() else result


def _filled(picture: Image, hole: npt.NDArray[Any], unusable: npt.NDArray[Any], seed: int) -> Image:
    try:
        return fill(picture, hole, unusable, seed)
    except ValueError as error:
        raise CannotSolve(
            "clean plate",
            "building and foreground leave nothing of the plate to fill in from",
            "some of the plate beside them",
            "Give a clean plate in blend.clean, or a tighter hold-out in blend.holdout.",
        ) from error
