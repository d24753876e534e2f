"""``secondunit works``: works that must not be copied, and whether an output, a brief or a name comes near one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from secondunit.cli.verb import EXIT_CODES, Answer, Verb, brief_path
from secondunit.errors import BadPicture, NotCleared

if TYPE_CHECKING:
    from secondunit.production import Production
    from secondunit.works.compare import NearMatch
    from secondunit.works.fingerprint import Codes
    from secondunit.works.names import Flag
    from secondunit.works.register import WorksRegister

SHOW = click.argument("show", type=click.Path(path_type=Path))
KINDS = ("work", "character", "public_figure", "artist", "brand")
MOST_SHOWN = 12  # near matches kept and shown: the nearest of them
TEXTS = {".toml", ".txt", ".md", ".json"}


@click.group("works", epilog=EXIT_CODES)
def command() -> None:
    """The production's register of works it may not copy, and what comes near them."""


@command.command("add", cls=Verb)
@SHOW
@click.argument("title")
@click.argument("pictures", nargs=-1, type=click.Path(path_type=Path))
@click.option("--owner", required=True, help="Who holds the rights.")
@click.option("--source", required=True, help="Who said so, or which paper.")
@click.option("--by", required=True, help="Who enters it.")
@click.option("--kind", type=click.Choice(KINDS), default="work", help="What it is. Default: work.")
@click.option("--alias", "aliases", multiple=True, help="Another way to write the title.")
@click.option(
    "--ordinary", is_flag=True, help="The title is an ordinary word: flagged only where it is written as a name."
)
@click.option(
    "--thumbnail", is_flag=True, help="Also keep each picture small and sealed, to show it beside a near match."
)
def add(show: Path, title: str, pictures: tuple[Path, ...], thumbnail: bool, **fields: Any) -> Answer:
    """Take TITLE into the register; PICTURES are known by their hashes from then on and are not kept."""
    register = _register(show)
    codes = [_codes(path) for path in pictures]
    work = register.add(title, codes, thumbnails=thumbnail, **fields)
    return Answer(_json(work), f"{work.work_id}: {title!r} of {work.owner}, known by {len(codes)} pictures.")


@command.command("list", cls=Verb)
@SHOW
def list_(show: Path) -> Answer:
    """List the register, and the names of the production's own list."""
    register = _register(show)
    lines = [
        f"{one.work_id}  {one.kind:<13} {one.title}  ({one.owner}; {len(one.pictures)} pictures)"
        for one in register.works
    ]
    own = register.names()[len(register.works) :]
    lines += [f"{'-':<10}  {one.kind:<13} {one.name}  ({one.source})" for one in own]
    data = {"works": [_json(one) for one in register.works], "names": [one.model_dump() for one in own]}
    return Answer(data, "\n".join(lines) or "The register is empty.")


@command.command("remove", cls=Verb)
@SHOW
@click.argument("work")
def remove(show: Path, work: str) -> Answer:
    """Take WORK, by its id, out of the register; what was kept of it is destroyed."""
    gone = _register(show).remove(work)
    return Answer(_json(gone), f"{gone.work_id}: {gone.title!r} is out of the register.")


@command.command("check", cls=Verb)
@SHOW
@click.argument("targets", nargs=-1, required=True)
@click.option("--every", default=1, type=click.IntRange(1), help="Of a take, every so manieth frame. Default: all.")
def check(show: Path, targets: tuple[str, ...], every: int) -> Answer:
    """Hold TARGETS against the register: pictures, takes (SHOT/t003) with their briefs, briefs, texts; file names too.

    A near match or a listed name ends with exit code 4 and a picture that shows both. Wording that asks for somebody's
    style is shown and does not.
    """
    from secondunit.imaging.files import write_png
    from secondunit.production import Production
    from secondunit.take.store import find_take
    from secondunit.works.asked import flags_of
    from secondunit.works.compare import compare, report
    from secondunit.works.names import find_in_file_name, find_names

    production = Production.open(show)
    register = _register(show)
    names = register.names()
    flags: list[Flag] = []
    pairs: list[tuple[NearMatch, Codes]] = []
    for target in targets:
        path = brief_path(production.folder, target)
        if path.is_file():
            flags += find_in_file_name(path, names)
        else:
            take = find_take(production, target)
            flags += flags_of(production.folder, take.words, f"{take.id}: {take.document['brief']['source']}")
        if path.is_file() and path.suffix.lower() in TEXTS:
            flags += find_names(_text(path), names, where=target)
            continue
        for where, codes in _pictures(production, target, path, every):
            pairs += [(match, codes) for match in compare(codes, register, where=where)]
            pairs = sorted(pairs, key=lambda pair: pair[0].bits)[:MOST_SHOWN]
    matches = [match for match, _ in pairs]
    picture = production.folder / "works" / "near-matches.png"
    if matches:
        write_png(picture, report([codes for _, codes in pairs], matches, register))
    stops = any(one.verdict == "near" for one in matches) or any(one.kind != "style" for one in flags)
    data = {
        "matches": [one.to_json() for one in matches],
        "flags": [vars(one) for one in flags],
        "report": str(picture) if matches else None,
        "stops": stops,
    }
    return Answer(data, _said(flags, matches, picture), NotCleared.exit_code if stops else 0)


def _said(flags: list[Flag], matches: list[NearMatch], picture: Path) -> str:
    lines = [f"Look at {picture}"] if matches else []
    lines += [f"{'STOPS' if one.verdict == 'near' else 'look '}  {one.where} {one.sentence()}" for one in matches]
    for one in flags:
        spelt = "nearly " if one.near else ""
        lines.append(
            f"{'look ' if one.kind == 'style' else 'STOPS'}  {one.where}: {one.found!r} {spelt}names {one.name!r} "
            f"({one.kind}; {one.source})"
        )
    return "\n".join(lines) or "Nothing comes near the register or the lists of names."


def _register(show: Path) -> WorksRegister:
    from secondunit.production import Production
    from secondunit.works.register import WorksRegister

    return WorksRegister(Production.open(show).folder)


def _codes(path: Path) -> Codes:
    from secondunit.imaging.colour import View, to_display, to_working
    from secondunit.imaging.files import read_picture

    picture = read_picture(path)
    view = View.of(display_referred=picture.display_referred)
    return to_display(to_working(picture.pixels, picture.space), view)


def _pictures(production: Production, target: str, path: Path, every: int) -> Iterator[tuple[str, Codes]]:
    """The pictures of a target, each with a name for people."""
    from secondunit.take.assemble import display_of
    from secondunit.take.store import find_take

    if path.is_file():
        yield target, _codes(path)
        return
    take = find_take(production, target)
    frames = sorted({*list(take.frames)[::every], take.frames.end_exclusive - 1})
    for frame in frames:
        yield f"{take.id} frame {frame}", display_of(take.frame_path(frame), take.view)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except ValueError as error:
        raise BadPicture(str(path), "is no text in UTF-8") from error


def _json(work: Any) -> dict[str, Any]:
    return dict(work.model_dump(mode="json"))
