"""What is secret is made once, is the owner's alone, and never ends up in a show."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from secondunit.errors import BrokenStore
from secondunit.home import home, made_once, secret


def test_the_folder_is_where_the_user_says(monkeypatch, tmp_path):
    monkeypatch.setenv("SECONDUNIT_HOME", str(tmp_path / "mine"))
    assert home() == tmp_path / "mine"
    monkeypatch.delenv("SECONDUNIT_HOME")
    assert home().name == "secondunit"


def test_a_secret_is_made_once_and_is_its_owners_alone(tmp_path):
    path = tmp_path / "deep" / "key"
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda number: made_once(path, lambda: b"%d" % number), range(8)))
    assert len(found) == 1
    assert made_once(path, lambda: b"another") in found
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["key"]


def test_a_secret_that_everybody_can_read_is_refused(tmp_path):
    path = tmp_path / "key"
    path.write_bytes(b"x")
    path.chmod(0o644)
    with pytest.raises(BrokenStore, match="chmod 600"):
        secret(path)
    with pytest.raises(BrokenStore, match="cannot be read"):
        secret(tmp_path / "none")


def test_no_room_for_a_secret_is_said(tmp_path, monkeypatch):
    def full(handle):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BrokenStore, match="disk is full"):
        made_once(tmp_path / "key", lambda: b"x")
    assert list(tmp_path.iterdir()) == []
