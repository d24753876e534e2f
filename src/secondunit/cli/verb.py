"""What every verb has: an answer for people and for scripts, ``--json``, ``--debug`` and exit codes."""

from __future__ import annotations

import errno
import json
import sys
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from secondunit.errors import BrokenStore, Problems, SecondUnitError, Stopped

EXIT_CODES = """\b
Exit codes:
  0    done
  1    unexpected error: a bug, please report it
  2    the command, the brief or a picture is not right
  3    the plate does not say enough to solve from
  4    not cleared by the policy
  5    the store: something on disk is missing, damaged or full
  130  stopped by the user; the same command goes on from there"""


@dataclass(frozen=True)
class Answer:
    """What a verb has to say.

    Attributes:
        data: for scripts: one JSON object.
        text: for people.
        code: exit code.
    """

    data: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    code: int = 0


class Verb(click.Command):
    """A command whose function returns an ``Answer``; errors become messages and exit codes."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.epilog = EXIT_CODES
        self.params += [
            click.Option(["--json", "as_json"], is_flag=True, expose_value=False, help="One JSON object on stdout."),
            click.Option(["--debug"], is_flag=True, expose_value=False, help="Show where an unexpected error arose."),
        ]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Remember the flags that every verb has, also for code that has no click at hand."""
        ctx.obj = {"json": "--json" in args, "debug": "--debug" in args}
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> int:
        """Run the verb and say what it answers; returns the exit code."""
        as_json = bool(ctx.obj["json"])
        try:
            answer = super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except SecondUnitError as error:
            return say_error(error, as_json=as_json)
        except KeyboardInterrupt:
            return say_error(Stopped(self.name or "", "stopped by the user"), as_json=as_json)
        except Exception as error:
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                return say_error(_full(error), as_json=as_json)
            if ctx.obj["debug"]:
                traceback.print_exc()
            return say_error(_bug(self.name or "", error), as_json=as_json, code=1)
        if as_json:
            click.echo(json.dumps(answer.data, indent=1))
        elif answer.text:
            click.echo(answer.text)
        return int(answer.code)


def say_error(error: SecondUnitError, *, as_json: bool, code: int | None = None) -> int:
    """Tell people on stderr, or scripts on stdout; returns the exit code."""
    code = error.exit_code if code is None else code
    if as_json:
        click.echo(json.dumps({"error": {"code": code, "problems": problems_json(error)}}, indent=1))
    else:
        click.echo(str(error), err=True)
    return code


def problems_json(error: SecondUnitError) -> list[dict[str, str]]:
    """The parts of an error, or of several, as plain values."""
    several = error.problems if isinstance(error, Problems) else (error,)
    return [
        {"kind": type(one).__name__, "where": one.where, "found": one.found, "wanted": one.wanted, "advice": one.advice}
        for one in several
    ]


def brief_path(show: Path, text: str) -> Path:
    """A brief's file: as it is named from here, else below the production."""
    here = Path(text)
    return here if here.exists() or here.is_absolute() else show / text


def _bug(verb: str, error: Exception) -> SecondUnitError:
    return SecondUnitError(
        f"secondunit {verb}",
        f"unexpected {type(error).__name__}: {error}",
        advice="This is a bug; run it again with --debug and report what it shows.",
    )


def _full(error: OSError) -> SecondUnitError:
    advice = "Free some space and run the same command again; it goes on from there."
    return BrokenStore(str(error.filename or "the disk"), "the disk is full", advice=advice)


def is_terminal() -> bool:
    """Whether progress bars can be drawn."""
    return sys.stderr.isatty()
