"""A production: made once, read whole, and nothing climbs out of it."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondunit.errors import BrokenStore, Problems, SecondUnitError
from secondunit.production import Production


def test_a_new_production_reads_back_as_it_was_made(tmp_path):
    made = Production.new(tmp_path / "show", title="The Fall", rate="23.976")
    assert Production.open(tmp_path / "show") == made
    assert made.rate == Fraction(24000, 1001)
    assert made.shots() == ()


def test_it_never_overwrites(tmp_path):
    Production.new(tmp_path / "show", title="One")
    with pytest.raises(BrokenStore, match="already"):
        Production.new(tmp_path / "show", title="Two")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letters.txt").write_text("mine")
    with pytest.raises(BrokenStore, match="something else"):
        Production.new(tmp_path / "other", title="Two")
    assert Production.open(tmp_path / "show").title == "One"


@pytest.mark.parametrize("rate", ["0", "-24", "x", "1/0", "1000"])
def test_an_impossible_rate_leaves_no_folder(tmp_path, rate):
    with pytest.raises(BrokenStore, match="--rate"):
        Production.new(tmp_path / "show", title="x", rate=rate)
    assert not (tmp_path / "show").exists()


def test_all_that_is_wrong_is_said_at_once(tmp_path):
    Production.new(tmp_path, title="x")
    (tmp_path / "production.toml").write_text('titel = "x"\nrate = 24\nrule_packs = []\n')
    with pytest.raises(Problems) as caught:
        Production.open(tmp_path)
    text = str(caught.value)
    assert "Did you mean 'title'?" in text
    assert "title: missing" in text
    assert "rate: 24" in text
    assert "rule_packs: []" in text
    assert caught.value.exit_code == 5


def test_a_folder_that_is_no_production_says_what_to_do(tmp_path):
    with pytest.raises(BrokenStore, match="secondunit new"):
        Production.open(tmp_path)


@given(st.binary(max_size=200))
def test_whatever_stands_in_the_document_the_error_is_ours(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("show")
    (folder / "production.toml").write_bytes(data)
    with pytest.raises(SecondUnitError):
        Production.open(folder)


def test_paths_and_names_cannot_climb_out(tmp_path):
    show = Production.new(tmp_path / "show", title="x")
    (tmp_path / "secret.txt").write_text("x")
    (show.folder / "link").symlink_to(tmp_path)
    for text in ("../secret.txt", str(tmp_path / "secret.txt"), "plates/../../secret.txt", "link/secret.txt"):
        with pytest.raises(BrokenStore, match="outside the production"):
            show.inside(text, where="test")
    assert show.inside("plates/a.png", where="test") == (show.folder / "plates/a.png").resolve()
    for name in ("../x", "a/b", "..", "", ".hidden", "CON", "x" * 65, "a\0b", "a\n"):
        with pytest.raises(BrokenStore):
            show.takes_folder(name)


def test_an_address_that_cannot_be_used_leaves_no_production_behind(tmp_path):
    with pytest.raises(BrokenStore, match="postgresql\\+psycopg://USER@HOST/NAME"):
        Production.new(tmp_path / "show", title="A", database="postgres://crew@/x")
    assert not (tmp_path / "show").exists()
