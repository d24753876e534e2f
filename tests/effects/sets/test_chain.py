"""From brief to bill: what is asked is what is planned, drawn, exported and priced, to the millimetre."""

from __future__ import annotations

import io
from collections import Counter
from xml.etree import ElementTree

import ezdxf
import numpy as np
import pytest
import shapely
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from secondunit.effects.sets.drawing.dxf import to_dxf
from secondunit.effects.sets.drawing.pen import length
from secondunit.effects.sets.drawing.sheets import draw
from secondunit.effects.sets.drawing.svg import to_svg
from secondunit.effects.sets.export import write_gltf
from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.layout.asking import programme_of
from secondunit.effects.sets.layout.check import broken
from secondunit.effects.sets.layout.options import options
from secondunit.effects.sets.quantities import bill
from secondunit.effects.sets.settings import SetsSettings

TEXT = "{http://www.w3.org/2000/svg}text"


def mm(low: float, high: float) -> st.SearchStrategy[float]:
    """Metres, to the millimetre."""
    return st.integers(round(low * 1000), round(high * 1000)).map(lambda value: value / 1000)


@st.composite
def briefs(draw_) -> dict:
    """A lounge in which everything that can be asked for by number is."""
    wide, deep, high = draw_(mm(9, 12)), draw_(mm(7.5, 9)), draw_(mm(3, 4.2))
    door = {
        "id": "in",
        "wall": "south",
        "at_m": draw_(mm(0.6, 2)),
        "width_m": draw_(mm(0.8, 1.3)),
        "height_m": draw_(mm(1.9, 2.4)),
    }
    window = {
        "id": "view", "wall": "north", "at_m": draw_(mm(0.5, 3)), "width_m": draw_(mm(0.8, 2.4)),
        "height_m": draw_(mm(0.6, 1.3)), "sill_m": draw_(mm(0.4, 1.1)),
    }  # fmt: skip
    level = {
        "id": "pit", "width_m": draw_(mm(3.4, 4.2)), "depth_m": draw_(mm(2.8, 3.4)),
        "height_m": -draw_(mm(0.3, 0.6)), "at_m": [round(wide / 2, 3), round(deep / 2, 3)], "steps": ["south"],
    }  # fmt: skip
    column = {"at_m": [draw_(mm(0.9, 1.1)), draw_(mm(0.9, 1.1))], "width_m": draw_(mm(0.2, 0.4)), "depth_m": 0.3}
    alcove = {"wall": "east", "at_m": draw_(mm(1, 2)), "width_m": draw_(mm(1, 2)), "depth_m": draw_(mm(0.2, 0.6))}
    board = {"piece": "sideboard", "size_m": [draw_(mm(1.2, 2)), draw_(mm(0.4, 0.5)), draw_(mm(0.7, 0.9))]}
    cove = {"cove_m": draw_(mm(0.3, 0.6)), "cove_drop_m": draw_(mm(0.18, 0.4))}
    return {
        "place": {"kind": "living room", "style": "modern"},
        "room": {"width_m": wide, "depth_m": deep, "height_m": high, "wall_m": draw_(mm(0.1, 0.3))},
        "openings": {"doors": [door], "windows": [window]},
        "shell": {"levels": [level], "columns": [column], "alcoves": [alcove], **cove},
        "pieces": {"require": [board, "2 plants"], "density": 0.0},
        "layout": {"effort": 0.1},
    }


def as_asked(brief, plan):
    """The plan has each number of the brief."""
    room, asked = plan.room, brief["room"]
    x, z = zip(*room.outline, strict=True)
    alcove, shell = brief["shell"]["alcoves"][0], brief["shell"]
    assert max(x) - min(x) == pytest.approx(asked["width_m"] + alcove["depth_m"], abs=1e-9)
    assert (max(z) - min(z), room.height_m, room.wall_m) == (asked["depth_m"], asked["height_m"], asked["wall_m"])
    grown = shapely.Polygon(room.outline).area - asked["width_m"] * asked["depth_m"]
    assert grown == pytest.approx(alcove["width_m"] * alcove["depth_m"])
    for said in (*brief["openings"]["doors"], *brief["openings"]["windows"]):
        one = next(each for each in room.openings if each.id == said["id"])
        assert (one.width_m, one.height_m, one.sill_m) == (said["width_m"], said["height_m"], said.get("sill_m", 0.0))
    level = shapely.Polygon(room.levels[0].outline).bounds
    assert np.subtract(level[2:], level[:2]) == pytest.approx(
        [shell["levels"][0][key] for key in ("width_m", "depth_m")]
    )
    assert room.levels[0].height_m == shell["levels"][0]["height_m"]
    assert list(room.columns[0].at_m) == shell["columns"][0]["at_m"]
    assert (room.ceiling.cove_m, room.ceiling.cove_drop_m) == (shell["cove_m"], shell["cove_drop_m"])
    board = next(piece for piece in plan.pieces if piece.kind == "sideboard")
    assert list(board.size_m) == brief["pieces"]["require"][0]["size_m"]
    assert Counter(piece.kind for piece in plan.pieces)["plant"] == 2


def asked_lengths(brief):
    """Every length of a brief that a drawing must show, and in which kind of sheet."""
    room, shell = brief["room"], brief["shell"]
    door, window, level = brief["openings"]["doors"][0], brief["openings"]["windows"][0], shell["levels"][0]
    alcove, column = shell["alcoves"][0], shell["columns"][0]
    plan = [room["depth_m"], room["width_m"] + alcove["depth_m"], alcove["depth_m"], alcove["width_m"]]
    plan += [door["width_m"], door["at_m"], window["width_m"], window["at_m"], *column["at_m"]]
    plan += [level["width_m"], level["depth_m"]]
    yield from (("plan", one) for one in plan)
    yield "ceiling", shell["cove_m"]
    for one in (room["height_m"], door["height_m"], window["sill_m"], window["height_m"], room["depth_m"]):
        yield "elevations", one
    for one in (room["height_m"], -level["height_m"]):
        yield "sections", one


def drawn(brief, plan):
    """Readers of SVG and DXF find each length."""
    sheets = draw(plan)
    measured, written = {}, {}
    for sheet in sheets:
        document = ezdxf.read(io.StringIO(to_dxf(sheet)))
        lengths = [entity.get_measurement() for entity in document.modelspace().query("DIMENSION")]
        texts = {text.text for text in ElementTree.fromstring(to_svg(sheet)).iter(TEXT)}
        for kind in (word for word in ("plan", "ceiling", "elevations", "sections") if word in sheet.name):
            measured.setdefault(kind, []).extend(lengths)
            written.setdefault(kind, set()).update(texts)
    for kind, wanted in asked_lengths(brief):
        assert np.min(np.abs(np.array(measured[kind]) - wanted * 1000)) < 0.01, (kind, wanted)
        assert length(wanted) in written[kind], (kind, wanted)


def exported(brief, plan, path):
    """A reader of glTF measures the same room, level, ceiling and pieces."""
    write_gltf(plan, path)
    scene = trimesh.load(path)
    room, shell, alcove = brief["room"], brief["shell"], brief["shell"]["alcoves"][0]

    def box(*names):
        found = [
            mesh.bounds for name, mesh in scene.geometry.items() if name.rpartition(".")[0] in names or name in names
        ]
        assert found, names
        return np.min([low for low, _ in found], 0), np.max([high for _, high in found], 0)

    low, high = box("floor")
    size = high - low
    assert size[[0, 2]] == pytest.approx([room["width_m"] + alcove["depth_m"], room["depth_m"]], abs=1e-5)
    walls = {name.rpartition(".")[0] or name for name in scene.geometry if name.startswith("wall:")}
    top = box(*walls)[1][1]
    assert top == pytest.approx(room["height_m"], abs=1e-5)
    low, high = box("level:pit")
    level = shell["levels"][0]
    assert (high - low)[[0, 2]] == pytest.approx([level["width_m"], level["depth_m"]], abs=1e-5)
    assert low[1] == pytest.approx(level["height_m"], abs=1e-5)
    low, _ = box("ceiling")
    assert low[1] == pytest.approx(room["height_m"] - shell["cove_drop_m"], abs=1e-5)
    low, high = box("column")
    assert (high - low)[[0, 2]] == pytest.approx([shell["columns"][0][key] for key in ("width_m", "depth_m")], abs=1e-5)
    for one in plan.room.openings:
        wall = next(
            mesh
            for name, mesh in scene.geometry.items()
            if name.rpartition(".")[0] == f"wall:{one.wall}" or name == f"wall:{one.wall}"
        )
        heights = np.unique(wall.vertices[:, 1].round(5))
        for edge in (one.sill_m + one.height_m, *([one.sill_m] if one.sill_m else [])):
            assert np.min(np.abs(heights - edge)) < 1e-4, one.id
        a, b = (np.array(plan.room.outline[(one.wall + step) % len(plan.room.outline)]) for step in (0, 1))
        along = (wall.vertices[:, [0, 2]] - a) @ ((b - a) / np.linalg.norm(b - a))
        for edge in (one.at_m, one.at_m + one.width_m):
            assert np.min(np.abs(along - edge)) < 1e-4, one.id
    board = next(piece for piece in plan.pieces if piece.kind == "sideboard")
    low, high = box(board.id)
    size = list(board.size_m)
    wide, deep = size[:2] if round(board.turn_deg / 90) % 2 == 0 else size[1::-1]
    rises = catalogue()["sideboard"].rises_m
    assert high - low == pytest.approx([wide, size[2] + rises, deep], abs=2e-3)


def priced(brief, plan):
    """The bill's areas, lengths and counts are the brief's."""
    room, shell, alcove = brief["room"], brief["shell"], brief["shell"]["alcoves"][0]
    door, window, level = brief["openings"]["doors"][0], brief["openings"]["windows"][0], shell["levels"][0]
    lines = bill(plan).lines
    by_part = {
        part: [one for one in lines if one.part == part] for part in ("Walls", "Floor", "Ceiling", "Openings", "Pieces")
    }
    floor = room["width_m"] * room["depth_m"] + alcove["width_m"] * alcove["depth_m"]
    pit = level["width_m"] * level["depth_m"]
    assert [one.quantity for one in by_part["Floor"]] == pytest.approx([floor - pit, pit])
    assert by_part["Ceiling"][0].quantity == pytest.approx(floor)
    around = 2 * (room["width_m"] + room["depth_m"] + alcove["depth_m"])
    holes = door["width_m"] * door["height_m"] + window["width_m"] * window["height_m"]
    faces = sum(one.quantity for one in by_part["Walls"] if one.unit == "m²")
    assert faces == pytest.approx(around * room["height_m"] - holes)
    skirting = next(one for one in by_part["Walls"] if one.unit == "m")
    assert skirting.quantity == pytest.approx(around - door["width_m"])
    assert len(by_part["Openings"]) == len(plan.room.openings)
    size = " × ".join(f"{round(side * 1000)}" for side in brief["pieces"]["require"][0]["size_m"])
    assert f"sideboard, {size}" in [one.what for one in by_part["Pieces"]]
    counted = sum(one.quantity for one in lines if one.part in ("Pieces", "Lamps"))
    assert counted == len(plan.pieces)


@settings(max_examples=4, deadline=None)
@given(brief=briefs(), seed=st.integers(0, 2**20))
def test_what_is_asked_is_planned_drawn_exported_and_priced(brief, seed, tmp_path_factory):
    plan = options(programme_of(SetsSettings.model_validate(brief)), seed, 1)[0]
    assert broken(plan, 0.8) == []
    as_asked(brief, plan)
    drawn(brief, plan)
    exported(brief, plan, tmp_path_factory.mktemp("chain") / "set.glb")
    priced(brief, plan)
