"""The rights report of a production, section by section. Pure: what was gathered in, text out. Not legal advice."""

from __future__ import annotations

from collections.abc import Mapping

import secondunit
from secondunit.delivery.rights._gather import Gathered, Progress, gather
from secondunit.delivery.rights._one_take import of_one_take
from secondunit.delivery.rights._people import approvals, likeness, people
from secondunit.delivery.rights._pictures import models, takes, works
from secondunit.delivery.rights._questions import TONES, Question, Weight, questions, row_words
from secondunit.delivery.rights._uses import uses
from secondunit.delivery.rights.page import Block, Cell, Facts, Paragraph, Report, Section, Table, Words, digest, line
from secondunit.keys import fingerprint
from secondunit.policy.rules import Confidence, Pack
from secondunit.production import Production

_NOTICE = (
    "This is not legal advice. It is a record, made by a program, of what a production asked, what rules and documents "
    "answered, and what was made. The rules are short sentences of ours about other people's documents; have counsel "
    "confirm them. People stand here by opaque ids and documents by their SHA-256: whoever holds a document can prove "
    "that it is the one meant."
)
_WEIGHTS: Mapping[Weight, str] = {"stops": "stops", "asks": "to answer", "watch": "to know"}
_EMPTY_LEDGER = "The ledger is empty: nothing was asked, granted or shot yet."
_NOT_WHOLE = (
    "Nothing can be said to hold while the ledger is not whole. Uses, people, consents, approvals and takes are left "
    "out until the newest whole copy is put back."
)


def rights_report(
    production: Production,
    *,
    take: str = "",
    leaves: bool = False,
    verify: bool = False,
    now: str | None = None,
    progress: Progress = lambda done, total: None,
) -> Report:
    """Everything there is to file about a production, or about one take of it. Nothing is written.

    Args:
        production: whose.
        take: ``SHOT/t003``: nothing is told but what this take rests on; empty for the whole production.
        leaves: the take was just cleared to leave, which the ledger does not have yet.
        verify: also read every frame of every take; takes as long as reading them does.
        now: the moment it speaks of, ISO 8601 UTC; this machine's clock if not given.
        progress: told how many frames were verified.

    Raises:
        BrokenStore: a rule pack, the likeness store or the register of works is damaged or missing.
    """
    found = gather(production, verify=verify, now=now, progress=progress)
    return _report_of(of_one_take(found, take, leaves=leaves) if take else found)


def _report_of(found: Gathered) -> Report:
    """The report of what was gathered. If the ledger is not whole it says so and leaves out what rests on it."""
    open_ = questions(found)
    whole = not found.wrong
    sections = [
        Section("open", "Open questions", _open(open_)),
        Section("ledger", "Production and ledger", _ledger(found)),
        Section("packs", "Rule packs in force", _packs(found)),
    ]
    if whole:
        sections += [
            Section("uses", "Uses and decisions", uses(found)),
            Section("people", "People and consents", people(found)),
            Section("approvals", "Approvals", approvals(found)),
            Section("takes", "Takes and their provenance", takes(found)),
            Section("models", "Models and their training data", models(found)),
        ]
        sections += [] if found.take else [Section("likeness", "Likeness data held", likeness(found))]
    sections += [Section("works", "Works that may not be copied", works(found)), Section("words", "Words", _words())]
    report = Report(
        title="Rights report",
        subject=f"{found.production.title}: {found.take}" if found.take else found.production.title,
        notice=_NOTICE,
        facts=_title(found, open_),
        sections=tuple(sections),
        made_at=found.now,
        head=_head(found),
        whole=whole,
        open=len(open_),
    )
    return _with_digests(report)


def _title(found: Gathered, open_: tuple[Question, ...]) -> Facts:
    verdicts = [one.verdict for one in found.decided]
    counts = ", ".join(f"{verdicts.count(one)} {one}" for one in dict.fromkeys(verdicts)) or "none"
    rows: tuple[tuple[str, Cell], ...] = (
        ("Production", line(found.production.title, "strong")),
        ("Id", line(found.production.id, "code")),
        ("Speaks of", line(f"take {found.take} alone" if found.take else "the whole production")),
        ("State of", line(_moment(found.now))),
        ("Ledger", line(f"not whole: {len(found.wrong)} findings", "bad") if found.wrong else line("whole", "good")),
        ("Ledger's last row", line(_head(found), "code")),
        ("Decisions", line(counts)),
        (
            "Takes",
            line(_counted(len(found.takes), "take") + ("" if found.verified else "; frames not read (--verify)")),
        ),
        ("Open questions", _counts(open_)),
        ("Made with", line(f"secondunit {secondunit.__version__}")),
    )
    return Facts(rows)


def _counts(open_: tuple[Question, ...]) -> Cell:
    weights = [one.weight for one in open_]
    counts = [f"{weights.count(weight)} {said}" for weight, said in _WEIGHTS.items() if weight in weights]
    return line(", ".join(counts) or "none", TONES[weights[0]] if weights else "good")


def _head(found: Gathered) -> str:
    if found.wrong:
        return "not whole"
    return f"row {found.rows[-1].seq}, {found.rows[-1].hash}" if found.rows else "no row yet"


def _moment(text: str) -> str:
    return f"{text[:10]} {text[11:16]} UTC"


def _counted(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"


def _open(open_: tuple[Question, ...]) -> tuple[Block, ...]:
    columns = (("Weight", 0.13), ("What is open", 0.44), ("Who answers", 0.16), ("About", 0.27))
    rows = [
        (
            line(_WEIGHTS[one.weight], TONES[one.weight]),
            line(one.what),
            line(one.whom.replace("_", " ") or "–"),
            tuple(Words(word) for word in one.about) or line("–", "faint"),
        )
        for one in open_
    ]
    return (Table(columns, tuple(rows), "Nothing is open."),)


def _ledger(found: Gathered) -> tuple[Block, ...]:
    production, rows = found.production, found.rows
    facts: list[tuple[str, Cell]] = [
        ("Production", line(production.title)),
        ("Id", line(production.id, "code")),
        ("Key of the production", line(fingerprint(production.key), "code")),
        ("Kept in", line("a PostgreSQL server" if production.database else "a file in the show's folder (SQLite)")),
    ]
    if found.wrong:
        wrong = tuple(Words(row_words(one), "bad") for one in found.wrong)
        return Facts((*facts, ("Is it whole", wrong))), Paragraph(line(_NOT_WHOLE))
    if rows:
        facts += [
            ("Opened", line(_moment(rows[0].at))),
            ("Last row", (Words(f"row {rows[-1].seq}, {_moment(rows[-1].at)}"), Words(rows[-1].hash, "digest"))),
            ("Is it whole", line(f"yes: {len(rows)} rows, every hash, order and signature checked", "good")),
        ]
    locks = [f"{one.lock_id}: {one.union}, since {_moment(one.at)}" for one in found.standing.strike_locks]
    facts.append(("Strike locks", tuple(Words(one, "bad") for one in locks) or line("none")))
    return (Facts(tuple(facts)), *(() if rows else (Paragraph(line(_EMPTY_LEDGER)),)))


def _packs(found: Gathered) -> tuple[Block, ...]:
    columns = (("Pack", 0.25), ("Source", 0.35), ("Sure", 0.1), ("Rules", 0.12), ("Digest of the file", 0.18))
    rows = [
        (
            (Words(pack.title), Words(f"{pack.id} v{pack.version}", "code")),
            (Words(pack.source), Words(f"read {pack.as_of}", "faint")),
            line(pack.confidence.value),
            _rules_in(pack),
            digest(pack.digest),
        )
        for pack in found.packs
    ]
    notes = [Paragraph((Words(f"{pack.id}: ", "code"), Words(pack.note))) for pack in found.packs if pack.note]
    return (Table(columns, tuple(rows), "No pack is in force."), *notes)


def _rules_in(pack: Pack) -> Cell:
    unsure = sum(bool(one.rule.unsure) or one.confidence is Confidence.KNOWLEDGE for one in pack.rules)
    return (Words(str(len(pack.rules))), *((Words(f"{unsure} unsure", "open"),) if unsure else ()))


def _words() -> tuple[Block, ...]:
    said = (
        ("cleared", "Frames may be written."),
        ("needs", "Somebody named must give something named; nothing is written before."),
        ("unknown", "A rule asks for a fact nobody stated, or no rule allows this; nothing is written."),
        ("refused", "A rule forbids it; no approval can allow it."),
        ("noted", "A rule that neither allows nor stops: something goes on record, or somebody must be told."),
        ("P, S, K", "How sure a rule is: primary text read; secondary source read; background knowledge only."),
        ("unsure", "A rule of which it is not certain that the source says so: counsel must check it."),
        ("digest", "SHA-256 of a document's canonical JSON or of a file's bytes; here its first 16 hex digits."),
        (
            "pixels",
            "SHA-256 over the digests of all frames of a take, in order: what an approval of pixels is bound to.",
        ),
        ("row", "A row of the ledger: append-only, each row carries the hash of the one before, signed."),
    )
    return (Facts(tuple((word, line(means)) for word, means in said)),)


def _with_digests(report: Report) -> Report:
    """The same with a last section that has every digest in full."""
    every = sorted({word.text for word in report.words() if word.tone == "digest"})
    table = Table(
        (("As it stands above", 0.26), ("In full (SHA-256)", 0.74)), tuple(_in_full(one) for one in every), "None."
    )
    section = Section("digests", "Digests in full", (table,))
    return Report(**{**vars(report), "sections": (*report.sections, section)})


def _in_full(text: str) -> tuple[Cell, Cell]:
    return line(text[:16], "code"), line(text, "code")
