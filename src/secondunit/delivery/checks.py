"""Everything that is asked before a take leaves. All of it is asked, and all that is wrong is said at once."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from secondunit.brief.use import DeclaredUse
from secondunit.delivery.beside_works import nearest_matches
from secondunit.delivery.rights._veil import Veil, veil_of
from secondunit.delivery.shown import proved_facts
from secondunit.effects.registry import find_effect
from secondunit.errors import BrokenStore, Problems, SecondUnitError, Stopped
from secondunit.imaging.files import write_png
from secondunit.policy.clearance import Clearance, refusal, require_clock
from secondunit.policy.decide import Decision, Verdict, decide
from secondunit.policy.documents import Standing
from secondunit.policy.facts import Request
from secondunit.policy.ledger import Event, Ledger, production_key
from secondunit.policy.receipts import pixels_of
from secondunit.policy.rules import Pack, load_packs
from secondunit.policy.signing import parse_document
from secondunit.policy.standing import standing_from
from secondunit.production import Production
from secondunit.provenance.identity import trusted_roots
from secondunit.provenance.reading import Credentials
from secondunit.provenance.settings import load_settings
from secondunit.records import canonical_json, digest_json
from secondunit.take.store import Take
from secondunit.take.verify import examine
from secondunit.works.asked import use_facts
from secondunit.works.compare import NearMatch, report, require_no_near_match
from secondunit.works.register import WorksRegister

Progress = Callable[[str, int, int], None]
Leaving = Literal["export", "transfer", "release"]  # the steps of a request that are a way out
TEMP = "TEMP"  # what is not final says so wherever it is met
_SAYS_TEMP = re.compile(rf"(?<![A-Za-z]){TEMP}(?![A-Za-z])", re.IGNORECASE)  # as a word: ATTEMPT does not


@dataclass(frozen=True)
class Passed:
    """A take that may leave, and what that rests on.

    Attributes:
        request: what the policy was asked.
        decision: what it said.
        standing: what held then.
        packs: the rules it was asked by.
        veil: knows the names that must not leave.
        look: works that somebody should hold it against.
        picture: where the take is shown beside them; None if there are none.
    """

    request: Request
    decision: Decision
    standing: Standing
    packs: Sequence[Pack]
    veil: Veil
    look: tuple[NearMatch, ...]
    picture: Path | None


def require_deliverable(
    production: Production, take: Take, to: Path, *, step: Leaving = "export", progress: Progress
) -> Passed:
    """Pass only what may leave. Nothing of a delivery is written; a refusal by the policy stands in the ledger.

    Args:
        production: whose.
        take: what is to leave.
        to: the folder it is to stand in, absolute.
        step: as what it leaves.
        progress: told what is being done and how far it is.

    Raises:
        Problems: everything that stops it.
        Stopped: by ``progress``.
    """
    problems: list[SecondUnitError] = list(_place(production, take, to, step))
    looked = examine(
        take,
        trusted_roots(load_settings()),
        production=production,
        progress=lambda done, total: progress("verify", done, total),
    )
    problems += looked.problems
    asked = passed = None
    try:
        asked = _ask(production, take, step, looked.credentials)
    except SecondUnitError as error:
        problems.append(error)
    if asked and asked.decision.verdict is not Verdict.CLEARED:
        problems.append(refused(asked.request, asked.decision))
    frames = str(take.folder / "frames")
    if not any(one.where.startswith(frames) for one in looked.problems):  # a changed frame may be made to hurt
        try:
            look, picture = _beside_works(production, take, progress)
            passed = replace(asked, look=look, picture=picture) if asked else None
        except Stopped:
            raise
        except SecondUnitError as error:
            problems.append(error)
    try:
        production_key(production)
        if asked and asked.decision.verdict is not Verdict.CLEARED:
            body = {"request": asked.request.to_json(), **asked.decision.to_json()}
            Ledger(production).append(Event.DECISION, body)
    except SecondUnitError as error:
        problems.append(error)
    if problems or passed is None:
        raise Problems(_flat(problems))
    return passed


def decide_again(production: Production, passed: Passed, standing: Standing) -> None:
    """The same question to what stands now.

    Raises:
        NotCleared: it no longer may leave.
    """
    decision = decide(passed.request, standing, load_packs(Production.open(production.folder)))
    if decision.verdict is not Verdict.CLEARED:
        raise refused(passed.request, decision)


def is_temp(take: Take) -> bool:
    """Whether it may only ever be a stand-in: a preview, or a take that was not shot for final use."""
    return take.preview or use_of(take) != "final"


def use_of(take: Take) -> str:
    """What it was shot for; empty if its papers do not say."""
    clearance = take.document.get("clearance")
    request = clearance.get("request") if isinstance(clearance, dict) else None
    return str(request.get("use", "")) if isinstance(request, dict) else ""


def refused(request: Request, decision: Decision) -> SecondUnitError:
    """The error that says why a take may not leave."""
    return refusal(request, decision, where=f"take {request.take}, to be delivered for {request.use} use")


def _place(production: Production, take: Take, to: Path, step: Leaving) -> Iterator[SecondUnitError]:
    if is_temp(take) and step == "release":
        advice = "Shoot it for final use and have it approved."
        yield BrokenStore("--as release", f"{take.id} is {_not_final(take)}", "a final take", advice)
    says_temp = _SAYS_TEMP.search(to.name) is not None
    if is_temp(take) and not says_temp:
        wanted = f"a folder whose name says {TEMP}, as {to.name}_{TEMP}: what is not final must not be mistaken for it"
        yield BrokenStore(f"--to {to}", f"{take.id} is {_not_final(take)}", wanted)
    if not is_temp(take) and says_temp:
        yield BrokenStore(f"--to {to}", f"says {TEMP}, and {take.id} is final", "a name without it")
    if os.path.lexists(to) and (to.is_symlink() or not to.is_dir() or any(to.iterdir())):
        yield BrokenStore(str(to), "something is there", "a new or empty folder", "Choose another folder.")
    elif not to.parent.is_dir():
        yield BrokenStore(str(to.parent), "is not there", "the folder to deliver into", "Make it, or mount the disk.")
    inside = (production.folder / name for name in ("takes", "plates", "work"))
    if any(to.resolve().is_relative_to(one.resolve()) for one in inside):
        yield BrokenStore(f"--to {to}", "lies inside the production's own pictures", "a folder elsewhere")


def _not_final(take: Take) -> str:
    return "a preview" if take.preview else f"a take for {use_of(take) or 'no known'} use"


def _ask(production: Production, take: Take, step: Leaving, credentials: Sequence[Credentials]) -> Passed:
    """The take's own request, for the step it takes now, decided by what holds now."""
    where = f"take {take.id}"
    clearance = parse_document(canonical_json(take.document.get("clearance")), Clearance, where=where)
    if not clearance.is_genuine(production):
        raise BrokenStore(where, "its clearance was not given by this production", "a take that was shot here")
    rows, packs = Ledger(production).rows(), load_packs(production)
    require_clock(rows[-1].at if rows else "", datetime.now(UTC))
    veil = veil_of(rows)
    standing = standing_from(production, rows)
    request = replace(_request(production, take, clearance.request, veil, credentials), step=step)
    return Passed(request, decide(request, standing, packs), standing, packs, veil, (), None)


def _request(
    production: Production, take: Take, shot_under: Request, veil: Veil, credentials: Sequence[Credentials]
) -> Request:
    """What was asked when the take was shot, with defaults, lists of names and the files as they are now."""
    try:
        brief = take.document["brief"]
        declared = DeclaredUse.model_validate(brief["document"].get("use", {}))
        source, digest = str(brief["source"]), str(brief["digest"])
        receipts = list(take.document["receipts"])
    except (ValidationError, AttributeError, KeyError, TypeError) as error:
        where, wanted = f"take {take.id}: take.json", "a take as this version shoots it"
        raise BrokenStore(where, "its brief or receipts cannot be read", wanted, "Shoot the take again.") from error
    effect = find_effect(shot_under.kind).facts
    facts = use_facts(production, declared, effect=effect, words=take.words, source=source)
    proved = proved_facts(credentials, veil, generative=facts.get("generative") is True)
    return replace(
        shot_under,
        brief_digest=digest_json({"brief": digest, "facts": facts}),  # as ``shoot.request_for`` has it
        facts=facts | proved,
        take=take.id,
        pixels_digest=pixels_of(receipts, where=f"take {take.id}"),
    )


def _beside_works(production: Production, take: Take, progress: Progress) -> tuple[tuple[NearMatch, ...], Path | None]:
    register = WorksRegister(production.folder)
    found = nearest_matches(take, register, progress=lambda done, total: progress("works", done, total))
    if not found:
        return (), None
    matches = tuple(match for match, _ in found)
    picture = production.folder / "works" / f"near-{take.shot}-{take.name}.png"
    write_png(picture, report([codes for _, codes in found], matches, register))
    require_no_near_match(matches, picture)
    return matches, picture


def _flat(problems: Sequence[SecondUnitError]) -> list[SecondUnitError]:
    """Each one once: a ledger that is not whole stops several checks."""
    every = [one for error in problems for one in (error.problems if isinstance(error, Problems) else (error,))]
    return list({str(one): one for one in every}.values())
