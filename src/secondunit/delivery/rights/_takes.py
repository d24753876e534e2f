"""One take as a lawyer sees it: does the ledger know it as it is, would it be cleared today, what computed it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from secondunit.delivery.beside_works import nearest_matches
from secondunit.delivery.rights._history import Decided
from secondunit.effects.registry import find_effect
from secondunit.errors import SecondUnitError
from secondunit.policy.decide import Decision, decide
from secondunit.policy.documents import ConsentStatus, Standing
from secondunit.policy.rules import Pack
from secondunit.production import Production
from secondunit.provenance.actions import Action
from secondunit.provenance.check import Report
from secondunit.provenance.identity import trusted_roots
from secondunit.provenance.settings import load_settings
from secondunit.records import canonical_json, digest_file
from secondunit.take.store import Take
from secondunit.take.verify import examine
from secondunit.works.compare import NearMatch
from secondunit.works.names import Flag, find_names
from secondunit.works.register import WorksRegister

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class TakeFound:
    """A take, on disk or only in the ledger.

    Attributes:
        id: ``SHOT/t003``.
        take: None if the ledger has it and its folder is gone.
        decided: the decision it was shot under; None if the ledger does not know it.
        papers: what of its papers is not as the ledger has it.
        today: the same request, decided by what holds now; None without ``decided``.
        lost: what it rests on and no longer stands, in words.
        actions: what its effect did to the plate; none if that is not known here, and then ``unknown`` says why.
        unknown: why it is not known what computed it.
        flags: names and wordings in its brief that somebody should look at.
        report: what verifying every frame found; None if that was not asked.
        near: works its frames are like.
        uncompared: why its frames were not held against the register of works; empty if they were.
    """

    id: str
    take: Take | None
    decided: Decided | None
    papers: tuple[str, ...] = ()
    today: Decision | None = None
    lost: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    unknown: str = ""
    flags: tuple[Flag, ...] = ()
    report: Report | None = None
    near: tuple[NearMatch, ...] = ()
    uncompared: str = ""

    @property
    def final(self) -> bool:
        """Whether it may be used in what is delivered."""
        return self.decided is not None and self.decided.request.use == "final"


def take_found(
    production: Production,
    take: Take,
    decided: Decided,
    standing: Standing,
    packs: Sequence[Pack],
    register: WorksRegister,
    *,
    verify: bool,
    progress: Progress,
) -> TakeFound:
    """What is to be said of a take whose papers are as the ledger has them.

    Args:
        production: whose.
        take: the take.
        decided: what it was shot under.
        standing: what holds now.
        packs: the rule packs in force now.
        register: of works.
        verify: also read every frame.
        progress: told how many frames were read.
    """
    roots = trusted_roots(load_settings()) if verify else b""
    report = examine(take, roots, production=production, progress=progress) if verify else None
    actions, unknown = _actions(take)
    near, uncompared = _near(production, take, register, report)
    return TakeFound(
        id=take.id,
        take=take,
        decided=decided,
        today=decide(decided.request, standing, packs),
        lost=tuple(_lost(decided, standing)),
        actions=actions,
        unknown=unknown,
        flags=find_names(_brief(take), register.names(), where=f"brief of {take.id}"),
        report=report,
        near=near,
        uncompared=uncompared,
    )


def doubtful(take: Take, decided: Decided | None) -> TakeFound | None:
    """A take that the ledger does not know, or not so: nothing it says is believed. None if it is as it was shot."""
    if decided is None:
        return TakeFound(take.id, take, None, papers=("the ledger does not know it",))
    if digest_file(take.folder / "take.json") != decided.document:
        return TakeFound(take.id, take, decided, papers=("take.json was changed after the take was shot",))
    return None


def untold_takes(decided: Iterable[Decided], there: Iterable[str]) -> tuple[TakeFound, ...]:
    """The takes that the ledger has and nobody finds on disk."""
    ids = set(there)
    return tuple(TakeFound(one.take, None, one) for one in decided if one.take and one.take not in ids)


def _lost(known: Decided, standing: Standing) -> Iterable[str]:
    held = {one.consent.digest: one for one in standing.consents}
    for digest in known.consents:
        status = held[digest].status(standing.now) if digest in held else None
        if status is not ConsentStatus.GRANTED:
            yield f"consent {digest[:16]}: {status or 'not in the ledger'}"
    for digest in known.approvals:
        approval = standing.approvals.get(digest)
        if approval is None:
            yield f"approval {digest[:16]}: withdrawn"
        elif approval.expires_at is not None and approval.expires_at <= standing.now:
            yield f"approval {digest[:16]}: expired"


def _actions(take: Take) -> tuple[tuple[Action, ...], str]:
    try:
        effect = find_effect(_heading(take, "effect"))
        return effect.actions(effect.settings.model_validate_json(canonical_json(take.document.get("settings")))), ""
    except SecondUnitError as error:
        return (), error.found
    except ValidationError:
        return (), "its settings are not those of the effect installed here"


def _heading(take: Take, name: str) -> str:
    brief = take.document.get("brief")
    document = brief.get("document") if isinstance(brief, dict) else None
    heading = document.get("brief") if isinstance(document, dict) else None
    return str(heading.get(name, "")) if isinstance(heading, dict) else ""


def _brief(take: Take) -> str:
    brief = take.document.get("brief")
    return str(brief.get("text", "")) if isinstance(brief, dict) else ""


def _near(
    production: Production, take: Take, register: WorksRegister, report: Report | None
) -> tuple[tuple[NearMatch, ...], str]:
    """The nearest match of each work over all frames; or why they were not looked at."""
    if not any(work.pictures for work in register.works):
        return (), "the register holds no pictures"
    if report is None or report.problems:
        return (), "its frames were not read" if report is None else "its files are not as they were signed"
    try:
        return tuple(match for match, _ in nearest_matches(take, register)), ""
    except SecondUnitError as error:
        return (), error.found
