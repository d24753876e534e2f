"""A production with a performer of its own key, her signed consent, and a rule that lets it be used."""

import dataclasses
import tomllib
from datetime import UTC, datetime, timedelta

import tomli_w

from secondunit.keys import SigningKey
from secondunit.policy.clearance import clear
from secondunit.policy.consents import grant
from secondunit.policy.documents import KeyHolder
from secondunit.policy.gate import ClearanceGate
from secondunit.policy.ledger import Ledger
from secondunit.policy.parts import Role, utc_text
from secondunit.policy.people import record_person
from secondunit.policy.signing import Signed
from secondunit.testing.tiny_rights import CONSENTED_PACK, PLATE_DIGEST, change_of, consent_of, performer, request_of


def moment(**later):
    return utc_text(datetime.now(UTC) + timedelta(**later))


class Rights:
    """What the tests of gate and consent stand on."""

    def __init__(self, show):
        (show.folder / "own.toml").write_bytes(CONSENTED_PACK)
        document = show.folder / "production.toml"
        document.write_text(tomli_w.dumps({**tomllib.loads(document.read_text()), "rule_packs": ["own.toml"]}))
        self.show = dataclasses.replace(show, rule_packs=("own.toml",))
        self.ledger = Ledger(self.show)
        self.key = SigningKey.new()
        holder = KeyHolder(key=self.key.public, role=Role.TALENT, name="A. Performer")
        self.person = performer(keys=(holder,))
        record_person(self.ledger, self.person)
        self.plate = PLATE_DIGEST

    def consent(self, *, scope=None, **other):
        """Signed by nobody yet; in force for an hour around now."""
        term = {"term_start": moment(hours=-1), "term_end": moment(hours=1)}
        made = consent_of(scope={**term, **(scope or {})}, **{"production_id": self.show.id, **other})
        return Signed(document=made)

    def signed(self, *, key=None, role=Role.TALENT, **other):
        return self.consent(**other).signed(key or self.key, role=role, name="A. Performer", at=moment())

    def grant(self, **other):
        return grant(self.ledger, self.signed(**other))

    def request(self, **other):
        return request_of(**{"production_id": self.show.id, "people": (change_of(),), **other})

    def gate(self, **other):
        """A gate for the request, cleared just now."""
        clearance, key = clear(self.show, self.request())
        return ClearanceGate(clearance, key, self.show, lambda: self.plate, **other)
