"""``secondunit survey``: where the camera stood, what the building is in metres, where the sun is."""

from __future__ import annotations

import tomllib
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from secondunit.cli.verb import Answer, Verb, brief_path
from secondunit.errors import BadBrief

if TYPE_CHECKING:
    from secondunit.plate.survey import Survey
    from secondunit.plate.surveying import Hints

PARTS = ("building", "camera", "light")  # sections of a brief that help a survey
WORDS = ((0.8, "sure"), (0.5, "fairly sure"), (0.25, "unsure"), (0.0, "a guess"))


@click.command("survey", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.argument("shot")
@click.option("--outline", help='The building, roughly, in pixels of the plate: "x,y x,y x,y ...".')
@click.option("--matte", help="A picture below SHOW, white where the building is, instead of an outline.")
@click.option("--height", "height_m", type=float, help="Metres from the ground to the eaves of the main facade.")
@click.option("--brief", help="Its building, camera and light are taken; options win. Default: SHOT's only brief.")
def command(
    show: Path, shot: str, outline: str | None, matte: str | None, height_m: float | None, brief: str | None
) -> Answer:
    """Solve camera, facades, scale and light from the plate of SHOT; look at the overlay it writes."""
    from secondunit.imaging.colour import to_display
    from secondunit.imaging.files import write_png
    from secondunit.plate.files import PlateFiles
    from secondunit.plate.overlay import overlay
    from secondunit.plate.surveying import survey_plate
    from secondunit.production import Production
    from secondunit.timebase import FIRST_FRAME

    production = Production.open(show)
    asked = _asked(production.folder, shot, brief)
    building = asked.building if asked else None
    polygon = _polygon(outline) if outline else None if matte or not building else building.outline
    matte = matte or (building.matte if building and not outline else None)
    if (polygon is None) == (matte is None):
        found = "neither outline nor matte" if matte is None else "both an outline and a matte"
        raise BadBrief(f"survey of {shot}", found, "one of them", 'Give --outline "x,y x,y ..." around the building.')
    hints = _hints(asked)
    hints = replace(hints, height_m=height_m) if height_m is not None else hints
    plate = PlateFiles(production.folder, shot, pictures={"building": matte} if matte else {})
    plate.require_still()
    picture = plate.frame(FIRST_FRAME)
    shape: Any = polygon if polygon is not None else plate.mask("building")
    survey = survey_plate(picture, shape, hints)
    folder = production.survey_folder(shot)
    survey.save(folder / "survey.json")
    write_png(folder / "overlay.png", overlay(to_display(picture, plate.view), survey))
    data = {"survey": str(folder / "survey.json"), "overlay": str(folder / "overlay.png"), **survey.to_json()}
    return Answer(data, _describe(survey, show, folder, outline, height_m))


def _polygon(text: str) -> tuple[tuple[float, float], ...]:
    try:
        points = [tuple(float(number) for number in pair.split(",")) for pair in text.split()]
        return tuple((x, y) for x, y in points)
    except ValueError as error:
        raise BadBrief("--outline", repr(text), 'corners in pixels: "x,y x,y x,y ..."') from error


def _asked(show: Path, shot: str, brief: str | None) -> Any | None:
    """The settings of the brief that is named, else of the only one in the show that speaks of this shot's building."""
    from secondunit.brief.document import load_brief
    from secondunit.effects.registry import find_effect

    if brief is not None:
        path = brief_path(show, brief)
        settings = load_brief(path, find_effect).settings
        if not _speaks_of_a_building(settings):
            raise BadBrief(str(path), "has no building, camera and light", "a brief of the effect collapse")
        return settings
    found = {}
    for path in sorted((show / "briefs").glob("*.toml")):
        if _is_for(path, shot):
            settings = load_brief(path, find_effect).settings
            if _speaks_of_a_building(settings):
                found[path.name] = settings
    if len(found) > 1:
        raise BadBrief(
            f"survey of {shot}", f"several briefs: {', '.join(found)}", "one of them", "Name it: --brief FILE."
        )
    return next(iter(found.values()), None)


def _is_for(path: Path, shot: str) -> bool:
    """Whether a brief, right or wrong, is for ``shot`` and may speak of its building; one that is not even TOML may."""
    from secondunit.effects.registry import effect_names, find_effect

    try:
        heading = tomllib.loads(path.read_text(encoding="utf-8")).get("brief")
    except ValueError:
        return True
    if not isinstance(heading, dict) or heading.get("shot") != shot:
        return False
    effect = heading.get("effect")
    return effect not in effect_names() or all(name in find_effect(effect).settings.model_fields for name in PARTS)


def _speaks_of_a_building(settings: Any) -> bool:
    return all(hasattr(settings, name) for name in PARTS)


def _hints(asked: Any | None) -> Hints:
    from secondunit.plate.surveying import Hints

    if asked is None:
        return Hints()
    known = {**asked.building.model_dump(), **asked.light.model_dump(), **asked.camera.model_dump(exclude={"height_m"})}
    names = {one.name for one in fields(Hints)}
    given = {name: value for name, value in known.items() if name in names}
    return Hints(**given, camera_height_m=asked.camera.height_m)


def _describe(survey: Survey, show: Path, folder: Path, outline: str | None, height_m: float | None) -> str:
    lines = [f"Look at {folder / 'overlay.png'}"]
    for facade in survey.facades:
        lines.append(f"  {facade.name:<6} {facade.width_m:5.1f} m wide, {facade.height_m:5.1f} m high")
    lines.append(f"  depth  {survey.depth_m:5.1f} m, {survey.storeys} storeys")
    for part, share in survey.confidence.items():
        word = next(word for least, word in WORDS if share >= least)
        lines.append(f"  {part:<9} {share:4.0%} {word}")
    lines += [f"  {note}" for note in survey.notes]
    if outline:
        corners = ", ".join(f"[{pair.replace(',', ', ')}]" for pair in outline.split())
        lines += ["Write into the brief what you gave here:", "  [building]", f"  outline = [{corners}]"]
        lines += [f"  height_m = {height_m}"] if height_m is not None else []
    lines.append(f'  or shoot with exactly this survey: [replace] survey = "{folder.relative_to(show.absolute())}"')
    return "\n".join(lines)
