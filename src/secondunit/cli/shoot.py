"""``secondunit shoot``: a take, a quick look at it, or several to choose from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from secondunit.cli.progress import watching
from secondunit.cli.verb import Answer, Verb, brief_path

if TYPE_CHECKING:
    from secondunit.take.store import Take


@click.command("shoot", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.argument("brief", required=False)
@click.option("--preview", is_flag=True, help="A quarter of the width and cheap settings: a look in seconds.")
@click.option("--variations", type=click.IntRange(1, 24), help="So many different previews, and a sheet of them all.")
@click.option("--like", metavar="TAKE", help="Shoot this take's brief (of a preview or variation: in full).")
@click.option("--threads", type=click.IntRange(1, 1024), help="Threads to use; all cores if not given.")
@click.pass_context
def command(
    ctx: click.Context,
    show: Path,
    brief: str | None,
    preview: bool,
    variations: int | None,
    like: str | None,
    threads: int | None,
) -> Answer:
    """Shoot BRIEF in the production SHOW. What is there already is not made again."""
    if (brief is None) == (like is None):
        raise click.UsageError("Give a BRIEF or --like TAKE.")
    if preview and variations:
        raise click.UsageError("Variations are previews already.")
    from secondunit.farm.memory import keep_memory, loading

    with loading():
        from secondunit.brief.document import load_brief
        from secondunit.effects.registry import find_effect
        from secondunit.production import Production
        from secondunit.shoot import shoot
        from secondunit.take.store import find_take
        from secondunit.variations import brief_of, shoot_variations

        production = Production.open(show)
        asked = (
            brief_of(find_take(production, like)) if like else load_brief(brief_path(show, brief or ""), find_effect)
        )
    keep_memory()
    with watching(ctx) as (watch, stop):
        if not variations:
            take = shoot(production, asked, preview=preview, threads=threads, progress=watch, stop=stop)
            return Answer({"take": take_json(take)}, describe(take))
        made, sheet = shoot_variations(production, asked, variations, threads=threads, progress=watch, stop=stop)
    lines = [f"Look at {sheet}", ""]
    for one in made:
        lines += [f"{one.take.id}: {one.words}", f"  in full: secondunit shoot {show} --like {one.take.id}"]
        lines += [f"    {line}" for line in one.toml.splitlines()]
    chosen = [{**take_json(one.take), "words": one.words, "toml": one.toml} for one in made]
    return Answer({"sheet": str(sheet), "takes": chosen}, "\n".join(lines))


def take_json(take: Take) -> dict[str, Any]:
    """A take in short, for scripts."""
    keys = ("label", "preview", "frames", "size_px", "wall_s", "peak_memory_bytes", "stages")
    return {"id": take.id, "folder": str(take.folder), **{key: take.document[key] for key in keys}}


def describe(take: Take) -> str:
    """A take in a few lines: where to look, what it cost, what was made anew."""
    document = take.document
    width, height = document["size_px"]
    kind = "preview" if take.preview else "take"
    lines = [
        f"{take.id}: {kind}, {len(take.frames)} frames of {width}x{height}, {document['wall_s']} s, "
        f"{document['peak_memory_bytes'] / 2**30:.1f} GiB",
        f"  look at   {take.folder / 'preview.mp4'}",
        f"  and at    {take.folder / 'contact_sheet.png'}",
        f"  frames    {take.folder / 'frames'}",
    ]
    signer = document["signer"]
    note = " of this machine: it shows that nothing changed, not who signed" if signer["development"] else ""
    lines.append(f"  signed    {signer['name']}{note}")
    for stage in document["stages"]:
        how = "by hand" if stage["by_hand"] else "kept" if stage["reused"] else f"{stage['wall_s']} s"
        lines.append(f"  {stage['stage']:<9} {stage['digest'][:12]}  {how}")
    return "\n".join(lines)
