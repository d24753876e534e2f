"""``secondunit consent``: ask for it, sign it on another machine, grant it, take it back. Not legal advice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from secondunit.cli.verb import EXIT_CODES, Answer, Verb

if TYPE_CHECKING:
    from secondunit.policy.documents import Consent

REPLICAS = ("employment", "independent", "background", "alteration", "voice")
NOT_ADVICE = "This is not legal advice."


@click.group("consent", epilog=EXIT_CODES)
def command() -> None:
    """A performer's consent, from the request to its end. Not legal advice."""


@command.command("request", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.argument("person")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file to send to performer or agent.")
@click.option("--describe", required=True, help="What is intended, reasonably specific, in plain words.")
@click.option("--character", "characters", multiple=True, required=True, help="Character played; may stand twice.")
@click.option("--shot", "shots", multiple=True, required=True, help="Shot or pattern, EP101_*; may stand twice.")
@click.option("--change", required=True, help="Kind of alteration a brief asks for, e.g. age.")
@click.option("--years", nargs=2, type=float, metavar="FROM TO", help="Span of years, e.g. --years -30 0.")
@click.option("--amount", type=float, help="Largest other amount, in the effect's measure.")
@click.option("--use", "uses", multiple=True, type=click.Choice(["ideation", "temp", "final"]), required=True)
@click.option("--territory", "territories", multiple=True, required=True, help="Where it may be shown; '*' for all.")
@click.option("--medium", "media", multiple=True, required=True, help="In which media; '*' for all.")
@click.option("--language", "languages", multiple=True, required=True, help="In which languages; '*' for all.")
@click.option("--replica", default="alteration", type=click.Choice(REPLICAS), show_default=True)
@click.option("--made-from", default="none", type=click.Choice(["scan", "no_scan", "archive", "none"]))
@click.option(
    "--still",
    "stills",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A picture to be worked after.",
)
@click.option("--represented-by", default="none", type=click.Choice(["none", "counsel", "union"]))
@click.option("--representative", default="", help="Name of counsel or union.")
@click.option("--from", "start", required=True, help="First day of the term, as 2026-03-01.")
@click.option("--until", required=True, help="First day after the term.")
@click.option("--keep-likeness", metavar="DAY", help="Reference faces may be kept until then, as 2027-06-30.")
@click.option("--reason", default="", help="Why it is needed.")
@click.option("--id", "consent_id", help="Of the consent; made from the person's if not given.")
@click.option("--revision", type=click.IntRange(1), default=1, show_default=True)
def request(show: Path, person: str, out: Path, **said: Any) -> Answer:
    """Write a request for PERSON's consent into a file. Every other field of the record can be edited there."""
    from secondunit.errors import BrokenStore, nearest
    from secondunit.policy.documents import Consent
    from secondunit.policy.facts import CHANGES
    from secondunit.policy.signing import Signed, parse_document, write_document
    from secondunit.policy.standing import standing_of
    from secondunit.production import Production
    from secondunit.records import canonical_json

    production = Production.open(show)
    people = standing_of(production).people
    if person not in people:
        advice = nearest(person, people) if people else "Record the person first: secondunit people add."
        raise BrokenStore("PERSON", f"nobody is known as {person!r}", "a person_id", advice)
    if out.exists():
        raise BrokenStore(str(out), "is there already", "a new file", "Choose another name.")
    text = canonical_json({"document": _asked(production.id, person, said)})
    signed = parse_document(text, Signed[Consent], where="consent request")
    write_document(out, signed)
    lines = [f"{out}: asks {people[person].stage_name} for {signed.document.consent_id}."]
    if said["change"] not in CHANGES:
        lines.append(f"{said['change']!r} is a word of an effect of yours; the common ones are {', '.join(CHANGES)}.")
    lines += ["Edit it if you must; then send it. To sign: secondunit consent sign FILE --name NAME.", NOT_ADVICE]
    return Answer({"file": str(out), "consent_id": signed.document.consent_id}, "\n".join(lines))


@command.command("sign", cls=Verb)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="Your name.")
@click.option("--as", "role", default="talent", type=click.Choice(["talent", "guardian", "estate", "union"]))
@click.option("--key", type=click.Path(path_type=Path), help="Sign with this key file; your own if not given.")
@click.option("--yes", is_flag=True, help="You have read it; don't ask.")
def sign(file: Path, name: str, role: str, key: Path | None, yes: bool) -> Answer:
    """Read a request and sign it, on any machine, without a production. The file is sent back afterwards."""
    from datetime import UTC, datetime

    from secondunit.keys import fingerprint, own_key, read_key
    from secondunit.policy.documents import Consent
    from secondunit.policy.parts import Role, utc_text
    from secondunit.policy.signing import Signed, read_document, write_document

    asked = read_document(file, Signed[Consent])
    if not yes:
        click.echo("\n".join([*_told(asked.document), NOT_ADVICE]))
        click.confirm("Sign this?", abort=True)
    mine = read_key(key) if key else own_key()
    write_document(file, asked.signed(mine, role=Role(role), name=name, at=utc_text(datetime.now(UTC))))
    lines = [f"{file} is signed by {name}, {role}.", f"Your key's fingerprint: {fingerprint(mine.public)}"]
    return Answer({"file": str(file), "key": mine.public}, "\n".join([*lines, "Send the file back to the production."]))


@command.command("grant", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.argument("file", type=click.Path(path_type=Path))
def grant(show: Path, file: Path) -> Answer:
    """Take a signed consent into SHOW's ledger; from then on it counts."""
    from secondunit.policy.consents import grant as record
    from secondunit.policy.documents import Consent
    from secondunit.policy.ledger import Ledger
    from secondunit.policy.signing import Signed, read_document
    from secondunit.production import Production

    signed = read_document(file, Signed[Consent])
    row = record(Ledger(Production.open(show)), signed, where=str(file))
    consent = signed.document
    text = (
        f"{consent.consent_id} revision {consent.revision} is granted (row {row.seq}), until {consent.scope.term_end}."
    )
    return Answer({"consent_id": consent.consent_id, "digest": consent.digest, "row": row.seq}, text)


@command.command("revoke", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.argument("consent_id")
@click.option("--by", required=True, help="Who takes it back.")
@click.option("--reason", default="", help="In their words.")
def revoke(show: Path, consent_id: str, by: str, reason: str) -> Answer:
    """Take a consent back. Work that is under way stops before its next frame."""
    from secondunit.policy.consents import revoke as record
    from secondunit.policy.ledger import Ledger
    from secondunit.production import Production

    row = record(Ledger(Production.open(show)), consent_id, by=by, reason=reason)
    return Answer({"consent_id": consent_id, "row": row.seq}, f"{consent_id} is revoked (row {row.seq}).")


@command.command("show", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.argument("consent_id")
@click.option("--by", default="", help="Who looks; the user of this machine if not given.")
def show_(show: Path, consent_id: str, by: str) -> Answer:
    """Show a consent in full. That it was opened, and by whom, goes into the ledger."""
    from secondunit.policy.consents import find_consent
    from secondunit.policy.ledger import Event, Ledger
    from secondunit.policy.standing import standing_of
    from secondunit.production import Production

    production = Production.open(show)
    ledger = Ledger(production)
    held = find_consent(ledger, consent_id)
    ledger.append(Event.ACCESS, {"what": "consent", "consent_id": consent_id}, actor=by)
    status = held.status(standing_of(production).now)
    lines = [f"{consent_id}: {status}, granted {held.granted_at} (row {held.seq}), digest {held.consent.digest}"]
    data = {"status": status.value, "granted_at": held.granted_at, "row": held.seq, "consent": held.consent.to_json()}
    return Answer(data, "\n".join([*lines, *_told(held.consent), NOT_ADVICE]))


@command.command("list", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
def listing(show: Path) -> Answer:
    """List the consents of SHOW and what they are worth now."""
    from secondunit.policy.standing import standing_of
    from secondunit.production import Production

    standing = standing_of(Production.open(show))
    lines, listed = [], []
    for held in standing.consents:
        consent, status = held.consent, held.status(standing.now)
        name, until = f"{consent.consent_id} r{consent.revision}", consent.scope.term_end
        lines.append(f"{name}  {status:<10}  {consent.person_id}  until {until}")
        listed.append(
            {
                "consent_id": consent.consent_id,
                "revision": consent.revision,
                "person_id": consent.person_id,
                "status": status.value,
                "digest": consent.digest,
                "term_end": consent.scope.term_end,
            }
        )
    return Answer({"consents": listed}, "\n".join(lines) or "No consents yet.")


def _asked(production_id: str, person: str, said: dict[str, Any]) -> dict[str, Any]:
    """The consent record that the options describe, as plain values."""
    alteration: dict[str, Any] = {"kind": said["change"], "amount_max": said["amount"]}
    if said["years"]:
        alteration |= dict(zip(("years_from", "years_to"), said["years"], strict=True))
    return {
        "consent_id": said["consent_id"] or f"{person}-{said['change']}".lower().replace("_", "-"),
        "revision": said["revision"],
        "person_id": person,
        "production_id": production_id,
        "representation": {"by": said["represented_by"], "name": said["representative"]},
        "replica": _replica(said),
        "scope": {
            "characters": said["characters"],
            "shots": said["shots"],
            "description": said["describe"],
            "alterations": [alteration],
            "uses": said["uses"],
            "territories": said["territories"],
            "media": said["media"],
            "languages": said["languages"],
            "term_start": f"{said['start']}T00:00:00Z",
            "term_end": f"{said['until']}T00:00:00Z",
        },
        "business_reason": said["reason"],
        "custody": {"deletion_due": said["keep_likeness"]},
        "form": {"separately_signed": True, "clear_conspicuous": True},
    }


def _replica(said: dict[str, Any]) -> dict[str, Any]:
    """What is made, and from which pictures, by their digests."""
    from secondunit.errors import BrokenStore
    from secondunit.records import digest_file

    made_from = "archive" if said["stills"] and said["made_from"] == "none" else said["made_from"]
    if missing := [path for path in said["stills"] if not path.is_file()]:
        raise BrokenStore("--still", f"{missing[0]} is no file", "a picture")
    digests = [digest_file(path) for path in said["stills"]]
    return {"type": said["replica"], "created_how": made_from, "source_digests": digests}


def _told(consent: Consent) -> list[str]:
    """What it says, for people to read before they sign: every field that says something, nothing left out."""
    lines = [f"Consent {consent.consent_id}, revision {consent.revision}, production {consent.production_id}"]

    def tell(value: Any, name: str) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                tell(inner, f"{name}.{key}" if name else key)
        elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
            for number, one in enumerate(value, 1):
                tell(one, f"{name} {number}")
        elif value not in (None, "", []):
            said = ", ".join(map(str, value)) if isinstance(value, list) else value
            lines.append(f"  {name:<32} {'yes' if said is True else 'no' if said is False else said}")

    content = consent.to_json()
    tell({key: content[key] for key in content if key not in ("kind", "version", "consent_id", "revision")}, "")
    return lines
