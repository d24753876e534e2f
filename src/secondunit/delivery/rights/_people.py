"""Sections of the report about people, by opaque id and digest only: consents, approvals, likeness data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from secondunit.delivery.rights._gather import Gathered
from secondunit.delivery.rights._history import Given
from secondunit.delivery.rights._questions import SOON_DAYS, days_left, fit
from secondunit.delivery.rights.page import Block, Cell, Facts, Heading, Paragraph, Table, Tone, Words, digest, line
from secondunit.keys import fingerprint
from secondunit.policy.documents import Alteration, ConsentStatus, HeldConsent, Limits, Person, Scope
from secondunit.policy.standing import OF_A_PERSON

_WHERE = "Names, descriptions in free words and signatures stand in the documents that these digests are of."
_STATUS_TONES: Mapping[ConsentStatus, Tone] = {
    ConsentStatus.GRANTED: "good",
    ConsentStatus.NOT_YET: "open",
    ConsentStatus.EXPIRED: "bad",
    ConsentStatus.REVOKED: "bad",
    ConsentStatus.SUPERSEDED: "faint",
    ConsentStatus.DRAFT: "open",
}


def people(found: Gathered) -> tuple[Block, ...]:
    """Everybody in the register, and every consent with what it is worth now."""
    columns = (("Person", 0.22), ("Record", 0.22), ("Billing", 0.18), ("Signs", 0.38))
    rows = tuple(_person(found, one) for one in found.standing.people.values())
    blocks: list[Block] = [
        Paragraph(line(_WHERE, "faint")),
        Table(
            columns,
            rows,
            "Nobody's likeness is changed in this take."
            if found.take
            else "Nobody's likeness is in this production's register.",
        ),
    ]
    for held in found.standing.consents:
        blocks += _consent(found, held)
    if not found.standing.consents:
        blocks.append(Paragraph(line("It rests on no consent." if found.take else "No consent was granted.")))
    return tuple(blocks)


def _person(found: Gathered, one: Person) -> tuple[Cell, ...]:
    about = [one.billing, *(["minor"] if one.is_minor else []), *(["deceased"] if one.deceased else [])]
    about += [one.union] if one.union else []
    keys = tuple(Words(f"{holder.role}: key {fingerprint(holder.key)}", "code") for holder in one.keys)
    return (
        line(found.veil.person(one.person_id), "code"),
        (*digest(one.digest), Words(f"revision {one.revision}", "faint")),
        tuple(Words(found.veil.over(word)) for word in about),
        keys or line("no key: nobody can sign for this person", "open"),
    )


def _consent(found: Gathered, held: HeldConsent) -> Iterator[Block]:
    consent, status = held.consent, held.status(found.now)
    scope, over = consent.scope, found.veil.over
    yield Heading(
        (
            Words(f"Consent {over(consent.consent_id)}, revision {consent.revision} "),
            Words(status.upper(), _STATUS_TONES[status]),
        )
    )
    ended = found.revoked.get(consent.consent_id)
    left = days_left(found.now, scope.term_end)
    soon = status is ConsentStatus.GRANTED and left <= SOON_DAYS
    term = f"{scope.term_start[:10]} until {scope.term_end[:10]}" + (f": ends in {left} days" if soon else "")
    by = ", ".join(sorted(held.signed_by))
    stood = consent.representation
    stood_by = (stood.by, stood.name if stood.by == "union" else "", stood.agreement)
    yield Facts(
        (
            ("Person", line(found.veil.person(consent.person_id), "code")),
            ("Digest", digest(consent.digest)),
            ("Granted", line(f"row {held.seq}, {held.granted_at[:10]}, signed as {by}")),
            *((("Revoked", line(f"row {ended}", "bad")),) if ended and held.ended is ConsentStatus.REVOKED else ()),
            ("Term", line(term, "open" if soon else "plain")),
            ("Allows", tuple(Words(over(word)) for word in _allows(scope))),
            ("Also allows", line(", ".join(_also(scope)) or "nothing further")),
            ("Forbids", line(f"{_count(scope.prohibited)} in the document" if scope.prohibited else "nothing by name")),
            ("Replica", line(_replica(held))),
            ("Beside the performer", line(over(", ".join(one for one in stood_by if one)))),
            ("Form", line(_form(held))),
        )
    )


def _allows(scope: Scope) -> Iterator[str]:
    yield "; ".join(_alteration(one) for one in scope.alterations) or "no alteration"
    for name, words in (
        ("as", scope.characters),
        ("in shots", scope.shots),
        ("for", scope.uses),
        ("shown in", scope.territories),
        ("media", scope.media),
        ("languages", scope.languages),
    ):
        yield f"{name} {_listed(words)}"


def _alteration(one: Alteration) -> str:
    years = [one.years_from or 0, one.years_to or 0]
    span = f", {' to '.join(f'{year:+g}' if year else '0' for year in years)} years" if _has_years(one) else ""
    amount = f", up to {one.amount_max:g}" if one.amount_max is not None else ""
    return f"{'any change' if one.kind == '*' else one.kind}{span}{amount}"


def _has_years(one: Alteration) -> bool:
    return one.years_from is not None or one.years_to is not None


def _listed(words: tuple[str, ...]) -> str:
    return "anything" if words == ("*",) else ", ".join(words) or "nothing named: none"


def _also(scope: Scope) -> Iterator[str]:
    limits = [name for name in Limits.model_fields if getattr(scope.limits, name)]
    for name, allowed in (
        ("marketing", scope.marketing),
        ("pitch", scope.pitch),
        ("training of models", scope.training.allowed),
        ("use of a model elsewhere", scope.model_reuse),
        ("handing the replica on", scope.transfer_allowed),
    ):
        if allowed:
            yield name
    yield from (name.replace("_", " ") for name in limits)


def _count(words: tuple[str, ...]) -> str:
    return f"{len(words)} {'prohibition' if len(words) == 1 else 'prohibitions'}"


def _replica(held: HeldConsent) -> str:
    replica = held.consent.replica
    how = "" if replica.created_how == "none" else f", made by {replica.created_how.replace('_', ' ')}"
    return replica.type + how


def _form(held: HeldConsent) -> str:
    form = held.consent.form
    said = [
        "separately signed" if form.separately_signed else "not separately signed",
        "clear and conspicuous" if form.clear_conspicuous else "not clear and conspicuous",
        *(["the paper's digest on record"] if form.document_digest else []),
        *(["a video's digest on record"] if form.consent_video_digest else []),
    ]
    return ", ".join(said)


def approver(found: Gathered, given: Given) -> str:
    """Who approved, as what: by name in a production's own role, by key and id in a performer's place."""
    role, approval = str(given.approval.role).replace("_", " "), given.approval
    if approval.role in OF_A_PERSON or approval.person_id is not None:
        whose = f" for {found.veil.person(approval.person_id)}" if approval.person_id else ""
        return f"{role}{whose}, key {', '.join(fingerprint(key) for key in given.keys)}"
    return f"{role}: {found.veil.over(approval.by)}"


def approvals(found: Gathered) -> tuple[Block, ...]:
    """Every approval that was given, and whether it still fits what it was given for."""
    columns = (("Approval", 0.19), ("By", 0.24), ("Of", 0.33), ("Now", 0.24))
    rows = tuple(_approval(found, name, given) for name, given in found.given.items())
    return (Table(columns, rows, "Nothing was approved."),)


def _approval(found: Gathered, name: str, given: Given) -> tuple[Cell, ...]:
    approval, (words, tone) = given.approval, fit(found, given)
    if approval.take:
        of: Cell = (
            Words(f"the pixels of {approval.take}"),
            Words(approval.pixels_digest or "", "digest"),
        )
    else:
        of = (
            Words(f"{approval.shot} for {approval.use}: brief and plate"),
            Words(approval.brief_digest or "", "digest"),
            Words(approval.plate_digest or "", "digest"),
        )
    rules = f"only for {', '.join(approval.rules)}" if approval.rules else ""
    return (
        (*digest(name), Words(f"row {given.seq}, {approval.at[:10]}", "faint")),
        line(approver(found, given)),
        (*of, *((Words(rules, "faint"),) if rules else ())),
        line(words, tone),
    )


def likeness(found: Gathered) -> tuple[Block, ...]:
    """What is held of whose face, until when, how often it was looked at, and what was deleted."""
    held, veil = found.likeness, found.veil
    columns = (("Person", 0.24), ("Held", 0.26), ("Until", 0.22), ("Looked at", 0.28))
    rows = []
    for one in held.holdings:
        reads = [access for access in held.accesses if access.person_id == one.person_id and access.did == "read"]
        late = one.keep_until <= found.now[:10]
        count = f"{len(one.items)} sealed {'face' if len(one.items) == 1 else 'faces'}"
        key = () if one.readable else (Words("its key is not on this machine", "faint"),)
        last = f", last {reads[-1].at[:10]}" if reads else ""
        rows.append(
            (
                line(veil.person(one.person_id), "code"),
                (Words(count), *key),
                line(one.keep_until + (": past its day" if late else ""), "bad" if late else "plain"),
                line(f"{len(reads)} times{last}"),
            )
        )
    gone = tuple(
        (
            line(veil.person(one.person_id), "code"),
            line(f"{len(one.items)} sealed {'face' if len(one.items) == 1 else 'faces'} and the key"),
            line(one.at[:10]),
            digest(one.digest),
        )
        for one in held.deletions
    )
    deleted = (("Person", 0.24), ("Deleted", 0.36), ("When", 0.15), ("Receipt", 0.25))
    confirmed = tuple(
        (line(shot, "code"), line(f"{count} named or ruled out by a person")) for shot, count in held.confirmed.items()
    )
    blocks: list[Block] = [Table(columns, tuple(rows), "No likeness data is held.")]
    blocks += [Table(deleted, gone)] if gone else []
    blocks += [Table((("Shot", 0.4), ("Faces", 0.6)), confirmed)] if confirmed else []
    return tuple(blocks)
