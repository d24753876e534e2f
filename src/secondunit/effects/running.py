"""Running an effect's stages: each once for the same inputs, in a folder named by the digest of all it depends on.

A result counts when ``result.json`` is in its folder. A stage that was stopped or killed is run again in the same
folder and finds the frames it had finished. What a stage read is told by content: when a change upstream gives the same
result after all, what follows is not run again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol, cast

from secondunit.effects.base import Context, Effect, Gate, Plate, Stage, StopFlag
from secondunit.effects.declared import DeclaredSettings, NoPlate, SizeOnly, values_read
from secondunit.effects.sources import source_digest
from secondunit.errors import BrokenStore, Stopped
from secondunit.farm.locks import held
from secondunit.records import digest_json, digest_tree, read_json, write_json
from secondunit.timebase import FrameRange


class Watch(Protocol):
    """Where the whole shoot says how far it is."""

    def __call__(self, stage: str, done: int, total: int, what: str = "") -> None:
        """``done`` of ``total`` units of ``stage`` are finished; ``total`` 0 means: not known yet."""


def unwatched(stage: str, done: int, total: int, what: str = "") -> None:
    """A watch that says nothing."""


@dataclass(frozen=True)
class Job:
    """What all stages of one shoot share.

    Attributes:
        effect: the effect.
        shot: name of the shot.
        settings: the effect's settings, as they are used.
        seed: of the brief.
        frames: of the take.
        rate: frames a second.
        plate: in the working size.
        plate_digest: of the plate's pixels and everything beside them.
        replace: stage name to the folder that takes the place of its result.
        work: folder for results.
        gate: asked before frames are written.
        threads: how many threads may be busy.
        watch: told how far it is.
        stop: looked at on every report of progress.
    """

    effect: Effect
    shot: str
    settings: Any
    seed: int
    frames: FrameRange
    rate: Fraction
    plate: Plate
    plate_digest: str
    replace: Mapping[str, Path]
    work: Path
    gate: Gate
    threads: int
    watch: Watch = unwatched
    stop: StopFlag | None = None


@dataclass(frozen=True)
class Result:
    """What a stage left.

    Attributes:
        stage: its name.
        digest: of everything it depends on; of its content if it was made by hand.
        content: of the files it left.
        folder: where the result is.
        code: digest of the sources that made it; empty if made by hand.
        seed: that it was run with.
        wall_s: time it took when it was made, not counting work done before an interruption.
        cpu_s: processor time of the same.
        reused: whether it was there already.
        by_hand: whether the brief put it in the stage's place.
    """

    stage: str
    digest: str
    content: str
    folder: Path
    code: str
    seed: int
    wall_s: float
    cpu_s: float
    reused: bool
    by_hand: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain values for a document; the folder is left out, since it may be deleted at any time."""
        return {key: value for key, value in asdict(self).items() if key != "folder"}


def run_stages(job: Job) -> tuple[Result, ...]:
    """Run what is not there yet, in the effect's order; one result for each stage.

    Raises:
        Stopped: the user asked to stop; what is finished is kept.
        NotCleared: the gate refused a frame.
    """
    results: dict[str, Result] = {}
    for stage in job.effect.stages:
        results[stage.name] = _by_hand(job, stage) or _run(job, stage, results)
    return tuple(results.values())


def stage_seed(shot: str, seed: int, stage: str) -> int:
    """The seed of one stage, 32 bits: fits any generator, and differs by shot, brief and stage."""
    return int.from_bytes(hashlib.sha256(f"{shot}/{seed}/{stage}".encode()).digest()[:4], "big")


def stage_digest(job: Job, stage: Stage, needs: Mapping[str, str]) -> str:
    """SHA-256 of everything a stage's result may depend on.

    Args:
        job: what is shot.
        stage: one of its effect's stages.
        needs: digests of the content of the results it reads.
    """
    inputs: dict[str, Any] = {
        "stage": stage.name,
        "code": source_digest(type(stage).__module__),
        "settings": values_read(job.settings, stage.reads),
        "needs": dict(needs),
        "seed": stage_seed(job.shot, job.seed, stage.name),
    }
    if stage.uses_plate:
        inputs["plate"] = job.plate_digest
    if stage.uses_size:
        inputs["size"] = [job.plate.width_px, job.plate.height_px]
    if stage.uses_frames:
        inputs["frames"] = [job.frames.first, job.frames.end_exclusive, str(job.rate)]
    return digest_json(inputs)


def _by_hand(job: Job, stage: Stage) -> Result | None:
    folder = job.replace.get(stage.name)
    if folder is None:
        return None
    if not folder.is_dir():
        raise BrokenStore(f"replace.{stage.name}", f"no folder {folder}", f"a result of the stage {stage.name}")
    content = digest_tree(folder)
    return Result(stage.name, content, content, folder, "", 0, 0.0, 0.0, reused=True, by_hand=True)


def _run(job: Job, stage: Stage, results: Mapping[str, Result]) -> Result:
    digest = stage_digest(job, stage, {name: results[name].content for name in stage.needs})
    folder = job.work / f"{stage.name}-{digest[:12]}"
    code, seed = source_digest(type(stage).__module__), stage_seed(job.shot, job.seed, stage.name)

    last_total = 1

    def progress(done: int, total: int, what: str = "") -> None:
        nonlocal last_total
        last_total = total or last_total
        if job.stop:
            raise Stopped(
                f"{job.shot}, {stage.name}", "stopped by the user", advice="The same command goes on from here."
            )
        job.watch(stage.name, done, total, what)

    with held(job.work / f".{folder.name}.lock", waiting=lambda: progress(0, 0, "waiting for another shoot")):
        done = folder / "result.json"
        if done.exists():
            past = read_json(done, kind="stage", version=1)
            if past["digest"] != digest:
                raise BrokenStore(str(done), "is of other inputs", advice="Delete this folder; it is made again.")
            progress(1, 1)
            content, wall, cpu = past["content"], past["wall_s"], past["cpu_s"]
            return Result(stage.name, digest, content, folder, code, seed, wall, cpu, reused=True)
        folder.mkdir(parents=True, exist_ok=True)
        for leftover in folder.rglob(".*"):  # half files of a process that was killed; the lock is ours, so it is dead
            if leftover.is_file():
                leftover.unlink()
        wall, cpu = time.monotonic(), time.process_time()
        progress(0, 0)
        stage.run(_context(job, stage, results, folder, seed, progress))
        wall, cpu = round(time.monotonic() - wall, 3), round(time.process_time() - cpu, 3)
        content = digest_tree(folder)
        spent = {"wall_s": wall, "cpu_s": cpu}
        write_json(done, {"kind": "stage", "version": 1, "digest": digest, "content": content, **spent})
        progress(last_total, last_total)
        return Result(stage.name, digest, content, folder, code, seed, wall, cpu, reused=False)


def _context(job: Job, stage: Stage, results: Mapping[str, Result], folder: Path, seed: int, progress: Any) -> Context:
    plate: Any = job.plate
    if not stage.uses_plate:
        size = (plate.width_px, plate.height_px)
        plate = SizeOnly(stage.name, *size) if stage.uses_size else NoPlate(stage.name)
    return Context(
        out=folder,
        inputs={name: results[name].folder for name in stage.needs},
        settings=DeclaredSettings(job.settings, stage.reads, stage.name),
        plate=cast(Plate, plate),
        frames=job.frames,
        frame_rate=float(job.rate),
        seed=seed,
        threads=job.threads,
        progress=progress,
        gate=job.gate,
    )
