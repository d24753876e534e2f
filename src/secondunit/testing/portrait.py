"""A production with a performer who agreed to be aged, a plate of the performer, and a brief: in a line of code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from secondunit.imaging.movie import MovieWriter
from secondunit.likeness.recorded import open_store
from secondunit.plate.ingest import ingest
from secondunit.production import Production
from secondunit.records import whole_file
from secondunit.testing.tiny_rights import PERSON, agree_to, take_in

Codes = npt.NDArray[np.uint8]

SHOT, LATER = "EP101_020_0030", "2199-01-01"
BRIEF = """
[brief]
version = 1
effect = "deage"
shot = "{shot}"
use = "temp"
frames = {frames}

[use]
territories = ["US"]
media = ["streaming"]
languages = ["en"]
marketing = false
pitch = false
political = false
brands = false
references = []
training_material = "none"
enhancement_model = "none"

[[use.people]]
person = "{person}"
change = "age"
character = "Anna"
replica = "none"
intimate = "none"
violence = false
registry = "absent"

[performer]
person = "{person}"
looks = {looks}

[years]
by = {by}
{more}
"""


def portrait_show(
    folder: Path,
    frames: Sequence[Codes],
    references: Sequence[Codes],
    *,
    by: float = -20,
    looks: float = 60,
    more: str = "",
    consent: dict[str, Any] | None = None,
    performer_is: dict[str, Any] | None = None,
    stills: Sequence[Codes] = (),
) -> Production:
    """A production in ``folder`` with ``briefs/deage.toml``.

    Args:
        folder: new.
        frames: of the plate, (H, W, 3) sRGB codes: one is ingested as a picture, more as a movie.
        references: faces of the performer that are held, one in each picture; none: nothing is held.
        by: years.
        looks: how old the performer looks.
        more: lines of the brief's end.
        consent: fields of the consent's scope.
        performer_is: fields of the performer's entry in the register.
        stills: of the performer when young, ``pictures/young0.png`` and on, with a consent of their own.
    """
    production = Production.new(folder, title="Portrait")
    scope = {"alterations": ({"kind": "age", "years_from": -40.0, "years_to": 40.0},), "shots": ("EP101*",)}
    key = take_in(production, scope=scope | (consent or {}), performer_is=performer_is or {})
    for number, codes in enumerate(stills):
        with whole_file(folder / "pictures" / f"young{number}.png") as path:
            Image.fromarray(codes).save(path, format="PNG")
    if stills:
        agree_to(production, key, [folder / "pictures" / f"young{number}.png" for number in range(len(stills))])
    beside = folder.with_name(f"{folder.name}-pictures")
    beside.mkdir(parents=True)
    for number, codes in enumerate(references):
        Image.fromarray(codes).save(beside / f"reference{number}.png")
    if references:
        store = open_store(production, by="test", said=("person.registry=absent",))
        store.add(PERSON, sorted(beside.glob("reference*.png")), keep_until=LATER, by="test")
    if len(frames) == 1:
        Image.fromarray(frames[0]).save(beside / "plate.png")
        ingest(beside / "plate.png", folder, SHOT, rate=production.rate)
    else:
        height, width = frames[0].shape[:2]
        with MovieWriter(beside / "plate.mp4", width_px=width, height_px=height, rate=production.rate) as movie:
            for codes in frames:
                movie.write(codes)
        ingest(beside / "plate.mp4", folder, SHOT)
    (folder / "briefs").mkdir(exist_ok=True)
    text = BRIEF.format(shot=SHOT, frames=len(frames), person=PERSON, looks=looks, by=by, more=more)
    (folder / "briefs" / "deage.toml").write_text(text, encoding="utf-8")
    return production
