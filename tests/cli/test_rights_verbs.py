"""A performer, an agent and a production, each on a machine of their own, with nothing but files between them."""

import json
import shutil

import pytest
from click.testing import CliRunner

from secondunit.cli import main
from secondunit.production import LEDGER, Production
from secondunit.shoot import shoot
from secondunit.testing.tiny_show import SHOT, tiny_show

CHANGE = ["--character", "Captain", "--shot", "EP101*", "--change", "age", "--years", "-20", "0"]
WHERE = ["--use", "temp", "--use", "final", "--territory", "*", "--medium", "streaming", "--language", "en"]
TERM = ["--from", "2026-01-01", "--until", "2036-01-01"]
WORDS = ["--describe", "The captain twenty years younger in the flashback."]


@pytest.fixture
def machines(tmp_path, monkeypatch):
    """Run a verb on the machine of ``who``: each has keys of its own."""

    def run(who, *words, code=0, typed=None):
        monkeypatch.setenv("SECONDUNIT_HOME", str(tmp_path / f"home of {who}"))
        line = [str(word) for word in words]
        done = CliRunner().invoke(main, [*line, *([] if typed else ["--json"])], input=typed)
        assert done.exit_code == code, done.output
        return done.output if typed else json.loads(done.stdout)

    return run


@pytest.fixture
def installed_effect(tmp_path, monkeypatch):
    info = tmp_path / "plugin" / "tiny-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny\nVersion: 1\n")
    line = "exposure = secondunit.testing.tiny_effect:Exposure"
    (info / "entry_points.txt").write_text(f"[secondunit.effects]\n{line}\n")
    monkeypatch.syspath_prepend(str(tmp_path / "plugin"))


@pytest.fixture
def show(tmp_path, machines):
    machines("production", "new", tmp_path / "show", "--title", "The Fall")
    return tmp_path / "show"


@pytest.fixture
def signed(show, machines, tmp_path):
    """A consent that the agent has signed, and the person's id."""
    key = machines("agent", "people", "key")["key"]
    said = ["--name", "A. Performer", "--adult", "--union", "SAG-AFTRA", "--key", key, "--key-name", "B. Agent"]
    person = machines("production", "people", "add", show, *said)["person_id"]
    file = tmp_path / "consent.json"
    machines("production", "consent", "request", show, person, "--out", file, *WORDS, *CHANGE, *WHERE, *TERM)
    spoken = machines("agent", "consent", "sign", file, "--name", "B. Agent", typed="y\n")
    assert "twenty years younger in the flashback" in spoken
    assert "-20" in spoken
    assert "not legal advice" in spoken
    return file, person


def test_from_request_to_the_end(show, machines, signed):
    file, person = signed
    granted = machines("production", "consent", "grant", show, file)
    (listed,) = machines("production", "consent", "list", show)["consents"]
    assert (listed["status"], listed["person_id"], listed["digest"]) == ("granted", person, granted["digest"])
    whole = machines("production", "consent", "show", show, granted["consent_id"], "--by", "Legal")
    assert whole["consent"]["scope"]["alterations"][0]["years_from"] == -20
    machines("production", "consent", "revoke", show, granted["consent_id"], "--by", "B. Agent", "--reason", "illness")
    assert machines("production", "consent", "list", show)["consents"][0]["status"] == "revoked"
    events = [row["event"] for row in machines("production", "ledger", "show", show)["rows"]]
    assert events == ["opened", "person", "grant", "access", "revocation"]
    assert machines("production", "ledger", "verify", show)["whole"]


def test_what_is_not_right_changes_nothing(show, machines, signed, tmp_path):
    file, person = signed
    wide = json.loads(file.read_text())
    wide["document"]["scope"]["shots"] = ["*"]
    (tmp_path / "wide.json").write_text(json.dumps(wide))
    said = machines("production", "consent", "grant", show, tmp_path / "wide.json", code=5)
    assert "not of this document" in said["error"]["problems"][0]["found"]
    blank = [*WORDS, *CHANGE, *WHERE, *TERM]
    machines("production", "consent", "request", show, person, "--out", file, *blank, code=5)
    machines("production", "consent", "request", show, "p-nobody", "--out", tmp_path / "x.json", *blank, code=5)
    assert not (tmp_path / "x.json").exists()
    machines("somebody", "consent", "grant", show, file, code=4)
    machines("somebody", "consent", "sign", tmp_path / "none.json", "--name", "x", "--yes", code=5)
    assert machines("production", "consent", "list", show)["consents"] == []


def test_saying_no_signs_nothing(show, machines, signed):
    file, _ = signed
    before = file.read_bytes()
    machines("performer", "consent", "sign", file, "--name", "A. Performer", typed="n\n", code=130)
    assert file.read_bytes() == before


def test_roles_and_people_are_listed(show, machines, signed):
    key = machines("studio", "people", "key")["key"]
    machines("production", "people", "appoint", show, "--role", "studio", "--key", key, "--name", "S. Contact")
    machines("production", "people", "appoint", show, "--role", "studio", "--key", "nonsense", "--name", "S", code=5)
    listed = machines("production", "people", "list", show)
    assert [one["stage_name"] for one in listed["people"]] == ["A. Performer"]
    assert [(one["role"], one["name"]) for one in listed["roles"]] == [("studio", "S. Contact")]
    machines("production", "people", "add", show, "--name", "x", code=2)


def test_a_key_in_a_file_of_its_own(machines, tmp_path):
    made = machines("agent", "people", "key", "--new", tmp_path / "client.pem")
    assert made["key"] != machines("agent", "people", "key")["key"]
    assert (tmp_path / "client.pem").stat().st_mode & 0o077 == 0
    machines("agent", "people", "key", "--new", tmp_path / "client.pem", code=5)


def test_a_strike_is_locked_and_lifted(show, machines):
    (lock,) = machines("production", "strike", show, "--lock", "*", "--reason", "strike", "--by", "Legal")["locks"]
    machines("production", "strike", show, "--lift", "s-other", "--by", "Legal", code=5)
    assert machines("production", "strike", show, "--lift", lock["lock_id"], "--by", "Legal")["locks"] == []
    machines("production", "strike", show, "--lock", "*", code=5)
    machines("production", "strike", show, "--lock", "*", "--lift", "x", code=2)


def test_a_ledger_that_was_cut_is_named_by_row(tmp_path, machines, monkeypatch):
    monkeypatch.setenv("SECONDUNIT_HOME", str(tmp_path / "home of production"))
    show = tiny_show(tmp_path / "show", frames=2)
    machines("production", "strike", show.folder, "--lock", "X", "--reason", "strike", "--by", "Legal")
    shutil.copy(show.folder / LEDGER, tmp_path / "old.db")
    verified = machines("production", "ledger", "verify", show.folder)
    assert verified["rows"] == 2
    machines("production", "strike", show.folder, "--lock", "Y", "--reason", "strike", "--by", "Legal")
    shutil.copy(tmp_path / "old.db", show.folder / LEDGER)
    said = machines("production", "ledger", "verify", show.folder, code=5)
    assert "row 3" in said["error"]["problems"][0]["where"]


def test_a_take_approval_is_of_its_pixels(tmp_path, machines, installed_effect, monkeypatch):
    monkeypatch.setenv("SECONDUNIT_HOME", str(tmp_path / "home of production"))
    show = tiny_show(tmp_path / "show", frames=2)
    for _ in range(2):
        shoot(show, show.folder / "briefs/exposure.toml")
    machines("production", "approve", show.folder, "--take", "t001", "--by", "A. Supervisor")
    assert machines("production", "ledger", "verify", show.folder)["takes"] == 2
    assert [one["by"] for one in machines("production", "show", show.folder, "t001")["approved"]] == ["A. Supervisor"]
    assert machines("production", "show", show.folder, "t002")["approved"] == [], "the same pixels in another take"
    shutil.copytree(show.folder / "takes" / SHOT / "t001", show.folder / "takes" / SHOT / "t003")
    papers = show.folder / "takes" / SHOT / "t003" / "take.json"
    papers.chmod(0o644)
    papers.write_text(papers.read_text().replace('"take": "t001"', '"take": "t003"'))
    machines("production", "approve", show.folder, "--take", "t003", "--by", "A. Supervisor", code=4)
    said = machines("production", "ledger", "verify", show.folder, code=4)
    assert "does not know it" in said["error"]["problems"][0]["found"]
    assert Production.open(show.folder).id == show.id


def test_a_studio_approves_on_a_machine_of_its_own(tmp_path, machines, installed_effect, monkeypatch):
    monkeypatch.setenv("SECONDUNIT_HOME", str(tmp_path / "home of production"))
    show, file = tiny_show(tmp_path / "show", frames=2), tmp_path / "approval.json"
    shoot(show, show.folder / "briefs/exposure.toml")
    about = ["--take", "t001", "--role", "studio", "--by", "S. Contact"]
    machines("production", "approve", show.folder, *about, "--ask", file)
    assert "is not signed" in said_wrong(machines("production", "approve", show.folder, "--signed", file, code=5))
    asked = file.read_text()
    key = machines("studio", "approve", "--sign", file)["key"]
    take_in = ["approve", show.folder, "--signed", file]
    assert "does not answer for studio" in said_wrong(machines("production", *take_in, code=5))
    machines("production", "people", "appoint", show.folder, "--role", "studio", "--key", key, "--name", "S. Contact")
    signed = file.read_text()
    file.write_text(signed.replace(json.loads(asked)["document"]["pixels_digest"], "0" * 64))
    assert "is not of this document" in said_wrong(machines("production", *take_in, code=5))
    file.write_text(signed)
    machines("production", *take_in)
    (given,) = machines("production", "show", show.folder, "t001")["approved"]
    assert (given["by"], given["role"]) == ("S. Contact", "studio")


def test_nobody_approves_under_another_name(tmp_path, machines, installed_effect, monkeypatch):
    monkeypatch.setenv("SECONDUNIT_HOME", str(tmp_path / "home of production"))
    show = tiny_show(tmp_path / "show", frames=2)
    shoot(show, show.folder / "briefs/exposure.toml")
    machines("production", "approve", show.folder, "--take", "t001", "--by", "A. Supervisor")
    found = machines("production", "approve", show.folder, "--take", "t001", "--by", "The Studio", code=5)
    assert "the key is A. Supervisor's" in said_wrong(found)


def test_whoever_gets_a_signed_paper_can_check_it(signed, machines, tmp_path):
    file = next(one for one in tmp_path.glob("*.json"))
    (report,) = machines("agent", "verify", file)["reports"]
    assert "B. Agent, talent, key" in report["keys"][0]
    file.write_text(file.read_text().replace("twenty years younger", "thirty years younger"))
    (report,) = machines("agent", "verify", file, code=5)["reports"]
    assert "is not of this document" in str(report["problems"])


def said_wrong(answer):
    return " ".join(str(one) for one in answer["error"]["problems"])
