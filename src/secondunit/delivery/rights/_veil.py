"""Names of people kept out of the report: it speaks of them by their opaque ids. Nothing in it is meant to hold a name;
this catches those that somebody wrote into a free text, as a character, a reason or an id.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from secondunit.policy.documents import Approval, Consent, Person, Revocation
from secondunit.policy.ledger import Event
from secondunit.policy.parts import Role
from secondunit.policy.rows import Row
from secondunit.policy.signing import Signed, parse_document
from secondunit.policy.standing import OF_A_PERSON

_SHORTEST = 3  # letters of a whole name; shorter ones are no names but initials
_SURNAME = 4  # letters from which the last word of a name counts alone


@dataclass(frozen=True)
class Veil:
    """Takes names out of texts.

    Attributes:
        labels: what stands for each person_id: the id itself, unless somebody made it of the name.
        patterns: what is looked for and what takes its place, the longest first; an id takes its own.
        written: the same names in the letters they are written with.
    """

    labels: Mapping[str, str]
    patterns: tuple[tuple[re.Pattern[str], str], ...]
    written: tuple[re.Pattern[str], ...] = ()

    def over(self, text: str) -> str:
        """The text without any name that is known here."""
        every = re.compile("|".join(f"({pattern.pattern})" for pattern, _ in self.patterns) or r"(?!)", re.IGNORECASE)
        return every.sub(lambda found: self.patterns[(found.lastindex or 1) - 1][1], unicodedata.normalize("NFC", text))

    def named(self, prose: str) -> bool:
        """Whether a name stands in a sentence, capitals as written: "a performer" does not name A. Performer."""
        return any(pattern.search(unicodedata.normalize("NFC", prose)) for pattern in self.written)

    def person(self, person_id: str) -> str:
        """What stands for a person; also for one that the ledger does not know."""
        return self.labels.get(person_id) or self.over(person_id)


def veil_of(rows: Iterable[Row]) -> Veil:
    """The veil over everybody that the ledger names as a performer or in a performer's place."""
    rows = tuple(rows)
    names = dict.fromkeys(_names(rows))
    unlabelled = [(_pattern(name), "[name]") for name, _ in names]
    people = {person.person_id: person for person in _people(rows)}
    labels = {}
    for person in people.values():
        made_of_it = any(pattern.search(person.person_id) for pattern, _ in unlabelled)
        labels[person.person_id] = f"person {person.digest[:8]}" if made_of_it else person.person_id
    patterns: dict[str, tuple[re.Pattern[str], str]] = {}
    for name, whose in names:
        label = f"[{labels[whose]}]" if whose in labels else "[name]"
        for form in _forms(name):
            patterns.setdefault(form.casefold(), (_pattern(form), label))
    written = tuple(
        _pattern(form, re.NOFLAG) for form in dict.fromkeys(form for name, _ in names for form in _forms(name))
    )
    for opaque in (one for one, label in labels.items() if one == label):
        patterns[opaque] = (_pattern(opaque), opaque)  # a word of it may be part of a name
    longest = sorted(patterns.items(), key=lambda one: -len(one[0]))
    return Veil(labels, tuple(one for _, one in longest), written)


def _people(rows: Iterable[Row]) -> Iterator[Person]:
    for row in rows:
        if row.event == Event.PERSON:
            yield parse_document(row.body, Person, where=f"ledger, row {row.seq}")


def _names(rows: Iterable[Row]) -> Iterator[tuple[str, str]]:
    """Every name in a document that speaks for a performer, and the performer's id if it is the performer's own."""
    of: dict[str, str] = {}
    for row in rows:
        where = f"ledger, row {row.seq}"
        if row.event == Event.PERSON:
            person = parse_document(row.body, Person, where=where)
            yield person.stage_name, person.person_id
            others = [person.guardian, person.estate, person.member_ref, *(one.name for one in person.keys)]
            if person.representation is not None and person.representation.by == "counsel":
                others.append(person.representation.name)
            yield from ((name, "") for name in others if name != person.stage_name)
        elif row.event == Event.GRANT:
            signed = parse_document(row.body, Signed[Consent], where=where)
            of[signed.document.consent_id] = signed.document.person_id
            yield from ((one.name, "") for one in signed.signatures)
            if signed.document.representation.by == "counsel":
                yield signed.document.representation.name, ""
        elif row.event == Event.REVOCATION:
            yield parse_document(row.body, Revocation, where=where).by, ""
        elif row.event == Event.APPROVAL:
            given = parse_document(row.body, Signed[Approval], where=where)
            if given.document.role in OF_A_PERSON - {Role.UNION}:
                yield given.document.by, ""


def _forms(name: str) -> Iterator[str]:
    words = [word for word in re.split(r"[\W_]+", unicodedata.normalize("NFC", name)) if word]
    whole = " ".join(words)
    if len(whole) >= _SHORTEST:
        yield whole
    if len(words) > 1 and len(words[-1]) >= _SURNAME:
        yield words[-1]


def _pattern(name: str, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    """A name, whatever stands between its words; not inside another word."""
    words = [re.escape(word) for word in re.split(r"[\W_]+", unicodedata.normalize("NFC", name)) if word]
    if not words:
        return re.compile(r"(?!)")
    whole = r"[\W_]*".join(words)
    return re.compile(rf"(?<![^\W_]){whole}(?![^\W_])", flags)
