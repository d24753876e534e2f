"""Several takes of one brief side by side, for the artist to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from secondunit.brief.describe import toml_lines
from secondunit.brief.document import Brief, load_brief, parse_brief
from secondunit.effects.base import StopFlag
from secondunit.effects.registry import find_effect
from secondunit.effects.running import Watch, unwatched
from secondunit.errors import BadBrief
from secondunit.imaging.files import write_png
from secondunit.imaging.sheet import contact_sheet
from secondunit.production import Production
from secondunit.records import digest_json
from secondunit.shoot import open_plate, shoot
from secondunit.take.assemble import display_of, moments_of
from secondunit.take.credentials import Made, sign_sheet
from secondunit.take.store import Take

MOMENTS = 3  # of each variation on the sheet: begun, under way, over
MOST = 24  # more do not fit on one sheet


@dataclass(frozen=True)
class Variation:
    """One choice: its take, what is different, and that difference as the lines to write into the brief."""

    take: Take
    words: str
    toml: str


def shoot_variations(
    production: Production | Path | str,
    brief: Brief | Path | str,
    count: int,
    *,
    threads: int | None = None,
    progress: Watch = unwatched,
    stop: StopFlag | None = None,
) -> tuple[tuple[Variation, ...], Path]:
    """Shoot ``count`` plainly different previews of a brief; returns them and a picture of them all.

    Each is a take of its own, and remembers the brief that would shoot it in full (``brief_of``).

    Raises:
        BadBrief: ``count`` is not between 1 and 24.
        SecondUnitError: as ``shoot``.
    """
    if not 1 <= count <= MOST:
        raise BadBrief("--variations", str(count), f"1 to {MOST}")
    production = production if isinstance(production, Production) else Production.open(Path(production))
    brief = brief if isinstance(brief, Brief) else load_brief(Path(brief), find_effect)
    made = []
    for number in range(count):
        settings, words = find_effect(brief.effect).variation(brief.settings, number)
        asked = replace(brief, settings=settings)

        def watch(stage: str, done: int, total: int, what: str = "", number: int = number) -> None:
            progress(f"{number + 1}/{count} {stage}", done, total, what)

        take = shoot(production, asked, preview=True, threads=threads, progress=watch, stop=stop, label=words)
        made.append(Variation(take, words, _difference(brief, asked)))
    return tuple(made), _sheet(production, brief, made)


def brief_of(take: Take) -> Brief:
    """The brief that shoots ``take`` again, and in full if it was a preview.

    Raises:
        Problems: the effect's settings have changed since, and say what no longer fits.
    """
    asked = take.document["brief"]
    return parse_brief(asked["document"], find_effect, source=f"take {take.id}", text=str(asked["text"]))


def _difference(old: Brief, new: Brief) -> str:
    """What ``new`` says otherwise than ``old``, as TOML."""
    before, after = old.to_json(), new.to_json()
    changed: dict[str, Any] = {}
    for section, values in after.items():
        past: Mapping[str, Any] = before.get(section, {})
        lines = {key: value for key, value in values.items() if past.get(key) != value}
        if lines:
            changed[section] = lines
    return toml_lines(changed)


def _mark(take: Take, frame: int) -> str:
    """What the effect says of a frame, or else its number."""
    said = [str(one["what"]) for one in take.document["marks"] if one["frame"] == frame]
    return "; ".join(said) or f"frame {frame}"


def _sheet(production: Production, brief: Brief, made: list[Variation]) -> Path:
    plate = open_plate(production, brief, preview=True)
    view = plate.view
    stills = find_effect(brief.effect).canvas(brief.settings) is not None  # the first and the last say most
    moments = moments_of(brief.frames, 2) if stills else moments_of(brief.frames, MOMENTS + 1)[1:]
    shown = [display_of(one.take.frame_path(frame), view) for one in made for frame in moments]
    captions = [
        f"{one.take.name}  {one.words if frame == moments[0] and not stills else _mark(one.take, frame)}"
        for one in made
        for frame in moments
    ]
    title, subtitle = f"{brief.shot}: {len(made)} variations", f"{brief.effect}, seed {brief.seed}"
    path = production.folder / "sheets" / f"{brief.shot}-{made[0].take.name}-{made[-1].take.name}.png"
    columns, lines = 2 * len(moments), 3 if stills else 1
    write_png(path, contact_sheet(shown, captions, columns=columns, title=title, subtitle=subtitle, lines=lines))
    contents: dict[str, list[str]] = {}
    for stage in (stage for one in made for stage in one.take.document["stages"]):
        contents.setdefault(stage["stage"], []).append(stage["content"])
    shown_of = Made(
        shot=brief.shot,
        plate=plate,
        plate_digest=plate.digest(),
        brief_digest=brief.digest,
        actions=find_effect(brief.effect).actions(brief.settings),
        elements={stage: digest_json(each) for stage, each in contents.items()},
        record={"effect": brief.effect, "brief": brief.digest},
        by_hand=tuple(brief.replace),
    )
    sign_sheet(path, shown_of, [one.take.name for one in made])
    return path
