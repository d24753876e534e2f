"""What a report is made of: sections of headings, paragraphs, facts and tables. A page and a PDF are set from it.

It holds text and what the text means, no markup: whatever a title or a note says is set as it was written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

Tone = Literal["plain", "strong", "faint", "code", "digest", "good", "open", "doubt", "bad"]
DIGEST_SHOWN = 16  # hex digits in a table; the last section has every digest in full


@dataclass(frozen=True)
class Words:
    """A piece of text and what it is.

    Attributes:
        text: as it was written; a digest is always whole.
        tone: ``code`` is a name of ours, ``digest`` a SHA-256 in hex; ``good``, ``open``, ``doubt`` and
            ``bad`` say what it means.
    """

    text: str
    tone: Tone = "plain"

    @property
    def shown(self) -> str:
        """The text as it is set: a digest is cut."""
        return self.text[:DIGEST_SHOWN] if self.tone == "digest" else self.text


Cell = tuple[Words, ...]  # one line for each


@dataclass(frozen=True)
class Heading:
    """A title inside a section; its pieces stand on one line."""

    words: Cell


@dataclass(frozen=True)
class Paragraph:
    """Words on end."""

    words: Cell


@dataclass(frozen=True)
class Facts:
    """Names and what they are."""

    rows: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True)
class Table:
    """Rows under headings.

    Attributes:
        columns: heading and share of the width.
        rows: as many cells as there are columns.
        empty: what is said if there is no row.
    """

    columns: tuple[tuple[str, float], ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = ""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"a row of another width than {[name for name, _ in self.columns]}")


Block = Heading | Paragraph | Facts | Table


@dataclass(frozen=True)
class Section:
    """A chapter; ``id`` is what links lead to."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Report:
    """The whole.

    Attributes:
        title: what it is.
        subject: whose.
        notice: what stands above everything else.
        facts: the title block.
        sections: in order.
        made_at: the moment it speaks of, ISO 8601 UTC.
        head: the ledger's last row, in words, for the foot of every page.
        whole: whether the ledger is whole.
        open: how many questions are open.
    """

    title: str
    subject: str
    notice: str
    facts: Facts
    sections: tuple[Section, ...]
    made_at: str
    head: str
    whole: bool
    open: int

    def words(self) -> Iterator[Words]:
        """Every piece of text below the title, in order."""
        for block in (self.facts, *(block for section in self.sections for block in section.blocks)):
            yield from _words(block)

    def to_json(self) -> dict[str, Any]:
        """Plain values, for scripts."""
        sections = [
            {
                "id": one.id,
                "title": one.title,
                "blocks": [{"block": type(block).__name__.lower(), **asdict(block)} for block in one.blocks],
            }
            for one in self.sections
        ]
        return {**asdict(self), "kind": "rights_report", "version": 1, "sections": sections}


def _words(block: Block) -> Iterator[Words]:
    if isinstance(block, Heading | Paragraph):
        yield from block.words
    elif isinstance(block, Facts):
        for _, cell in block.rows:
            yield from cell
    else:
        for row in block.rows:
            for cell in row:
                yield from cell


def line(text: str, tone: Tone = "plain") -> Cell:
    """A cell of one line."""
    return (Words(text, tone),)


def digest(text: str) -> Cell:
    """A cell that is a digest; a dash if there is none."""
    return line(text, "digest") if text else line("–", "faint")
