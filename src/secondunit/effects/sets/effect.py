"""Sets: from a brief to options with true dimensions, stills, drawings, costs and models. The plan of its stages."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from secondunit.effects.base import Canvas, Issued, Stage
from secondunit.effects.sets.book_stage import BookStage
from secondunit.effects.sets.cameras import COVERAGE
from secondunit.effects.sets.issue import issue
from secondunit.effects.sets.options_stage import FLOOR, LOCK, OPTIONS, PALETTE, OptionsStage
from secondunit.effects.sets.plan import ABOVE
from secondunit.effects.sets.plan_stage import PRICES, PlanStage
from secondunit.effects.sets.settings import Cameras, SetsSettings
from secondunit.effects.sets.stills_stage import StillsStage
from secondunit.errors import BadBrief
from secondunit.policy.facts import PersonChange
from secondunit.provenance.actions import Action, Source


class Sets:
    """A set that is not built yet."""

    name: ClassVar[str] = "sets"
    settings: ClassVar[type[SetsSettings]] = SetsSettings
    facts: ClassVar[dict[str, Any]] = {"generative": False, "alters_people": False}  # rules, a kit and rendering
    stages: ClassVar[tuple[Stage, ...]] = (OptionsStage(), PlanStage(), StillsStage(), BookStage())

    def check(self, settings: SetsSettings) -> list[BadBrief]:
        """What contradicts itself."""
        found = []
        for name in ("keep", "free"):
            if getattr(settings.lock, name) and settings.lock.plan is None:
                advice = "Name the plan.json of an earlier take in lock.plan."
                found.append(BadBrief(f"lock.{name}", "given without lock.plan", "an earlier plan", advice))
        return [*found, *_cameras(settings.cameras)]

    def changes(self, settings: SetsSettings) -> tuple[PersonChange, ...]:
        """Nobody's likeness."""
        return ()

    def canvas(self, settings: SetsSettings) -> Canvas:
        """A still of each camera, and the view from above."""
        width_px = settings.output.width_px or 1280
        return Canvas(
            width_px,
            settings.output.height_px or round(width_px * 9 / 16),
            settings.cameras.count + len(settings.cameras.placed) + 1,
        )

    def pictures(self, settings: SetsSettings) -> dict[str, str]:
        """An earlier plan, a picture to take colours of, a floor plan, a price book."""
        named = {
            LOCK: settings.lock.plan, PALETTE: settings.look.palette_from, FLOOR: settings.room.floor_plan,
            PRICES: settings.budget.prices,
        }  # fmt: skip
        return {name: path for name, path in named.items() if path is not None}

    def actions(self, settings: SetsSettings) -> tuple[Action, ...]:
        """The set is made, and rendered."""
        what = "A set was laid out by rules, furnished from a kit of parametric pieces, rendered and cleaned of noise"
        colours = settings.look.palette_from is not None
        what += "; a reference picture gave its leading colours." if colours else "; no picture went in."
        return (Action(kind="placed", what=what, source=Source.ALGORITHM, element="stills"),)

    def issue(self, settings: SetsSettings, result: Path, issued: Issued) -> dict[str, bytes]:
        """Drawings and the set book, if they are asked for."""
        return issue(settings, result, issued) if settings.output.book else {}

    def preview(self, settings: SetsSettings) -> SetsSettings:
        """Quick pictures, and no papers."""
        return settings.model_copy(update={"output": settings.output.model_copy(update={"samples": 0, "book": False})})

    def variation(self, settings: SetsSettings, number: int) -> tuple[SetsSettings, str]:
        """The ranked options, one after the other, by the coverage: a placed camera is of one of them."""
        option, cameras = number % OPTIONS + 1, settings.cameras
        if cameras.placed:
            cameras = cameras.model_copy(update={"placed": (), "count": max(1, cameras.count)})
        layout = settings.layout.model_copy(update={"option": option})
        return settings.model_copy(update={"layout": layout, "cameras": cameras}), f"option {option}"


def _cameras(cameras: Cameras) -> list[BadBrief]:
    """What cameras say against each other, or against themselves."""
    found = []
    if not cameras.count and not cameras.placed:
        found.append(BadBrief("cameras.count", "0, and no camera is placed", "at least one camera"))
    taken = {name: "one of the coverage" for name in COVERAGE[: cameras.count]} | {ABOVE: "the view from above"}
    for number, one in enumerate(cameras.placed):
        name = one.name.replace(" ", "-").casefold()
        if name in taken:
            what = f"camera {one.name!r} is called like {taken[name]}"
            found.append(BadBrief(f"cameras.placed[{number}].name", what, "a name of its own"))
        taken[name] = f"cameras.placed[{number}]"
        if one.aim and one.aim_m is not None:
            what = f"camera {one.name!r} has both aim and aim_m"
            found.append(BadBrief(f"cameras.placed[{number}]", what, "one of the two", "Delete the other."))
    return found
