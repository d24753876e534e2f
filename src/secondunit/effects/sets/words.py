"""Words to choices, offline and predictable: a curated vocabulary, what each chooses and why. No word is dropped."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from secondunit.brief.section import Section
from secondunit.effects.sets.kit.catalogue import MaterialClass, Style, catalogue
from secondunit.effects.sets.kit.materials import materials
from secondunit.effects.sets.places import places
from secondunit.errors import BadBrief

STOPS = frozenset((
    "a", "an", "and", "or", "of", "the", "with", "in", "on", "at", "to", "for", "from", "by", "very", "quite", "rather",
    "some", "all", "its", "but", "as", "style", "room", "place", "set", "look", "feel",
))  # fmt: skip
FLOOR_OF = {
    "oak": "oak_boards", "pine": "pale_boards", "ash": "pale_boards", "walnut": "dark_herringbone",
    "mahogany": "dark_boards", "smoked_oak": "dark_boards", "teak": "oak_boards", "concrete": "polished_concrete",
}  # a floor of a timber is boards of it  # fmt: skip


class Word(Section):
    """One word of style or mood."""

    name: str
    words: tuple[str, ...] = ()
    styles: dict[Style, Annotated[float, Field(ge=0, le=4)]] = Field(default_factory=dict)
    materials: dict[MaterialClass, str] = Field(default_factory=dict)
    finishes: dict[str, str] = Field(default_factory=dict)
    likes: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    cove_m: float | None = None
    beams: int | None = None
    formal: float | None = None
    density: float | None = None
    underground: bool | None = None
    because: str


@dataclass
class Understood:
    """What words choose.

    Attributes:
        styles: what speaks for each style.
        materials, finishes: by class; by part of the room. The first word that says something wins.
        likes, avoid: groups and kinds.
        values: cove_m, beams, formal, density, underground.
        reasons: a sentence a word.
        used: names of the words that have spoken: each does so once.
    """

    styles: dict[str, float] = field(default_factory=dict)
    materials: dict[str, str] = field(default_factory=dict)
    finishes: dict[str, str] = field(default_factory=dict)
    likes: list[str] = field(default_factory=list)
    avoid: set[str] = field(default_factory=set)
    values: dict[str, Any] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)


@cache
def vocabulary() -> dict[str, Word]:
    """All words of style and mood, by every way to say them."""
    rows = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))["word"]
    found = {}
    for word in (Word.model_validate(row) for row in rows):
        for name in (word.name, *word.words):
            found[plain(name)] = word
    return found


@cache
def material_words() -> dict[str, str]:
    """Material by every word for it, and by its class."""
    found: dict[str, str] = {}
    for name, material in sorted(materials().items()):
        for word in (name, *material.words):
            found.setdefault(plain(word), name)
    return found


@cache
def piece_words() -> dict[str, str]:
    """Kind of piece by every word for it, also plural."""
    found: dict[str, str] = {}
    for name, kind in sorted(catalogue().items()):
        for word in (name, *kind.words):
            found.setdefault(plain(word), name)
    for name in sorted(catalogue()):
        found[plain(name)] = name
    return found


def plain(text: str) -> str:
    """Lower case, single spaces, no hyphens and underscores."""
    return " ".join(re.sub(r"[-_/,.;:!]+", " ", text.lower()).split())


def singular(word: str) -> Iterable[str]:
    """Ways a plural may stand for one."""
    yield word
    for end, instead in (("ies", "y"), ("ves", "f"), ("ves", "fe"), ("es", ""), ("s", "")):
        if word.endswith(end) and len(word) > len(end) + 2:
            yield word[: -len(end)] + instead


def kind_named(text: str, where: str) -> str:
    """The kind of piece a word means.

    Raises:
        BadBrief: none; the nearest known words are named.
    """
    known = piece_words()
    for word in singular(plain(text)):
        if word in known:
            return known[word]
    raise BadBrief(
        where,
        f"no piece is called {text!r}",
        "a kind of the catalogue or another word for it",
        near(plain(text), known),
    )


def material_named(text: str, where: str, part: str = "") -> str:
    """The material words mean, for a part of the room where one is given.

    Raises:
        BadBrief: none; the nearest known words are named.
    """
    known, wanted = material_words(), plain(text)
    if part == "floor" and f"{wanted} floor" in known:
        return known[f"{wanted} floor"]
    tint = re.fullmatch(r"(.*?)\s*:?\s*(#[0-9a-f]{6})", text.strip().lower())
    if tint and (plain(tint[1]) in known or not tint[1]):
        return f"{known[plain(tint[1])] if tint[1] else 'white_plaster'}:{tint[2]}"
    for word in singular(wanted):
        if word in known:
            return FLOOR_OF.get(known[word], known[word]) if part == "floor" else known[word]
    raise BadBrief(where, f"no material is called {text!r}", "a material of the kit", near(wanted, known))


def near(word: str, known: Iterable[str]) -> str:
    """The words nearest to one that is not known."""
    every = sorted(known)
    close = difflib.get_close_matches(word, every, n=3, cutoff=0.55)
    close += [one for one in every if word in one.split() and one not in close][: 3 - len(close)]
    return (
        f"Did you mean {', '.join(repr(one) for one in close)}?"
        if close
        else f"{len(every)} are known, {', '.join(every[:12])} ...: see docs/sets.md."
    )


def understand(
    phrases: Iterable[str], where: str = "place.words", out: Understood | None = None
) -> tuple[Understood, list[BadBrief]]:
    """What phrases choose, beside what ``out`` has already: longest known words first. Returns also every word that is
    not known, as an error.
    """
    out, problems = out or Understood(), []
    for number, phrase in enumerate(phrases):
        parts, at = plain(phrase).split(), 0
        while at < len(parts):
            for length in range(min(4, len(parts) - at), 0, -1):
                if _use(" ".join(parts[at : at + length]), out):
                    at += length
                    break
            else:
                if parts[at] not in STOPS:
                    every = {**vocabulary(), **material_words(), **piece_words()}
                    problems.append(
                        BadBrief(
                            f"{where}[{number}]",
                            f"the word {parts[at]!r} is not understood",
                            "a word of style, mood, material or a piece",
                            near(parts[at], every),
                        )
                    )
                at += 1
    return out, problems


def _use(text: str, out: Understood) -> bool:
    for word in singular(text):
        if word in vocabulary():
            _mood(word, vocabulary()[word], out)
            return True
        if word in material_words():
            name = material_words()[word]
            of = materials()[name].of
            out.materials.setdefault(of, name)
            if of in ("tile", "carpet"):
                out.finishes.setdefault("floor", name)
            if of in ("concrete", "brick", "plaster"):
                out.finishes.setdefault("walls", name)
            out.reasons.append(f"{text}: {name.replace('_', ' ')} wherever {of} is used")
            return True
        if word in piece_words():
            out.likes.append(piece_words()[word])
            out.reasons.append(f"{text}: a {piece_words()[word].replace('_', ' ')} if there is room")
            return True
        if any(word in map(plain, (place.name, *place.words)) for place in places().values()):
            for part in word.split():  # it names the place; what it says of it counts: bunker lounge
                if part in vocabulary():
                    _mood(part, vocabulary()[part], out)
            return True
    return False


def _mood(said: str, word: Word, out: Understood) -> None:
    if word.name in out.used:
        return
    out.used.add(word.name)
    for style, much in word.styles.items():
        out.styles[style] = out.styles.get(style, 0.0) + much
    for mine, theirs in ((out.materials, word.materials), (out.finishes, word.finishes)):
        for key, value in theirs.items():
            mine.setdefault(key, value)
    out.likes += [one for one in word.likes if one not in out.likes]
    out.avoid |= set(word.avoid)
    for name in ("cove_m", "beams", "formal", "density", "underground"):
        value = getattr(word, name)
        if value is not None:
            out.values.setdefault(name, value)
    out.reasons.append(f"{said}: {word.because}")


def style_of(styles: Mapping[str, float], usual: str) -> str:
    """The style most is said for; the usual one if nothing is."""
    return max(sorted(styles), key=lambda name: styles[name]) if any(styles.values()) else usual
