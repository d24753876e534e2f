"""``delivery.json``: the signed record of what left, on whose word, by which rules. It names no performer."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import Field

from secondunit.delivery.checks import TEMP, Leaving, Passed, is_temp
from secondunit.keys import SigningKey, is_signed
from secondunit.policy.clearance import packs_named
from secondunit.policy.documents import Approval
from secondunit.policy.parts import Digest, Document, Id, Key, Part, Role, Said, Use, Utc, utc_text
from secondunit.policy.signing import read_document
from secondunit.policy.standing import OF_A_PERSON
from secondunit.production import Production
from secondunit.records import canonical_json, digest_file
from secondunit.take.credentials import PREVIEW, SHEET
from secondunit.take.store import Take

NAME, README, REPORT = "delivery.json", "README.txt", "rights-report"
PURPOSE = "delivery"
_PART = "[A-Za-z0-9_][A-Za-z0-9_.-]*"
FileName = Annotated[str, Field(max_length=200, pattern=f"^({_PART}/)?{_PART}$")]  # below the folder, never out of it


@dataclass(frozen=True)
class Names:
    """What the parts of a delivery are called; what is temp says so in every name that may travel alone."""

    temp: bool

    @property
    def frames(self) -> str:
        """The folder of the EXR frames and their record."""
        return f"{self._prefix}frames"

    @property
    def movie(self) -> str:
        """The movie to look at."""
        return f"{self._prefix}{PREVIEW}"

    @property
    def sheet(self) -> str:
        """The contact sheet."""
        return f"{self._prefix}{SHEET}"

    def of(self, name: str) -> str:
        """What a file of a take is called in a delivery."""
        return f"{self._prefix}{name}"

    @property
    def _prefix(self) -> str:
        return f"{TEMP}_" if self.temp else ""


class Agreed(Part):
    """An approval the delivery rests on, by its digest."""

    digest: Digest
    role: Role
    by: str = Field("", description="Who; empty in a performer's place.")
    of: Literal["brief and plate", "pixels"]


class Delivery(Document):
    """What left, signed by the production's key under everything else.

    Attributes:
        delivery_id: its name.
        production_id: whose.
        production: its title.
        production_key: public half of the key that signed.
        shot: the shot.
        take: ``SHOT/t003``.
        use: what the take was shot for.
        step: as what it left: export, transfer or release.
        temp: whether it is a stand-in and never final.
        preview: whether it is a quick look.
        frames: first frame and the frame after the last.
        rate: frames a second, exact.
        size_px: width and height.
        pixels_digest: root of the take's pixels.
        take_digest: SHA-256 of its ``take.json``, which the production keeps.
        plate_digest: of the plate it stands on.
        brief_digest: of what was asked.
        files: every other file and its SHA-256; of the frames their signed record, which lists them.
        decision: verdict and reasons, each with clause and source.
        packs: id, version and digest of every rule pack that was asked.
        consents: digests of those it rests on.
        approvals: those it rests on.
        ledger_head: hash of the ledger's last row when it was decided.
        by: who delivered.
        at: when.
        signature: under everything else.
    """

    kind: Literal["delivery"] = "delivery"
    delivery_id: Id
    production_id: Id
    production: Said
    production_key: Key
    shot: Said
    take: Said
    use: Use
    step: Leaving
    temp: bool
    preview: bool
    frames: tuple[int, int]
    rate: str
    size_px: tuple[int, int]
    pixels_digest: Digest
    take_digest: Digest
    plate_digest: Digest
    brief_digest: Digest
    files: Mapping[FileName, Digest]
    decision: Mapping[str, Any]
    packs: tuple[tuple[str, int, str], ...]
    consents: tuple[Digest, ...]
    approvals: tuple[Agreed, ...]
    ledger_head: str
    by: Said
    at: Utc
    signature: str = ""

    def message(self) -> bytes:
        """What the signature is under."""
        return canonical_json({**self.to_json(), "signature": ""}).encode()

    def is_genuine(self) -> bool:
        """Whether the key it names signed it; whose key that is, people compare by its fingerprint."""
        return is_signed(self.production_key, PURPOSE, self.message(), self.signature)


def delivery_of(
    production: Production, take: Take, passed: Passed, files: Mapping[str, str], *, by: str, key: SigningKey
) -> Delivery:
    """The signed record of a delivery of ``files`` (name to SHA-256)."""
    request, document = passed.request, take.document
    width_px, height_px = document["size_px"]
    blank = Delivery(
        delivery_id=f"d-{secrets.token_hex(8)}",
        production_id=production.id,
        production=production.title,
        production_key=key.public,
        shot=take.shot,
        take=take.id,
        use=request.use,
        step=cast(Leaving, request.step),
        temp=is_temp(take),
        preview=take.preview,
        frames=(take.frames.first, take.frames.end_exclusive),
        rate=str(document["rate"]),
        size_px=(int(width_px), int(height_px)),
        pixels_digest=request.pixels_digest,
        take_digest=digest_file(take.folder / "take.json"),
        plate_digest=request.plate_digest,
        brief_digest=request.brief_digest,
        files=dict(files),
        decision=_unnamed(passed, passed.decision.to_json()),
        packs=packs_named(passed.packs),
        consents=passed.decision.consents,
        approvals=tuple(_agreed(passed)),
        ledger_head=passed.standing.ledger_head,
        by=by,
        at=utc_text(datetime.now(UTC)),
    )
    return blank.model_copy(update={"signature": key.sign(PURPOSE, blank.message())})


def read_delivery(folder: Path) -> Delivery:
    """The record of a delivered folder; its signature is not looked at.

    Raises:
        BrokenStore: it cannot be read.
        Problems: all that is wrong with it.
    """
    return read_document(folder / NAME, Delivery)


def _agreed(passed: Passed) -> list[Agreed]:
    standing, request = passed.standing, passed.request
    rests_on = [standing.approvals[one] for one in passed.decision.approvals if one in standing.approvals]
    of_pixels = standing.approvals_of_take(request.take, request.pixels_digest)
    named = {one.digest: one for one in (*rests_on, *of_pixels)}
    return [_one(passed, approval) for approval in named.values()]


def _one(passed: Passed, approval: Approval) -> Agreed:
    hidden = approval.role in OF_A_PERSON - {Role.UNION}
    return Agreed(
        digest=approval.digest,
        role=approval.role,
        by="" if hidden else passed.veil.over(approval.by),
        of="pixels" if approval.take else "brief and plate",
    )


def _unnamed(passed: Passed, value: Any) -> Any:
    """Plain values without any name that the ledger knows as a performer's."""
    if isinstance(value, dict):
        return {key: _unnamed(passed, one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_unnamed(passed, one) for one in value]
    return passed.veil.over(value) if isinstance(value, str) else value
