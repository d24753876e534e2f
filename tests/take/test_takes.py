"""A take is numbered once, never changed, proves itself, and knows how to be shot again."""

import dataclasses
import shutil
import stat

import numpy as np
import pytest

from secondunit.brief.document import load_brief
from secondunit.effects.registry import find_effect, register
from secondunit.errors import BadBrief, BrokenStore, NotCleared, Problems
from secondunit.imaging.exr import PLAIN, write_exr
from secondunit.imaging.exr_reader import read_exr
from secondunit.imaging.files import write_png
from secondunit.plate.ingest import ingest
from secondunit.records import digest_file, digest_json, read_json, write_json
from secondunit.shoot import shoot
from secondunit.take.assemble import moments_of
from secondunit.take.frames import read_layers
from secondunit.take.store import Take, find_take, list_takes, takes_and_damage
from secondunit.take.verify import untouched_is_plate, verify
from secondunit.testing.tiny_effect import Exposure
from secondunit.testing.tiny_show import SHOT, gradient, tiny_show
from secondunit.timebase import FrameRange
from secondunit.variations import brief_of, shoot_variations


@pytest.fixture(autouse=True)
def _tiny():
    register(Exposure())


@pytest.fixture
def show(tmp_path):
    return tiny_show(tmp_path / "show", frames=3)


@pytest.fixture
def brief(show):
    return load_brief(show.folder / "briefs" / "exposure.toml", find_effect)


def frames_of(take):
    return {name: digest for name, digest in take.document["files"].items() if name.endswith(".exr")}


def test_a_take_has_all_its_parts_and_they_cannot_be_written(show, brief):
    take = shoot(show, brief)
    names = {path.relative_to(take.folder).as_posix() for path in take.folder.rglob("*") if path.is_file()}
    frames = {f"frames/{SHOT}.{frame}.exr" for frame in (1001, 1002, 1003)}
    record = {"frames/frames.json", "frames/frames.c2pa"}
    assert names == {*frames, *record, "take.json", "preview.mp4", "contact_sheet.png", f"plate/{SHOT}.1001.exr"}
    assert all(
        not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) for path in take.folder.rglob("*.*")
    )


def test_the_papers_say_what_made_it(show, brief):
    document = shoot(show, brief, threads=1).document
    assert document["brief"]["digest"] == brief.digest
    assert document["brief"]["source"] == "briefs/exposure.toml"
    assert document["settings"] == brief.settings.model_dump(mode="json")
    assert [stage["stage"] for stage in document["stages"]] == ["square", "light"]
    request = document["clearance"]["request"]
    assert request["brief_digest"] == digest_json({"brief": brief.digest, "facts": request["facts"]})
    assert document["machine"]["threads"] == 1
    assert document["peak_memory_bytes"] > 10**7
    assert {"numpy", "python", "secondunit"} <= document["versions"].keys()
    assert str(show.folder) not in str(document), "a take can move to another machine"


def test_numbers_are_never_used_again(show, brief):
    assert [shoot(show, brief).name for _ in range(3)] == ["t001", "t002", "t003"]
    shutil.rmtree(show.takes_folder(SHOT) / "t003")
    shutil.rmtree(show.takes_folder(SHOT) / "t002")
    assert shoot(show, brief).name == "t004"
    assert [take.name for take in list_takes(show)] == ["t001", "t004"]


def test_work_may_be_deleted_at_any_time(show, brief):
    before = shoot(show, brief)
    shutil.rmtree(show.folder / "work")
    assert verify(before) == []
    assert frames_of(shoot(show, brief)) == frames_of(before)


def test_a_take_is_found_by_number_or_name(show, brief):
    take = shoot(show, brief)
    assert find_take(show, "t001") == find_take(show, f"{SHOT}/t001")
    assert find_take(show, "t001").document == take.document
    ingest(show.folder / "street.png", show.folder, "OTHER", rate=show.rate)
    with pytest.raises(BrokenStore, match=f"Did you mean '{SHOT}/t001'"):
        find_take(show, f"{SHOT}/t002")
    shoot(show, dataclasses.replace(brief, shot="OTHER"))
    with pytest.raises(BrokenStore, match="could be"):
        find_take(show, "t001")
    for text in ("../t001", "*/t001", f"{SHOT}/../OTHER/t001", "t0*", ""):
        with pytest.raises(BrokenStore):
            find_take(show, text)


def writable(path):
    path.chmod(0o644)
    return path


def test_verify_sees_every_kind_of_damage(show, brief):
    take = shoot(show, brief)
    for damage in (
        lambda: writable(take.frame_path(1002)).write_bytes(take.frame_path(1001).read_bytes()),
        lambda: take.frame_path(1003).unlink(),
        lambda: (take.folder / "frames" / "extra.exr").write_bytes(b"x"),
        lambda: writable(take.folder / "preview.mp4").write_bytes(b""),
    ):
        damage()
    text = "\n".join(str(one) for one in verify(take))
    assert f"{SHOT}.1002.exr: frame 1002: holds frame 1001" in text
    assert f"{SHOT}.1003.exr: frame 1003: is missing" in text
    assert "extra.exr: was added" in text
    assert "preview.mp4: was changed" in text


def test_verify_sees_one_wrong_bit_outside_the_matte_even_with_right_digests(show, brief):
    take = shoot(show, brief)
    path = writable(take.frame_path(1002))
    layers, _ = read_exr(path)
    y, x = np.argwhere(layers["matte"] == 0)[-1]
    value = layers[PLAIN][y, x, 2]
    layers[PLAIN][y, x, 2] = np.nextafter(np.float16(value), np.float16(60000))
    write_exr(path, layers)
    document = read_json(writable(take.folder / "take.json"), kind="take", version=1)
    document["files"][f"frames/{path.name}"] = digest_file(path)
    write_json(take.folder / "take.json", document)
    changed, wrong = verify(Take(take.folder, document))
    assert "frame 1002: was changed" in str(changed)
    assert "1 untouched pixels differ from the plate" in str(wrong)


def test_the_law_counts_bits_and_only_where_the_matte_is_zero():
    plate = np.zeros((2, 2, 3), np.float32)
    composite, matte = plate.copy(), np.zeros((2, 2), np.float32)
    assert untouched_is_plate(composite, matte, plate) == 0
    composite[0, 0, 1] = -0.0  # equal as a number, not as bits
    composite[1, 1] = 1
    assert untouched_is_plate(composite, matte, plate) == 2
    matte[1, 1] = np.float32(6e-8)  # the smallest half above 0
    assert untouched_is_plate(composite, matte, plate) == 1


def test_a_damaged_take_is_said_and_does_not_hide_the_others(show, brief):
    take, other = shoot(show, brief), shoot(show, brief)
    writable(take.folder / "take.json").write_text("{")
    with pytest.raises(Problems, match=r"t001/take\.json"):
        list_takes(show)
    takes, damage = takes_and_damage(show)
    assert [one.id for one in takes] == [other.id]
    assert len(damage) == 1
    assert find_take(show, "t002") == other
    with pytest.raises(BrokenStore, match=r"take\.json"):
        find_take(show, "t001")
    shutil.rmtree(take.folder)
    shutil.move(other.folder, take.folder)
    with pytest.raises(BrokenStore, match=f"is of {SHOT}/t002"):
        find_take(show, "t001")


def test_variations_are_takes_to_choose_from(show, brief):
    made, sheet = shoot_variations(show, brief, 3)
    assert sheet.stat().st_size > 1000
    assert all(one.take.preview for one in made)
    assert len({tuple(frames_of(one.take).values()) for one in made}) == 3
    assert [one.toml for one in made] == ["[lift]\nstops = 1.5", "[lift]\nstops = 2.0", "[lift]\nstops = 2.5"]
    chosen = brief_of(find_take(show, made[1].take.id))
    assert chosen.settings.lift.stops == 2.0
    full = shoot(show, chosen)
    assert not full.preview
    assert full.document["size_px"] == [96, 64]
    with pytest.raises(BadBrief, match="1 to 24"):
        shoot_variations(show, brief, 0)


def test_a_preview_is_small_and_never_final(show, brief):
    final = dataclasses.replace(brief, use="final")
    take = shoot(show, final, preview=True)
    assert take.preview
    assert take.document["size_px"] == [24, 16]
    assert take.document["clearance"]["request"]["use"] == "temp"
    with pytest.raises(NotCleared, match="final-needs-approval"):
        shoot(show, final)


def test_the_same_take_again_from_its_papers(show, brief):
    take = shoot(show, dataclasses.replace(brief, seed=9))
    shutil.rmtree(show.folder / "work")
    assert frames_of(shoot(show, brief_of(take))) == frames_of(take)


def test_a_brief_of_other_settings_says_so(show, brief):
    take = shoot(show, brief)
    document = {**take.document, "brief": {**take.document["brief"]}}
    document["brief"]["document"] = {**document["brief"]["document"], "lift": {"stpos": 1}}
    with pytest.raises(Problems, match="Did you mean 'stops'"):
        brief_of(dataclasses.replace(take, document=document))


@pytest.mark.parametrize("count", [1, 2, 5, 96, 1000])
def test_moments_run_from_the_first_to_the_last_frame(count):
    frames = FrameRange(1001, 1001 + count)
    moments = moments_of(frames, 12)
    assert moments[0] == 1001
    assert moments[-1] == 1000 + count
    assert moments == sorted(set(moments))
    assert len(moments) == min(count, 12)


def test_a_moving_plate_is_kept_frame_by_frame(show, brief):
    frames = show.folder / "sequence"
    frames.mkdir()
    for number in (1, 2, 3):
        write_png(frames / f"street.{number:04d}.png", np.roll(gradient(96, 64), number * 5, axis=1))
    ingest(frames, show.folder, "MOVING", rate=show.rate)
    moving = dataclasses.replace(brief, shot="MOVING")
    take = shoot(show, moving)
    assert [first for first, _ in take.document["plates"]] == [1001, 1002, 1003]
    assert verify(take) == []
    longer = dataclasses.replace(moving, frames=FrameRange(1001, 1005))
    with pytest.raises(BadBrief, match=r"4 frames; wanted up to 3, which the plate has. frames = 3"):
        shoot(show, longer)


def test_some_layers_of_a_frame_are_those_of_the_whole(tmp_path):
    random = np.random.default_rng(3)
    shapes = {"composite": 3, "motion": 2, "normal": 3, "beauty": 4, "ids00": 4}
    layers = {name: random.normal(size=(20, 30, count)).astype(np.float32) for name, count in shapes.items()}
    layers |= {name: random.random((20, 30)).astype(np.float32) for name in ("matte", "depth")}
    write_exr(tmp_path / "a.exr", layers, full_precision=("ids00", "depth"))
    whole, _ = read_exr(tmp_path / "a.exr")
    some = read_layers(tmp_path / "a.exr", list(layers))
    for name in layers:
        np.testing.assert_array_equal(some[name], whole[name])
    with pytest.raises(BrokenStore, match="no layer 'dust'"):
        read_layers(tmp_path / "a.exr", ["dust"])
    for size in (0, 10, 500, 3000):
        data = (tmp_path / "a.exr").read_bytes()[:size]
        (tmp_path / "b.exr").write_bytes(data)
        with pytest.raises(BrokenStore, match=r"b\.exr"):
            read_layers(tmp_path / "b.exr", ["matte"])
