"""``secondunit``: the verbs, and what happens when a command line itself is wrong."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

import click

import secondunit
from secondunit.cli import (
    approve,
    consent,
    deliver,
    demo,
    doctor,
    ingest,
    ledger,
    likeness,
    new,
    people,
    policy,
    rights,
    sets,
    shoot,
    show,
    strike,
    survey,
    takes,
    verify,
    works,
)
from secondunit.cli.verb import EXIT_CODES


class Line(click.Group):
    """All verbs. Errors of usage come as JSON too when ``--json`` stands on the line."""

    def main(  # type: ignore[override]  # click splits this into two overloads that mean the same
        self, args: Sequence[str] | None = None, *, standalone_mode: bool = True, **settings: Any
    ) -> Any:
        """Run one verb and end the process with its exit code (or return it with ``standalone_mode=False``)."""
        words = list(sys.argv[1:] if args is None else args)
        try:
            code = super().main(words, standalone_mode=False, **settings)
        except click.ClickException as error:
            code = 2
            if "--json" in words:
                problem = {
                    "kind": "Usage",
                    "where": "command line",
                    "found": error.format_message(),
                    "wanted": "",
                    "advice": "See --help.",
                }
                click.echo(json.dumps({"error": {"code": code, "problems": [problem]}}, indent=1))
            else:
                error.show()
        except click.Abort:
            code = 130
        if standalone_mode:
            sys.exit(code)
        return code


@click.group(cls=Line, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(secondunit.__version__, prog_name="secondunit")
def main() -> None:
    """Shoot what the main unit cannot: a plate and a brief go in, takes come out."""


for _verb in (
    new.command,
    ingest.command,
    survey.command,
    shoot.command,
    takes.command,
    sets.command,
    show.command,
    verify.command,
    deliver.command,
    policy.command,
    likeness.command,
    works.command,
    approve.command,
    people.command,
    consent.command,
    strike.command,
    ledger.command,
    rights.command,
    doctor.command,
    demo.command,
):
    main.add_command(_verb)
