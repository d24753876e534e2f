"""A take is signed or absent; its credentials say what was done and nothing of anybody; verify finds every swap."""

import json
import shutil

import c2pa
import numpy as np
import pytest
from click.testing import CliRunner

from secondunit.brief.document import load_brief
from secondunit.cli import main
from secondunit.effects.registry import find_effect, register
from secondunit.errors import BrokenStore
from secondunit.home import home
from secondunit.imaging.exr import PLAIN, write_exr
from secondunit.imaging.exr_reader import read_exr
from secondunit.imaging.files import write_png
from secondunit.plate.ingest import ingest
from secondunit.policy.approvals import approval_of_request, record_approval, sign_approval
from secondunit.policy.ledger import Ledger
from secondunit.policy.parts import Role
from secondunit.production import Production
from secondunit.provenance.actions import Source
from secondunit.provenance.check import check_path
from secondunit.provenance.identity import development_root
from secondunit.provenance.pointer import pointer
from secondunit.provenance.reading import State
from secondunit.records import digest_file, digest_json, read_json, write_json
from secondunit.shoot import open_plate, request_for, shoot
from secondunit.take.store import list_takes, read_take
from secondunit.take.verify import examine, plate_frames, verify
from secondunit.testing.tiny_effect import Exposure
from secondunit.testing.tiny_show import SHOT, tiny_show
from secondunit.variations import shoot_variations

BRIEF = "briefs/exposure.toml"


@pytest.fixture(autouse=True)
def _tiny():
    register(Exposure())


@pytest.fixture(scope="module")
def shot(tmp_path_factory):
    """A production with two takes of one brief; not to be changed."""
    register(Exposure())
    show = tiny_show(tmp_path_factory.mktemp("signed") / "show", frames=3)
    return show, shoot(show, show.folder / BRIEF, label="for Jane Doe"), shoot(show, show.folder / BRIEF)


@pytest.fixture
def takes(shot, tmp_path):
    """Copies of both takes that may be changed."""
    for take in shot[1:]:
        shutil.copytree(take.folder, tmp_path / take.name)
    for path in tmp_path.rglob("*.*"):
        path.chmod(0o644)
    return [read_take(tmp_path / take.name) for take in shot[1:]]


def said(take, **more):
    return "\n".join(str(one) for one in examine(take, **more).problems)


def run(*words):
    done = CliRunner().invoke(main, ["verify", *map(str, words), "--json"])
    return done.exit_code, json.loads(done.stdout)


def test_the_plain_reader_finds_all_that_a_take_leaves_valid(shot):
    take = shot[1]
    context = c2pa.Context.from_dict({"trust": {"trust_anchors": development_root().decode()}})
    for name in ("preview.mp4", "contact_sheet.png"):
        assert c2pa.Reader(str(take.folder / name)).get_validation_state() == "Valid"
        assert c2pa.Reader(str(take.folder / name), context=context).get_validation_state() == "Trusted"
    sidecar = (take.folder / "frames" / "frames.c2pa").read_bytes()
    with (take.folder / "frames" / "frames.json").open("rb") as record:
        assert c2pa.Reader("application/json", record, manifest_data=sidecar).get_validation_state() == "Valid"


def test_credentials_name_nobody_and_tell_no_brief(shot):
    """Labels, file names from outside, titles and the brief's text stay with the production."""
    show, take, _ = shot
    secret = ["Jane", "Doe", "street.png", show.title, "exposure.toml", str(show.folder), "patience"]
    for name in ("preview.mp4", "contact_sheet.png", "frames/frames.c2pa", "frames/frames.json"):
        data = (take.folder / name).read_bytes()
        assert not [one for one in secret if one.encode() in data], name
    (report,) = check_path(take.folder / "preview.mp4")
    record = report.credentials[0].record
    assert record["shot"] == SHOT
    assert record["take"] == "t001"
    assert (record["first_frame"], record["end_frame_exclusive"]) == (1001, 1004)
    assert record["plate"] == take.document["plate"]["digest"]
    assert record["brief"] == take.document["brief"]["digest"]
    assert record["production"] == show.id
    assert record["clearance"] == digest_json(take.document["clearance"])
    for key in ("consents", "approvals"):
        assert record[key] == take.document["clearance"][key]


def test_an_approval_is_there_by_its_digest_and_not_by_name(tmp_path):
    show = tiny_show(tmp_path / "show", frames=2)
    path = show.folder / BRIEF
    path.write_text(path.read_text().replace('"temp"', '"final"'))
    brief = load_brief(path, find_effect)
    request = request_for(show, brief, open_plate(show, brief, preview=False).digest(), preview=False)
    approval = approval_of_request(request, role=Role.PRODUCER, by="Erika Mustermann")
    record_approval(Ledger(show), sign_approval(approval))
    take = shoot(show, path)
    (report,) = check_path(take.folder / "frames")
    assert len(report.credentials[0].record["approvals"]) == 1
    for file in take.folder.rglob("*.*"):
        assert b"Mustermann" not in file.read_bytes(), file


def test_what_was_made_by_hand_is_said_and_no_completeness_is_claimed(tmp_path):
    show = tiny_show(tmp_path / "show", frames=2)
    shoot(show, show.folder / BRIEF)
    by_hand = show.folder / "by_hand"
    shutil.copytree(next(show.work_folder(SHOT).glob("square-*[!s]")), by_hand)
    path = show.folder / BRIEF
    path.write_text(path.read_text() + '\n[replace]\nsquare = "by_hand"\n')
    take = shoot(show, path)
    assert verify(take) == []
    manifest = c2pa.Reader(str(take.folder / "preview.mp4")).get_active_manifest()
    (said,) = [one["data"] for one in manifest["assertions"] if one["label"] == "c2pa.actions.v2"]
    assert said["allActionsIncluded"] is False
    assert "square was made by hand" in said["actions"][2]["description"]
    assert said["actions"][2]["digitalSourceType"] == Source.HAND


def test_two_takes_of_a_brief_are_one_picture_under_two_signatures(shot):
    first, second = (take.document for take in shot[1:])
    frames = [name for name in first["files"] if name.endswith(".exr")]
    assert [first["files"][name] for name in frames] == [second["files"][name] for name in frames]
    assert first["unsigned"]["preview.mp4"] == second["unsigned"]["preview.mp4"]
    assert first["files"]["preview.mp4"] != second["files"]["preview.mp4"]


def test_a_take_proves_itself_wherever_it_was_copied(takes):
    for take in takes:
        report = examine(take)
        assert report.state is State.INTACT
        assert not report.trusted
        assert examine(take, development_root()).trusted
        assert any("bit for bit" in one for one in report.proved)


def test_signed_files_of_another_take_are_found_out(takes):
    first, second = takes
    for name in ("preview.mp4", "contact_sheet.png"):
        shutil.copy(second.folder / name, first.folder / name)
        document = read_json(first.folder / "take.json", kind="take", version=1)
        document["files"][name] = digest_file(first.folder / name)
        write_json(first.folder / "take.json", document)
    text = said(read_take(first.folder))
    assert text.count(f"is of {SHOT}/t002") == 2


@pytest.mark.parametrize("key", ["at", "label", "clearance", "settings", "seed"])
def test_papers_that_were_changed_are_found_out(key, takes):
    take = takes[0]
    document = read_json(take.folder / "take.json", kind="take", version=1)
    if key == "seed":
        document["brief"]["document"]["brief"]["seed"] = 99
    else:
        document[key] = "otherwise"
    write_json(take.folder / "take.json", document)
    assert "take.json: is not what" in said(read_take(take.folder))


def test_a_take_that_the_ledger_does_not_know_was_not_shot_here(shot, tmp_path):
    """Signed on this machine, and every file whole: but it is a take of another show."""
    show = tiny_show(tmp_path / "show", frames=3)
    shoot(show, show.folder / BRIEF)
    shutil.copytree(shot[2].folder, show.takes_folder(SHOT) / "t002")
    code, answer = run(show.folder)
    assert code == 5
    assert [one["state"] for one in answer["reports"]] == ["intact", "changed"]
    assert "ledger does not know it" in answer["reports"][1]["problems"][0]["found"]


def test_a_stripped_movie_is_found_out(takes):
    take = takes[0]
    write_png(take.folder / "contact_sheet.png", np.zeros((8, 8, 3), np.uint8))
    assert "contact_sheet.png: carries no credentials" in said(take)


@pytest.mark.parametrize("name", ["preview.mp4", "frames/frames.json", "frames/frames.c2pa", f"frames/{SHOT}.1002.exr"])
def test_what_is_missing_is_named(name, takes):
    (takes[0].folder / name).unlink()
    assert f"{name.rpartition('/')[2]}" in said(takes[0])
    assert "is missing" in said(takes[0])
    assert run(takes[0].folder)[0] == 5


def test_a_quick_look_leaves_the_pixels_out(takes, monkeypatch):
    def never(*_):
        raise AssertionError("pixels were read")

    monkeypatch.setattr("secondunit.take.verify._frame", never)
    assert said(takes[0], pixels=False) == ""
    assert run(takes[0].folder, "--quick")[0] == 0


def test_ones_own_plate_proves_untouched_pixels(shot, takes, tmp_path):
    show, take = shot[0], takes[0]
    ingested, own = show.folder / "plates" / SHOT, take.folder / "plate"
    for plate in (ingested, own, own / f"{SHOT}.1001.exr", show.folder / "street.png"):
        code, answer = run(take.folder / "frames", "--plate", plate)
        assert (code, answer["reports"][0]["state"]) == (0, "intact"), plate
        assert "plate's" in answer["reports"][0]["proved"][1]
    write_png(tmp_path / "other.png", np.full((64, 96, 3), 90, np.uint8))
    code, answer = run(take.folder, "--plate", tmp_path / "other.png")
    assert code == 5
    assert answer["reports"][0]["problems"][0]["found"] == "untouched pixels are not this plate's"
    for bad in (tmp_path / "none", tmp_path):
        with pytest.raises(BrokenStore, match=r"is not there|no numbered"):
            plate_frames(bad)
    with pytest.raises(BrokenStore, match="has no frame 7"):
        plate_frames(own)(7)


def test_a_preview_is_proved_by_the_plate_in_its_size(shot, tmp_path):
    show = tiny_show(tmp_path / "show", frames=2)
    take = shoot(show, show.folder / BRIEF, preview=True)
    copied = shutil.copytree(show.folder / "plates" / SHOT, tmp_path / "a plate on another disk")
    for plate in (show.folder / "plates" / SHOT, copied):
        for what in ([show.folder, take.id], [take.folder / "frames"], [take.frame_path(1001)]):
            code, answer = run(*what, "--plate", plate)
            assert code == 0, answer


def test_exit_codes_tell_scripts_what_a_file_is(shot, takes, tmp_path):
    show = shot[0]
    code, answer = run(show.folder, f"{SHOT}/t001")
    assert (code, answer["whole"], answer["code"]) == (0, True, 0)
    code, answer = run(show.folder)
    assert [one["what"] for one in answer["reports"]] == [f"take {SHOT}/t001", f"take {SHOT}/t002"]
    movie = takes[0].folder / "preview.mp4"
    root = tmp_path / "root.pem"
    root.write_bytes(development_root())
    assert run(movie)[0] == 0
    assert run(movie, "--require-trust")[0] == 4
    code, answer = run(movie, "--require-trust", "--trust", root)
    assert (code, answer["reports"][0]["trusted"]) == (0, True)
    assert run(show.folder / "street.png")[0] == 2
    data = bytearray(movie.read_bytes())
    data[data.find(b"mdat") + 100] ^= 1
    movie.write_bytes(data)
    code, answer = run(movie)
    assert (code, answer["reports"][0]["state"]) == (5, "changed")
    assert run(tmp_path / "nothing")[0] == 5
    assert run(movie, "--trust", movie)[0] == 5


def test_people_are_told_in_words(takes):
    spoken = CliRunner().invoke(main, ["verify", str(takes[0].folder)])
    assert spoken.exit_code == 0
    assert "as it was signed" in spoken.stdout
    assert "shows that nothing changed, not who signed" in spoken.stdout
    assert "edited: A square of the plate gets brighter. [algorithmicallyEnhanced]" in spoken.stdout
    layers, _ = read_exr(takes[0].frame_path(1002))
    layers[PLAIN][0, 0, 0] += 0.5
    write_exr(takes[0].frame_path(1002), layers, attributes=pointer(1002))
    spoken = CliRunner().invoke(main, ["verify", str(takes[0].folder)])
    assert spoken.exit_code == 5
    assert "frame 1002: was changed" in spoken.stdout
    assert "1 untouched pixels differ" in spoken.stdout


def test_a_take_that_cannot_be_signed_is_not_there_and_the_work_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("SECONDUNIT_HOME", str(tmp_path / "home"))
    show = tiny_show(tmp_path / "show", frames=2)
    (home() / "provenance.toml").write_text('certificate = "gone.pem"\nkey = "gone.pem"\n')
    with pytest.raises(BrokenStore, match=r"gone\.pem"):
        shoot(show, show.folder / BRIEF)
    assert list_takes(show) == ()
    assert not list(show.takes_folder(SHOT).glob(".t*-partial"))
    (home() / "provenance.toml").unlink()
    take = shoot(show, show.folder / BRIEF)
    assert all(stage["reused"] for stage in take.document["stages"])
    assert verify(take) == []


def test_the_sheet_of_variations_is_signed(tmp_path):
    show = tiny_show(tmp_path / "show", frames=2)
    _, sheet = shoot_variations(show, show.folder / BRIEF, 2)
    (report,) = check_path(sheet)
    assert report.state is State.INTACT
    assert report.credentials[0].record["takes"] == ["t001", "t002"]


def test_a_plate_of_many_files_is_signed_by_its_digest(tmp_path):
    production = Production.new(tmp_path / "show", title="Sequence")
    frames = tmp_path / "frames"
    frames.mkdir()
    for number in (1, 2):
        write_exr(frames / f"plate.{number:04d}.exr", {PLAIN: np.full((64, 96, 3), number / 4, np.float32)})
    ingest(frames, production.folder, SHOT, rate=production.rate)
    (production.folder / BRIEF).write_text(
        f'[brief]\nversion = 1\neffect = "exposure"\nshot = "{SHOT}"\nuse = "temp"\nframes = 2\n'
    )
    take = shoot(production, production.folder / BRIEF)
    assert verify(take) == []
    (report,) = check_path(take.folder / "preview.mp4")
    assert ("plate", "parentOf") in report.credentials[0].ingredients
