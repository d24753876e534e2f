"""Published numbers fit the schema, name a commit and a machine, and the tables are made from them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import results  # noqa: E402


def test_published_results_fit_the_schema():
    for path in (BENCHMARKS / "results").glob("*.json"):
        document = results.read(path)
        assert document["machine"]["processor"]
        for run in document["runs"]:
            assert run["commit"].strip("+"), run["method"]
            assert run["extrapolated"] == (len(run["measured_frames"]) < run["frames"]), run["method"]


def test_the_tables_are_made_from_the_results():
    done = subprocess.run(
        [sys.executable, BENCHMARKS / "table.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_run_takes_the_place_of_an_older_one(tmp_path, monkeypatch):
    monkeypatch.setenv("SECONDUNIT_BENCH_COMMIT", "abc")
    for total_s in (10.0, 20.0):
        path = results.record("trial", results.Run("one", "tool 1", {"shards": 1}, 24, total_s=total_s), tmp_path)
    results.record("trial", results.Run("another", "tool 1", {}, 24, total_s=1.0), tmp_path)
    runs = results.read(path)["runs"]
    assert [(run["method"], run["total_s"]) for run in runs] == [("another", 1.0), ("one", 20.0)]


def test_what_is_recorded_counts_for_its_commit_only(tmp_path, monkeypatch):
    monkeypatch.setenv("SECONDUNIT_BENCH_COMMIT", "abc")
    results.record("trial", results.Run("one", "tool 1", {}, 24, total_s=1.0), tmp_path)
    assert results.recorded("trial", "one", tmp_path)["total_s"] == 1.0
    assert results.recorded("trial", "another", tmp_path) is None
    for other in ("abd", "abc+"):
        monkeypatch.setenv("SECONDUNIT_BENCH_COMMIT", other)
        assert results.recorded("trial", "one", tmp_path) is None


def test_local_changes_are_never_taken_for_a_commit(tmp_path, monkeypatch):
    monkeypatch.setenv("SECONDUNIT_BENCH_COMMIT", "abc+")
    results.record("trial", results.Run("one", "tool 1", {}, 24, total_s=1.0), tmp_path)
    assert results.recorded("trial", "one", tmp_path) is None


@pytest.mark.parametrize("spoil", [{"total_s": 0}, {"extra": 1}, {"method": None}])
def test_what_does_not_fit_is_named(tmp_path, monkeypatch, spoil):
    monkeypatch.setenv("SECONDUNIT_BENCH_COMMIT", "abc")
    path = results.record("trial", results.Run("one", "tool 1", {}, 24, total_s=1.0), tmp_path)
    document = json.loads(path.read_text())
    document["runs"][0].update(spoil)
    if spoil == {"method": None}:
        del document["runs"][0]["method"]
    path.write_text(json.dumps(document))
    with pytest.raises(ValueError, match=r"^trial--.*\.json: "):
        results.read(path)
