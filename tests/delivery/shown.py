"""A production with a performer, her consent, a cleared take and a refused use; and readers of what the report says."""

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from pypdf import PdfReader

from secondunit.brief.document import load_brief
from secondunit.effects.registry import find_effect
from secondunit.errors import NotCleared
from secondunit.keys import SigningKey
from secondunit.policy.approvals import approval_of_request, record_approval, sign_approval
from secondunit.policy.consents import grant
from secondunit.policy.documents import KeyHolder
from secondunit.policy.ledger import Ledger
from secondunit.policy.parts import Role, utc_text
from secondunit.policy.people import record_person
from secondunit.policy.signing import Signed
from secondunit.shoot import open_plate, request_for, shoot
from secondunit.testing.tiny_rights import consent_of, performer

NAME, AGENT = "Ottilie Vandergaard", "Bram Kettleworth"
BRIEF = "briefs/exposure.toml"
PERSON = """
[use]
territories = ["US"]
media = ["streaming"]
languages = ["en"]
marketing = false
pitch = false
political = false
brands = false
references = []
training_material = "none"
enhancement_model = "none"
generative = false

[[use.people]]
person = "{person}"
change = "{change}"
years = -10.0
character = "{character}"
replica = "none"
intimate = "none"
violence = false
"""


def moment(**later):
    return utc_text(datetime.now(UTC) + timedelta(**later))


def cast(show, *, days=30, person_id="p-3f2a", **scope):
    """Takes a performer in, and a consent she signed that ends in so many days; returns the consent."""
    key = SigningKey.new()
    holders = (
        KeyHolder(key=key.public, role=Role.TALENT, name=NAME),
        KeyHolder(key=SigningKey.new().public, role=Role.TALENT, name=AGENT),
    )
    ledger = Ledger(show)
    record_person(ledger, performer(person_id=person_id, stage_name=NAME, keys=holders))
    term = {"term_start": moment(hours=-1), "term_end": moment(days=days), "shots": ("EP101*",)}
    consent = consent_of(production_id=show.id, person_id=person_id, scope={**term, **scope})
    grant(ledger, Signed(document=consent).signed(key, role=Role.TALENT, name=NAME, at=moment()))
    return consent


def with_person(show, *, change="age", character="Anna", person="p-3f2a", name="person.toml"):
    """A brief that changes the performer."""
    path = show.folder / "briefs" / name
    text = (show.folder / BRIEF).read_text()
    path.write_text(text + PERSON.format(person=person, change=change, character=character))
    return path


def as_final(show):
    """Makes the brief one for a final take."""
    path = show.folder / BRIEF
    path.write_text(path.read_text().replace('"temp"', '"final"'))
    return path


def approve(show, path, *, by="A. Producer", role=Role.PRODUCER, key=None):
    brief = load_brief(path, find_effect)
    plate = open_plate(show, brief, preview=False)
    request = request_for(show, brief, plate.digest(), preview=False)
    return record_approval(Ledger(show), sign_approval(approval_of_request(request, role=role, by=by), key))


def pdf_text(data, tmp_path):
    path = tmp_path / "read-back.pdf"
    path.write_bytes(data)
    return " ".join("\n".join(page.extract_text() for page in PdfReader(path).pages).split())


class Page(HTMLParser):
    """Reads a page strictly: every element that is opened is closed, in order; keeps text and attributes."""

    VOID = ("meta", "col", "br", "link", "img")

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.said, self.tags = [], [], []
        self.feed(text)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.said.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.said).split())


def refused(show, path):
    with pytest.raises(NotCleared):
        shoot(show, path)


def section(report, name):
    return next(one for one in report.sections if one.id == name)


def said(report, name):
    """The text of a section, digests in full."""
    one = section(report, name)
    only = type(report)(**{**vars(report), "sections": (one,), "facts": type(report.facts)(())})
    return " ".join(words.text for words in only.words())


def open_about(report, text):
    """The rows of the open questions that say so."""
    rows = section(report, "open").blocks[0].rows
    return [row for row in rows if text in " ".join(words.text for cell in row for words in cell)]
