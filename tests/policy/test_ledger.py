"""The ledger: every tampering is found and its row named; writers do not step on each other; nothing half is kept."""

import dataclasses
import json
import shutil
import subprocess
import sys
import time

import pytest
import sqlalchemy as sql

from secondunit.errors import BrokenStore, NotCleared
from secondunit.keys import SigningKey, key_path, own_key
from secondunit.policy import heads
from secondunit.policy.ledger import PURPOSE, Event, Ledger, head_of, production_key
from secondunit.production import LEDGER, Production, key_name


def filled(show, count=5):
    ledger = Ledger(show)
    for number in range(count):
        ledger.append(Event.ACCESS, {"number": number}, actor="A. Clerk")
    return ledger


def change(show, *statements):
    """What somebody with the database in hand would do, behind the program's back."""
    engine = sql.create_engine(show.database or f"sqlite:///{show.folder / LEDGER}")
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sql.text(statement), {"show": show.id})
    engine.dispose()


def where(seq):
    return f"WHERE production = :show AND seq = {seq}"


def resealed(show, seq, **other):
    """SQL that changes a row and makes its hash fit again; the signature is the one thing that cannot be made."""
    row = dataclasses.replace(Ledger(show).rows()[seq - 1], **other)
    return f"UPDATE secondunit_ledger SET body = '{row.body}', hash = '{row.content_hash()}' {where(seq)}"


def test_rows_come_back_as_they_were_written(ledger_show):
    rows = filled(ledger_show).rows()
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5, 6]
    assert rows[0].event == Event.OPENED
    assert [row.content() for row in rows[1:]] == [{"number": number} for number in range(5)]
    assert Ledger(ledger_show).problems([head_of(row) for row in rows]) == []


TAMPERING = {
    "a changed body": (lambda show: f"UPDATE secondunit_ledger SET body = '{{}}' {where(3)}", 3),
    "a changed date": (lambda show: f"UPDATE secondunit_ledger SET at = '2020-01-01T00:00:00Z' {where(4)}", 4),
    "a changed actor": (lambda show: f"UPDATE secondunit_ledger SET actor = 'me' {where(2)}", 2),
    "a body with its hash": (lambda show: resealed(show, 3, body='{"number": 99}'), 3),
    "the last body with its hash": (lambda show: resealed(show, 6, body='{"number": 99}'), 6),
    "a signature gone": (lambda show: f"UPDATE secondunit_ledger SET signature = '' {where(6)}", 6),
    "a row taken out": (lambda show: f"DELETE FROM secondunit_ledger {where(4)}", 4),
    "the first row taken out": (lambda show: f"DELETE FROM secondunit_ledger {where(1)}", 1),
    "the last row taken out": (lambda show: f"DELETE FROM secondunit_ledger {where(6)}", 6),
    "the tail taken out": (
        lambda show: "DELETE FROM secondunit_ledger WHERE production = :show AND seq >= 4",
        6,
    ),
    "all rows taken out": (lambda show: "DELETE FROM secondunit_ledger WHERE production = :show", 6),
    "a row moved to another show": (lambda show: f"UPDATE secondunit_ledger SET production = 'other' {where(3)}", 3),
}


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering_is_found_and_the_row_named(ledger_show, name):
    filled(ledger_show)
    statement, seq = TAMPERING[name]
    change(ledger_show, statement(ledger_show))
    assert seq in [one.seq for one in Ledger(ledger_show).problems()]
    with pytest.raises(BrokenStore, match=r"row \d"):
        Ledger(ledger_show).rows()
    with pytest.raises(BrokenStore, match=r"row \d"):
        Ledger(ledger_show).append(Event.ACCESS, {})
    change(ledger_show, "DELETE FROM secondunit_ledger WHERE production = 'other'")


def test_rows_in_another_order_are_named(ledger_show):
    filled(ledger_show)
    steps = [f"UPDATE secondunit_ledger SET seq = {new} {where(old)}" for old, new in ((3, 99), (4, 3), (99, 4))]
    change(ledger_show, *steps)
    assert {3, 4} <= {one.seq for one in Ledger(ledger_show).problems()}


def test_a_row_that_only_the_key_could_write_is_not_taken_from_another_key(ledger_show):
    rows = filled(ledger_show).rows()
    forged = dataclasses.replace(rows[-1], seq=7, prev=rows[-1].hash, body='{"number":9}')
    digest = forged.content_hash()
    forged = forged.sealed(digest, SigningKey.new().sign(PURPOSE, digest.encode()))
    engine = sql.create_engine(ledger_show.database or f"sqlite:///{ledger_show.folder / LEDGER}")
    with engine.begin() as connection:
        names = ", ".join(f":{name}" for name in dataclasses.asdict(forged))
        connection.execute(sql.text(f"INSERT INTO secondunit_ledger VALUES ({names})"), dataclasses.asdict(forged))
    engine.dispose()
    assert [one.seq for one in Ledger(ledger_show).problems()] == [7]


def test_an_old_copy_put_back_is_found_by_every_witness(show, tmp_path, monkeypatch):
    ledger = filled(show)
    old = tmp_path / "old.db"
    shutil.copy(show.folder / LEDGER, old)
    shutil.copy(show.folder / "ledger.head", tmp_path / "old.head")
    seen = head_of(ledger.append(Event.REVOCATION, {"consent_id": "c-1"}))
    shutil.copy(old, show.folder / LEDGER)
    with pytest.raises(BrokenStore, match=r"row 7.*the show's head file has seen it"):
        Ledger(show).rows()
    shutil.copy(tmp_path / "old.head", show.folder / "ledger.head")
    with pytest.raises(BrokenStore, match=r"row 7.*this user's own folder has seen it"):
        Ledger(show).rows()
    monkeypatch.setenv("SECONDUNIT_HOME", str(tmp_path / "another machine"))
    assert len(Ledger(show).rows()) == 6, "a machine that has seen nothing cannot know; takes and clearances do"
    assert [one.seq for one in Ledger(show).problems([dataclasses.replace(seen, by="take t001")])] == [7]


def test_a_copy_that_went_its_own_way_is_found(show, tmp_path):
    ledger = filled(show)
    shutil.copy(show.folder / LEDGER, tmp_path / "copy.db")
    ledger.append(Event.REVOCATION, {"consent_id": "c-1"})
    head = (show.folder / "ledger.head").read_text()
    for path in (show.folder / "ledger.head", *(heads.home() / "ledgers").glob(f"{show.id}.json")):
        path.unlink()
    shutil.copy(tmp_path / "copy.db", show.folder / LEDGER)
    (show.folder / "ledger.head").write_text(json.dumps({**json.loads(head), "seq": 6}))
    with pytest.raises(BrokenStore, match="row 6"):
        Ledger(show).append(Event.ACCESS, {"instead": True})


def test_a_missing_witness_is_missed(show):
    filled(show)
    (show.folder / "ledger.head").unlink()
    with pytest.raises(BrokenStore, match="has no witness"):
        Ledger(show).rows()


@pytest.mark.parametrize("text", ["", "{", '{"kind": "ledger_head", "version": 1}', "[]", "\x00"])
def test_a_damaged_head_file_closes_the_ledger(show, text):
    filled(show)
    (show.folder / "ledger.head").write_text(text)
    with pytest.raises(BrokenStore, match=r"ledger\.head"):
        Ledger(show).rows()


def test_another_key_in_the_shows_document_is_refused(show):
    filled(show)
    other = dataclasses.replace(show, key=SigningKey.new().public)
    with pytest.raises(BrokenStore, match="forged copy"):
        Ledger(other).rows()
    with pytest.raises(NotCleared, match="not the key of this production"):
        Ledger(other).append(Event.ACCESS, {})


def test_without_the_key_a_machine_reads_and_does_not_write(show, tmp_path, monkeypatch):
    filled(show)
    monkeypatch.setenv("SECONDUNIT_HOME", str(tmp_path / "another machine"))
    assert len(Ledger(show).rows()) == 6
    with pytest.raises(NotCleared, match="not on this machine"):
        Ledger(show).append(Event.ACCESS, {})
    assert not key_path(key_name(show.id)).exists(), "no key may be made in its place"


def test_a_refused_row_leaves_nothing(ledger_show):
    ledger = filled(ledger_show)

    def refuse(rows):
        raise NotCleared("test", f"{len(rows)} rows are enough")

    with pytest.raises(NotCleared, match="6 rows"):
        ledger.append(Event.ACCESS, {}, check=refuse)
    assert len(ledger.rows()) == 6
    assert ledger.problems() == []


@pytest.mark.parametrize("data", [b"", b"not a database at all, but long enough to look like one" * 40])
def test_a_file_that_is_no_ledger_allows_nothing(show, data):
    filled(show)
    (show.folder / LEDGER).write_bytes(data)
    with pytest.raises(BrokenStore):
        Ledger(show).rows()


def test_a_server_that_is_not_there_says_where_and_hides_the_password(tmp_path):
    address = f"postgresql+psycopg://crew:secret@/show?host={tmp_path}"
    show = Production.new(tmp_path / "show", title="x", database=address)
    with pytest.raises(BrokenStore, match="cannot be used") as caught:
        Ledger(show).append(Event.ACCESS, {})
    assert "secret" not in str(caught.value)
    assert "crew" in str(caught.value)


WRITER = """
import sys
from pathlib import Path
from secondunit.policy.ledger import Event, Ledger
from secondunit.production import Production
ledger = Ledger(Production.open(Path(sys.argv[1])))
for number in range(int(sys.argv[2])):
    ledger.append(Event.ACCESS, {"process": sys.argv[3], "number": number})
"""


def writer(show, count, name=""):
    return subprocess.Popen([sys.executable, "-c", WRITER, str(show.folder), str(count), name])


def test_writers_at_once_lose_nothing(ledger_show):
    names = ("one", "two", "three")
    writers = [writer(ledger_show, 12, name) for name in names]
    assert [one.wait(60) for one in writers] == [0, 0, 0]
    rows = Ledger(ledger_show).rows()
    assert len(rows) == 1 + 3 * 12
    assert Ledger(ledger_show).problems() == []
    for name in names:
        mine = [row.content()["number"] for row in rows[1:] if row.content()["process"] == name]
        assert mine == list(range(12)), "each writer's rows stand in the order it wrote them"


def test_a_killed_writer_leaves_whole_rows_only(ledger_show):
    Ledger(ledger_show).append(Event.ACCESS, {"before": True})
    for _ in range(2):
        before = len(Ledger(ledger_show).rows())
        killed = writer(ledger_show, 100_000)
        while len(Ledger(ledger_show).rows()) < before + 3:
            assert killed.poll() is None
            time.sleep(0.01)
        killed.kill()
        killed.wait(60)
        assert Ledger(ledger_show).problems() == []
        Ledger(ledger_show).append(Event.ACCESS, {"after": True})


def test_the_head_is_cheap_and_true(ledger_show):
    ledger = filled(ledger_show)
    last = ledger.rows()[-1]
    assert ledger.head() == heads.Head(last.seq, last.hash, last.signature)
    assert production_key(ledger_show).public == own_key(key_name(ledger_show.id)).public


def test_two_shows_share_a_server_without_meeting(postgres, tmp_path):
    one, two = (Production.new(tmp_path / name, title=name, database=postgres) for name in ("one", "two"))
    filled(one, 2)
    filled(two, 3)
    assert (len(Ledger(one).rows()), len(Ledger(two).rows())) == (3, 4)
