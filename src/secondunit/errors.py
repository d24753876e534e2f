"""What the project raises: every error names where it is, what was found, what was wanted and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class SecondUnitError(Exception):
    """An error that speaks of the user's document.

    Args:
        where: the document and the place in it, e.g. ``briefs/collapse.toml: fall.mode``.
        found: what stands there.
        wanted: what would be right.
        advice: what to do about it.
    """

    exit_code = 2

    def __init__(self, where: str, found: str, wanted: str = "", advice: str = "") -> None:
        self.where, self.found, self.wanted, self.advice = where, found, wanted, advice
        super().__init__(str(self))

    def __str__(self) -> str:
        text = f"{self.where}: {self.found}"
        if self.wanted:
            text += f"; wanted {self.wanted}"
        if not self.advice:
            return text
        return f"{text}\n{self.advice}" if "\n" in text else f"{text}. {self.advice}"

    def __reduce__(self) -> tuple[type[SecondUnitError], tuple[str, str, str, str]]:
        return type(self), (self.where, self.found, self.wanted, self.advice)


class BadPicture(SecondUnitError):
    """A picture, movie or sequence that cannot be used as it is."""


class BadBrief(SecondUnitError):
    """A brief that says something impossible, unknown or contradictory."""


class CannotSolve(SecondUnitError):
    """The plate does not say enough to solve from; the advice says what the artist can give instead."""

    exit_code = 3


class NotCleared(SecondUnitError):
    """The policy does not allow this work, or not yet."""

    exit_code = 4


class BrokenStore(SecondUnitError):
    """Something on disk is not what it says it is, or could not be written."""

    exit_code = 5


class Stopped(SecondUnitError):
    """The user stopped the work; what is finished is kept and the same command goes on from there."""

    exit_code = 130


class Problems(SecondUnitError):
    """Several errors of one document, reported together."""

    def __init__(self, problems: Iterable[SecondUnitError]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        self.exit_code = first.exit_code
        super().__init__(first.where, first.found, first.wanted, first.advice)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)

    def __reduce__(self) -> tuple[type[Problems], tuple[tuple[SecondUnitError, ...]]]:  # type: ignore[override]
        return Problems, (self.problems,)


def nearest(name: str, known: Iterable[str]) -> str:
    """A sentence that names the known word nearest to ``name``, or lists them all."""
    words = sorted(known)
    close = difflib.get_close_matches(name, words, n=1, cutoff=0.6)
    return f"Did you mean {close[0]!r}?" if close else f"Known here: {', '.join(words)}."
