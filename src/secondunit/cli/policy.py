"""``secondunit policy``: may this be done, why or why not, what if; and the rule packs themselves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from secondunit.cli.verb import EXIT_CODES, Answer, Verb, brief_path

if TYPE_CHECKING:
    from secondunit.policy.decide import Decision
    from secondunit.policy.facts import Request
    from secondunit.policy.rules import Pack
    from secondunit.policy.weighing import Finding
    from secondunit.production import Production

NOT_ADVICE = "This is not legal advice: the rules are short sentences about other people's documents."


@click.group("policy", epilog=EXIT_CODES)
def command() -> None:
    """Ask the rule packs; look at them; test your own. Not legal advice."""


@command.command("check", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.argument("brief")
@click.option("--preview", is_flag=True, help="As a preview, which is never more than a temp.")
def check(show: Path, brief: str, preview: bool) -> Answer:
    """Say whether BRIEF may be shot in SHOW: the verdict, every rule that spoke, and what is wanted of whom.

    Exit code 4 means no.
    """
    production, request = _request(show, brief, preview)
    decision = _decide(production, request, without=(), traced=False)
    lines = [_heading(request, decision), *(f"  {one}" for one in decision.reasons), *_wants(decision), NOT_ADVICE]
    return Answer(_json(request, decision), "\n".join(lines), _code(decision))


@command.command("explain", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path))
@click.argument("brief")
@click.option("--preview", is_flag=True, help="As a preview, which is never more than a temp.")
@click.option("--set", "settings", multiple=True, metavar="FIELD=VALUE", help="What if: another answer, or 'unknown'.")
@click.option("--without-consent", "without", multiple=True, metavar="ID", help="What if this consent were taken back.")
@click.option("--all", "everything", is_flag=True, help="Also the rules that do not apply.")
def explain(
    show: Path, brief: str, preview: bool, settings: tuple[str, ...], without: tuple[str, ...], everything: bool
) -> Answer:
    """Say of every rule that spoke what it compared and what came of it. A what-if writes nothing."""
    from secondunit.policy.weighing import Outcome
    from secondunit.policy.what_if import with_facts

    production, request = _request(show, brief, preview)
    request = with_facts(request, settings)
    decision = _decide(production, request, without=without, traced=True)
    silent = [one for one in decision.findings if one.outcome is Outcome.SILENT]
    what_if = [*settings, *(f"without {one}" for one in without)]
    lines = [f"What if: {', '.join(what_if)}."] if what_if else []
    lines.append(_heading(request, decision))
    for one in (*decision.reasons, *(silent if everything else ())):
        lines += [f"  {one}", *(f"      {line}" for line in _trace(one))]
    lines += [f"  {len(silent)} rules do not apply" + ("" if everything else "; --all shows them") + "."]
    lines += [*_wants(decision), NOT_ADVICE]
    findings = [{**_finding_json(one), "compared": _trace(one)} for one in (*decision.reasons, *silent)]
    data = {**_json(request, decision), "what_if": what_if, "findings": findings}
    return Answer(data, "\n".join(lines), _code(decision))


@command.command("test", cls=Verb)
@click.argument("pack", type=click.Path(path_type=Path))
def test(pack: Path) -> Answer:
    """Run the cases that PACK, a file or the id of a shipped pack, carries for its rules. Exit code 2: one fails."""
    from secondunit.errors import BrokenStore
    from secondunit.policy.cases import try_cases, untried
    from secondunit.policy.rules import read_pack, shipped_packs

    shipped = shipped_packs().get(str(pack))
    if shipped is None and not pack.is_file():
        raise BrokenStore(str(pack), "no such file and no shipped pack", "a rule pack", "See: secondunit policy packs.")
    ready = read_pack(shipped or pack.read_bytes(), where=str(pack))
    tried, open_ = try_cases(ready), untried(ready)
    wrong = [one for one in tried if not one.holds]
    lines = [f"{one.rule}, case {one.number}: wanted {one.wanted}, is {one.found}" for one in wrong]
    lines += [f"{one}" for one in open_]
    lines.append(f"{ready.id} {ready.version}: {len(ready.rules)} rules, {len(tried)} cases, {len(wrong)} wrong.")
    data = {
        "pack": ready.id,
        "cases": [{**vars(one), "holds": one.holds} for one in tried],
        "untried": list(open_),
    }
    return Answer(data, "\n".join(lines), 2 if wrong else 0)


@command.command("packs", cls=Verb)
@click.argument("show", type=click.Path(path_type=Path), required=False)
def packs(show: Path | None) -> Answer:
    """List the shipped rule packs and, of the production SHOW, those in force."""
    from secondunit.policy.rules import load_packs, read_pack, shipped_packs
    from secondunit.production import Production

    in_force = load_packs(Production.open(show)) if show is not None else ()
    shipped = [read_pack(data, where=name) for name, data in shipped_packs().items()]
    ids = {pack.id for pack in in_force}
    own = [pack for pack in in_force if pack.id not in {one.id for one in shipped}]
    lines = []
    for pack in (*shipped, *own):
        mark = "*" if pack.id in ids else " "
        lines.append(
            f"{mark} {pack.id:<34} v{pack.version}  {len(pack.rules):>2} rules  {pack.confidence}  {pack.title}"
        )
    lines += ["* in force here" if show else "Name them in production.toml: rule_packs = [...]", NOT_ADVICE]
    listed = [{**_pack_json(pack), "in_force": pack.id in ids} for pack in (*shipped, *own)]
    return Answer({"packs": listed}, "\n".join(lines))


@command.command("fields", cls=Verb)
def fields() -> Answer:
    """List every field that a rule can ask for and a brief can say."""
    from secondunit.policy.vocabulary import FIELDS

    lines = []
    for spec in sorted(FIELDS.values(), key=lambda one: not one.given):  # what can be said first
        words = f" ({', '.join(spec.words)})" if spec.words else ""
        lines.append(f"{spec.name}: {spec.kind}{words}, {'said' if spec.given else 'worked out'}. {spec.sentence}")
    listed = [{**vars(spec), "words": list(spec.words)} for spec in FIELDS.values()]
    return Answer({"fields": listed}, "\n".join(lines))


def _request(show: Path, brief: str, preview: bool) -> tuple[Production, Request]:
    from secondunit.brief.document import load_brief
    from secondunit.effects.registry import find_effect
    from secondunit.production import Production
    from secondunit.shoot import open_plate, request_for

    production = Production.open(show)
    asked = load_brief(brief_path(show, brief), find_effect)
    plate = open_plate(production, asked, preview=preview)
    return production, request_for(production, asked, plate.digest(), preview=preview)


def _decide(production: Production, request: Request, *, without: tuple[str, ...], traced: bool) -> Decision:
    from secondunit.policy.decide import decide
    from secondunit.policy.rules import load_packs
    from secondunit.policy.standing import standing_of
    from secondunit.policy.what_if import without_consents

    standing = without_consents(standing_of(production), without)
    return decide(request, standing, load_packs(production), traced=traced)


def _heading(request: Request, decision: Decision) -> str:
    return f"{request.shot}, {request.kind} for {request.use}: {decision.verdict}"


def _wants(decision: Decision) -> list[str]:
    """Whom to ask for what; and where an answer is written."""
    lines = ["Wanted:", *(f"  {one}" for one in decision.wanted)] if decision.needs else []
    unsaid = any(need.what.startswith("say ") for need in decision.needs)
    where = "What is to be said stands in the brief: [use], person. in [[use.people]]; for the whole production: "
    return lines + ([f"{where}production.toml, [use]."] if unsaid else [])


def _trace(finding: Finding) -> list[str]:
    said = {True: "true", False: "false", None: "unknown"}
    lines = []
    for step in finding.steps:
        values = ", ".join(f"{name} is {'not said' if value is None else value}" for name, value in step.values)
        lines.append(f"{step.text}: {said[step.truth]} ({values})")
    return lines


def _json(request: Request, decision: Decision) -> dict[str, Any]:
    return {"shot": request.shot, "use": request.use, **decision.to_json(), "note": NOT_ADVICE}


def _finding_json(finding: Finding) -> dict[str, Any]:
    names = ("rule", "clause", "source", "confidence", "unsure", "about", "means")
    return {**{name: getattr(finding, name) for name in names}, "outcome": finding.outcome.value}


def _pack_json(pack: Pack) -> dict[str, Any]:
    names = ("id", "version", "title", "source", "as_of", "digest")
    return {
        **{name: getattr(pack, name) for name in names},
        "confidence": pack.confidence.value,
        "rules": len(pack.rules),
    }


def _code(decision: Decision) -> int:
    from secondunit.errors import NotCleared
    from secondunit.policy.decide import Verdict

    return 0 if decision.verdict is Verdict.CLEARED else NotCleared.exit_code
