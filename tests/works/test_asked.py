"""A brief that names what it must not is refused, whatever it says of itself."""

import pytest

from secondunit.brief.document import load_brief
from secondunit.effects.registry import find_effect, register
from secondunit.errors import NotCleared, Problems
from secondunit.shoot import request_for, shoot
from secondunit.testing.tiny_effect import Exposure
from secondunit.testing.tiny_show import tiny_show
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
    assert with_references({"a": 1}, [flag("style")]) == {"a": 1}
    assert with_references({"references": ()}, [flag("work"), flag("artist")])["references"] == (
        "artist_style",
        "protected_work",
    )
    assert with_references({"references": ("deceased",)}, [flag("public_figure")])["references"] == (
        "deceased",
        "public_figure",
    )


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
