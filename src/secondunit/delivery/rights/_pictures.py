"""Sections of the report about pictures: takes and their provenance, what computed them, the works they may be like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from secondunit.delivery.rights._gather import Gathered, inside
from secondunit.delivery.rights._questions import OF_PEOPLE
from secondunit.delivery.rights._takes import TakeFound
from secondunit.delivery.rights.page import Block, Cell, Heading, Paragraph, Table, Words, digest, line
from secondunit.likeness.weights import DIGESTS, TRAINED_ON
from secondunit.policy.decide import Verdict
from secondunit.provenance.actions import ModelCard
from secondunit.provenance.reading import Credentials

_MOST = 5  # problems of one take that are told; verify tells all
_NO_LEARNED = (
    "No learned parts: every pixel that is new was computed by procedures and simulation; nothing was trained."
)


def takes(found: Gathered) -> tuple[Block, ...]:
    """Every take: what it is for, whose pixels, who signed it, and whether it is still what it was."""
    columns = (("Take", 0.2), ("For", 0.09), ("Pixels", 0.18), ("Signed by", 0.2), ("Now", 0.33))
    rows = tuple(_take(found, one) for one in found.takes)
    said = (
        "Every frame of every take was read."
        if found.verified
        else "Papers were compared with the ledger. Frames and signatures were not read: make the report with --verify."
    )
    return (Paragraph(line(said)), Table(columns, rows, "Nothing was shot yet."))


def _take(found: Gathered, one: TakeFound) -> tuple[Cell, ...]:
    decided = one.decided
    use = f"{decided.request.use}" if decided else "unknown"
    preview = (Words("preview", "faint"),) if one.take is not None and one.take.preview else ()
    row = f"row {decided.seq}" if decided else "not in the ledger"
    return (
        (Words(one.id, "code"), Words(row, "faint" if decided else "bad")),
        (Words(use), *preview),
        digest(decided.pixels if decided else ""),
        _signed(one),
        tuple(_now(found, one)),
    )


def _signed(one: TakeFound) -> Cell:
    if one.take is None or one.papers:
        return line("–", "faint")
    if one.report is not None:
        signers = dict.fromkeys(_signer(each) for each in one.report.credentials)
        return tuple(each for signer in signers for each in signer) or line("nobody", "bad")
    signer = one.take.document.get("signer")
    if not isinstance(signer, dict):
        return line("nobody", "bad")
    kind = "development certificate" if signer.get("development") else "own certificate"
    return Words(str(signer.get("name", ""))), Words(kind, "faint")


def _signer(one: Credentials) -> Cell:
    if not one.signer:
        return line(f"{one.path.name}: nobody", "bad")
    trusted = Words("trusted", "good") if one.trusted else Words("not trusted", "doubt")
    return Words(one.signer), Words(one.issuer, "faint"), Words(one.signed_at or "no time stamp", "faint"), trusted


def _now(found: Gathered, one: TakeFound) -> Iterator[Words]:
    if one.take is None:
        yield Words("its folder is gone", "open")
        return
    yield from (Words(text, "bad") for text in (*one.papers, *one.lost))
    if not one.papers:
        yield Words("papers as the ledger has them", "good")
    if one.today is not None:
        good = one.today.verdict is Verdict.CLEARED
        yield Words(f"today it would be {one.today.verdict}", "good" if good else "bad")
    if one.report is not None:
        problems = one.report.problems
        yield from (Words(inside(found.production, each), "bad") for each in problems[:_MOST])
        if len(problems) > _MOST:
            yield Words(f"and {len(problems) - _MOST} more: secondunit verify", "bad")
        yield from (Words(each, "good") for each in one.report.proved)


def models(found: Gathered) -> tuple[Block, ...]:
    """What computed the pictures, what of it was trained and on what, and the models that only look."""
    blocks: list[Block] = []
    for kind, ones in _by_effect(found.takes).items():
        blocks += _effect(kind, ones)
    if not blocks:
        blocks.append(Paragraph(line("Nothing was shot yet.")))
    if found.likeness.accesses or found.likeness.holdings:
        columns = (("Part", 0.3), ("Trained on", 0.45), ("Weights", 0.25))
        rows = tuple((line(name, "code"), line(TRAINED_ON[name]), digest(DIGESTS[name])) for name in TRAINED_ON)
        blocks.append(Heading(line("Models that look at faces and make no pixel")))
        blocks.append(Table(columns, rows))
    return tuple(blocks)


def _by_effect(ones: Iterable[TakeFound]) -> Mapping[str, list[TakeFound]]:
    found: dict[str, list[TakeFound]] = {}
    for one in ones:
        if one.take is not None and one.decided is not None and not one.papers:
            found.setdefault(one.decided.request.kind, []).append(one)
    return found


def _effect(kind: str, ones: list[TakeFound]) -> Iterator[Block]:
    """One effect, over all its takes."""
    yield Heading((Words(f"{kind}, {len(ones)} {'take' if len(ones) == 1 else 'takes'}"),))
    unknown = dict.fromkeys(one.unknown for one in ones if one.unknown)
    for why in unknown:
        yield Paragraph(line(f"It is not known here what computed these pictures: {why}.", "bad"))
    cards = dict.fromkeys(card for one in ones for action in one.actions for card in action.models)
    if cards:
        columns = (("Model", 0.26), ("Trained on", 0.38), ("Weights", 0.18), ("Card", 0.18))
        yield Table(columns, tuple(_card(one) for one in cards))
    elif not unknown:
        yield Paragraph(line(_NO_LEARNED, "good"))
    stages = dict.fromkeys(name for one in ones for name in _stages(one))
    by_hand = dict.fromkeys(name for one in ones for name in _stages(one, by_hand=True))
    yield Paragraph(line(f"Stages that computed the picture: {', '.join(stages) or 'none told'}."))
    if by_hand:
        yield Paragraph(line(f"Made by hand in some take: {', '.join(by_hand)}.", "open"))
    done = dict.fromkeys((action.what, action.source.rsplit("/", 1)[-1]) for one in ones for action in one.actions)
    if done:
        rows = tuple((line(what), line(source, "code")) for what, source in done)
        yield Table((("What was done to the plate", 0.62), ("Digital source type (IPTC)", 0.38)), rows)


def _card(one: ModelCard) -> tuple[Cell, ...]:
    return line(f"{one.name} {one.version}"), line(one.trained_on), digest(one.weights), digest(one.card)


def _stages(one: TakeFound, *, by_hand: bool = False) -> Iterator[str]:
    stages: Any = one.take.document.get("stages", []) if one.take is not None else []
    for stage in stages if isinstance(stages, list) else []:
        if isinstance(stage, dict) and (not by_hand or stage.get("by_hand")):
            yield str(stage.get("stage", ""))


def works(found: Gathered) -> tuple[Block, ...]:
    """The register, and what came near it."""
    columns = (("Work", 0.16), ("Title", 0.32), ("Owner", 0.26), ("Kind", 0.14), ("Pictures", 0.12))
    rows = []
    for work in found.works:
        person = work.kind in OF_PEOPLE  # a person's name: by id alone
        rows.append(
            (
                line(work.work_id, "code"),
                line("by id only", "faint") if person else line(found.veil.over(work.title)),
                line("by id only", "faint") if person else line(found.veil.over(work.owner)),
                line(work.kind.replace("_", " ")),
                line(str(len(work.pictures))),
            )
        )
    matches = [match for one in found.takes for match in one.near]
    near = tuple(
        (
            line(match.where, "code"),
            line(match.work.work_id, "code"),
            line(match.verdict, "bad" if match.verdict == "near" else "open"),
            line(f"{match.bits} of 128 bits differ{', mirrored' if match.mirrored else ''}"),
        )
        for match in matches
    )
    empty = "Nothing of the register is near." if found.take else "The register is empty."
    blocks: list[Block] = [Table(columns, tuple(rows), empty)]
    uncompared: dict[str, list[str]] = {}
    for one in found.takes:
        if one.uncompared and rows:
            uncompared.setdefault(one.uncompared, []).append(one.id)
    blocks += [Table((("Frame", 0.4), ("Work", 0.2), ("Verdict", 0.14), ("How near", 0.26)), near)] if near else []
    for why, ids in uncompared.items():
        blocks.append(Paragraph(line(f"Not held against the register, since {why}: {', '.join(ids)}.", "doubt")))
    return tuple(blocks)
