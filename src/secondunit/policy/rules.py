"""Rule packs: what a house, a studio, a guild or a country says, as data that can be read and reviewed.

A pack is one TOML file for one source: ``[pack]`` says where it comes from and how sure we are, each ``[[rule]]`` has a
condition, a decision and cases that show when it speaks. Nothing in a pack is executed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from secondunit.brief.problems import explain
from secondunit.brief.use import Day, Medium, Territory
from secondunit.errors import BrokenStore, Problems, SecondUnitError, nearest
from secondunit.policy.conditions import ALWAYS, Condition, Joined, fields_in, parse
from secondunit.policy.parts import Role
from secondunit.policy.vocabulary import fact_of, subject_of
from secondunit.production import Production
from secondunit.records import digest_bytes

LARGEST_PACK_BYTES, MOST_RULES = 1_000_000, 1000

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
Sentence = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S")]


class Then(StrEnum):
    """What follows when a rule's condition holds. Only ``ALLOW``, and an ``APPROVE`` that was answered, allow."""

    ALLOW = "allow"
    LOG = "log"
    WARN = "warn"
    NOTIFY = "notify"
    HOLD = "hold"
    APPROVE = "approve"
    BLOCK = "block"


class Confidence(StrEnum):
    """How sure we are of what the source says."""

    PRIMARY = "P"  # the primary text was read
    SECONDARY = "S"  # a secondary source was read
    KNOWLEDGE = "K"  # background knowledge: have counsel check it


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Case(_Table):
    """Fields and what the rule must then say; a pack's own test."""

    given: dict[str, Any] = Field({}, description="Fields by name; all others are unknown.")
    approved: tuple[Role, ...] = Field((), description="Roles that approved.")
    day: Day | None = Field(None, description="The day it is decided; the rule's first day in force if not given.")
    verdict: Literal["silent", "noted", "cleared", "needs", "refused", "unknown"] = Field(
        description="What the rule alone then says."
    )


class Rule(_Table):
    """One sentence of the source, as a condition and a decision."""

    id: Name = Field(description="The rule's id, once in a pack.")
    clause: Sentence = Field(description="Where in the source it stands.")
    says: Sentence = Field(description="What it says, in a sentence of our own.")
    when: str = Field("", description="The condition; empty: always.")
    then: Then = Field(description="What follows: allow, log, warn, notify, hold, approve or block.")
    of: tuple[Role, ...] = Field((), description="Whose approval, all of them.")
    tell: tuple[Name, ...] = Field((), description="Who must be told.")
    evidence: tuple[Sentence, ...] = Field((), description="What goes on record.")
    confidence: Confidence | None = Field(None, description="P, S or K; the pack's if not given.")
    unsure: str = Field("", description="What about it is not certain and must be checked by counsel.", max_length=1000)
    in_force_from: Day | None = Field(None, description="First day it is asked.")
    in_force_until: Day | None = Field(None, description="Day from which it is no longer asked.")
    territories: tuple[Territory, ...] = Field((), description="Only when it is shown in one of these.")
    media: tuple[Medium, ...] = Field((), description="Only when it is shown in one of these.")
    cases: tuple[Case, ...] = Field((), description="When it speaks and when not.")

    @model_validator(mode="after")
    def _whole(self) -> Rule:
        if (self.then is Then.APPROVE) != bool(self.of):
            raise ValueError("'approve' names in 'of' whose approval, and nothing else has 'of'")
        if self.then is Then.NOTIFY and not self.tell:
            raise ValueError("'notify' names in 'tell' who must be told")
        return self


class _Head(_Table):
    id: Name = Field(description="The pack's id.")
    version: int = Field(description="Raised with every change.", ge=1)
    title: Sentence = Field(description="What it is, for people.")
    source: Sentence = Field(description="The document it comes from, with its date or edition.")
    as_of: Day = Field(description="The day the source was read.")
    confidence: Confidence = Field(description="P, S or K, for every rule that says nothing else.")
    builds_on: tuple[Name, ...] = Field((), description="Packs that must be in force beside it.")
    note: str = Field("", description="What a reader must know.", max_length=2000)


class _Document(_Table):
    pack: _Head = Field(description="What the pack is.")
    rule: tuple[Rule, ...] = Field(description="The rules.", min_length=1, max_length=MOST_RULES)


@dataclass(frozen=True)
class ReadyRule:
    """A rule with its condition parsed and its origin at hand.

    Attributes:
        name: ``pack/rule``.
        rule: as written.
        condition: what must hold, territories and media included.
        subject: asked of every ``person``, of every ``tool``, or once (empty).
        source: the document and clause.
        confidence: how sure we are.
    """

    name: str
    rule: Rule
    condition: Condition
    subject: str
    source: str
    confidence: Confidence

    def in_force(self, day: str) -> bool:
        """Whether it is asked on ``day``."""
        first, last = self.rule.in_force_from, self.rule.in_force_until
        return (first is None or first <= day) and (last is None or day < last)


@dataclass(frozen=True)
class Pack:
    """A named set of rules; ``digest`` is of the file it was read from."""

    id: str
    version: int
    title: str
    source: str
    as_of: str
    confidence: Confidence
    builds_on: tuple[str, ...]
    note: str
    digest: str
    rules: tuple[ReadyRule, ...]


def read_pack(data: bytes, *, where: str) -> Pack:
    """Read a rule pack from TOML.

    Raises:
        Problems: all that is wrong with it.
    """
    return _read(bytes(data), where)


@lru_cache(maxsize=64)
def _read(data: bytes, where: str) -> Pack:
    if len(data) > LARGEST_PACK_BYTES:
        raise Problems([BrokenStore(where, f"{len(data)} bytes", f"a pack of at most {LARGEST_PACK_BYTES} bytes")])
    try:
        content = _Document.model_validate(tomllib.loads(data.decode("utf-8")))
    except ValidationError as error:
        found = explain(error, _Document, source=where, path=())
        raise Problems(BrokenStore(one.where, one.found, one.wanted, one.advice) for one in found) from error
    except (ValueError, RecursionError) as error:
        raise Problems([BrokenStore(where, f"cannot be read ({error})", "a rule pack in TOML")]) from error
    problems: list[SecondUnitError] = []
    rules = []
    for number, rule in enumerate(content.rule):
        try:
            rules.append(_ready(content.pack, rule, where=f"{where}: rule[{number}] {rule.id}"))
        except SecondUnitError as error:
            problems.append(error)
        if rule.id in {earlier.id for earlier in content.rule[:number]}:
            problems.append(BrokenStore(f"{where}: rule[{number}] {rule.id}", "stands twice", "an id of its own"))
    if problems:
        raise Problems(problems)
    head = {name: value for name, value in content.pack}
    return Pack(digest=digest_bytes(data), rules=tuple(rules), **head)


def _ready(head: _Head, rule: Rule, *, where: str) -> ReadyRule:
    parts: list[Condition] = [parse(rule.when, where=f"{where}.when")] if rule.when.strip() else []
    for field, words in (("territories", rule.territories), ("media", rule.media)):
        if words:
            listed = ", ".join(f'"{word}"' for word in words)
            parts.append(parse(f"{field} has_any [{listed}]", where=f"{where}.{field}"))
    condition = parts[0] if len(parts) == 1 else Joined("and", tuple(parts)) if parts else ALWAYS
    subjects = {subject_of(name) for name in fields_in(condition)} - {""}
    if len(subjects) > 1:
        raise BrokenStore(f"{where}.when", "asks of a person and of a tool", "one of them", "Make two rules.")
    for number, case in enumerate(rule.cases):
        for name, value in case.given.items():
            fact_of(name, value, where=f"{where}.cases[{number}].given")
    source = f"{head.source}, {rule.clause}"
    subject = next(iter(subjects), "")
    return ReadyRule(f"{head.id}/{rule.id}", rule, condition, subject, source, rule.confidence or head.confidence)


def shipped_packs() -> dict[str, bytes]:
    """The rule packs that come with the package, by id."""
    folder = resources.files("secondunit.policy") / "packs"
    files = sorted((one for one in folder.iterdir() if one.name.endswith(".toml")), key=lambda one: one.name)
    return {one.name.removesuffix(".toml"): one.read_bytes() for one in files}


def load_packs(production: Production) -> Sequence[Pack]:
    """The packs a production decides by, in the order it names them.

    Raises:
        BrokenStore: a pack is missing or broken, stands twice, or lacks one it builds on: nothing is cleared then.
    """
    shipped, packs = shipped_packs(), []
    for name in production.rule_packs:
        where = f"{production.folder}: rule pack {name!r}"
        if name in shipped:
            packs.append(read_pack(shipped[name], where=where))
            continue
        path = production.inside(name, where=where)
        if not path.is_file():
            raise BrokenStore(where, "no such pack", "a shipped pack or a file", nearest(name, shipped))
        packs.append(read_pack(path.read_bytes(), where=str(path)))
    ids = [pack.id for pack in packs]
    for pack in packs:
        where = f"{production.folder}: rule pack {pack.id!r}"
        if ids.count(pack.id) > 1:
            raise BrokenStore(where, "is named twice", "each pack once")
        for other in pack.builds_on:
            if other not in ids:
                raise BrokenStore(where, f"builds on {other!r}, which is not in force", advice=f"Add {other!r} too.")
    return tuple(packs)
