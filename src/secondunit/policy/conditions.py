"""The language of a rule's condition: parsed, never executed, and three-valued.

    generative and use = "final" and not (person.as_scripted or person.unrecognisable)
    references has_any ["public_figure", "deceased"]
    person.script_revision_on < person.performed_on

Operators: ``and or not ( )``, ``= != < <= > >=``, ``in [..]`` for a word, ``has`` and ``has_any [..]`` for lists. A
yes/no field stands alone. A field that was not given makes its comparison unknown; ``and``, ``or`` and ``not`` follow
Kleene's strong logic (Kleene 1952, Introduction to Metamathematics, section 64): unknown and false is false, unknown or
true is true.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from secondunit.errors import BrokenStore, nearest
from secondunit.policy.facts import Fact
from secondunit.policy.territories import touches
from secondunit.policy.vocabulary import FIELDS, Kind, Spec, is_day

LONGEST, DEEPEST = 2000, 20
Truth = bool | None
_TOKEN = re.compile(
    r"\s*(?:(?P<word>[A-Za-z_][A-Za-z0-9_.]*)|(?P<number>-?\d+(?:\.\d+)?)|\"(?P<text>[^\"\\]*)\"|(?P<sign><=|>=|!=|[=<>()\[\],]))"
)
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}
_RESERVED = {"and", "or", "not", "in", "has", "has_any", "true", "false"}


@dataclass(frozen=True)
class Step:
    """One comparison as it was asked: its text, the values it saw, and its truth (None is unknown)."""

    text: str
    values: tuple[tuple[str, Fact | None], ...]
    truth: Truth


@dataclass(frozen=True)
class Test:
    """One comparison of fields."""

    text: str
    fields: tuple[str, ...]
    holds: Callable[..., bool]

    def truth(self, values: Mapping[str, Fact]) -> Truth:
        """True, false, or None if a field is not given."""
        first = values.get(self.fields[0])  # one field or two, written out: a decision asks hundreds of these
        if first is None:
            return None
        if len(self.fields) == 1:
            return self.holds(first)
        second = values.get(self.fields[1])
        return None if second is None else self.holds(first, second)

    def walk(self, values: Mapping[str, Fact]) -> list[Step]:
        """What was compared."""
        return [Step(self.text, tuple((name, values.get(name)) for name in self.fields), self.truth(values))]

    def missing(self, values: Mapping[str, Fact]) -> frozenset[str]:
        """The fields whose absence makes this unknown."""
        return frozenset(name for name in self.fields if values.get(name) is None)


@dataclass(frozen=True)
class Joined:
    """``and``, ``or`` or ``not`` over conditions."""

    how: str
    parts: tuple[Condition, ...]

    def truth(self, values: Mapping[str, Fact]) -> Truth:
        """Kleene's strong three-valued logic."""
        if self.how == "not":
            inner = self.parts[0].truth(values)
            return None if inner is None else not inner
        deciding, unknown = self.how == "or", False
        for part in self.parts:
            found = part.truth(values)
            if found is deciding:
                return deciding
            unknown = unknown or found is None
        return None if unknown else not deciding

    def walk(self, values: Mapping[str, Fact]) -> list[Step]:
        """What was compared, in the order it is written."""
        return [step for part in self.parts for step in part.walk(values)]

    def missing(self, values: Mapping[str, Fact]) -> frozenset[str]:
        """The fields whose absence makes this unknown."""
        unknown = [part.missing(values) for part in self.parts if part.truth(values) is None]
        return frozenset[str]().union(*unknown)


Condition = Test | Joined
ALWAYS = Joined("and", ())


def fields_in(condition: Condition) -> frozenset[str]:
    """Every field a condition asks for."""
    if isinstance(condition, Test):
        return frozenset(condition.fields)
    return frozenset(name for part in condition.parts for name in fields_in(part))


def parse(text: str, *, where: str) -> Condition:
    """A condition from its text; nothing in it is ever executed.

    Raises:
        BrokenStore: it is too long, too deep, says something the language has not, or names an unknown field or word.
    """
    if len(text) > LONGEST:
        raise BrokenStore(where, f"a condition of {len(text)} characters", f"at most {LONGEST}")
    reader = _Reader(_tokens(text, where), where)
    condition = reader.any_of(0)
    if reader.more:
        raise reader.wrong("the end, 'and' or 'or'")
    return condition


def _tokens(text: str, where: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise BrokenStore(
                where, f"{text[at : at + 20].strip()!r} in a condition", "a field, a value or an operator"
            )
        kind = str(found.lastgroup)
        tokens.append((kind, found[kind]))
        at = found.end()
    return tokens


class _Reader:
    """Recursive descent over tokens: any_of -> all_of -> one -> comparison."""

    def __init__(self, tokens: list[tuple[str, str]], where: str) -> None:
        self._tokens, self._at, self._where = tokens, 0, where

    @property
    def more(self) -> bool:
        return self._at < len(self._tokens)

    def wrong(self, wanted: str) -> BrokenStore:
        found = f"{self._tokens[self._at][1]!r}" if self.more else "the end"
        return BrokenStore(self._where, f"{found} in a condition", wanted)

    def any_of(self, depth: int) -> Condition:
        return self._joined("or", self._all_of, depth)

    def _all_of(self, depth: int) -> Condition:
        return self._joined("and", self._one, depth)

    def _joined(self, how: str, inner: Callable[[int], Condition], depth: int) -> Condition:
        parts = [inner(depth)]
        while self._take(how):
            parts.append(inner(depth))
        return parts[0] if len(parts) == 1 else Joined(how, tuple(parts))

    def _one(self, depth: int) -> Condition:
        if depth > DEEPEST:
            raise BrokenStore(self._where, f"a condition nested deeper than {DEEPEST}", "a flatter one")
        if self._take("not"):
            return Joined("not", (self._one(depth + 1),))
        if self._take("("):
            inside = self.any_of(depth + 1)
            self._expect(")")
            return inside
        return self._comparison()

    def _comparison(self) -> Test:
        spec = self._field()
        kind, sign = self._tokens[self._at] if self.more else ("", "")
        if kind == "sign" and sign in _SIGNS:
            self._at += 1
            return self._compare(spec, sign)
        if kind == "word" and sign in ("in", "has", "has_any"):
            self._at += 1
            return self._member(spec, sign)
        if spec.kind is not Kind.YES_NO:
            raise self.wrong(f"a comparison: {spec.name} is {spec.kind.value}, not yes or no")
        return Test(spec.name, (spec.name,), bool)

    def _compare(self, spec: Spec, sign: str) -> Test:
        if spec.kind in (Kind.WORDS, Kind.TERRITORIES) or (
            sign not in ("=", "!=") and spec.kind not in (Kind.NUMBER, Kind.DAY)
        ):
            raise BrokenStore(self._where, f"{spec.name} {sign}", f"an operator for {spec.kind.value}")
        compare = _SIGNS[sign]
        kind, word = self._tokens[self._at] if self.more else ("", "")
        if kind == "word" and word not in ("true", "false"):
            other = self._field()
            if other.kind is not spec.kind:
                raise BrokenStore(
                    self._where, f"{spec.name} {sign} {other.name}", f"two of {spec.kind.value}, not {other.kind.value}"
                )
            return Test(f"{spec.name} {sign} {other.name}", (spec.name, other.name), compare)
        value = self._value(spec)
        return Test(f"{spec.name} {sign} {_shown(value)}", (spec.name,), lambda found: compare(found, value))

    def _member(self, spec: Spec, sign: str) -> Test:
        listed = spec.kind in (Kind.WORDS, Kind.TERRITORIES)
        if (sign == "in") is listed or spec.kind in (Kind.YES_NO, Kind.NUMBER, Kind.DAY):
            raise BrokenStore(self._where, f"{spec.name} {sign}", f"an operator for {spec.kind.value}")
        values = (self._value(spec),) if sign == "has" else self._list(spec)
        text = f"{spec.name} {sign} " + (_shown(values[0]) if sign == "has" else f"[{', '.join(map(_shown, values))}]")
        if sign == "in":
            return Test(text, (spec.name,), lambda found: found in values)
        if spec.kind is Kind.TERRITORIES:
            return Test(text, (spec.name,), lambda found: any(touches(str(place), found) for place in values))
        return Test(text, (spec.name,), lambda found: not set(values).isdisjoint(found))

    def _list(self, spec: Spec) -> tuple[Fact, ...]:
        self._expect("[")
        values = [self._value(spec)]
        while self._take(","):
            values.append(self._value(spec))
        self._expect("]")
        return tuple(values)

    def _field(self) -> Spec:
        kind, name = self._tokens[self._at] if self.more else ("", "")
        if kind != "word" or name in _RESERVED:
            raise self.wrong("the name of a field")
        self._at += 1
        if name not in FIELDS:
            raise BrokenStore(self._where, f"unknown field {name!r}", "a field of the policy", nearest(name, FIELDS))
        return FIELDS[name]

    def _value(self, spec: Spec) -> Fact:
        kind, text = self._tokens[self._at] if self.more else ("", "")
        wanted = {Kind.YES_NO: "word", Kind.NUMBER: "number"}.get(spec.kind, "text")
        if kind != wanted or (spec.kind is Kind.YES_NO and text not in ("true", "false")):
            raise self.wrong(f"a value for {spec.name}: {spec.kind.value}")
        self._at += 1
        if spec.kind is Kind.YES_NO:
            return text == "true"
        if spec.kind is Kind.NUMBER:
            return float(text)
        if spec.kind is Kind.DAY and not is_day(text):
            raise BrokenStore(self._where, f"{text!r} for {spec.name}", 'a day, as "2026-03-01"')
        if spec.words and text not in spec.words:
            advice = nearest(text, spec.words)
            raise BrokenStore(self._where, f"{text!r} for {spec.name}", "one of its words", advice)
        return text

    def _take(self, token: str) -> bool:
        here = self.more and self._tokens[self._at] in (("word", token), ("sign", token))
        self._at += here
        return here

    def _expect(self, token: str) -> None:
        if not self._take(token):
            raise self.wrong(f"{token!r}")


def _shown(value: Fact) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else f'"{value}"'
