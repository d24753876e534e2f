"""Names in prompts, briefs and file names: of works, public figures and artists, and wording that asks for a style.

A name is found whatever its case, accents, punctuation and spacing, in letters of another alphabet that look the same,
run together as in a file name, or misspelt by a letter. Short names and ordinary words are not guessed at: a
misspelling counts from 7 letters on, and a name that is an ordinary word only where it is written as a name.
"""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from secondunit.errors import BrokenStore, Problems, SecondUnitError

LIST = "protected_names.toml"
ONE_LETTER, TWO_LETTERS = 7, 12  # letters from which one, and two, may be wrong: shorter words are too near each other
LONGEST_TEXT = 1_000_000  # characters; a brief has some thousand

_LOOKALIKES = str.maketrans(  # Cyrillic and Greek letters that look like Latin ones (Unicode TR 39, confusables)
    "аеорсухіјѕԁһԛԝвкмнтαονρτυικΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕКМНОРСТХІЈЅ", "aeopcyxijsdhqwbkmhtaovptuikABEZHIKMNOPTYXABEKMHOPCTXIJS"
)
_WORD = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")  # between the words of CamelCase

Kind = Literal["work", "character", "public_figure", "artist", "brand"]


class Name(BaseModel):
    """One name that is not to be used without permission."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=2, max_length=200, description="As it is written.")
    kind: Kind = Field(description="What it names.")
    source: str = Field(min_length=1, max_length=400, description="Why it stands here: who asked, which paper.")
    aliases: tuple[str, ...] = Field((), max_length=50, description="Other ways to write it.")
    ordinary: bool = Field(
        False, description="It is also an ordinary word: only flagged where it is written as a name."
    )

    @field_validator("name", "aliases")
    @classmethod
    def _has_letters(cls, value: Any) -> Any:
        for one in (value,) if isinstance(value, str) else value:
            if len(_compact(one)) < 2:
                raise ValueError(f"{one!r} has fewer than two letters or digits")
        return value


class Wording(BaseModel):
    """A turn of phrase that asks for somebody's style or work."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pattern: str = Field(description="A regular expression over the text in small letters without accents.")
    says: str = Field(description="What it asks for.")
    language: str
    unless: tuple[str, ...] = Field((), description="Words that may follow: they name nobody's work.")
    closes: bool = Field(False, description="It says whose by itself: nothing need follow.")


@dataclass(frozen=True)
class Flag:
    """Something a person should look at before the work goes on.

    Attributes:
        where: the document, and the line if it has lines.
        kind: of the name, or ``style``.
        name: the name that stands in the list, or what the wording asks for.
        found: the words as they stand there.
        near: it is spelt nearly, not exactly, so.
        source: why the name is listed.
    """

    where: str
    kind: str
    name: str
    found: str
    near: bool
    source: str


@dataclass(frozen=True)
class _Token:
    text: str
    written: str
    start: int
    end: int


def load_names(path: Path) -> tuple[Name, ...]:
    """The production's own list (``protected_names.toml``); none if there is no such file.

    Raises:
        BrokenStore: it is not TOML, or an entry is not right; all of it at once.
    """
    if not path.is_file():
        return ()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BrokenStore(str(path), f"cannot be read ({error})", "TOML in UTF-8") from error
    entries = content.get("names")
    if content.keys() - {"names"} or not isinstance(entries, list):
        found = ", ".join(sorted(content)) or "nothing"
        raise BrokenStore(str(path), f"holds {found}", "entries [[names]] with name, kind and source")
    problems: list[SecondUnitError] = []
    names = []
    for number, entry in enumerate(entries, 1):
        try:
            names.append(Name.model_validate(entry))
        except ValidationError as error:
            for one in error.errors():
                key = ".".join(str(part) for part in one["loc"])
                problems.append(BrokenStore(f"{path}: entry {number}: {key}", one["msg"], "name, kind and source"))
    if problems:
        raise Problems(problems)
    return tuple(names)


@functools.cache
def wordings() -> tuple[Wording, ...]:
    """The shipped turns of phrase: a short seed list of this project's own, no database of people or works."""
    text = resources.files("secondunit.works").joinpath("wording.toml").read_text(encoding="utf-8")
    return tuple(Wording.model_validate(one) for one in tomllib.loads(text)["wording"])


def find_names(text: str, names: Iterable[Name], *, where: str) -> tuple[Flag, ...]:
    """Everything in a text a person should look at, in its order; each name once a line.

    Args:
        text: a prompt, a brief's TOML, a note; lines are counted.
        names: the lists to look for.
        where: the document, for the flags.

    Raises:
        BrokenStore: the text is absurdly long.
    """
    if len(text) > LONGEST_TEXT:
        raise BrokenStore(where, f"{len(text)} characters", f"at most {LONGEST_TEXT}")
    names = tuple(names)
    lines = text.splitlines()
    flags: list[Flag] = []
    for number, line in enumerate(lines, 1):
        place = f"{where}, line {number}" if len(lines) > 1 else where
        flags += _names_in(line, names, place)
        flags += _wordings_in(line, place)
    return tuple(flags)


def find_in_file_name(path: Path, names: Iterable[Name]) -> tuple[Flag, ...]:
    """The same for the name of a file or folder, where words run together."""
    spread = _HUMP.sub(" ", path.stem)
    return find_names(spread, names, where=f"file name {path.name}")


def _names_in(line: str, names: Sequence[Name], where: str) -> list[Flag]:
    tokens = _tokens(line)
    found = []
    for name in names:
        hits = [hit for alias in (name.name, *name.aliases) if (hit := _hit(alias, name, tokens, line))]
        if hits:
            start, end, near = min(hits, key=lambda hit: (hit[2], hit[0]))
            found.append((start, Flag(where, name.kind, name.name, line[start:end], near, name.source)))
    return [flag for _, flag in sorted(found, key=lambda one: one[0])]


def _hit(alias: str, name: Name, tokens: Sequence[_Token], line: str) -> tuple[int, int, bool] | None:
    """The nearest place of a name among the words: start, end, whether it is misspelt."""
    wanted = _compact(alias)
    most = max(1, len(_tokens(alias)))
    allowed = 0 if name.ordinary else 2 if len(wanted) >= TWO_LETTERS else 1 if len(wanted) >= ONE_LETTER else 0
    best: tuple[int, int, bool] | None = None
    for first in range(len(tokens)):
        run = ""
        for last in range(first, min(len(tokens), first + most + 2)):
            run += tokens[last].text
            if len(run) > len(wanted) + allowed:
                break
            start, end = tokens[first].start, tokens[last].end
            if run == wanted and (not name.ordinary or _as_a_name(alias, line, start, end)):
                return start, end, False
            if best is None and allowed and run[0] == wanted[0] and _wrong_letters(run, wanted, allowed) <= allowed:
                best = (start, end, True) if not _is_inflected(run, wanted) else (start, end, False)
    return best


def _as_a_name(alias: str, line: str, start: int, end: int) -> bool:
    """Whether an ordinary word stands there as a title: in quotes, or capitalised where a sentence would not."""
    found = line[start:end]
    around = line[max(0, start - 1) : start], line[end : end + 1]
    if all(one and one in "\"'“”„‘’«»" for one in around) and found[:1].isupper():
        return True
    before = line[:start].rstrip()
    begins = not before or before[-1] in ".!?:=\"'([“„«"
    titled = all(word[:1].isupper() for word in found.split() if len(word) > 3) and found[:1].isupper()
    return titled and not begins and not line.isupper()


def _is_inflected(run: str, wanted: str) -> bool:
    """A plural or genitive: the name itself, with an s."""
    return run in (wanted + "s", wanted + "es")


def _wordings_in(line: str, where: str) -> list[Flag]:
    plain = _plain(line)
    found = []
    for one in wordings():
        for match in re.finditer(one.pattern, plain):
            rest = [token.text for token in _tokens(plain[match.end() : match.end() + 80])]
            while rest and rest[0] in ("the", "a", "an", "our", "der", "die", "das", "le", "la", "les", "el", "los"):
                rest.pop(0)
            if not one.closes and (not rest or rest[0] in one.unless or rest[0].rstrip("s").isdigit()):
                continue
            words = plain[match.start() : match.end() + 60].split()
            found.append(Flag(where, "style", one.says, " ".join(words[:10]), False, "wording shipped with secondunit"))
            break
    return found[:1]  # patterns of one phrase overlap


def _plain(text: str) -> str:
    """Small letters without accents; letters that look Latin are; joiners and other invisible ones are gone."""
    split = unicodedata.normalize("NFKD", text.translate(_LOOKALIKES))
    kept = "".join(one for one in split if not unicodedata.combining(one) and unicodedata.category(one) != "Cf")
    return kept.casefold().replace("ß", "ss").translate(_LOOKALIKES)


def _compact(text: str) -> str:
    return "".join(_WORD.findall(_plain(text)))


def _tokens(text: str) -> list[_Token]:
    """Words with where they stand; an apostrophe and what is invisible hold a word together."""
    found = []
    for match in re.finditer(r"[^\W_](?:[^\W_]|['’\u00ad\u200b-\u200d\u2060](?=[^\W_])|[\u0300-\u036f])*", text):
        plain = _compact(match[0])
        if plain:
            found.append(_Token(plain, match[0], match.start(), match.end()))
    return found


def _wrong_letters(a: str, b: str, limit: int) -> int:
    """Letters to change, add, drop or swap with their neighbour (Damerau 1964, as optimal string alignment)."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, one in enumerate(a, 1):
        before, last, row = row, before, [i]
        for j, other in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (one != other))
            if i > 1 and j > 1 and one == b[j - 2] and a[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]
