"""The shot both tools make, read from the newest take of a show of ours."""

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from secondunit.effects.collapse.shards import Motion, Shards
from secondunit.plate.survey import Survey


@dataclass(frozen=True)
class Shot:
    """Pieces, motion, place and pictures of one take.

    ``stages``: the folder of each stage's result; ``take``: that of the take; ``brief``: all settings, by section.
    """

    shards: Shards
    motion: Motion
    survey: Survey
    neighbours: tuple
    plate: Path
    clean: Path | None
    holdout: Path | None
    size: tuple
    rate: int
    brief: dict
    stages: dict
    take: Path

    @classmethod
    def of(cls, show):
        """The shot of the take that was made last."""
        takes = [path for path in show.glob("takes/*/*/take.json") if not path.parent.name.startswith(".")]
        if not takes:
            raise SystemExit(f"{show}: no take in it; shoot one first: benchmarks/collapse.py --folder {show} --ready")
        newest = max(takes, key=lambda path: path.stat().st_mtime)
        take = json.loads(newest.read_text(encoding="utf-8"))
        brief, work = take["brief"]["document"], show / "work" / take["shot"]
        stages = {one["stage"]: work / f"{one['stage']}-{one['digest'][:12]}" for one in take["stages"]}
        return cls(
            Shards.load(stages["fracture"] / "shards.npz"),
            Motion.load(stages["motion"] / "motion.npz"),
            Survey.load(stages["survey"] / "survey.json"),
            tuple(brief["place"].get("neighbours", ())),
            next((show / "plates" / take["shot"] / "original").iterdir()),
            *(show / brief["blend"][name] if name in brief["blend"] else None for name in ("clean", "holdout")),
            tuple(take["size_px"]),
            round(Fraction(take["rate"])),
            brief,
            stages,
            newest.parent,
        )
