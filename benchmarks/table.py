"""The tables of benchmarks/README.md, made from the results files; ``--check`` only compares."""

import re
import sys

import results

README = results.HERE / "README.md"
PLACE = re.compile(r"(<!-- results -->\n).*?(<!-- end of results -->)", re.DOTALL)
BLENDER = ("cycles_64_plain", "cycles_64_smoke", "cycles_economy_smoke")
BARS = (  # (theirs, ours, how many times faster we want to be)
    ("cycles_64_plain", "ours_plain", 40),
    ("cycles_64_smoke", "ours_dust", 150),
    ("cycles_economy_smoke", "ours_dust", 20),
)


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
    """One line for each of Blender's, and how ours compares."""
    yield "| Blender | frames rendered | s a frame | simulation | whole shot, extrapolated | ours | times |\n"
    yield "|---|---|--:|--:|--:|--:|--:|\n"
    for theirs, mine, _ in BARS:
        if theirs in runs:
            run = runs[theirs]
            mean = sum(run["frame_s"]) / len(run["frame_s"])
            total = runs[mine]["total_s"] if mine in runs else None
            last = f"{clock(total)} | {run['total_s'] / total:.0f}" if total else "– | –"
            sample = ", ".join(map(str, run["measured_frames"]))
            simulation, whole = clock(run["simulate_s"]), clock(run["total_s"])
            yield f"| {theirs} | {sample} | {mean:.1f} | {simulation} | {whole} | {last} |\n"


def honest(runs):
    """The bars we set ourselves, met or not."""
    if "ours_dust" in runs and "ours_dust_only_again" in runs:
        share = runs["ours_dust_only_again"]["total_s"] / runs["ours_dust"]["total_s"]
        yield f"- Changing only the dust costs {share:.0%} of a full take (bar: under 40 %).\n"
    for theirs, mine, bar in BARS:
        if theirs in runs and mine in runs:
            times = runs[theirs]["total_s"] / runs[mine]["total_s"]
            verdict = "" if times >= bar else ": missed"
            yield f"- {mine} against {theirs}: {times:.0f} times faster (bar: {bar}){verdict}.\n"


def tables():
    """All results, one section a machine."""
    text = ""
    for path in sorted((results.HERE / "results").glob("collapse--*.json")):
        document = results.read(path)
        runs = {run["method"]: run for run in document["runs"]}
        machine = document["machine"]
        text += f"### {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']:.0f} GB\n\n"
        for part in (ours(runs), blender(runs), honest(runs)):
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
