"""``secondunit rights``: what a lawyer files. Not legal advice."""

from __future__ import annotations

from pathlib import Path

import click

from secondunit.cli.progress import watching
from secondunit.cli.verb import EXIT_CODES, Answer, Verb
from secondunit.errors import BrokenStore, Stopped


@click.group("rights", epilog=EXIT_CODES)
def command() -> None:
    """The papers of a production's rights. Not legal advice."""


@command.command("report", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="The HTML page. Default: SHOW/reports/rights-DAY.html.")
@click.option("--pdf", type=click.Path(path_type=Path), help="The PDF. Default: beside the page.")
@click.option("--take", metavar="TAKE", help="Only of this take (t003 or SHOT/t003), as it goes with a delivery.")
@click.option("--verify", is_flag=True, help="Also read every frame of every take; takes as long as reading them.")
@click.pass_context
def report(
    ctx: click.Context, show: Path, out: Path | None, pdf: Path | None, take: str | None, verify: bool
) -> Answer:
    """Write SHOW's rights report: one HTML page and one PDF. Uses, decisions with clauses, consents by hash, approvals.

    It names no performer. Exit code 5: the ledger is not whole; the report says so.
    """
    from secondunit.delivery.rights.content import rights_report
    from secondunit.delivery.rights.html import to_html
    from secondunit.delivery.rights.pdf import to_pdf
    from secondunit.production import Production
    from secondunit.records import whole_file
    from secondunit.take.store import find_take

    production = Production.open(show)
    about = find_take(production, take).id if take is not None else ""
    with watching(ctx) as (watch, stop):

        def progress(done: int, total: int) -> None:
            if stop:
                raise Stopped(str(show), "stopped by the user")
            watch("verify", done, total)

        made = rights_report(production, take=about, verify=verify, progress=progress)
    name = "-".join(one for one in ("rights", *about.split("/"), made.made_at[:10]) if one)
    page = out or production.folder / "reports" / f"{name}.html"
    paper = pdf or page.with_suffix(".pdf")
    if page.absolute() == paper.absolute():
        raise click.UsageError("--out and --pdf name the same file.")
    for path, data in ((page, to_html(made).encode()), (paper, to_pdf(made))):
        try:
            with whole_file(path) as temporary:
                temporary.write_bytes(data)
        except OSError as error:
            raise BrokenStore(
                str(path), f"cannot be written ({error.strerror})", "a file in a folder of yours"
            ) from error
    questions = f"{made.open} open {'question' if made.open == 1 else 'questions'}"
    lines = [str(page), str(paper), f"{questions}. Ledger: {made.head}.", "This is not legal advice."]
    answer = {"html": str(page), "pdf": str(paper), "report": made.to_json()}
    return Answer(answer, "\n".join(lines), 0 if made.whole else BrokenStore.exit_code)
