"""What the store leaves on paper: who looked at a likeness and why, and what was deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

from pydantic import Field

from secondunit.policy.parts import Day, Digest, Document, Id, Part, Said, Text, Utc, utc_text


class Held(Part):
    """One sealed file: the face cut from one reference picture, and its 128 numbers."""

    item_id: Id
    sealed_digest: Digest = Field(description="SHA-256 of the sealed file.")
    size_bytes: int = Field(ge=0)
    picture_digest: Digest = Field(description="SHA-256 of the pixels of the reference picture; it is not kept.")
    added_at: Utc
    keep_until: Day


class LikenessAccess(Document):
    """Somebody put in, read or was refused a person's likeness data."""

    kind: Literal["likeness_access"] = "likeness_access"
    store_id: Id
    person_id: Id
    did: Literal["added", "read", "refused"]
    purpose: Said
    items: tuple[Digest, ...]
    by: Said
    at: Utc


class LikenessDeletion(Document):
    """The receipt: what was held of a person and is gone. To be signed and given to the person or agent."""

    kind: Literal["likeness_deletion"] = "likeness_deletion"
    store_id: Id
    person_id: Id
    items: tuple[Held, ...]
    key_digest: Digest | None = Field(
        description="SHA-256 of the wrapped key that was destroyed; none if it was gone before."
    )
    reason: Text = ""
    by: Said
    at: Utc
    statement: Said = (
        "The key of this person's likeness data was destroyed on this machine and the sealed files were removed. "
        "Copies of the sealed files cannot be read without that key. Copies of the user's own folder made before "
        "(backups) hold the key and are not covered."
    )


Recorder = Callable[[Document], object]  # where papers go: a ledger's append
Permit = Callable[[str, str], object]  # may a reference of this person be kept until this day? Raises if not


def now() -> str:
    """This moment, as documents write it."""
    return utc_text(datetime.now(UTC))
