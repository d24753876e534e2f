"""Our collapse, through the command line as a user has it: the take, the re-runs, memory, previews.

    python benchmarks/collapse.py --folder bench_show --record

Every measurement is a process of its own. Kernels are compiled before the first one (set-up does the same); ``work/``
is emptied before each cold one. What is recorded for this commit is not measured again.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
import tomllib
from dataclasses import replace
from pathlib import Path

import results
import tomli_w

import secondunit
from secondunit.testing import street

WIDTH_PX, HEIGHT_PX, FRAMES, SHARDS = 960, 540, 96, 3000
MORE_DUST = {"amount": 1.4, "turbulence": 1.5}
TOOL = f"secondunit {secondunit.__version__}"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="where the show is, or is to be made")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=list(NAMES))
    parser.add_argument("--ready", action="store_true", help="only shoot the take, from whatever results are there")
    parser.add_argument("--record", action="store_true", help="write benchmarks/results/")
    return parser.parse_args()


def secondunit_says(*words):
    """One verb of the command line in its own process; its JSON answer, wall and CPU seconds, start-up included."""
    start, start_cpu = time.perf_counter(), children_cpu_s()
    command = [str(Path(sys.executable).with_name("secondunit")), *map(str, words), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout), (time.perf_counter() - start, children_cpu_s() - start_cpu)


def children_cpu_s():
    """CPU seconds of all processes started and ended so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Show:
    """The demo's plate and brief in a show, the brief as each measurement wants it."""

    def __init__(self, folder):
        demo = street.load()
        self.folder = folder
        self.brief = tomllib.loads(demo.plate.with_name("collapse.toml").read_text(encoding="utf-8"))
        if (folder / "pictures").exists():
            return
        shutil.rmtree(folder, ignore_errors=True)  # a start that was stopped
        secondunit_says("new", folder, "--title", "Benchmark", "--rate", "24")
        secondunit_says("ingest", folder, demo.plate, "--shot", self.brief["brief"]["shot"])
        aside = folder / "pictures.new"
        aside.mkdir()
        for picture in (demo.clean, demo.holdout):  # the brief names them
            shutil.copy(picture, aside)
        aside.rename(folder / "pictures")

    def write(self, *, frames=FRAMES, **sections):
        """Write the brief in the benchmark's size, with changes; its path."""
        changes = {"brief": {"frames": frames}, "output": {"width_px": WIDTH_PX}, "fracture": {"shards": SHARDS}}
        document = {name: dict(values) for name, values in self.brief.items()}
        for name, values in [*changes.items(), *sections.items()]:
            document[name] = {**document.get(name, {}), **values}
        path = self.folder / "briefs" / "benchmark.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(tomli_w.dumps(document), encoding="utf-8")
        return path

    def forget(self):
        """Empty ``work/``: the next take is made from nothing."""
        shutil.rmtree(self.folder / "work", ignore_errors=True)

    def shoot(self, brief, *words):
        return secondunit_says("shoot", self.folder, brief, *words)


def run_of(method, answer, spent_s, frames, notes=""):
    """What one take says of itself."""
    take = answer["take"]
    stages = {one["stage"]: 0.0 if one["reused"] else round(one["wall_s"], 2) for one in take["stages"]}
    width_px, height_px = take["size_px"]
    settings = {"width_px": width_px, "height_px": height_px, "shards": SHARDS, "stages_s": stages}
    peak_mb = round(take["peak_memory_bytes"] / 2**20, 1)
    measured = tuple(range(1, frames + 1))
    return results.Run(
        method,
        TOOL,
        settings,
        frames,
        measured_frames=measured,
        total_s=round(spent_s[0], 1),
        total_cpu_s=round(spent_s[1], 1),
        peak_mb=peak_mb,
        notes=notes,
    )


def dust(show):
    """The take: everything from nothing."""
    show.forget()
    answer, spent_s = show.shoot(show.write())
    yield run_of("ours_dust", answer, spent_s, FRAMES)


def dust_more(show):
    """The take with other dust, everything from nothing: what a change of the dust would cost if nothing were kept."""
    show.forget()
    answer, spent_s = show.shoot(show.write(dust=MORE_DUST))
    yield run_of("ours_dust_more", answer, spent_s, FRAMES, "The settings of ours_dust_only_again.")


def dust_again(show):
    """Only the dust's settings change, after a full take."""
    show.shoot(show.write())
    answer, spent_s = show.shoot(show.write(dust=MORE_DUST))
    yield run_of(
        "ours_dust_only_again", answer, spent_s, FRAMES, "A full take is there; two settings of [dust] change."
    )


def plain(show):
    """No dust."""
    show.forget()
    answer, spent_s = show.shoot(show.write(dust={"amount": 0.0}))
    yield run_of("ours_plain", answer, spent_s, FRAMES)


def memory(show):
    """Peak memory against the number of frames."""
    for frames in (24, 192):
        show.forget()
        answer, spent_s = show.shoot(show.write(frames=frames))
        yield run_of(f"ours_dust_{frames:03d}_frames", answer, spent_s, frames)


def preview(show):
    """A look in seconds."""
    show.forget()
    answer, spent_s = show.shoot(show.write(), "--preview")
    yield run_of("ours_preview", answer, spent_s, FRAMES)


def variations(show):
    """Six to choose from."""
    show.forget()
    answer, spent_s = show.shoot(show.write(), "--variations", "6")
    last = {"take": answer["takes"][-1]}
    yield replace(
        run_of("ours_six_variations", last, spent_s, FRAMES), notes="Stages are those of the last of the six."
    )


MEASUREMENTS = {  # what each writes down
    preview: ("ours_preview",),
    variations: ("ours_six_variations",),
    memory: ("ours_dust_024_frames", "ours_dust_192_frames"),
    plain: ("ours_plain",),
    dust_more: ("ours_dust_more",),
    dust: ("ours_dust",),
    dust_again: ("ours_dust_only_again",),
}
NAMES = {one.__name__: one for one in MEASUREMENTS}


def main():
    options = arguments()
    show = Show(options.folder)
    if options.ready:
        show.shoot(show.write())
        return
    left = [NAMES[name] for name in options.only]
    if options.record:
        left = [one for one in left if not all(results.recorded("collapse", name) for name in MEASUREMENTS[one])]
    if left:
        show.shoot(show.write(frames=2), "--preview")  # compiles the kernels
    for one in left:
        for run in one(show):
            seconds = f"{run.total_s} s ({run.total_cpu_s} s of CPU)"
            print(f"{run.method}: {seconds}, {run.peak_mb:.0f} MB, {run.settings['stages_s']}", flush=True)
            if options.record:
                results.record("collapse", run)


if __name__ == "__main__":
    main()
