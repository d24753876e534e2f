"""``secondunit strike``: a lock that stops all work that needs a performer's consent."""

from __future__ import annotations

from pathlib import Path

import click

from secondunit.cli.verb import Answer, Verb


@click.command("strike", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.option("--lock", "union", metavar="UNION", help="Lock work on members of UNION; '*' for everybody.")
@click.option("--lift", metavar="ID", help="Lift this lock.")
@click.option("--reason", default="", help="Why.")
@click.option("--by", default="", help="Who says so.")
def command(show: Path, union: str | None, lift: str | None, reason: str, by: str) -> Answer:
    """List the strike locks of SHOW, set one, or lift one. While one stands, running work stops."""
    if union is not None and lift is not None:
        raise click.UsageError("Give --lock or --lift, not both.")
    from secondunit.policy import strikes
    from secondunit.policy.ledger import Ledger
    from secondunit.policy.standing import standing_of
    from secondunit.production import Production

    production = Production.open(show)
    ledger = Ledger(production)
    if union is not None:
        strikes.lock(ledger, union=union, reason=reason, by=by)
    if lift is not None:
        strikes.lift(ledger, lift, by=by, reason=reason)
    locks = standing_of(production).strike_locks
    lines = [f"{one.lock_id}  {one.union}  since {one.at}, {one.by}: {one.reason}" for one in locks]
    return Answer({"locks": [one.to_json() for one in locks]}, "\n".join(lines) or "No strike lock stands.")
