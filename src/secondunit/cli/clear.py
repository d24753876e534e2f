"""``secondunit clear``: may this brief be shot, and why or why not."""

from __future__ import annotations

from pathlib import Path

import click

from secondunit.cli.verb import Answer, Verb, brief_path


@click.command("clear", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.argument("brief")
@click.option("--preview", is_flag=True, help="As a preview, which is never more than a temp.")
def command(show: Path, brief: str, preview: bool) -> Answer:
    """Say whether BRIEF may be shot in the production SHOW, with every rule that spoke. Exit code 4 means no."""
    from secondunit.brief.document import load_brief
    from secondunit.effects.registry import find_effect
    from secondunit.errors import NotCleared
    from secondunit.policy.clearance import ask
    from secondunit.policy.decide import Verdict
    from secondunit.production import Production
    from secondunit.shoot import open_plate, request_for

    production = Production.open(show)
    asked = load_brief(brief_path(show, brief), find_effect)
    plate = open_plate(production, asked, preview=preview)
    request = request_for(production, asked, plate.digest(), preview=preview)
    decision = ask(production, request)
    text = "\n".join(
        [f"{asked.shot}, {request.kind} for {request.use}: {decision.verdict}", *map(str, decision.reasons)]
    )
    code = 0 if decision.verdict is Verdict.CLEARED else NotCleared.exit_code
    return Answer({"shot": asked.shot, "use": request.use, **decision.to_json()}, text, code)
