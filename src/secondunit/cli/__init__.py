"""The command line: one file per verb."""

from secondunit.cli.group import main

__all__ = ["main"]
