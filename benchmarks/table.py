"""The tables of benchmarks/README.md, made from the results files; ``--check`` only compares."""

import re
import sys

import results

README = results.HERE / "README.md"
PLACE = re.compile(r"(<!-- results -->\n).*?(<!-- end of results -->)", re.DOTALL)
BARS = (  # (theirs, ours, how many times faster we want to be)
    ("cycles_64_plain", "ours_plain", 40),
    ("cycles_64_smoke", "ours_dust", 150),
    ("cycles_economy_smoke", "ours_dust", 20),
)
AGAIN = 0.4  # share of a full take that a change of the dust alone may cost
FULL_TAKES = {"ours_dust_more": "with the same dust", "ours_dust": "with the demo's dust"}  # like with like, the harder
LIMITS_S = {"ours_dust": 240.0, "ours_preview": 30.0, "ours_six_variations": 240.0}  # wall


def clock(seconds):
    """Seconds as a person says them."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def ours(runs):
    """One line for each of our measurements."""
    yield "| measured | frames | wall | CPU | peak memory | commit | notes |\n|---|--:|--:|--:|--:|---|---|\n"
    for run in runs.values():
        if run["method"].startswith("ours_"):
            seconds = (clock(run["total_s"]), clock(run["total_cpu_s"]))
            cells = (run["method"], run["frames"], *seconds, f"{run['peak_mb'] / 1024:.2f} GB")
            yield f"| {' | '.join(map(str, cells))} | {run['commit']} | {run['notes']} |\n"


def blender(runs):
    """One line for each of Blender's."""
    yield "| Blender | frames rendered | s a frame | CPU s a frame | simulation | whole shot, extrapolated | CPU "
    yield "| peak memory | commit |\n|---|---|--:|--:|--:|--:|--:|--:|---|\n"
    for theirs, _, _ in BARS:
        if theirs in runs:
            run = runs[theirs]
            each = [", ".join(f"{value:.1f}" for value in run[name]) for name in ("frame_s", "frame_cpu_s")]
            sample = ", ".join(map(str, run["measured_frames"]))
            whole = [clock(run[name]) for name in ("simulate_s", "total_s", "total_cpu_s")]
            cells = (theirs, sample, *each, *whole, f"{run['peak_mb'] / 1024:.2f} GB", run["commit"])
            yield f"| {' | '.join(cells)} |\n"


def bars(runs):
    """Each bar we set ourselves: how many times faster, met or missed."""
    yield "| bar | wanted | wall | | CPU | |\n|---|--:|--:|---|--:|---|\n"
    for theirs, mine, bar in BARS:
        if theirs in runs and mine in runs:
            cells = [f"{mine} against {theirs}", f"{bar} times"]
            for seconds in ("total_s", "total_cpu_s"):
                times = runs[theirs][seconds] / runs[mine][seconds]
                cells += [f"{times:.1f} times", "met" if times >= bar else "missed"]
            yield f"| {' | '.join(cells)} |\n"
    for full, what in FULL_TAKES.items():
        if full in runs and "ours_dust_only_again" in runs:
            cells = [f"only the dust changed, share of a full take {what}", f"under {AGAIN:.0%}"]
            for seconds in ("total_s", "total_cpu_s"):
                share = runs["ours_dust_only_again"][seconds] / runs[full][seconds]
                cells += [f"{share:.1%}", "met" if share < AGAIN else "missed"]
            yield f"| {' | '.join(cells)} |\n"
    for name, bar in LIMITS_S.items():
        if name in runs:
            verdict = "met" if runs[name]["total_s"] < bar else "missed"
            yield f"| {name} | under {bar:.0f} s | {runs[name]['total_s']:.1f} s | {verdict} | | |\n"


def tables():
    """All results, one section a machine."""
    text = ""
    for path in sorted((results.HERE / "results").glob("collapse--*.json")):
        document = results.read(path)
        runs = {run["method"]: run for run in document["runs"]}
        machine = document["machine"]
        text += f"### {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']:.0f} GB\n\n"
        for part in (bars(runs), blender(runs), ours(runs)):
            text += "".join(part) + "\n"
    return text or "No results yet.\n"


def main():
    old = README.read_text(encoding="utf-8")
    new = PLACE.sub(lambda place: f"{place[1]}\n{tables()}\n{place[2]}", old)
    if "--check" in sys.argv[1:]:
        sys.exit("benchmarks/README.md is stale; run: python benchmarks/table.py" if new != old else 0)
    README.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
