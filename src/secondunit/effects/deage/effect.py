"""De-age: a consenting performer, younger or older by a dial in years. The plan of its stages."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from secondunit.effects.base import Issued, Stage
from secondunit.effects.deage.ageing import PRECISION, AgeStage
from secondunit.effects.deage.blend import BlendStage
from secondunit.effects.deage.dial import check_dial, extreme, least, youngest
from secondunit.effects.deage.find import FindStage
from secondunit.effects.deage.follow import FollowStage
from secondunit.effects.deage.learned import credited
from secondunit.effects.deage.settings import DeageSettings
from secondunit.effects.deage.steady import SteadyStage
from secondunit.effects.deage.young import still_names
from secondunit.errors import BadBrief
from secondunit.policy.facts import PersonChange
from secondunit.provenance.actions import Action, Source

PREVIEW_AGES = 3
VARIATIONS = (0.5, 0.75, 1.25, 1.5, 0.25, 1.75)  # of the strength; the years stay: a consent covers them


class Deage:
    """A performer, younger or older."""

    name: ClassVar[str] = "deage"
    settings: ClassVar[type[DeageSettings]] = DeageSettings
    facts: ClassVar[dict[str, Any]] = {"generative": True, "alters_people": True}
    stages: ClassVar[tuple[Stage, ...]] = (
        FindStage(), FollowStage(), AgeStage(), SteadyStage(), BlendStage(),
    )  # fmt: skip

    def check(self, settings: DeageSettings) -> list[BadBrief]:
        """What contradicts itself."""
        return check_dial(settings)

    def changes(self, settings: DeageSettings) -> tuple[PersonChange, ...]:
        """The named person's age, by the most years of the whole brief."""
        facts = {"apparent_age": youngest(settings)}
        most, few = extreme(settings), least(settings)
        person, stills = settings.performer.person, settings.young.stills
        return (PersonChange(person, "age", years=most, facts=facts, years_least=few, sources=stills),)

    def canvas(self, settings: DeageSettings) -> None:
        """It changes a plate."""

    def pictures(self, settings: DeageSettings) -> dict[str, str]:
        """The artist's masks, and stills of the performer."""
        named = {"include": settings.matte.include, "exclude": settings.matte.exclude}
        masks = {name: path for name, path in named.items() if path is not None}
        return masks | still_names(settings.young.stills)

    def actions(self, settings: DeageSettings) -> tuple[Action, ...]:
        """The face is changed, in part by the network."""
        what = "A performer's face is made to look younger or older; every pixel outside the matte is as shot."
        return (Action(kind="edited", what=what, source=Source.PART_TRAINED, models=(credited(PRECISION),)),)

    def issue(self, settings: DeageSettings, result: Path, issued: Issued) -> dict[str, bytes]:
        """None."""
        return {}

    def preview(self, settings: DeageSettings) -> DeageSettings:
        """Fewer ages on the sheet: the rest is quick at a preview's size."""
        output = settings.output
        return settings.model_copy(
            update={"output": output.model_copy(update={"ages": min(output.ages, PREVIEW_AGES), "wipe": False})}
        )

    def variation(self, settings: DeageSettings, number: int) -> tuple[DeageSettings, str]:
        """The same years, weaker and stronger; from the seventh on without the change of shape."""
        share, again = VARIATIONS[number % len(VARIATIONS)], number // len(VARIATIONS)
        years = settings.years.model_copy(update={"strength": min(2.0, settings.years.strength * share)})
        update: dict[str, object] = {"years": years}
        words = f"{share:g} times as strong"
        if again:
            update["traits"] = settings.traits.model_copy(update={"shape": max(0.0, 1 - 0.5 * again)})
            words += f"; the face's shape at {max(0.0, 1 - 0.5 * again):g}"
        return settings.model_copy(update=update), words
