"""``secondunit sets``: the sets of a show beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondunit.cli.verb import Answer, Verb, problems_json
from secondunit.errors import BrokenStore

if TYPE_CHECKING:
    from secondunit.effects.sets.together.report import SetOfShow
    from secondunit.take.chosen import Chosen
    from secondunit.take.store import Take

_PICTURE_PX = 640  # width of what a set is known by
_EFFECT, _PLAN = "sets", "plan.json"


@click.command("sets", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.option("--take", "takes", metavar="TAKE", multiple=True, help="This take of its set; may stand several times.")
@click.option("--out", type=click.Path(path_type=Path), help="The HTML page. Default: SHOW/reports/sets.html.")
def command(show: Path, takes: Sequence[str], out: Path | None) -> Answer:
    """Compare the sets of SHOW: palettes, materials, pieces, dimensions, continuity; one HTML page.

    Of each set it reads the newest approved take, else the newest. Exit code 5: some takes are damaged.
    """
    from secondunit.effects.sets.drawing.frame import Papers
    from secondunit.effects.sets.together.page import to_html
    from secondunit.effects.sets.together.report import report
    from secondunit.production import Production
    from secondunit.records import whole_file
    from secondunit.take.chosen import choose
    from secondunit.take.store import find_take, takes_and_damage

    production = Production.open(show)
    every, damage = takes_and_damage(production)
    named = [find_take(production, take) for take in takes]
    for take in named:
        if not _is_set(take):
            kind = take.document["brief"]["document"]["brief"]["effect"]
            raise BrokenStore(f"--take {take.id}", f"is of {kind}, or has no {_PLAN}", "a take of a set")
    found = choose(production, [take for take in every if _is_set(take)], named)
    if not found:
        advice = f'Shoot one: secondunit shoot {show} BRIEF, with effect = "{_EFFECT}" in the brief.'
        raise BrokenStore(str(show), "has no sets", "takes of one set or more", advice)
    sets = _sets(found)
    made = report(production.title, sets)
    newest = max(str(one.take.document["at"]) for one in found)[:10]
    papers = Papers(production=production.title, set_name="All sets", date=date.fromisoformat(newest))
    pictures = {one.name: _pictures(each.take) for one, each in zip(sets, found, strict=True)}
    page = out or production.folder / "reports" / "sets.html"
    try:
        with whole_file(page) as temporary:
            temporary.write_text(to_html(made, papers, pictures), encoding="utf-8")
    except OSError as error:
        raise BrokenStore(str(page), f"cannot be written ({error.strerror})", "a file in a folder of yours") from error
    lines = [str(page), *(f"{one.name}: {one.take}, {one.why}" for one in sets)]
    lines += [f"{note.topic}  {', '.join(note.sets)}: {note.words}" for note in made.notes]
    lines += [f"DAMAGED  {one}" for one in damage]
    data = {"html": str(page), **made.to_json(), "damaged": [one for bad in damage for one in problems_json(bad)]}
    return Answer(data, "\n".join(lines), BrokenStore.exit_code if damage else 0)


def _is_set(take: Take) -> bool:
    return take.document["brief"]["document"]["brief"]["effect"] == _EFFECT and _PLAN in take.document["extras"]


def _sets(found: Sequence[Chosen]) -> list[SetOfShow]:
    """The sets that the takes are of, each under a name of its own."""
    from secondunit.effects.sets.layout.locks import read_plan
    from secondunit.effects.sets.together.report import SetOfShow
    from secondunit.records import digest_file

    plans = []
    for one in found:
        path = one.take.folder / _PLAN
        if not path.is_file() or digest_file(path) != one.take.document["files"][_PLAN]:
            advice = f"Shoot it again: --like {one.take.id}."
            raise BrokenStore(str(path), "is not what the take was made with", "the take's own plan", advice)
        plans.append(read_plan(path))
    titles = [plan.title for plan in plans]
    return [
        SetOfShow(
            plan.title if titles.count(plan.title) == 1 else f"{plan.title} ({one.take.shot})",
            one.take.id, one.why, plan,
        )
        for one, plan in zip(found, plans, strict=True)
    ]  # fmt: skip


def _pictures(take: Take) -> list[bytes]:
    """The first still and the view from above, as JPEG."""
    import io

    from PIL import Image

    from secondunit.take.assemble import display_of

    out = []
    for frame in (take.frames.first, take.frames.end_exclusive - 1):
        image = Image.fromarray(display_of(take.frame_path(frame), take.view))
        image.thumbnail((_PICTURE_PX, _PICTURE_PX))
        stream = io.BytesIO()
        image.save(stream, "JPEG", quality=82)
        out.append(stream.getvalue())
    return out
