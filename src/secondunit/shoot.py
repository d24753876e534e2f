"""The story on one screen: plate + brief -> clearance -> stages -> take."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from secondunit.brief.document import Brief, load_brief
from secondunit.effects.base import Issued, StopFlag
from secondunit.effects.registry import find_effect
from secondunit.effects.running import Job, Result, Watch, run_stages, unwatched
from secondunit.errors import BadBrief, Stopped
from secondunit.imaging.colour import CONFIG, config_digest
from secondunit.plate.blank import BlankPlate
from secondunit.plate.files import PlateFiles
from secondunit.policy.asking import asked_people, asked_tools, told_people
from secondunit.policy.clearance import Clearance, clear
from secondunit.policy.facts import PersonChange, Request
from secondunit.policy.gate import ClearanceGate
from secondunit.production import Production
from secondunit.records import digest_file, digest_json
from secondunit.take.assemble import Shot, assemble
from secondunit.take.credentials import Made, papers_digest, sign_take
from secondunit.take.extras import put_beside
from secondunit.take.papers import machine, peak_memory_bytes, versions
from secondunit.take.store import Take, publish
from secondunit.works.asked import use_facts

PREVIEW_SHARE = 4  # a preview is this many times narrower than the take
HOLD_S = 2  # how long the movie shows each still of an effect without a plate


def shoot(
    production: Production | Path | str,
    brief: Brief | Path | str,
    *,
    preview: bool = False,
    threads: int | None = None,
    progress: Watch = unwatched,
    stop: StopFlag | None = None,
    label: str = "",
) -> Take:
    """Shoot a brief. Stages whose inputs did not change are not run again.

    Args:
        production: the production or its folder.
        brief: the brief or its file.
        preview: a quarter of the width and cheap settings; never a final take, whatever the brief's use.
        threads: how many threads may be busy; all cores if not given. The picture does not depend on it.
        progress: told how far each stage is.
        stop: set it to stop at the next safe point.
        label: a few words kept in the take.

    Raises:
        SecondUnitError: see ``secondunit.errors``; the same call goes on where this one ended.
    """
    started = time.monotonic()
    production = production if isinstance(production, Production) else Production.open(Path(production))
    brief = brief if isinstance(brief, Brief) else load_brief(Path(brief), find_effect)
    effect = find_effect(brief.effect)
    plate = open_plate(production, brief, preview=preview)
    request = request_for(production, brief, plate.digest(), preview=preview)
    clearance, work_key = clear(production, request)
    gate = ClearanceGate(clearance, work_key, production, plate.digest)
    job = Job(
        effect=effect,
        shot=brief.shot,
        settings=effect.preview(brief.settings) if preview else brief.settings,
        seed=brief.seed,
        frames=brief.frames,
        rate=production.rate,
        plate=plate,
        plate_digest=request.plate_digest,
        replace=_replacements(production, brief),
        work=production.work_folder(brief.shot),
        gate=gate,
        threads=threads or os.cpu_count() or 1,
        watch=progress,
        stop=stop,
    )
    results, report = run_stages(job), partial(_report, job)

    def put_together(folder: Path, name: str) -> Mapping[str, Any]:
        title = f"{brief.shot} {name}{' (preview)' if preview else ''}"
        words = f"{brief.effect}{', ' if label else ''}{label}, seed {brief.seed}"
        receipts = {} if last.by_hand else gate.receipts(brief.frames, last.folder)
        shot = Shot(brief.shot, brief.frames, production.rate, plate, last.folder, receipts, title, words, _hold(job))
        parts = dict(assemble(shot, folder, threads=job.threads, progress=report))
        parts["extras"] = put_beside(folder, parts["extras"], _issued(job, last.folder, name, papers))
        seals = {"threads": job.threads, "receipts": receipts, "extras": parts["extras"], "known": parts.pop("files")}
        parts |= sign_take(folder, name, made, parts.pop("untouched"), **seals)
        cost = {"wall_s": round(time.monotonic() - started, 2), "peak_memory_bytes": peak_memory_bytes()}
        return {**parts, "papers": sorted(papers), **cost, "relied_on": receipts}

    papers = _papers(production, brief, job, plate, results, clearance) | {"preview": preview, "label": label}
    made, last = made_of(job, brief, plate, results, clearance, papers), results[-1]
    return publish(
        production,
        brief.shot,
        papers,
        put_together,
        gate=gate,
        result=last.folder,
        by_hand=last.by_hand,
        waiting=lambda: report(0, 0),
    )


def made_of(
    job: Job, brief: Brief, plate: PlateFiles, results: Sequence[Result], clearance: Clearance, papers: dict[str, Any]
) -> Made:
    """What the credentials of a take say of it: digests, and what the effect did; no name and no text of the brief."""
    return Made(
        shot=brief.shot,
        plate=plate,
        plate_digest=job.plate_digest,
        brief_digest=brief.digest,
        actions=job.effect.actions(job.settings),
        elements={result.stage: result.content for result in results},
        by_hand=tuple(result.stage for result in results if result.by_hand),
        record={
            "effect": brief.effect,
            "plate": job.plate_digest,
            "brief": brief.digest,
            "production": clearance.production_id,
            "clearance": digest_json(clearance.to_json()),
            "consents": list(clearance.consents),
            "approvals": list(clearance.approvals),
            "papers": papers_digest(papers, papers),
        },
    )


def open_plate(production: Production, brief: Brief, *, preview: bool) -> PlateFiles:
    """The plate a brief asks for, in the take's or the preview's size, with the artist's pictures beside it.

    A blank one where the effect needs none.
    """
    pictures = find_effect(brief.effect).pictures(brief.settings)
    paths = {
        name: production.inside(text, where=f"{brief.source}: the picture {name!r}") for name, text in pictures.items()
    }
    canvas = find_effect(brief.effect).canvas(brief.settings)
    if canvas is not None:
        share = PREVIEW_SHARE // 2 if preview else 1  # a still is chosen by its looks: half, and not a quarter
        width_px, height_px = (max(16, 2 * round(side / share / 2)) for side in (canvas.width_px, canvas.height_px))
        return BlankPlate(production.folder, brief.shot, width_px, height_px, paths)
    plate = PlateFiles(production.folder, brief.shot, pictures=paths)
    if plate.record.kind != "photo" and brief.frames.end_exclusive > plate.record.frames.end_exclusive:
        found, has = f"{len(brief.frames)} frames", len(plate.record.frames)
        raise BadBrief(f"{brief.source}: brief.frames", found, f"up to {has}, which the plate has", f"frames = {has}")
    width_px = brief.settings.output.width_px or plate.width_px
    if preview:
        width_px = max(16, 2 * round(width_px / PREVIEW_SHARE / 2))
    return plate.sized(width_px)


def request_for(production: Production, brief: Brief, plate_digest: str, *, preview: bool) -> Request:
    """What the policy is asked. A preview is never more than a temp: it cannot be delivered."""
    words = brief.text or json.dumps(brief.to_json(), ensure_ascii=False)
    effect = find_effect(brief.effect)
    facts = use_facts(production, brief.declared, effect=effect.facts, words=words, source=brief.source)
    changes = [_with_sources(production, brief, one) for one in effect.changes(brief.settings)]
    people = told_people(asked_people(brief.declared, facts), changes, where=brief.source)
    return Request(
        production_id=production.id,
        shot=brief.shot,
        kind=brief.effect,
        use="temp" if preview and brief.use == "final" else brief.use,
        people=people,
        first_frame=brief.frames.first,
        end_frame_exclusive=brief.frames.end_exclusive,
        brief_digest=digest_json({"brief": brief.digest, "facts": facts}),  # an approval falls when a default changes
        plate_digest=plate_digest,
        facts=facts,
        tools=asked_tools(brief.declared),
    )


def _with_sources(production: Production, brief: Brief, change: PersonChange) -> PersonChange:
    """The change with its sources by digest: an effect names them by their paths in the production."""
    paths = [production.inside(text, where=f"{brief.source}: a still of {change.person_id}") for text in change.sources]
    return replace(change, sources=tuple(digest_file(path) for path in paths))


def _replacements(production: Production, brief: Brief) -> dict[str, Path]:
    return {
        stage: production.inside(folder, where=f"{brief.source}: replace.{stage}")
        for stage, folder in brief.replace.items()
    }


def _hold(job: Job) -> int:
    """For how many frames of the movie each picture is shown."""
    return round(HOLD_S * job.rate) if job.effect.canvas(job.settings) else 1


def _issued(job: Job, result: Path, name: str, papers: Mapping[str, Any]) -> Mapping[str, bytes]:
    """The effect's papers that name the take, by its record."""
    issued = Issued(str(papers["production"]), name, date.fromisoformat(str(papers["at"])[:10]))
    return job.effect.issue(job.settings, result, issued)


def _report(job: Job, done: int, total: int) -> None:
    if job.stop:
        raise Stopped(job.shot, "stopped by the user", advice="The same command goes on from here.")
    job.watch("take", done, total)


def _papers(
    production: Production,
    brief: Brief,
    job: Job,
    plate: PlateFiles,
    results: Sequence[Result],
    clearance: Clearance,
) -> dict[str, Any]:
    """Everything ``take.json`` says but the files themselves."""
    source = Path(brief.source).absolute()
    inside = source.is_relative_to(production.folder)
    return {
        "production": production.title,
        "brief": {
            "digest": brief.digest,
            "document": brief.to_json(),
            "source": source.relative_to(production.folder).as_posix() if inside else source.name,
            "text": brief.text,
        },
        "settings": job.settings.model_dump(mode="json"),
        "frames": [brief.frames.first, brief.frames.end_exclusive],
        "rate": str(production.rate),
        "size_px": [job.plate.width_px, job.plate.height_px],
        "plate": {
            "digest": job.plate_digest,
            "originals": {file.name: file.sha256 for file in plate.record.files},
            "pictures": {name: digest_file(path) for name, path in sorted(plate.pictures.items())},
        },
        "colour": {"config": CONFIG, "digest": config_digest()},
        "view": str(plate.view),
        "stages": [result.to_json() for result in results],
        "models": [
            model.model_dump(mode="json") for action in job.effect.actions(job.settings) for model in action.models
        ],
        "clearance": clearance.to_json(),
        "versions": versions(),
        "machine": machine(job.threads),
        "at": clearance.issued_at,
    }
