"""Every door: no frame without a clearance that holds now, and no take of frames that have no receipt."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import click.testing
import pytest

import secondunit
from secondunit.brief.document import load_brief
from secondunit.cli import main
from secondunit.effects.base import Context
from secondunit.effects.registry import find_effect
from secondunit.effects.running import run_stages
from secondunit.errors import BrokenStore, NotCleared
from secondunit.imaging.exr import write_exr
from secondunit.keys import SigningKey
from secondunit.policy import receipts
from secondunit.policy.approvals import approval_of_request, record_approval, sign_approval, withdraw
from secondunit.policy.clearance import Clearance, clear
from secondunit.policy.gate import ClearanceGate
from secondunit.policy.ledger import Event, Ledger
from secondunit.policy.parts import Role
from secondunit.policy.takes import recorded
from secondunit.shoot import open_plate, request_for, shoot
from secondunit.take.store import list_takes, publish
from secondunit.testing.tiny_effect import Exposure, LightSquare
from secondunit.testing.tiny_show import SHOT, tiny_show
from secondunit.timebase import FrameRange

BRIEF = "briefs/exposure.toml"
EXPOSURE = "exposure = secondunit.testing.tiny_effect:Exposure\n"


@pytest.fixture(autouse=True)
def tiny(monkeypatch, tmp_path_factory):
    """The tiny effect, installed as any plug-in is; for this process and those it starts."""
    folder = tmp_path_factory.mktemp("plugin")
    info = folder / "tiny-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[secondunit.effects]\n{EXPOSURE}")
    monkeypatch.syspath_prepend(str(folder))
    return folder


@pytest.fixture
def final(tmp_path):
    """A show whose brief asks for a final take, which nobody has approved."""
    show = tiny_show(tmp_path / "show", frames=3)
    brief = show.folder / BRIEF
    brief.write_text(brief.read_text().replace('"temp"', '"final"'))
    return show


def asked(show):
    brief = load_brief(show.folder / BRIEF, find_effect)
    plate = open_plate(show, brief, preview=False)
    return brief, plate, request_for(show, brief, plate.digest(), preview=False)


def approve(show):
    approval = approval_of_request(asked(show)[2], role=Role.PRODUCER, by="A. Producer")
    return record_approval(Ledger(show), sign_approval(approval))


def nothing_was_written(show):
    assert not list(show.folder.glob("work/**/*.exr")), "a frame without a clearance"
    assert not list(show.folder.glob("takes/*/t*")), "a take without a clearance"


def context(show, out, gate):
    brief, plate, _ = asked(show)
    square = out.parent / "square"
    square.mkdir(exist_ok=True)
    (square / "square.json").write_text('{"kind": "square", "version": 1, "left": 1, "top": 1, "side": 3}')
    out.mkdir(exist_ok=True)
    return Context(
        out=out,
        inputs={"square": square},
        settings=brief.settings,
        plate=plate,
        frames=FrameRange(1001, 1004),
        frame_rate=24.0,
        seed=1,
        threads=1,
        progress=lambda done, total, what="": None,
        gate=gate,
    )


def taken(show, result, gate):
    """``publish`` called by hand with the frames of a folder."""

    def assemble(folder, name):
        (folder / "frames").mkdir()
        for frame in range(1001, 1004):
            shutil.copy(result / f"{frame}.exr", folder / "frames" / f"{SHOT}.{frame}.exr")
        return {"plates": []}

    document = {"frames": [1001, 1004], "preview": False}
    return publish(show, SHOT, document, assemble, gate=gate, result=result, waiting=lambda: None)


# The front doors: command line, Python.


def test_the_command_line(final):
    for words in ([], ["--threads", "1"]):
        done = click.testing.CliRunner().invoke(main, ["shoot", str(final.folder), BRIEF, *words])
        assert done.exit_code == 4, done.output
    nothing_was_written(final)


def test_python(final):
    with pytest.raises(NotCleared):
        secondunit.shoot(final, final.folder / BRIEF)
    nothing_was_written(final)


def test_there_is_no_switch_that_skips_the_question():
    words = ("force", "skip", "override", "unsafe", "insecure", "no-check", "no-policy", "allow")

    def options(command):
        for one in command.params:
            yield from one.opts
        for inner in getattr(command, "commands", {}).values():
            yield from options(inner)

    assert not [one for one in options(main) if any(word in one for word in words)]


# A stage called by hand.


def test_a_stage_called_by_hand_with_a_gate_of_ones_own_gets_into_no_take(final, tmp_path):
    class Open:
        def __call__(self, frame):
            pass

        def written(self, frame, path, result, beside=None):
            pass

    out = tmp_path / "light"
    LightSquare().run(context(final, out, Open()))
    assert (out / "1001.exr").is_file()
    approve(final)
    clearance, key = clear(final, asked(final)[2])
    gate = ClearanceGate(clearance, key, final, asked(final)[1].digest)
    with pytest.raises(NotCleared, match="no receipt"):
        taken(final, out, gate)
    for other in (Open(), None, lambda frame: None):
        with pytest.raises(NotCleared, match="no clearance"):
            taken(final, out, other)
    assert list_takes(final) == ()


def test_frames_written_past_the_gate_get_into_no_take(final, monkeypatch):
    class Past(LightSquare):
        def run(self, context):
            super().run(context)
            for frame in context.frames:
                plate = context.plate.frame(frame)
                write_exr(context.out / f"{frame}.exr", {"composite": plate * 0, "matte": plate[..., 0] * 0 + 1})

    approve(final)
    monkeypatch.setattr(Exposure, "stages", (*Exposure.stages[:-1], Past()))
    with pytest.raises(NotCleared, match="was changed after it was written"):
        shoot(final, final.folder / BRIEF)
    assert list_takes(final) == ()


# A worker started by hand.

WORKER = """
import json, sys
from pathlib import Path
from secondunit.errors import NotCleared
from secondunit.keys import SigningKey
from secondunit.policy.clearance import Clearance
from secondunit.policy.gate import ClearanceGate
from secondunit.policy.signing import parse_document
from secondunit.production import Production
said = json.loads(sys.stdin.read())
try:
    clearance = parse_document(json.dumps(said["clearance"]), Clearance, where="job")
    gate = ClearanceGate(
        clearance, SigningKey.from_secret(said["key"]), Production.open(Path(said["show"])), lambda: said["plate"]
    )
    gate(said["frame"])
except NotCleared as error:
    print(error)
    sys.exit(4)
"""


def worker(show, clearance, key, *, frame=1001, **changed):
    plate = clearance.request.plate_digest
    said = {"show": str(show.folder), "clearance": {**clearance.to_json(), **changed}, "key": key.to_secret()}
    text = json.dumps({**said, "plate": plate, "frame": frame})
    return subprocess.run([sys.executable, "-c", WORKER], input=text, capture_output=True, text=True, check=False)


def test_a_worker_in_another_process(final, tmp_path):
    given = approve(final)
    clearance, key = clear(final, asked(final)[2])
    good = worker(final, clearance, key)
    assert good.returncode == 0, good.stdout + good.stderr
    request = {**clearance.to_json()["request"], "end_frame_exclusive": 1999}
    for made, says in (
        (worker(final, clearance, key, frame=1100), "outside the cleared frames"),
        (worker(final, clearance, key, frame=1100, request=request), "not given by this production"),
        (worker(final, clearance, key, expires_at="2099-01-01T00:00:00Z"), "not given by this production"),
        (worker(final, clearance, SigningKey.new()), "not the key that came with it"),
        (worker(tiny_show(tmp_path / "foreign"), clearance, key), "not given by this production"),
    ):
        assert made.returncode == 4, made.stdout + made.stderr
        assert says in made.stdout
    withdraw(Ledger(final), given, by="A. Producer")
    fallen = worker(final, clearance, key)
    assert fallen.returncode == 4
    assert "no longer cleared" in fallen.stdout


def test_a_clearance_cannot_be_used_again_after_its_take(final):
    approve(final)
    take = shoot(final, final.folder / BRIEF)
    clearance = Clearance.model_validate_json(json.dumps(take.document["clearance"]))
    with pytest.raises(NotCleared, match="not the key that came with it"):
        ClearanceGate(clearance, SigningKey.new(), final, asked(final)[1].digest)
    assert [row.event for row in Ledger(final).rows()].count(Event.TAKE) == 1


# Work under way.


def test_taken_back_under_way_the_next_frame_is_not_written(final):
    standing = [approve(final)]

    def take_back(stage, done, total, what=""):
        if stage == "light" and done == 1 and standing:
            withdraw(Ledger(final), standing.pop(), by="A. Producer")

    with pytest.raises(NotCleared, match="no longer cleared"):
        shoot(final, final.folder / BRIEF, threads=1, progress=take_back)
    written = sorted(one.name for one in final.folder.glob("work/*/light-*/*.exr"))
    assert written[:1] == ["1001.exr"]
    assert len(written) < 3
    assert list_takes(final) == ()


# Work folders.


def shot_folder(show):
    return next(show.work_folder(SHOT).glob("light-*[0-9a-f]"))


def test_a_work_folder_copied_from_another_show_gets_into_no_take(tmp_path):
    first, second = tiny_show(tmp_path / "first", frames=3), tiny_show(tmp_path / "second", frames=3)
    shoot(first, first.folder / BRIEF)
    shutil.copytree(first.folder / "work", second.folder / "work")
    with pytest.raises(NotCleared, match="never gave"):
        shoot(second, second.folder / BRIEF)
    assert list_takes(second) == ()
    shutil.rmtree(second.folder / "work")
    shoot(second, second.folder / BRIEF)


def spoil(show, frame=1002):
    path = shot_folder(show) / f"{frame}.exr"
    path.unlink()
    shutil.copy(shot_folder(show) / "1001.exr", path)


def forge(show, **changed):
    folder = receipts.receipts_of(shot_folder(show))
    receipt = receipts.read_receipt(folder, 1002)
    receipts.write_receipt(folder, receipt.model_copy(update=changed))


def swap(show):
    folder = receipts.receipts_of(shot_folder(show))
    shutil.copy(folder / "1001.json", folder / "1002.json")


def resign(show):
    receipt = receipts.read_receipt(receipts.receipts_of(shot_folder(show)), 1002)
    forge(show, signature=receipt.sealed(SigningKey.new()).signature)


WRONG = {
    "a frame replaced": (spoil, "changed after it was written"),
    "a receipt gone": (lambda show: (receipts.receipts_of(shot_folder(show)) / "1002.json").unlink(), "no receipt"),
    "a receipt of nonsense": (
        lambda show: (receipts.receipts_of(shot_folder(show)) / "1002.json").write_text("{}"),
        "is no receipt",
    ),
    "a receipt of another frame": (swap, "receipt is of frame 1001"),
    "a receipt with another digest": (lambda show: forge(show, content="d" * 64), "forged"),
    "a receipt of another clearance": (lambda show: forge(show, clearance_id="c-other"), "never gave"),
    "a receipt signed by a stranger": (resign, "forged"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_work_folder_that_was_touched_gets_into_no_take(tmp_path, name):
    show = tiny_show(tmp_path / "show", frames=3)
    shoot(show, show.folder / BRIEF)
    change, says = WRONG[name]
    change(show)
    with pytest.raises(NotCleared, match=says):
        shoot(show, show.folder / BRIEF)
    assert [take.name for take in list_takes(show)] == ["t001"]
    shutil.rmtree(show.folder / "work")
    assert shoot(show, show.folder / BRIEF).name == "t002", "t001 is there; deleting work/ heals"


def test_frames_of_an_earlier_shoot_are_taken_again_under_a_new_clearance(tmp_path):
    show = tiny_show(tmp_path / "show", frames=3)
    first, second = (shoot(show, show.folder / BRIEF) for _ in range(2))
    ids = [one.document["clearance"]["clearance_id"] for one in (first, second)]
    assert ids[0] != ids[1]
    assert {one["clearance_id"] for one in second.document["receipts"]} == {ids[0]}


# Takes.


def test_a_tampered_take_is_not_what_the_ledger_knows(tmp_path):
    show = tiny_show(tmp_path / "show", frames=3)
    take = shoot(show, show.folder / BRIEF)
    pixels = recorded(show, take.id, take.folder)
    copied = take.folder.with_name("t009")
    shutil.copytree(take.folder, copied)
    with pytest.raises(NotCleared, match="does not know it"):
        recorded(show, f"{SHOT}/t009", copied)
    frame = take.frame_path(1002)
    frame.unlink()
    shutil.copy(take.frame_path(1001), frame)
    with pytest.raises(BrokenStore, match="was changed"):
        recorded(show, take.id, take.folder)
    papers = take.folder / "take.json"
    papers.chmod(0o644)
    papers.write_text(papers.read_text().replace('"temp"', '"final"'))
    with pytest.raises(BrokenStore, match="changed after the take was shot"):
        recorded(show, take.id, take.folder)
    assert len(pixels) == 64


def test_a_frame_made_by_hand_goes_through_the_same_door(final):
    approve(final)
    first = shoot(final, final.folder / BRIEF)
    hand = final.folder / "by_hand"
    hand.mkdir()
    for frame in first.frames:
        shutil.copy(first.frame_path(frame), hand / f"{frame}.exr")
    brief = final.folder / BRIEF
    brief.write_text(brief.read_text() + '\n[replace]\nlight = "by_hand"\n')
    with pytest.raises(NotCleared):
        shoot(final, brief)
    approve(final)
    take = shoot(final, brief)
    assert [one["by_hand"] for one in take.document["receipts"]] == [True, True, True]


def test_running_the_stages_by_hand_still_asks(final):
    from secondunit.effects.running import Job

    brief, plate, request = asked(final)
    given = approve(final)
    clearance, key = clear(final, request)
    withdraw(Ledger(final), given, by="A. Producer")
    job = Job(
        effect=Exposure(),
        shot=SHOT,
        settings=brief.settings,
        seed=1,
        frames=brief.frames,
        rate=final.rate,
        plate=plate,
        plate_digest=request.plate_digest,
        replace={},
        work=Path(final.folder / "elsewhere"),
        gate=ClearanceGate(clearance, key, final, plate.digest),
        threads=1,
    )
    with pytest.raises(NotCleared, match="no longer cleared"):
        run_stages(job)
    assert not list((final.folder / "elsewhere").rglob("*.exr"))
