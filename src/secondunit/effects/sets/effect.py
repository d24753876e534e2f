"""Sets: from a brief to options with true dimensions, stills, drawings, costs and models. The plan of its stages."""

from __future__ import annotations

from typing import Any, ClassVar

from secondunit.effects.base import Canvas, Stage
from secondunit.effects.sets.book_stage import BookStage
from secondunit.effects.sets.options_stage import FLOOR, LOCK, OPTIONS, PALETTE, OptionsStage
from secondunit.effects.sets.plan_stage import PlanStage
from secondunit.effects.sets.settings import SetsSettings
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
        if settings.lock.keep and settings.lock.plan is None:
            advice = "Name the plan.json of an earlier take in lock.plan."
            found.append(BadBrief("lock.keep", "given without lock.plan", "an earlier plan", advice))
        return found

    def changes(self, settings: SetsSettings) -> tuple[PersonChange, ...]:
        """Nobody's likeness."""
        return ()

    def canvas(self, settings: SetsSettings) -> Canvas:
        """A still a camera, and the view from above."""
        width_px = settings.output.width_px or 1280
        return Canvas(width_px, settings.output.height_px or round(width_px * 9 / 16), settings.cameras.count + 1)

    def pictures(self, settings: SetsSettings) -> dict[str, str]:
        """An earlier plan, a picture to take colours of, a floor plan."""
        named = {LOCK: settings.lock.plan, PALETTE: settings.look.palette_from, FLOOR: settings.room.floor_plan}
        return {name: path for name, path in named.items() if path is not None}

    def actions(self, settings: SetsSettings) -> tuple[Action, ...]:
        """The set is made, and rendered."""
        what = "A set was laid out by rules, furnished from a kit of parametric pieces, rendered and cleaned of noise"
        colours = settings.look.palette_from is not None
        what += "; a reference picture gave its leading colours." if colours else "; no picture went in."
        return (Action(kind="placed", what=what, source=Source.ALGORITHM, element="stills"),)

    def preview(self, settings: SetsSettings) -> SetsSettings:
        """Quick pictures, and no papers."""
        return settings.model_copy(update={"output": settings.output.model_copy(update={"samples": 0, "book": False})})

    def variation(self, settings: SetsSettings, number: int) -> tuple[SetsSettings, str]:
        """The ranked options, one after the other."""
        option = number % OPTIONS + 1
        return settings.model_copy(
            update={"layout": settings.layout.model_copy(update={"option": option})}
        ), f"option {option}"
