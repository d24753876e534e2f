"""Section of the report: every use that was asked, what was decided, by which rules, on whose word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from secondunit.delivery.rights._gather import Gathered
from secondunit.delivery.rights._history import Decided, SameUse, same_uses
from secondunit.delivery.rights._people import approver
from secondunit.delivery.rights.page import Block, Cell, Facts, Heading, Table, Tone, Words, digest, line
from secondunit.policy.facts import PersonChange

VERDICT_TONES: Mapping[str, Tone] = {
    "cleared": "good",
    "needs": "open",
    "unknown": "open",
    "refused": "bad",
    "noted": "faint",
}
_TIMES = (("Row", 0.08), ("When (UTC)", 0.2), ("Frames", 0.15), ("Brief", 0.2), ("Plate", 0.2), ("Take", 0.17))
_RULES = (("Says", 0.11), ("Rule", 0.23), ("Clause and source", 0.37), ("Here", 0.29))


def uses(found: Gathered) -> tuple[Block, ...]:
    """One part for each kind of use of each shot; the same question answered the same way stands once."""
    blocks: list[Block] = []
    for use in same_uses(found.decided):
        blocks += _use(found, use)
    return tuple(blocks) or (Table(_RULES, (), "Nothing was asked yet."),)


def _use(found: Gathered, use: SameUse) -> Iterator[Block]:
    last = use.last
    request = last.request
    verdict = Words(last.verdict.upper(), VERDICT_TONES[last.verdict])
    yield Heading(
        (
            Words(
                f"{request.shot}: {request.kind} for {request.use}{', delivered' if request.step == 'export' else ''} "
            ),
            verdict,
        )
    )
    yield Facts(
        (
            ("People", tuple(_person(found, one) for one in request.people) or line("nobody's likeness is changed")),
            ("Stated", line("; ".join(_stated(found, last)) or "nothing")),
            *((("Tools", tuple(_tools(found, last))),) if request.tools else ()),
            *((("Not stated", line(", ".join(last.missing), "doubt")),) if last.missing else ()),
            *((("Wanted", tuple(_wanted(found, last))),) if last.needs else ()),
            ("Approved by", tuple(_approved(found, use)) or line("nobody", "faint")),
            ("Consents it rests on", _digests(use)),
            *((("Cleared by packs", tuple(_packs(found, use))),) if last.packs else ()),
        )
    )
    yield Table(_TIMES, tuple(_time(one) for one in use.times))
    yield Table(_RULES, tuple(_rule(found, one) for one in last.reasons), "No rule spoke.")


def _person(found: Gathered, one: PersonChange) -> Words:
    years = "" if one.years is None else f" by {one.years:+g} years"
    amount = "" if one.amount is None else f", amount {one.amount:g}"
    as_whom = f", as {found.veil.over(one.character)}" if one.character else ""
    said = "".join(f"; {name.replace('_', ' ')}: {_value(value)}" for name, value in sorted(one.facts.items()))
    return Words(f"{found.veil.person(one.person_id)}: {one.change}{years}{amount}{as_whom}{found.veil.over(said)}")


def _stated(found: Gathered, one: Decided) -> Iterator[str]:
    for name, value in sorted(one.request.facts.items()):
        yield f"{name.replace('_', ' ')}: {found.veil.over(_value(value))}"


def _tools(found: Gathered, one: Decided) -> Iterator[Words]:
    for tool in one.request.tools:
        said = "; ".join(f"{name.replace('_', ' ')}: {_value(value)}" for name, value in sorted(tool.items()))
        yield Words(found.veil.over(said))


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value)) or "none"
    return str(value)


def _wanted(found: Gathered, one: Decided) -> Iterator[Words]:
    rules: dict[str, list[str]] = {}
    for need in one.needs:
        what = found.veil.over(str(need["what"]))
        about = f" ({found.veil.person(str(need['about']))})" if need["about"] else ""
        rules.setdefault(f"{str(need['whom']).replace('_', ' ')}: {what}{about}", []).append(str(need["rule"]))
    for want, names in rules.items():
        yield Words(f"{want} [{', '.join(names)}]", "doubt")


def _approved(found: Gathered, use: SameUse) -> Iterator[Words]:
    for one in dict.fromkeys(each for time in use.times for each in time.approvals):
        given = found.given.get(one)
        if given is None:
            yield Words(f"an approval that is not in the ledger, {one[:16]}", "bad")
            continue
        back = f", withdrawn in row {given.withdrawn}" if given.withdrawn else ""
        tone: Tone = "bad" if given.withdrawn else "plain"
        yield Words(f"{approver(found, given)}, {given.approval.at[:10]}, row {given.seq}{back}", tone)


def _packs(found: Gathered, use: SameUse) -> Iterator[Words]:
    """The packs that cleared it, each version once; one that is no longer in force says so."""
    now = {(pack.id, pack.version, pack.digest) for pack in found.packs}
    for pack in dict.fromkeys(one for time in use.times for one in time.packs):
        name = f"{pack[0]} v{pack[1]}, {pack[2][:16]}"
        yield Words(name, "code") if pack in now else Words(f"{name}: not in force as it was then", "doubt")


def _digests(use: SameUse) -> Cell:
    every = dict.fromkeys(one for time in use.times for one in time.consents)
    return tuple(Words(one, "digest") for one in every) or line("none", "faint")


def _time(one: Decided) -> tuple[Cell, ...]:
    request = one.request
    return (
        line(str(one.seq)),
        line(f"{one.at[:10]} {one.at[11:16]}"),
        line(f"{request.first_frame}–{request.end_frame_exclusive - 1}"),
        digest(request.brief_digest),
        digest(request.plate_digest),
        line((one.take or request.take).split("/")[-1], "code") if one.take or request.take else line("none", "faint"),
    )


def _rule(found: Gathered, reason: Mapping[str, Any]) -> tuple[Cell, ...]:
    outcome = str(reason["outcome"])
    pack, _, rule = str(reason["rule"]).rpartition("/")
    about = f"about {found.veil.person(str(reason['about']))}" if reason["about"] else ""
    unsure = f"Not certain: {reason['unsure']}" if reason["unsure"] else ""
    lists = [
        f"{name}: {', '.join(map(str, reason[key]))}"
        for key, name in (("tell", "Tell"), ("evidence", "On record"))
        if reason[key]
    ]
    return (
        line(outcome, VERDICT_TONES.get(outcome, "plain")),
        (Words(rule, "code"), Words(pack, "faint"), Words(f"confidence {reason['confidence']}", "faint")),
        (Words(str(reason["clause"])), Words(str(reason["source"]), "faint")),
        (
            Words(found.veil.over(str(reason["means"]))),
            *(Words(one, "faint") for one in (about, *lists) if one),
            *((Words(unsure, "doubt"),) if unsure else ()),
        ),
    )
