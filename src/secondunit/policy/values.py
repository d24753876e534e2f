"""What each field of the vocabulary is worth for one request: said by somebody, or worked out here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from secondunit.policy.coverage import is_minor
from secondunit.policy.documents import Consent, HeldConsent, Person, Standing
from secondunit.policy.facts import Fact, PersonChange, Request
from secondunit.policy.hard_blocks import locks, lowest_age
from secondunit.policy.parts import Role

LATE_HOURS = 48.0  # SAG-AFTRA TV/Theatrical 2023: notice before services, or at engagement if that is later
LEAST_WORDS = 5  # a description in fewer words cannot be reasonably specific; whether a longer one is, people judge
YEAR_DAYS = 365.25


def request_values(request: Request, standing: Standing) -> dict[str, Fact]:
    """Fields of the request as a whole; what nobody said is absent."""
    return {
        **request.facts,
        "use": request.use,
        "step": request.step,
        "effect": request.kind,
        "production": request.production_id,
        "shot": request.shot,
        "frames": request.end_frame_exclusive - request.first_frame,
        "today": standing.now[:10],
        "people_changed": len(request.people),
        "tools_named": len(request.tools),
        "pixels_approved": tuple(
            sorted({one.role.value for one in standing.approvals_of_take(request.take, request.pixels_digest)})
        ),
    }


def tool_values(tool: Mapping[str, Fact]) -> dict[str, Fact]:
    """Fields of one tool."""
    return {f"tool.{name}": value for name, value in tool.items()}


def person_values(change: PersonChange, standing: Standing) -> dict[str, Fact]:
    """Fields of one changed person; who is not in the register has only what was said."""
    values: dict[str, Fact] = {f"person.{name}": value for name, value in change.facts.items()}
    values |= {"person.id": change.person_id, "person.change": change.change, "person.character": change.character}
    if change.years is not None:
        values["person.years"] = change.years
    if change.amount is not None:
        values["person.amount"] = change.amount
    person = standing.people.get(change.person_id)
    return values if person is None else values | _registered(person, standing)


def consent_values(held: HeldConsent | None) -> dict[str, Fact]:
    """Fields of the consent that covers a change; without one every yes/no is no and every number unknown."""
    names = [
        "separately_signed",
        "clear_conspicuous",
        "described",
        "represented",
        "notice_given",
        "engaged_late",
        "reason_recorded",
        "paid",
        "day_rate",
        "by_estate",
        "by_union",
        "by_guardian",
        "transfer_allowed",
        "training_allowed",
        "model_reuse",
    ]
    if held is None:
        return {"consent.covers": False, **{f"consent.{name}": False for name in names}}
    consent, pay = held.consent, held.consent.compensation
    term = _moment(consent.scope.term_end) - _moment(consent.scope.term_start)
    answers: tuple[Fact, ...] = (
        consent.form.separately_signed,
        consent.form.clear_conspicuous,
        len(consent.scope.description.split()) >= LEAST_WORDS,
        _represented(consent),
        consent.notice is not None,
        _engaged_late(consent),
        bool(consent.business_reason.strip()),
        pay is not None,
        pay is not None and None not in (pay.days_equivalent, pay.residuals, pay.pension_health) and bool(pay.rate_ref),
        Role.ESTATE in held.signed_by,
        Role.UNION in held.signed_by,
        Role.GUARDIAN in held.signed_by,
        consent.scope.transfer_allowed,
        consent.scope.training.allowed,
        consent.scope.model_reuse,
    )
    values: dict[str, Fact] = {f"consent.{name}": answer for name, answer in zip(names, answers, strict=True)}
    values |= {"consent.covers": True, "consent.years": term.days / YEAR_DAYS}
    if consent.notice is not None:
        values["consent.notice_hours"] = _hours(consent.notice.sent_at, consent.notice.services_at)
    return values


def _registered(person: Person, standing: Standing) -> dict[str, Fact]:
    values: dict[str, Fact] = {
        "person.is_minor": is_minor(person, standing.now),
        "person.deceased": person.deceased,
        "person.billing": person.billing,
        "person.in_union": bool(person.union.strip()),
        "person.strike": any(locks(one, person) for one in standing.strike_locks),
    }
    age = lowest_age(person, standing.now)
    if age is not None:
        values["person.age"] = age
    if person.death_date is not None:
        days = datetime.fromisoformat(standing.now[:10]) - datetime.fromisoformat(person.death_date)
        values["person.years_since_death"] = int(days.days // YEAR_DAYS)
    return values


def _represented(consent: Consent) -> bool:
    beside = consent.representation
    return (beside.by == "counsel" and bool(beside.name.strip())) or (
        beside.by == "union" and bool(beside.agreement.strip())
    )


def _engaged_late(consent: Consent) -> bool:
    notice = consent.notice
    return (
        notice is not None
        and notice.engaged_at is not None
        and _hours(notice.engaged_at, notice.services_at) < LATE_HOURS
        and notice.sent_at <= notice.engaged_at
    )


def _hours(first: str, second: str) -> float:
    return (_moment(second) - _moment(first)).total_seconds() / 3600


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
