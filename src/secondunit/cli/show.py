"""``secondunit show``: the papers of one take."""

from __future__ import annotations

from pathlib import Path

import click

from secondunit.cli.verb import Answer, Verb


@click.command("show", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.argument("take")
def command(show: Path, take: str) -> Answer:
    """Show TAKE (t003 or SHOT/t003) of the production SHOW; with --json all of its papers."""
    from secondunit.cli.shoot import describe
    from secondunit.policy.receipts import pixels_of
    from secondunit.policy.standing import standing_of
    from secondunit.production import Production
    from secondunit.take.store import find_take

    production = Production.open(show)
    found = find_take(production, take)
    document = found.document
    request, machine = document["clearance"]["request"], document["machine"]
    agreed = standing_of(production).approvals_of_take(found.id, pixels_of(document["receipts"], where=found.id))
    approvals = ", ".join(document["clearance"]["approvals"]) or "none needed"
    lines = [
        describe(found),
        f"  brief     {document['brief']['source']} ({document['brief']['digest'][:12]}), "
        f"seed {document['brief']['document']['brief']['seed']}",
        f"  cleared   for {request['use']} at {document['clearance']['issued_at']}; approvals: {approvals}",
        *(f"  approved  by {one.by}, {one.role}, at {one.at}: these pixels" for one in agreed),
        f"  made by   secondunit {document['versions']['secondunit']} on {machine['system']}, "
        f"{machine['threads']} threads of {machine['cores']} cores",
        f"  again     secondunit shoot {show} --like {found.id}",
    ]
    return Answer({**document, "approved": [one.to_json() for one in agreed]}, "\n".join(lines))
