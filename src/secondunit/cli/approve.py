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
@click.argument("show", type=click.Path(path_type=Path))
@click.argument("brief", required=False)
@click.option("--by", required=True, help="Who approves; signed with the key of this machine's user.")
@click.option("--role", type=click.Choice(ROLES), default="producer", show_default=True, help="As what.")
@click.option("--take", metavar="TAKE", help="Approve the pixels of this take instead of a brief.")
@click.option("--person", metavar="ID", help="The person it speaks for, in a role that is a person's.")
@click.option("--rule", "rules", multiple=True, metavar="RULE", help="Only for this rule; may stand several times.")
@click.option("--note", default="", help="In the approver's words.")
@click.option("--key", type=click.Path(path_type=Path), help="Sign with this key file instead.")
@click.option("--withdraw", metavar="ID", help="Take the approval ID back instead; frames stop being written.")
def command(
    show: Path,
    brief: str | None,
    by: str,
    role: str,
    take: str | None,
    person: str | None,
    rules: tuple[str, ...],
    note: str,
    key: Path | None,
    withdraw: str | None,
) -> Answer:
    """Record that BRIEF, exactly as it is now and on exactly this plate, or a take's pixels, are approved."""
    if sum(one is not None for one in (brief, withdraw, take)) != 1:
        raise click.UsageError("Give a BRIEF, --take TAKE or --withdraw ID.")
    from secondunit.keys import read_key
    from secondunit.policy import approvals
    from secondunit.policy.ledger import Ledger
    from secondunit.policy.parts import Role
    from secondunit.production import Production

    production = Production.open(show)
    ledger = Ledger(production)
    if withdraw is not None:
        digest = approvals.withdraw(ledger, withdraw, by=by, note=note)
        return Answer({"withdrawn": digest}, f"Approval {digest[:12]} is withdrawn.")
    if take is not None:
        approval = _of_take(production, take, Role(role), by, note)
    else:
        approval = _of_brief(production, show, brief or "", Role(role), by, note, person, rules)
    digest = approvals.record_approval(ledger, approvals.sign_approval(approval, read_key(key) if key else None))
    about = approval.take or f"{approval.shot} for {approval.use}"
    changed = "Other pixels need" if approval.take else "Any change to the brief or the plate needs"
    lines = [f"Approval {digest[:12]}: {by} approves {about} as {role}.", f"{changed} a new one."]
    return Answer({"approval": digest, "role": role, "use": approval.use, "take": approval.take}, "\n".join(lines))


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
