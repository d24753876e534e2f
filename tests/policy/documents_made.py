"""Documents to test with: a performer, her key, and a consent to be ten years younger."""

from secondunit.policy.documents import Alteration, Consent, Form, KeyHolder, Person, Replica, Representation, Scope
from secondunit.policy.parts import Role


def person(key="a" * 64, **other):
    fields = {
        "person_id": "p-3f2a",
        "stage_name": "A. Performer",
        "billing": "principal",
        "is_minor": False,
        "keys": (KeyHolder(key=key, role=Role.TALENT, name="A. Performer"),),
    }
    return Person(**{**fields, **other})


def scope(**other):
    fields = {
        "characters": ("Captain",),
        "shots": ("EP101*",),
        "description": "The captain ten years younger in the flashback of episode one.",
        "alterations": (Alteration(kind="de-age", years_from=-10.0, years_to=0.0),),
        "uses": ("temp", "final"),
        "territories": ("*",),
        "media": ("*",),
        "term_start": "2026-01-01T00:00:00Z",
        "term_end": "2036-01-01T00:00:00Z",
    }
    return Scope(**{**fields, **other})


def consent(production_id="the-fall-1234", **other):
    fields = {
        "consent_id": "c-1",
        "person_id": "p-3f2a",
        "production_id": production_id,
        "representation": Representation(by="union", name="A union"),
        "replica": Replica(type="alteration", created_how="none"),
        "scope": scope(),
        "form": Form(separately_signed=True, clear_conspicuous=True),
    }
    return Consent(**{**fields, **other})
