"""The documents rights rest on: people, consents, approvals, locks; and what of them holds now. Models only.

A document is frozen and never edited: a new revision takes the place of an old one, and the ledger says when. What a
consent's list does not name it does not allow: an empty list allows nothing, ``"*"`` alone allows everything.
The consent record follows ODRL's split of permission, prohibition and duty (W3C ODRL 2.2) and the fields that
AB 2602, GOL 5-302 and the TV/Theatrical agreements ask to be recorded. It is no legal advice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, Field, model_validator

from secondunit.brief.use import TERRITORY, Medium
from secondunit.errors import nearest
from secondunit.policy.parts import ALL, Day, Digest, Id, Key, NamedDocument, Part, Role, Said, Text, Use, Utc, Word


class Representation(Part):
    """Who stood beside the performer when terms were agreed (AB 2602 and GOL 5-302 ask)."""

    by: Literal["none", "counsel", "union"]
    name: Text = ""
    agreement: Text = Field("", description="The collective agreement, if a union's.")


class KeyHolder(Part):
    """A key that may sign for a person, and whose it is."""

    key: Key
    role: Literal[Role.TALENT, Role.ESTATE, Role.UNION, Role.GUARDIAN]
    name: Said


class Person(NamedDocument):
    """A performer. ``person_id`` is opaque: it stands in clearances and takes, the name does not."""

    kind: Literal["person"] = "person"
    person_id: Id
    revision: int = Field(1, ge=1)
    stage_name: Said
    billing: Literal["principal", "background"]
    is_minor: bool
    birth_year: int | None = Field(None, ge=1800, le=2200)
    guardian: Text = Field("", description="Guardian and court reference of a minor.")
    deceased: bool = False
    death_date: Day | None = None
    estate: Text = ""
    union: Text = Field("", description="Union; empty if none.")
    member_ref: Text = ""
    representation: Representation | None = None
    keys: tuple[KeyHolder, ...] = Field((), description="Who may sign for this person.")


class Replica(Part):
    """What is made of the performer, and from what."""

    type: Literal[
        "employment", "independent", "background", "alteration", "voice"
    ]  # EBDR, ICDR, BADR, change of footage
    created_how: Literal["scan", "no_scan", "archive", "none"]
    source_digests: tuple[Digest, ...] = ()
    capture_session: Text = ""


class Alteration(Part):
    """One kind of change that is allowed, and how far it goes."""

    kind: Word
    years_from: float | None = Field(None, description="Furthest younger, signed; -30 is thirty years younger.")
    years_to: float | None = Field(None, description="Furthest older, signed.")
    amount_max: float | None = Field(None, ge=0, description="Largest other amount, in the effect's own measure.")

    def allows(self, kind: str, years: float | None, amount: float | None) -> bool:
        """Whether a change of this kind, this far, is inside; a measure nobody limited or gave is not."""
        inside_years = years is None or (
            self.years_from is not None and self.years_to is not None and self.years_from <= years <= self.years_to
        )
        inside_amount = amount is None or (self.amount_max is not None and abs(amount) <= self.amount_max)
        limited = self.years_from is not None or self.years_to is not None or self.amount_max is not None
        named = years is not None or amount is not None or not limited
        return self.kind in (ALL, kind) and named and inside_years and inside_amount


class Training(Part):
    """Whether models may be trained on the performer, which, and how long they are kept."""

    allowed: bool = False
    models: tuple[Word, ...] = ()
    keep_until: Day | None = None


class Limits(Part):
    """What is allowed of the sensitive kinds; nothing is unless it is said."""

    nudity: bool = False
    simulated_sex: bool = False
    violence: bool = False
    political: bool = False
    brands: bool = False


def _place(word: str) -> str:
    if word != ALL and not TERRITORY.fullmatch(word):
        raise ValueError("is no territory: world, EU, a country (DE), a state (US-CA), or '*' for all")
    return word


def _media(word: str) -> str:
    if not any(fnmatchcase(medium, word) for medium in get_args(Medium)):
        raise ValueError(f"is no medium. {nearest(word, get_args(Medium))}")
    return word


Place = Annotated[Word, AfterValidator(_place)]
Media = Annotated[Word, AfterValidator(_media)]


class Scope(Part):
    """What the consent covers. Shots are patterns (``EP101_*``)."""

    characters: tuple[Said, ...]
    shots: tuple[Word, ...]
    script_revision: Text = ""
    script_date: Day | None = None
    description: Said = Field(description="A reasonably specific description of the intended use.")
    alterations: tuple[Alteration, ...]
    uses: tuple[Use, ...]
    prohibited: tuple[Said, ...] = ()
    languages: tuple[Word, ...] = ()
    territories: tuple[Place, ...]
    media: tuple[Media, ...]
    marketing: bool = False
    pitch: bool = False
    training: Training = Training()
    model_reuse: bool = False
    transfer_allowed: bool = False
    limits: Limits = Limits()
    term_start: Utc
    term_end: Utc

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.term_end <= self.term_start:
            raise ValueError("term_end must come after term_start")
        return self


class Notice(Part):
    """When the performer was told, and when the services are."""

    sent_at: Utc
    services_at: Utc
    engaged_at: Utc | None = None
    waived_basis: Text = ""


class Compensation(Part):
    """What is paid; by reference, sums stay in the contract."""

    basis: Said
    days_equivalent: float | None = Field(None, ge=0)
    rate_ref: Text = ""
    residuals: bool | None = None
    pension_health: bool | None = None


class Form(Part):
    """How the paper was signed; the signature of this document stands beside it."""

    separately_signed: bool
    clear_conspicuous: bool
    document_digest: Digest | None = None
    witness: Text = ""
    consent_video_digest: Digest | None = None


class Custody(Part):
    """Where likeness data is kept and when it goes."""

    location: Text = ""
    access: tuple[Said, ...] = ()
    encrypted: bool = True
    deletion_due: Day | None = None


class ExceptionClaimed(Part):
    """A rule somebody says does not apply, and on what ground."""

    rule: Said
    basis: Said
    by: Said
    at: Utc


class Consent(NamedDocument):
    """One performer's consent to one scope in one production. Signed, it can be granted; see ``signing.Signed``."""

    kind: Literal["consent"] = "consent"
    consent_id: Id
    revision: int = Field(1, ge=1)
    person_id: Id
    production_id: Id
    representation: Representation
    replica: Replica
    scope: Scope
    notice: Notice | None = None
    business_reason: Text = ""
    compensation: Compensation | None = None
    form: Form
    custody: Custody = Custody()
    exceptions: tuple[ExceptionClaimed, ...] = ()
    revocation_terms: Text = ""
    policy_refs: tuple[Said, ...] = ()


class Revocation(NamedDocument):
    """A consent is taken back, all its revisions, at once."""

    kind: Literal["revocation"] = "revocation"
    consent_id: Id
    production_id: Id
    by: Said
    reason: Text = ""
    at: Utc


class Approval(NamedDocument):
    """One person's agreement to one request (brief + plate), or to the pixels of one take. Nothing else is covered."""

    kind: Literal["approval"] = "approval"
    production_id: Id
    role: Role
    by: Said
    shot: Word
    use: Use
    brief_digest: Digest | None = None
    plate_digest: Digest | None = None
    take: Text = Field("", description="SHOT/t003 if it is of a take's pixels.")
    pixels_digest: Digest | None = Field(None, description="Root of the digest tree of the take's pixels.")
    rules: tuple[Said, ...] = Field((), description="Rules this answers; empty for all the role is asked by.")
    person_id: Id | None = Field(None, description="The person it speaks for, if the role is a person's.")
    reference: Text = Field("", description="Where the written approval is filed.")
    note: Text = ""
    at: Utc
    expires_at: Utc | None = None

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        request = self.brief_digest is not None and self.plate_digest is not None
        take = bool(self.take) and self.pixels_digest is not None
        if request == take or (self.brief_digest is None) != (self.plate_digest is None):
            raise ValueError("give brief_digest and plate_digest, or take and pixels_digest")
        return self


class Withdrawal(NamedDocument):
    """An approval is taken back."""

    kind: Literal["withdrawal"] = "withdrawal"
    approval: Digest
    by: Said
    note: Text = ""
    at: Utc


class StrikeLock(NamedDocument):
    """While it stands, nothing that needs a performer's consent is done."""

    kind: Literal["strike_lock"] = "strike_lock"
    lock_id: Id
    union: Said = Field(description="Whose members; '*' for everybody.")
    reason: Said
    by: Said
    at: Utc


class Appointment(NamedDocument):
    """Whose key answers for a role in a production."""

    kind: Literal["appointment"] = "appointment"
    production_id: Id
    role: Role
    name: Said
    key: Key
    at: Utc


class ConsentStatus(StrEnum):
    """Only ``GRANTED`` counts."""

    DRAFT = "draft"
    GRANTED = "granted"
    NOT_YET = "not yet"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class HeldConsent:
    """A consent in the ledger, who signed it, and what became of it.

    Attributes:
        consent: the document.
        signed_by: the role of the key that signed: talent, estate, union or guardian.
        granted_at: when the ledger took it.
        seq: its row in the ledger.
        ended: ``REVOKED`` or ``SUPERSEDED`` once it is.
    """

    consent: Consent
    signed_by: frozenset[Role]
    granted_at: str
    seq: int
    ended: ConsentStatus | None = None

    def status(self, now: str) -> ConsentStatus:
        """What it is worth at ``now``."""
        if self.ended is not None:
            return self.ended
        if now < self.consent.scope.term_start:
            return ConsentStatus.NOT_YET
        return ConsentStatus.GRANTED if now < self.consent.scope.term_end else ConsentStatus.EXPIRED


@dataclass(frozen=True)
class Standing:
    """What holds now, read from the ledger; ``decide`` sees nothing else.

    Attributes:
        production_id: whose ledger it is.
        now: the moment it was read, ISO 8601 UTC.
        ledger_head: hash of the ledger's last row.
        people: by person_id, the newest revision.
        consents: all that were ever granted, with what became of them, oldest first.
        approvals: those that were not withdrawn, by digest; signatures were checked.
        strike_locks: those that stand.
    """

    production_id: str
    now: str
    ledger_head: str = ""
    people: Mapping[str, Person] = field(default_factory=dict)
    consents: tuple[HeldConsent, ...] = ()
    approvals: Mapping[str, Approval] = field(default_factory=dict)
    strike_locks: tuple[StrikeLock, ...] = ()

    def consents_of(self, person_id: str) -> tuple[HeldConsent, ...]:
        """All consents of a person, whatever became of them."""
        return tuple(one for one in self.consents if one.consent.person_id == person_id)

    def approvals_of_take(self, take: str, pixels: str) -> tuple[Approval, ...]:
        """The approvals of exactly these pixels of this take that stand; those of other takes say nothing."""
        return tuple(
            one
            for one in self.approvals.values()
            if (one.take, one.pixels_digest) == (take, pixels) and (one.expires_at is None or self.now < one.expires_at)
        )

    def next_change(self) -> str | None:
        """The next moment at which time alone changes something: a term begins or ends, an approval expires."""
        moments = [
            *(one.consent.scope.term_start for one in self.consents if one.ended is None),
            *(one.consent.scope.term_end for one in self.consents if one.ended is None),
            *(one.expires_at for one in self.approvals.values() if one.expires_at),
        ]
        return min((moment for moment in moments if moment > self.now), default=None)


def named(word: str, patterns: tuple[str, ...]) -> bool:
    """Whether a consent's list covers ``word``: by name, by a pattern with ``*``, or ``"*"``."""
    return any(fnmatchcase(word, pattern.replace("[", "[[]").replace("?", "[?]")) for pattern in patterns)
