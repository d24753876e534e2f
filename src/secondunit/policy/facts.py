"""What is asked: a request, the people it changes and the tools it uses, as the policy sees them.

Everything here is plain and frozen. A field that nobody gave is absent from ``facts``: it is *unknown*, and what is
unknown is never allowed. Fields and their meaning: ``policy.fields``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from secondunit.records import digest_json

Fact = str | bool | int | float | tuple[str, ...]
Use = Literal["ideation", "temp", "final"]
Step = Literal["shoot", "ingest", "scan", "train", "transfer", "export", "release"]
CHANGES = ("age", "face", "body", "hair", "wardrobe", "voice", "performance", "removal")  # words that consents use


@dataclass(frozen=True)
class PersonChange:
    """What is done to one person's likeness.

    Attributes:
        person_id: whose; opaque.
        change: the kind of alteration: a word a consent can name, e.g. ``age``, ``face``, ``wardrobe``, ``voice``.
        years: how much older, signed (-30 is thirty years younger); None if age is not changed.
        amount: how much of anything else, in the effect's own measure; None if it has none.
        character: whom the person plays.
        facts: what else was said about this change, by field name without ``person.``.
        years_least: the least years that are shown, where it is not ``years`` throughout.
        sources: SHA-256 of pictures of the person that are worked after, such as stills from when the person was young.
    """

    person_id: str
    change: str
    years: float | None = None
    amount: float | None = None
    character: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    years_least: float | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Request:
    """What somebody wants to do.

    Attributes:
        production_id: the production's id.
        shot: the shot.
        kind: what is changed in the picture: the effect's name.
        use: ``ideation``, ``temp`` or ``final``.
        people: whose likeness is changed and how; empty for places and things.
        first_frame: first frame to be written.
        end_frame_exclusive: the frame after the last one.
        brief_digest: of the brief's meaning and of all that is said of its use, the production's defaults included.
        plate_digest: of the plate's pixels and everything beside them.
        step: what is done: ``shoot`` unless said.
        facts: what was said about the use, by field name.
        tools: what was said about each tool, by field name without ``tool.``.
        take: ``SHOT/t003`` if it is about a take that is there; empty before anything is shot.
        pixels_digest: root of that take's pixels (``policy.takes.recorded``): what an approval of pixels is bound to.
    """

    production_id: str
    shot: str
    kind: str
    use: Use
    people: tuple[PersonChange, ...]
    first_frame: int
    end_frame_exclusive: int
    brief_digest: str
    plate_digest: str
    step: Step = "shoot"
    facts: Mapping[str, Fact] = field(default_factory=dict)
    tools: tuple[Mapping[str, Fact], ...] = ()
    take: str = ""
    pixels_digest: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain values for a document."""
        people = [{**vars(one), "facts": _plain(one.facts), "sources": list(one.sources)} for one in self.people]
        tools = [_plain(one) for one in self.tools]
        return {**vars(self), "people": people, "facts": _plain(self.facts), "tools": tools}

    @property
    def digest(self) -> str:
        """SHA-256 of everything that is asked."""
        return digest_json(self.to_json())


def _plain(facts: Mapping[str, Fact]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in sorted(facts.items())}
