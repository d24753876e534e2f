"""Stage 1: what the plate says about camera, building and light."""

from __future__ import annotations

from typing import ClassVar

from secondunit.effects.base import Context


class SurveyStage:
    """Writes ``survey.json`` and ``overlay.png``."""

    name: ClassVar[str] = "survey"
    needs: ClassVar[tuple[str, ...]] = ()
    reads: ClassVar[tuple[str, ...]] = ("building", "camera", "light")
    uses_plate: ClassVar[bool] = True
    uses_size: ClassVar[bool] = False
    uses_frames: ClassVar[bool] = False

    def run(self, context: Context) -> None:
        """Survey the plate's first frame in its own size."""
        raise AssertionError("the survey room is not joined yet")
