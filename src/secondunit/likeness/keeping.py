"""May reference faces of a person be kept? The policy decides it as a scan, by register, consents, locks and packs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from secondunit.errors import NotCleared
from secondunit.policy.asking import of_the_registry, production_facts
from secondunit.policy.clearance import ask, refusal
from secondunit.policy.decide import Decision, Verdict
from secondunit.policy.facts import Fact, PersonChange, Request
from secondunit.policy.hard_blocks import covering
from secondunit.policy.ledger import Event, Ledger
from secondunit.policy.standing import standing_of
from secondunit.policy.what_if import with_facts
from secondunit.production import DOCUMENT, Production
from secondunit.records import digest_json
from secondunit.timebase import FIRST_FRAME

SHOT, KIND, CHANGE = "likeness", "likeness add", "reference"
_FACTS: dict[str, Fact] = {  # a reference is measured and shown to nobody; no model learns from it
    "generative": False,
    "alters_people": False,
    "territories": (),
    "media": ("internal",),
    "languages": (),
    "marketing": False,
    "pitch": False,
    "political": False,
    "brands": False,
    "references": (),
    "training_material": "none",
    "enhancement_model": "none",
}
_OF_THE_PERSON: dict[str, Fact] = {  # the stricter answers, so that rules about alterations ask the performer
    "replica": "none",
    "intimate": "none",
    "violence": False,
    "as_scripted": False,
    "customary_post": False,
    "changes_performance": False,
}


def require_consent(production: Production, person_id: str, *, keep_until: str, said: Iterable[str] = ()) -> Decision:
    """Returns if the policy lets reference faces of a person be kept until a day; the ledger keeps the decision.

    The person stands in the register, a consent that stands is signed by who may sign for the person, and its
    ``custody.deletion_due`` is no earlier than the day. Rules about scans in the production's packs are asked.

    Args:
        production: whose store it is.
        person_id: whose faces.
        keep_until: the last day agreed, e.g. 2027-06-30.
        said: more answers for the rules, each ``field=value``, e.g. ``person.registry=absent``.

    Raises:
        NotCleared: why not, and what to do.
        BrokenStore: the ledger is not whole.
        BadBrief: an answer in ``said`` names no field.
    """
    request = scan_request(production, person_id, keep_until=keep_until, said=said)
    decision = ask(production, request)
    Ledger(production).append(Event.DECISION, {"request": request.to_json(), **decision.to_json()})
    where = f"references of {person_id}"
    if decision.verdict is not Verdict.CLEARED:
        error = refusal(request, decision, where=where)
        advice = (
            "The person must be in the register and agree: secondunit people add, consent request --keep-likeness DAY, "
            "consent grant. See docs/likeness.md. What a rule asks: --say FIELD=VALUE."
        )
        raise NotCleared(error.where, error.found, advice=advice)
    standing = standing_of(production)
    days = [one.consent.custody.deletion_due or "" for one in covering(request.people[0], request, standing)]
    if max(days, default="") < keep_until:
        found = f"kept until {keep_until}; the consent allows it until {max(days, default='no day')}"
        raise NotCleared(where, found, "a day the consent allows", "Give an earlier --until, or ask for a new consent.")
    return decision


def scan_request(production: Production, person_id: str, *, keep_until: str, said: Iterable[str] = ()) -> Request:
    """What the policy is asked: a scan of one person, for matching inside the production.

    Raises:
        BadBrief, BrokenStore: an answer in ``said`` cannot be read.
    """
    facts = production_facts(production.use, where=str(production.folder / DOCUMENT))
    meant = digest_json({"keep": person_id, "until": keep_until, "in": production.id})
    request = Request(
        production_id=production.id,
        shot=SHOT,
        kind=KIND,
        use="temp",
        people=(PersonChange(person_id, CHANGE, facts={**of_the_registry(facts), **_OF_THE_PERSON}),),
        first_frame=FIRST_FRAME,
        end_frame_exclusive=FIRST_FRAME + 1,
        brief_digest=meant,
        plate_digest=meant,
        step="scan",
        facts={**facts, **_FACTS},
    )
    asked = with_facts(request, said, option="--say")
    person = replace(request.people[0], facts={**asked.people[0].facts, **_OF_THE_PERSON})
    return replace(request, people=(person,), facts={**asked.facts, **_FACTS})
