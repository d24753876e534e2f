"""The demo's performer in a production: asked once, covered exactly, and no farther."""

import pytest

from secondunit.cli.demo import BEYOND, _performer
from secondunit.effects.registry import find_effect
from secondunit.errors import NotCleared
from secondunit.keys import own_key
from secondunit.likeness.recorded import open_store
from secondunit.policy.consents import find_consent, revoke
from secondunit.policy.ledger import Ledger
from secondunit.production import Production
from secondunit.shoot import shoot
from secondunit.testing.performer import engaged


@pytest.fixture(scope="module")
def engaged_show(tmp_path_factory):
    production = Production.new(tmp_path_factory.mktemp("demo") / "show", title="Demo")
    return production, _performer(production)


def test_the_performer_is_asked_once(engaged_show):
    production, paths = engaged_show
    before = list(Ledger(production).rows())
    assert _performer(production) == paths, "going on changes nothing"
    rows = list(Ledger(production).rows())
    assert [row.seq for row in rows] == [row.seq for row in before]
    (held,) = open_store(production, by="test").holdings()
    assert (held.person_id, len(held.items)) == (engaged.PERSON, 3)
    consent = find_consent(Ledger(production), engaged.CONSENT).consent
    (alteration,) = consent.scope.alterations
    assert (alteration.kind, alteration.years_from, alteration.years_to) == ("age", -20.0, 0.0)
    assert consent.scope.shots == (engaged.SHOT,)


def test_no_key_lies_in_the_show(engaged_show):
    production, _ = engaged_show
    secret = own_key(engaged.KEY).to_secret()
    assert all(secret.encode() not in path.read_bytes() for path in production.folder.rglob("*.json") if path.is_file())
    assert not list(production.folder.rglob("*.pem"))


def test_beyond_the_years_is_refused_before_a_pixel_and_so_is_all_when_it_is_taken_back(engaged_show):
    production, (younger, too_young, _) = engaged_show
    assert BEYOND[1] in too_young.read_text(encoding="utf-8")
    with pytest.raises(NotCleared, match="-35 years; the consent allows age from -20"):
        shoot(production, too_young)
    revoke(Ledger(production), engaged.CONSENT, by=engaged.NAME)
    with pytest.raises(NotCleared, match=r"revoked|withdrawn"):
        shoot(production, younger)
    assert not list(production.folder.glob("work/**/*.exr"))
    assert find_effect("deage").name == "deage"
