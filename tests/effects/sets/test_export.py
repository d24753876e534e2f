"""Other programs read the set as it was asked: sizes in metres, each piece under its own name."""

import numpy as np
import pygltflib
import pytest
import trimesh
from pxr import Usd, UsdGeom, UsdValidation

from secondunit.effects.sets.build import build
from secondunit.effects.sets.export import linear, write_gltf, write_usd
from secondunit.effects.sets.kit.catalogue import catalogue


@pytest.fixture(scope="module")
def plan(bunker_plan):
    return bunker_plan


@pytest.fixture(scope="module")
def built(plan):
    return build(plan)


@pytest.fixture(scope="module")
def files(plan, built, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    write_gltf(plan, folder / "set.glb", built)
    write_usd(plan, folder / "set.usdc", built)
    return folder


def test_gltf_is_read_by_two_readers_with_every_piece_at_its_size(files, plan):
    scene = trimesh.load(files / "set.glb")
    document = pygltflib.GLTF2().load(str(files / "set.glb"))
    assert document.asset.version == "2.0"
    names = {node.name for node in document.nodes}
    for piece in plan.pieces:
        mine = [name for name in names if name == piece.id or name.rpartition(".")[0] == piece.id]
        assert mine, piece.id
        boxes = [scene.geometry[name].bounds for name in mine if name in scene.geometry]
        low, high = np.min([b[0] for b in boxes], 0), np.max([b[1] for b in boxes], 0)
        assert high[1] - low[1] == pytest.approx(piece.size_m[2] + catalogue()[piece.kind].rises_m, abs=0.01), piece.id
    wide = [x for x, _ in plan.room.outline]
    walls = [geometry.bounds for name, geometry in scene.geometry.items() if name.startswith("wall:")]
    assert max(b[1][1] for b in walls) == pytest.approx(plan.room.height_m, abs=1e-5)
    long = next(geometry.bounds for name, geometry in scene.geometry.items() if name.startswith("wall:1"))
    assert long[1][0] - long[0][0] == pytest.approx(max(wide) - min(wide), abs=1e-5)


def test_usd_is_read_in_metres_and_has_no_fault(files, plan):
    stage = Usd.Stage.Open(str(files / "set.usdc"))
    assert UsdGeom.GetStageMetersPerUnit(stage) == 1.0
    assert UsdGeom.GetStageUpAxis(stage) == "Y"
    validators = UsdValidation.ValidationRegistry().GetOrLoadAllValidators()
    faults = UsdValidation.ValidationContext(validators).Validate(stage)
    assert not [fault.GetMessage() for fault in faults]
    cache = UsdGeom.BBoxCache(Usd.TimeCode.Default(), ["default"])
    for piece in plan.pieces:
        prim = stage.GetPrimAtPath("/set/" + piece.id.replace("-", "_"))
        assert prim, piece.id
        size = cache.ComputeWorldBound(prim).ComputeAlignedRange().GetSize()
        assert size[1] == pytest.approx(piece.size_m[2] + catalogue()[piece.kind].rises_m, abs=0.01), piece.id


def test_usd_cameras_see_what_the_plan_says(files, plan):
    stage = Usd.Stage.Open(str(files / "set.usdc"))
    eye = plan.eyes[0]
    camera = UsdGeom.Camera(stage.GetPrimAtPath(f"/set/camera_{eye.name}")).GetCamera()
    frustum = camera.frustum
    assert tuple(frustum.position) == pytest.approx(eye.at_m)
    wanted = np.subtract(eye.aim_m, eye.at_m)
    assert tuple(frustum.ComputeViewDirection()) == pytest.approx(tuple(wanted / np.linalg.norm(wanted)), abs=1e-6)


def test_gltf_is_the_same_twice(plan, built, files, tmp_path):
    write_gltf(plan, tmp_path / "again.glb", built)
    assert (tmp_path / "again.glb").read_bytes() == (files / "set.glb").read_bytes()


def test_colours_are_linear():
    assert linear("#ffffff") == (1.0, 1.0, 1.0)
    assert linear("#808080")[0] == pytest.approx(0.2159, abs=1e-4)
