"""``secondunit approve``: somebody agrees to a brief, or takes it back."""

from __future__ import annotations

from pathlib import Path

import click

from secondunit.cli.verb import Answer, Verb, brief_path


@click.command("approve", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.argument("brief", required=False)
@click.option("--by", required=True, help="Who approves.")
@click.option("--note", default="", help="In the approver's words.")
@click.option("--withdraw", metavar="ID", help="Take the approval ID back instead; frames stop being written.")
def command(show: Path, brief: str | None, by: str, note: str, withdraw: str | None) -> Answer:
    """Record that BRIEF, exactly as it is now and on exactly this plate, is approved."""
    if (brief is None) == (withdraw is None):
        raise click.UsageError("Give a BRIEF or --withdraw ID.")
    from secondunit.brief.document import load_brief
    from secondunit.effects.registry import find_effect
    from secondunit.policy import approvals
    from secondunit.production import Production
    from secondunit.shoot import open_plate, request_for

    production = Production.open(show)
    if withdraw:
        path = approvals.withdraw(production, withdraw, by=by, note=note)
        return Answer({"withdrawn": withdraw, "file": str(path)}, f"Approval {withdraw} is withdrawn.")
    asked = load_brief(brief_path(show, brief or ""), find_effect)
    plate = open_plate(production, asked, preview=False)
    request = request_for(production, asked, plate.digest(), preview=False)
    approval = approvals.Approval(
        by=by,
        at=approvals.now(),
        note=note,
        production=production.title,
        shot=request.shot,
        use=request.use,
        brief_digest=request.brief_digest,
        plate_digest=request.plate_digest,
    )
    path = approvals.record(production, approval)
    lines = [
        f"Approval {approval.id}: {by} approves {asked.shot} for {asked.use}.",
        "Any change to the brief or the plate needs a new one.",
    ]
    return Answer({"approval": approval.id, "file": str(path), "use": asked.use}, "\n".join(lines))
