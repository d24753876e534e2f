"""``make bench``: ours, then the same shot in Blender, then the tables. Goes on where it was stopped.

    python benchmarks/run.py                   # both
    python benchmarks/run.py --only ours
    python benchmarks/run.py --only blender    # shoots ours first, unrecorded, if it is not there
    python benchmarks/run.py --only beside     # the pair of pictures in docs/pictures/

What a commit made stands in build/bench/COMMIT: the show, what Blender simulated, and all rendered frames. With local
changes (COMMIT+) nothing is taken over from an earlier run.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

import results

HERE = Path(__file__).parent
METHODS = ("cycles_economy_smoke", "cycles_64_plain", "cycles_64_smoke")  # the longest last


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=("ours", "blender", "beside"), help="one part of it")
    return parser.parse_args()


def run(script, *words):
    subprocess.run([sys.executable, str(HERE / script), *map(str, words)], check=True)


def ours(show):
    run("collapse.py", "--folder", show, "--record")


def need(show):
    """The shot as the brief has it, from whatever results are there."""
    run("collapse.py", "--folder", show, "--ready")


def blender(show, simulated, pictures):
    need(show)
    run("blender_simulate.py", "--show", show, "--out", simulated)
    for method in METHODS:
        run("blender_collapse.py", method, "--show", show, "--simulated", simulated, "--pictures", pictures, "--record")


def beside(show):
    need(show)
    run("blender_beside.py", "--show", show, "--pair", HERE.parent / "docs" / "pictures" / "beside-cycles.jpg")


def main():
    only = arguments().only
    made = HERE.parent / "build" / "bench" / results.commit()
    if made.name.endswith("+"):
        shutil.rmtree(made, ignore_errors=True)
    pictures = made / "frames"
    pictures.mkdir(parents=True, exist_ok=True)
    if only in (None, "ours"):
        ours(made / "show")
    if only in (None, "blender"):
        blender(made / "show", made / "simulated", pictures)
    if only == "beside":
        beside(made / "show")
    else:
        run("table.py")


if __name__ == "__main__":
    main()
