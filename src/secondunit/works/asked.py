"""All that the policy is told of a use: the production's defaults, the brief's and the effect's words, and the names
that must not be in a brief or its file's name, whatever it declares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from secondunit.brief.use import DeclaredUse
from secondunit.policy.asking import merged_facts, production_facts
from secondunit.policy.facts import Fact
from secondunit.production import DOCUMENT, Production
from secondunit.works.names import Flag, find_in_file_name, find_names
from secondunit.works.register import WorksRegister

REFERENCES = {  # kinds of names as the policy's field ``references`` calls them
    "work": "protected_work",
    "character": "protected_work",
    "brand": "protected_work",
    "public_figure": "public_figure",
    "artist": "artist_style",
}


def use_facts(
    production: Production, declared: DeclaredUse, *, effect: Mapping[str, Any], words: str, source: str
) -> dict[str, Fact]:
    """The facts of a request, as production, brief, effect and lists of names stand now.

    Args:
        production: whose defaults, list of names and register of works are asked.
        declared: the brief's section ``[use]``.
        effect: what the effect says of itself.
        words: the brief's text.
        source: the brief's file.

    Raises:
        BadBrief: the brief contradicts the effect.
        BrokenStore: a default, the list of names or the register cannot be used.
        Problems: several of these.
    """
    defaults = production_facts(production.use, where=str(production.folder / DOCUMENT))
    facts = merged_facts(declared, effect=effect, defaults=defaults, where=f"{source}: use")
    return with_references(facts, flags_of(production.folder, words, source))


def flags_of(production: Path, text: str, source: str) -> tuple[Flag, ...]:
    """Everything to look at in a brief and in its file's name.

    Args:
        production: the production's folder: its list of names and its register of works are asked.
        text: of the brief.
        source: the brief's file.

    Raises:
        BrokenStore: the list or the register cannot be read.
        Problems: all that is wrong with the list.
    """
    names = WorksRegister(production).names()
    return (*find_in_file_name(Path(source), names), *find_names(text, names, where=source))


def with_references(facts: Mapping[str, Fact], flags: Iterable[Flag]) -> dict[str, Fact]:
    """Facts with what was found added to what the brief says it points at: a brief cannot say less than it holds.

    Wording that asks for a style and names nobody on a list becomes the fact ``style_wording``: people judge it.
    """
    kinds = {flag.kind for flag in flags}
    found = {REFERENCES[kind] for kind in kinds if kind in REFERENCES}
    facts = {**facts, "style_wording": True} if "style" in kinds else dict(facts)
    if not found:
        return facts
    said = facts.get("references")
    return {**facts, "references": tuple(sorted(found.union(said if isinstance(said, tuple) else ())))}
