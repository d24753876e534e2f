"""The Python API: a few names, there in any order of use."""

import subprocess
import sys

import pytest

import secondunit

ORDERS = (
    ("import secondunit.shoot", "secondunit.shoot_variations"),
    ("secondunit.shoot_variations", "import secondunit.shoot"),
    ("secondunit.shoot", "import secondunit.variations"),
)


@pytest.mark.parametrize("order", ORDERS, ids=" then ".join)
def test_shoot_is_the_function_whatever_was_imported_before(order):
    lines = ["import secondunit", *order, "assert secondunit.shoot.__name__ == 'shoot', secondunit.shoot"]
    code = "; ".join(lines) + "; from secondunit import shoot; assert callable(shoot)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_name_of_the_front_door_is_there():
    for name in secondunit.__all__:
        assert callable(getattr(secondunit, name)), name
    with pytest.raises(AttributeError, match="no attribute 'shooot'"):
        _ = secondunit.shooot


def test_a_shell_completes_the_front_door():
    import secondunit

    assert {"new", "ingest", "survey", "shoot", "takes", "deliver"} <= set(dir(secondunit))


def test_a_new_production_has_a_brief_to_start_from(tmp_path):
    show = secondunit.new(tmp_path / "show", title="Show", rate=24)
    assert (show.folder / "briefs" / "collapse.toml").read_text().startswith("# A brief")
