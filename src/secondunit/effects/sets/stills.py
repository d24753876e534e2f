"""Stills on disk: a layered EXR, scene-linear ACEScg, and a PNG for the wall."""

from __future__ import annotations

from pathlib import Path

from secondunit.effects.sets.build import build
from secondunit.effects.sets.look import LookSettings, Still, render
from secondunit.effects.sets.passes import Passes, Solid, passes
from secondunit.effects.sets.plan import Eye, SetPlan
from secondunit.imaging import colour, exr, files


def still(plan: SetPlan, eye: Eye, settings: LookSettings) -> tuple[Still, Passes]:
    """A camera's picture and its data layers."""
    built = build(plan)
    solid = Solid(built)
    picture = render(plan, eye, settings, built, solid)
    return picture, passes(solid, picture.camera)


def write_still(path: Path, picture: Still, data: Passes) -> None:
    """Write ``path`` (an EXR) and a PNG of the same name beside it.

    Layers: the picture as plain R, G, B; ``practicals``, ``sky`` and ``sun``, which add up to it; depth, normal and
    Cryptomatte ids.
    """
    layers = {exr.PLAIN: picture.colour, **picture.groups, **data.layers}
    wide = {"depth", *(name for name in data.layers if name.startswith("crypto"))}
    attributes: dict[str, exr.Attribute] = {
        **data.attributes,
        "secondunit/exposure": picture.exposure,
        "secondunit/balance_kelvin": picture.kelvin,
    }
    exr.write_exr(path, layers, attributes=attributes, full_precision=wide)
    files.write_png(path.with_suffix(".png"), colour.to_display(picture.colour, colour.View.SCENE_LINEAR))
