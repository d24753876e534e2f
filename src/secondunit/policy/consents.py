"""Consents: asked for in a file, signed elsewhere, granted into the ledger, taken back at any time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from secondunit.errors import BrokenStore
from secondunit.policy.documents import Consent, ConsentStatus, HeldConsent, Revocation
from secondunit.policy.ledger import Event, Ledger
from secondunit.policy.parts import utc_text
from secondunit.policy.rows import Row
from secondunit.policy.signing import Signed
from secondunit.policy.standing import book_of


def grant(ledger: Ledger, signed: Signed[Consent], *, where: str = "consent", actor: str = "") -> Row:
    """Take a signed consent into the ledger; from this row on it counts.

    Raises:
        BrokenStore: it is of another production, a signature is missing, forged, or by a key that is not the person's,
            or this revision (or a newer one, or a revoked one) is there already.
    """
    consent = signed.document
    if consent.production_id != ledger.production.id:
        advice = "A consent counts for one production; ask for a new one."
        raise BrokenStore(f"{where}: production_id", consent.production_id, ledger.production.id, advice)

    def allowed(rows: Sequence[Row]) -> None:
        book = book_of(rows)
        book.signers(signed, where=where)
        past = book.newest(consent.consent_id)
        if past is None:
            return
        if past.ended is ConsentStatus.REVOKED:
            advice = "Ask for a new consent under a new consent_id."
            raise BrokenStore(where, f"{consent.consent_id} was revoked", "a consent that was not", advice)
        if consent.person_id != past.consent.person_id:
            raise BrokenStore(where, f"{consent.consent_id} is of another person", past.consent.person_id)
        if consent.revision <= past.consent.revision:
            found = f"revision {consent.revision} of {consent.consent_id} is there already, or a newer one"
            raise BrokenStore(where, found, f"revision {past.consent.revision + 1}")

    return ledger.append(Event.GRANT, signed.to_json(), actor=actor, check=allowed)


def revoke(ledger: Ledger, consent_id: str, *, by: str, reason: str = "", actor: str = "") -> Row:
    """Take a consent back, every revision of it; work under it stops before its next frame.

    Raises:
        BrokenStore: nobody is named, or there is no such consent that still counts.
    """
    if not by.strip():
        raise BrokenStore("--by", "no name", "the name of who takes it back")
    revocation = Revocation(
        consent_id=consent_id,
        production_id=ledger.production.id,
        by=by,
        reason=reason,
        at=utc_text(datetime.now(UTC)),
    )

    def there(rows: Sequence[Row]) -> None:
        held = book_of(rows).newest(consent_id)
        if held is None or held.ended is ConsentStatus.REVOKED:
            found = "no such consent was granted" if held is None else "was revoked before"
            raise BrokenStore(f"consent {consent_id}", found, advice="See: secondunit consent list SHOW.")

    return ledger.append(Event.REVOCATION, revocation.to_json(), actor=actor, check=there)


def find_consent(ledger: Ledger, consent_id: str) -> HeldConsent:
    """The newest revision of a consent, whatever became of it.

    Raises:
        BrokenStore: there is none.
    """
    held = book_of(ledger.rows()).newest(consent_id)
    if held is None:
        raise BrokenStore(f"consent {consent_id}", "was never granted", advice="See: secondunit consent list SHOW.")
    return held
