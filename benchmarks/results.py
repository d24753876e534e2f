"""What a benchmark writes down: method, commit, machine, settings, seconds. One file a suite and machine."""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import platform
import re
import subprocess
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SCHEMA = 1


@dataclasses.dataclass(frozen=True)
class Run:
    """One method, measured.

    Attributes:
        method: a name that stays the same between machines.
        tool: name and version of what ran.
        settings: all that decides the time.
        frames: frames of the whole shot.
        measured_frames: the frames that were really made.
        simulate_s: wall seconds to simulate the whole shot.
        frame_s: wall seconds to render each of ``measured_frames``.
        frame_cpu_s: CPU seconds of the same, over all threads; other load on the machine hardly changes them.
        total_s: wall seconds for the whole shot.
        total_cpu_s: CPU seconds of the same, over all threads.
        extrapolated: ``total_s`` is simulate_s + frames x the mean of frame_s, not a measurement.
        peak_mb: peak resident memory.
        notes: what a reader must know.
    """

    method: str
    tool: str
    settings: dict[str, Any]
    frames: int
    measured_frames: tuple[int, ...] = ()
    simulate_s: float = 0.0
    frame_s: tuple[float, ...] = ()
    frame_cpu_s: tuple[float, ...] = ()
    total_s: float = 0.0
    total_cpu_s: float = 0.0
    extrapolated: bool = False
    peak_mb: float = 0.0
    notes: str = ""


def machine() -> dict[str, Any]:
    """What the numbers were measured on."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    model = re.search(r"^model name\s*:\s*(.+)$", info, re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": model[1] if model else platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def machine_name() -> str:
    """A short name of this machine for a file name."""
    about = machine()
    return re.sub(r"[^a-z0-9]+", "-", f"{about['processor']} {about['cores']} cores".lower()).strip("-")


def commit() -> str:
    """The commit measured; ``+`` when the tree had changes."""
    if found := os.environ.get("SECONDUNIT_BENCH_COMMIT"):
        return found
    head = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], cwd=HERE, capture_output=True, text=True, check=True
    )
    changes = subprocess.run(
        ["git", "status", "--porcelain", "--", "../src", "*.py"], cwd=HERE, capture_output=True, text=True, check=True
    )
    return head.stdout.strip() + ("+" if changes.stdout.strip() else "")


def recorded(suite: str, method: str, folder: Path = HERE / "results") -> dict[str, Any] | None:
    """The run of a method that is written down for this commit on this machine; with local changes there is none."""
    path, now = folder / f"{suite}--{machine_name()}.json", commit()
    runs = read(path)["runs"] if path.exists() and not now.endswith("+") else []
    return next((run for run in runs if run["method"] == method and run["commit"] == now), None)


def record(suite: str, run: Run, folder: Path = HERE / "results") -> Path:
    """Add a run to this machine's results of a suite, in place of an earlier one of the same method."""
    path = folder / f"{suite}--{machine_name()}.json"
    runs = read(path)["runs"] if path.exists() else []
    one = {
        "commit": commit(),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        **dataclasses.asdict(run),
    }
    runs = sorted([*(old for old in runs if old["method"] != run.method), one], key=lambda item: str(item["method"]))
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {"schema": SCHEMA, "suite": suite, "machine": machine(), "runs": runs}
    aside = path.with_suffix(".new")
    aside.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    aside.replace(path)
    return path


def read(path: Path) -> dict[str, Any]:
    """A results file; raises ``ValueError`` naming what does not fit the schema."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if document.get("schema") != SCHEMA or set(document) != {"schema", "suite", "machine", "runs"}:
        raise ValueError(f"{path.name}: not a results file of schema {SCHEMA}")
    wanted = {field.name for field in dataclasses.fields(Run)} | {"commit", "date"}
    for run in document["runs"]:
        if set(run) != wanted:
            raise ValueError(f"{path.name}: {run.get('method')}: {sorted(wanted ^ set(run))} missing or unknown")
        if run["total_s"] <= 0:
            raise ValueError(f"{path.name}: {run['method']}: no time")
    return document
