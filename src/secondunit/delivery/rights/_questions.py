"""What is open: everything somebody must still answer, give or look at before the production is clear."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from secondunit.delivery.rights._gather import Gathered
from secondunit.delivery.rights._history import Decided, Given, newest
from secondunit.delivery.rights._takes import TakeFound
from secondunit.delivery.rights.page import Tone
from secondunit.policy.decide import Verdict
from secondunit.policy.documents import ConsentStatus
from secondunit.policy.ledger import Finding

SOON_DAYS = 60  # a consent that ends within this time is told
Weight = Literal["stops", "asks", "watch"]  # nothing may go out; somebody must answer; somebody must know
OF_PEOPLE = ("public_figure", "artist")  # kinds of listed names that are names of people: not told
TONES: Mapping[Weight, Tone] = {"stops": "bad", "asks": "open", "watch": "faint"}


@dataclass(frozen=True)
class Question:
    """One thing that is open.

    Attributes:
        weight: how much hangs on it.
        what: is open, in words.
        whom: must answer; empty if that is not known.
        about: shots, takes, consents and rules it is about.
    """

    weight: Weight
    what: str
    whom: str
    about: tuple[str, ...]


def questions(found: Gathered) -> tuple[Question, ...]:
    """Everything open, the weightiest first; the same question about several things is one."""
    asked = [*_ledger(found), *(() if found.wrong else _holds(found)), *_damage(found)]
    together: dict[tuple[Weight, str, str], dict[str, None]] = {}
    for one in asked:
        together.setdefault((one.weight, one.what, one.whom), {}).update(dict.fromkeys(one.about))
    order = list(TONES)
    merged = [Question(*key, tuple(about)) for key, about in together.items()]
    return tuple(sorted(merged, key=lambda one: order.index(one.weight)))


def _holds(found: Gathered) -> Iterator[Question]:
    """What rests on the ledger: nothing of it can be said while it is not whole."""
    for one in newest(found.decided):
        yield from _decision(found, one)
    for take in found.takes:
        yield from _take(found, take)
    yield from _approvals(found)
    yield from _consents(found)
    yield from _unsure(found)
    yield from _likeness(found)
    for lock in found.standing.strike_locks:
        union = "everybody" if lock.union == "*" else lock.union
        yield Question("stops", f"A strike lock stands for {union}.", "producer", (lock.lock_id,))


def _ledger(found: Gathered) -> Iterator[Question]:
    for one in found.wrong:
        yield Question("stops", f"The ledger is not whole: {row_words(one)}.", "whoever keeps the ledger", ())


def row_words(wrong: Finding) -> str:
    """What is wrong with the ledger, and where."""
    return f"row {wrong.seq} {wrong.what}"


def _damage(found: Gathered) -> Iterator[Question]:
    for text in found.damage:
        yield Question("stops", f"A take cannot be read: {text}.", "whoever keeps the show", ())


def _decision(found: Gathered, last: Decided) -> Iterator[Question]:
    use = use_words(last)
    if last.verdict == Verdict.REFUSED:
        rules = [str(one["rule"]) for one in last.reasons if one["outcome"] == "refused"]
        lifts = [f"{need['whom']} gives {need['what']}" for need in last.needs if need["rule"] in rules]
        what = " or ".join(["change what is asked", *dict.fromkeys(lifts)])
        yield Question("stops", f"Refused by {', '.join(rules)}: {found.veil.over(what)}.", "production", (use,))
    elif last.verdict != Verdict.CLEARED:
        for need in last.needs:
            about = f" ({found.veil.person(str(need['about']))})" if need["about"] else ""
            yield Question(
                "asks", f"{found.veil.over(str(need['what']))}{about} [{need['rule']}]", str(need["whom"]), (use,)
            )
        if last.verdict == Verdict.UNKNOWN and not last.needs:
            missing = f": nobody said {', '.join(last.missing)}" if last.missing else ": no rule allows it"
            yield Question("asks", f"Unknown{missing}.", "production", (use,))


def use_words(one: Decided) -> str:
    """A use in a few words."""
    leaving = {"export": ", delivered", "transfer": ", handed on", "release": ", released"}.get(one.request.step, "")
    return f"{one.request.shot}, {one.request.kind} for {one.request.use}{leaving}"


def _take(found: Gathered, one: TakeFound) -> Iterator[Question]:
    if one.take is None:
        yield Question("watch", "The ledger has the take; its folder is gone.", "whoever keeps the show", (one.id,))
        return
    for wrong in one.papers:
        yield Question("stops", f"Take: {wrong}.", "production", (one.id,))
    for lost in one.lost:
        yield Question("stops", f"A take rests on what no longer stands: {lost}.", "production", (one.id,))
    if one.today is not None and one.today.verdict is not Verdict.CLEARED:
        rules = ", ".join(dict.fromkeys(reason.rule for reason in one.today.reasons if reason.outcome in _STOP))
        yield Question("stops", f"Would not be cleared today: {one.today.verdict} ({rules}).", "production", (one.id,))
    if one.report is not None and one.report.problems:
        yield Question("stops", "Its files are not as they were signed.", "whoever keeps the show", (one.id,))
    for flag in one.flags:
        name = f"a listed {flag.kind.replace('_', ' ')}" if flag.kind in OF_PEOPLE else f"{flag.name} ({flag.kind})"
        yield Question("asks", f"Its brief names or asks for {name}.", "production_legal", (flag.where,))
    for match in one.near:
        how = "A frame is near" if match.verdict == "near" else "A frame should be looked at beside"
        yield Question(
            "stops" if match.verdict == "near" else "asks",
            f"{how} {match.work.work_id} ({match.bits} of 128 bits differ).",
            "production_legal",
            (match.where,),
        )
    if one.unknown:
        what = f"It is not known here what computed it: {one.unknown}."
        yield Question("asks", what, "whoever shot it", (one.id,))
    signer = one.take.document.get("signer")
    if not one.papers and one.final and isinstance(signer, dict) and signer.get("development"):
        what = "A final take is signed with a development certificate: it shows that nothing changed, not who signed."
        yield Question("watch", what, "production", (one.id,))


_STOP = ("refused", "unknown", "needs")


def _approvals(found: Gathered) -> Iterator[Question]:
    approved = {given.approval.take for given in found.given.values() if fit(found, given)[1] == "good"}
    for given in found.given.values():
        words, tone = fit(found, given)
        if given.approval.take and tone == "bad":
            yield Question(
                "stops", f"An approval no longer fits its take: {words}.", "production", (given.approval.take,)
            )
    for take in found.takes:
        if take.final and take.take is not None and take.id not in approved:
            yield Question("asks", "A final take whose pixels nobody has approved.", "producer", (take.id,))


def fit(found: Gathered, given: Given) -> tuple[str, Tone]:
    """Whether an approval stands, and still fits what it was given for: in words, and how good that is."""
    approval = given.approval
    if given.withdrawn:
        return f"withdrawn in row {given.withdrawn}", "faint"
    if approval.expires_at is not None and approval.expires_at <= found.now:
        return f"expired {approval.expires_at}", "faint"
    if not approval.take:
        used = [one.seq for one in found.decided if approval.digest in one.approvals]
        return (f"stands; row {', '.join(map(str, used))}", "good") if used else ("stands; not used yet", "open")
    take = next((one for one in found.takes if one.id == approval.take), None)
    if take is None or take.decided is None:
        return "the ledger does not know the take", "bad"
    if take.take is None:
        return "the take is no longer there", "open"
    if take.decided.pixels != approval.pixels_digest:
        return "the take has other pixels", "bad"
    if take.papers or (take.report is not None and take.report.problems):
        return "the take was changed since", "bad"
    return ("fits: every frame was read", "good") if take.report else ("fits by the papers; frames not read", "good")


def _consents(found: Gathered) -> Iterator[Question]:
    for held in found.standing.consents:
        scope = held.consent.scope
        about = (found.veil.over(held.consent.consent_id),)
        if (
            held.status(found.now) is ConsentStatus.GRANTED
            and (left := days_left(found.now, scope.term_end)) <= SOON_DAYS
        ):
            what = f"A consent ends in {left} {'day' if left == 1 else 'days'}, on {scope.term_end[:10]}."
            yield Question("watch", what, "talent", about)


def days_left(now: str, end: str) -> int:
    """Whole days from one moment to another."""
    return (date.fromisoformat(end[:10]) - date.fromisoformat(now[:10])).days


def _unsure(found: Gathered) -> Iterator[Question]:
    """Rules that spoke and of which it is not certain that they say so."""
    for one in newest(found.decided):
        for reason in one.reasons:
            if reason["unsure"] or reason["confidence"] == "K":
                why = reason["unsure"] or "background knowledge only"
                yield Question("asks", f"Have counsel check {reason['rule']}: {why}", "counsel", (use_words(one),))


def _likeness(found: Gathered) -> Iterator[Question]:
    for held in found.likeness.holdings:
        if held.keep_until <= found.now[:10]:
            what = f"Likeness data was to be kept until {held.keep_until} and is still there."
            yield Question("asks", what, "whoever keeps likeness data", (found.veil.person(held.person_id),))
