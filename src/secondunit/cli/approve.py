"""``secondunit approve``: somebody agrees to a brief or to a take's pixels, or takes it back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondunit.cli.verb import Answer, Verb, brief_path

if TYPE_CHECKING:
    from secondunit.policy.documents import Approval
    from secondunit.policy.parts import Role
    from secondunit.production import Production

FILE = click.Path(path_type=Path)
ROLES = (
    "producer",
    "studio",
    "studio_legal",
    "production_legal",
    "talent",
    "estate",
    "union",
    "guardian",
    "vendor",
    "release",
)


@click.command("approve", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path), required=False)
@click.argument("brief", required=False)
@click.option("--by", default="", help="Who approves; signed with the key of this machine's user.")
@click.option("--role", type=click.Choice(ROLES), default="producer", show_default=True, help="As what.")
@click.option("--take", metavar="TAKE", help="Approve the pixels of this take instead of a brief.")
@click.option("--person", metavar="ID", help="The person it speaks for, in a role that is a person's.")
@click.option("--rule", "rules", multiple=True, metavar="RULE", help="Only for this rule; may stand several times.")
@click.option("--note", default="", help="In the approver's words.")
@click.option("--key", type=click.Path(path_type=Path), help="Sign with this key file instead.")
@click.option("--ask", type=FILE, metavar="FILE", help="Write it into FILE, for another machine; record nothing.")
@click.option("--sign", "to_sign", type=FILE, metavar="FILE", help="Sign FILE, made by --ask; needs no SHOW.")
@click.option("--signed", type=FILE, metavar="FILE", help="Record the approval in FILE, signed.")
@click.option("--withdraw", metavar="ID", help="Take the approval ID back instead; frames stop being written.")
def command(
    show: Path | None,
    brief: str | None,
    by: str,
    role: str,
    take: str | None,
    person: str | None,
    rules: tuple[str, ...],
    note: str,
    key: Path | None,
    ask: Path | None,
    to_sign: Path | None,
    signed: Path | None,
    withdraw: str | None,
) -> Answer:
    """Record that BRIEF, exactly as it is now and on exactly this plate, or a take's pixels, are approved.

    On two machines: --ask FILE here, --sign FILE there, --signed FILE here again.
    """
    if sum(one is not None for one in (brief, withdraw, take, to_sign, signed)) != 1:
        raise click.UsageError("Give a BRIEF, --take TAKE, --sign FILE, --signed FILE or --withdraw ID.")
    if to_sign is not None:
        return _sign(to_sign, key)
    if show is None:
        raise click.UsageError("Missing argument 'SHOW'.")
    if not by and signed is None:
        raise click.UsageError("Missing option '--by'.")
    from secondunit.errors import BrokenStore
    from secondunit.keys import read_key
    from secondunit.policy import approvals
    from secondunit.policy.documents import Approval
    from secondunit.policy.ledger import Ledger
    from secondunit.policy.parts import Role
    from secondunit.policy.signing import Signed, read_document, write_document
    from secondunit.production import Production

    production = Production.open(show)
    ledger = Ledger(production)
    if withdraw is not None:
        digest = approvals.withdraw(ledger, withdraw, by=by, note=note)
        return Answer({"withdrawn": digest}, f"Approval {digest[:12]} is withdrawn.")
    if signed is not None:
        paper = read_document(signed, Signed[Approval])
        return _recorded(paper.document, approvals.record_approval(ledger, paper, where=str(signed)))
    if take is not None:
        approval = _of_take(production, take, Role(role), by, note)
    else:
        approval = _of_brief(production, show, brief or "", Role(role), by, note, person, rules)
    if ask is not None:
        if ask.exists():
            raise BrokenStore(str(ask), "is there already", "a new file", "Choose another name.")
        write_document(ask, Signed(document=approval))
        return Answer({"file": str(ask)}, f"{ask}: asks {by}. To sign: secondunit approve --sign FILE.")
    signed_here = approvals.sign_approval(approval, read_key(key) if key else None)
    return _recorded(approval, approvals.record_approval(ledger, signed_here))


def _recorded(approval: Approval, digest: str) -> Answer:
    changed = "Other pixels need" if approval.take else "Any change to the brief or the plate needs"
    lines = [f"Approval {digest[:12]}: {approval.by} approves {_about(approval)} as {approval.role}."]
    said = {"approval": digest, "role": approval.role.value, "use": approval.use, "take": approval.take}
    return Answer(said, "\n".join([*lines, f"{changed} a new one."]))


def _about(approval: Approval) -> str:
    return approval.take or f"{approval.shot} for {approval.use}"


def _sign(file: Path, key: Path | None) -> Answer:
    from secondunit.keys import fingerprint, own_key, read_key
    from secondunit.policy.approvals import sign_approval
    from secondunit.policy.documents import Approval
    from secondunit.policy.signing import Signed, read_document, write_document

    asked = read_document(file, Signed[Approval]).document
    mine = read_key(key) if key else own_key()
    write_document(file, sign_approval(asked, mine))
    digests = [one for one in (asked.brief_digest, asked.plate_digest, asked.pixels_digest) if one]
    lines = [
        f"{file} is signed: {asked.by} approves {_about(asked)} as {asked.role}, production {asked.production_id}.",
        *(f"  {one}" for one in digests),
        f"Your key's fingerprint: {fingerprint(mine.public)}",
        "Send the file back to the production.",
    ]
    return Answer({"file": str(file), "key": mine.public}, "\n".join(lines))


def _of_brief(
    production: Production,
    show: Path,
    brief: str,
    role: Role,
    by: str,
    note: str,
    person: str | None,
    rules: tuple[str, ...],
) -> Approval:
    from secondunit.brief.document import load_brief
    from secondunit.effects.registry import find_effect
    from secondunit.policy.approvals import approval_of_request
    from secondunit.shoot import open_plate, request_for

    asked = load_brief(brief_path(show, brief), find_effect)
    plate = open_plate(production, asked, preview=False)
    request = request_for(production, asked, plate.digest(), preview=False)
    return approval_of_request(request, role=role, by=by, note=note, person_id=person, rules=rules)


def _of_take(production: Production, text: str, role: Role, by: str, note: str) -> Approval:
    from secondunit.policy.approvals import approval_of_take
    from secondunit.policy.takes import recorded
    from secondunit.take.store import find_take

    take = find_take(production, text)
    pixels = recorded(production, take.id, take.folder)
    use = take.document["clearance"]["request"]["use"]
    return approval_of_take(production, take.id, pixels, shot=take.shot, use=use, role=role, by=by, note=note)
