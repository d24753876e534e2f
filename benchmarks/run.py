"""``make bench``: ours, then Blender on the same shards, then the tables."""

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def run(script, *words):
    subprocess.run([sys.executable, str(HERE / script), *map(str, words)], check=True)


def newest(folder, name):
    """The stage result of that name that was written last."""
    return max(folder.rglob(name), key=lambda path: path.stat().st_mtime)


def main():
    with tempfile.TemporaryDirectory() as made:
        show, pictures = Path(made) / "show", HERE / "results" / "frames"
        pictures.mkdir(exist_ok=True)
        run("collapse.py", "--folder", show, "--record")
        shards, survey = newest(show / "work", "shards.npz"), newest(show / "work", "survey.json")
        run("blender_collapse.py", "--shards", shards, "--survey", survey, "--pictures", pictures, "--record")
    run("table.py")


if __name__ == "__main__":
    main()
