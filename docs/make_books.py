"""Shoots the sample briefs and puts their set books beside the pages: ``make books``.

A book is the ``book.pdf`` of a take and nothing else: vector drawings, stills as JPEG. Name briefs to make only theirs.
"""

from __future__ import annotations

import argparse
import shutil
from dataclasses import replace
from pathlib import Path

from secondunit.brief.document import Brief, load_brief
from secondunit.effects.registry import find_effect
from secondunit.production import Production
from secondunit.shoot import shoot
from secondunit.timebase import FrameRange

DOCS = Path(__file__).parent
TITLE = "Second Unit: sample sets"
CAMERAS = 2  # the wide and its reverse
MOST_BYTES = 1_500_000


def main() -> None:
    """Make the books; a show that is there already is gone on with."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="briefs, without their ending; all if none is named")
    parser.add_argument("--show", type=Path, default=DOCS.parent / "build" / "books")
    parser.add_argument("--out", type=Path, default=DOCS / "books")
    asked = parser.parse_args()
    there = (asked.show / "production.toml").is_file()
    production = Production.open(asked.show) if there else Production.new(asked.show, title=TITLE)
    asked.out.mkdir(exist_ok=True)
    for path in sorted((DOCS / "briefs").glob("*.toml")):
        if asked.names and path.stem not in asked.names:
            continue
        take = shoot(production, with_cameras(load_brief(path, find_effect)))
        book = asked.out / f"{path.stem}.pdf"
        shutil.copyfile(take.folder / "book.pdf", book)
        book.chmod(0o644)
        size = book.stat().st_size
        print(f"{book}: {size / 1e6:.2f} MB, {take.id}")
        if size > MOST_BYTES:
            raise SystemExit(f"{book} is larger than {MOST_BYTES / 1e6:g} MB: a repository should not carry it")


def with_cameras(brief: Brief) -> Brief:
    """The brief with the cameras of a book."""
    cameras = brief.settings.cameras.model_copy(update={"count": CAMERAS})
    settings = brief.settings.model_copy(update={"cameras": cameras})
    stills = find_effect(brief.effect).canvas(settings).stills
    return replace(brief, settings=settings, frames=FrameRange(brief.frames.first, brief.frames.first + stills))


if __name__ == "__main__":
    main()
