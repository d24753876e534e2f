"""A set extension: a set, as it was designed, seen by the camera of a plate. The plan of its stages."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from secondunit.effects.base import Issued, Stage
from secondunit.effects.sets.extension.blend_stage import HOLDOUT, BlendStage
from secondunit.effects.sets.extension.set_stage import PLAN, SURVEY, SetStage
from secondunit.effects.sets.extension.settings import ExtensionSettings
from secondunit.errors import BadBrief
from secondunit.policy.facts import PersonChange
from secondunit.provenance.actions import Action, Source

LEAST_STOPS, STEP_STOPS = 0.75, 0.25  # of variations


class SetExtension:
    """A set that is not built yet, over a plate."""

    name: ClassVar[str] = "set_extension"
    settings: ClassVar[type[ExtensionSettings]] = ExtensionSettings
    facts: ClassVar[dict[str, Any]] = {"generative": False, "alters_people": False}  # a kit and rendering
    stages: ClassVar[tuple[Stage, ...]] = (SetStage(), BlendStage())

    def check(self, settings: ExtensionSettings) -> list[BadBrief]:
        """What contradicts itself."""
        placing = settings.set
        if placing.at_px is not None and placing.at_m != (0.0, 0.0):
            return [BadBrief("set.at_px", "given beside set.at_m", "one of the two", "Delete the other.")]
        return []

    def changes(self, settings: ExtensionSettings) -> tuple[PersonChange, ...]:
        """Nobody's likeness."""
        return ()

    def canvas(self, settings: ExtensionSettings) -> None:
        """It stands on a plate."""

    def pictures(self, settings: ExtensionSettings) -> dict[str, str]:
        """The set's plan, the survey, and what stays in front."""
        named = {PLAN: settings.set.plan, SURVEY: settings.set.survey, HOLDOUT: settings.blend.holdout}
        return {name: path for name, path in named.items() if path is not None}

    def actions(self, settings: ExtensionSettings) -> tuple[Action, ...]:
        """The set is rendered and placed; what stands in front is put back."""
        what = (
            "A set, laid out by rules and furnished from a kit, was rendered by the plate's camera and placed over it."
        )
        placed = Action(kind="placed", what=what, source=Source.ALGORITHM, element="set")
        if settings.blend.holdout is None:
            return (placed,)
        kept = "What an artist's mask says stands in front of the set is the plate's."
        return placed, Action(kind="edited", what=kept, source=Source.HAND)

    def issue(self, settings: ExtensionSettings, result: Path, issued: Issued) -> dict[str, bytes]:
        """None."""
        return {}

    def preview(self, settings: ExtensionSettings) -> ExtensionSettings:
        """A quick picture."""
        return settings.model_copy(update={"output": settings.output.model_copy(update={"samples": 0})})

    def variation(self, settings: ExtensionSettings, number: int) -> tuple[ExtensionSettings, str]:
        """Darker and brighter by turns, farther each time."""
        stops = (LEAST_STOPS + STEP_STOPS * (number // 2)) * (1 if number % 2 else -1)
        asked = max(-6.0, min(6.0, settings.look.exposure_stops + stops))
        look = settings.look.model_copy(update={"exposure_stops": asked})
        return settings.model_copy(update={"look": look}), f"the set at {stops:+g} stops"
