"""A brief that names what it must not is refused, whatever it says of itself."""

import pytest

from secondunit.brief.document import load_brief
from secondunit.effects.registry import find_effect, register
from secondunit.errors import NotCleared, Problems
from secondunit.keys import SigningKey
from secondunit.plate.files import PlateFiles
from secondunit.policy.approvals import approval_of_request, record_approval, sign_approval
from secondunit.policy.documents import Appointment
from secondunit.policy.hard_blocks import Hard, request_blocks
from secondunit.policy.ledger import Ledger
from secondunit.policy.parts import Role
from secondunit.policy.people import appoint
from secondunit.shoot import request_for, shoot
from secondunit.testing.tiny_effect import Exposure
from secondunit.testing.tiny_rights import NOW, request_of, standing_of
from secondunit.testing.tiny_show import SHOT, tiny_show
from secondunit.works.asked import with_references
from secondunit.works.names import Flag

LIST = '[[names]]\nname = "Zephyron"\nkind = "character"\nsource = "legal, memo 5"\n'


@pytest.fixture
def show(tmp_path):
    register(Exposure())
    return tiny_show(tmp_path / "show", frames=1)


def flag(kind):
    return Flag("brief", kind, "x", "x", False, "memo")


def test_what_is_found_is_added_to_what_is_said():
    assert with_references({"a": 1}, []) == {"a": 1}
    assert with_references({"style_wording": False}, [flag("style")]) == {"style_wording": True}
    assert with_references({"references": ()}, [flag("work"), flag("artist")])["references"] == (
        "artist_style",
        "protected_work",
    )
    assert with_references({"references": ("deceased",)}, [flag("public_figure")])["references"] == (
        "deceased",
        "public_figure",
    )


def test_wording_that_names_nobody_is_put_to_production_legal(show):
    path = show.folder / "briefs" / "exposure.toml"
    path.write_text(f"# light in the style of Somebody Unlisted\n{path.read_text()}")
    with pytest.raises(NotCleared, match="core/style-to-judge") as caught:
        shoot(show, path)
    assert "judged by production legal" in caught.value.found
    path.write_text(path.read_text() + "\n[use]\nstyle_wording = false\n")
    with pytest.raises(NotCleared, match="core/style-to-judge"):
        shoot(show, path)
    request = request_for(show, load_brief(path, find_effect), PlateFiles(show.folder, SHOT).digest(), preview=False)
    key = SigningKey.new()
    made = {"production_id": show.id, "role": Role.PRODUCTION_LEGAL, "name": "Lee", "key": key.public, "at": NOW}
    appoint(Ledger(show), Appointment(**made))
    rules = ("core/style-to-judge",)
    approval = approval_of_request(request, role=Role.PRODUCTION_LEGAL, by="Lee", note="of an era", rules=rules)
    record_approval(Ledger(show), sign_approval(approval, key))
    assert shoot(show, path).frames


def test_permission_that_is_stated_answers_it():
    asked = request_of(facts={"style_wording": True})
    said = {"style_wording": True, "references": ("artist_style",), "references_permitted": True}
    for request, spoke in ((asked, True), (request_of(facts=said), False), (request_of(), False)):
        assert any(one.hard is Hard.STYLE for one in request_blocks(request, standing_of())) is spoke


@pytest.mark.parametrize("where", ["in a comment", "in the file's name"])
def test_a_brief_that_names_a_work_is_refused(show, where):
    path = show.folder / "briefs" / "exposure.toml"
    if where == "in a comment":
        path.write_text(f"# brighter, like ZEPHYRON\n{path.read_text()}")
    else:
        path = path.rename(path.with_name("exposure_zephyron.toml"))
    brief = load_brief(path, find_effect)
    assert not request_for(show, brief, "0" * 64, preview=True).facts.get("references")
    (show.folder / "protected_names.toml").write_text(LIST)
    assert request_for(show, brief, "0" * 64, preview=True).facts["references"] == ("protected_work",)
    with pytest.raises((NotCleared, Problems), match="points at protected_work"):
        shoot(show, path, preview=True)
    assert not list((show.folder / "takes").rglob("take.json"))
