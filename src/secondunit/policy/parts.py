"""What documents are made of: moments, digests, keys, names, roles; and what every document can do."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from secondunit.records import digest_json

ALL = "*"


def utc_text(moment: datetime) -> str:
    """A moment as documents write it: ISO 8601, UTC, to the second, so that later sorts after earlier."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _utc(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text):
        raise ValueError("a moment in UTC, as 2026-03-01T09:30:00Z")
    datetime.fromisoformat(text)
    return text


def _day(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise ValueError("a day, as 2026-03-01")
    date.fromisoformat(text)
    return text


Utc = Annotated[str, AfterValidator(_utc)]
Day = Annotated[str, AfterValidator(_day)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Key = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="An Ed25519 public key (RFC 8032), 32 bytes in hex.")]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,63}$")]
Word = Annotated[str, Field(pattern=r"^(\*|[A-Za-z0-9][A-Za-z0-9_.*-]{0,63})$")]
Text = Annotated[str, Field(max_length=4000)]
Said = Annotated[str, Field(min_length=1, max_length=4000, pattern=r"\S")]
Use = Literal["ideation", "temp", "final"]


class Role(StrEnum):
    """Who may be asked for an approval."""

    PRODUCER = "producer"  # the production's own say over a final take
    STUDIO = "studio"  # the studio's contact
    STUDIO_LEGAL = "studio_legal"
    PRODUCTION_LEGAL = "production_legal"
    TALENT = "talent"  # the performer or the performer's representative
    ESTATE = "estate"
    UNION = "union"
    GUARDIAN = "guardian"
    VENDOR = "vendor"
    RELEASE = "release"  # who answers for the delivery


class Part(BaseModel):
    """A piece of a document: frozen, strict, and nothing given is ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    def to_json(self) -> dict[str, Any]:
        """Plain values; ``model_validate_json`` of them gives the document back."""
        return dict(json.loads(self.model_dump_json()))


class Document(Part):
    """A document of its own, known by the digest of its canonical JSON."""

    version: Literal[1] = 1

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON."""
        return digest_json(self.to_json())


class NamedDocument(Document):
    """A document that says what it is: it can be signed, and no signature under one kind fits another."""

    kind: str
