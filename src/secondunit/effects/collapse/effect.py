"""The collapse effect: its stages in run order, its preview, its variations."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from secondunit.effects.base import Issued, Stage
from secondunit.effects.collapse.blend.stage import BlendStage
from secondunit.effects.collapse.build import BuildStage
from secondunit.effects.collapse.clean_stage import CleanStage
from secondunit.effects.collapse.dust.smoke_stage import SmokeStage
from secondunit.effects.collapse.dust.stage import DustStage
from secondunit.effects.collapse.fracture import FractureStage
from secondunit.effects.collapse.motion.stage import MotionStage
from secondunit.effects.collapse.settings import CollapseSettings, FallMode
from secondunit.effects.collapse.shade.stage import ShadeStage
from secondunit.effects.collapse.survey_stage import SurveyStage
from secondunit.errors import BadBrief
from secondunit.policy.facts import PersonChange
from secondunit.provenance.actions import Action, Source

PREVIEW_SHARDS, PREVIEW_VOXELS, PREVIEW_SAMPLES = 800, 48, 3

# Six plainly different collapses: the way, where it starts, where it leans, how far it reaches, and what to call it.
VARIATIONS: tuple[tuple[FallMode, tuple[float, float], float, float, str], ...] = (
    ("corner_failure", (0.95, 0.0), 45.0, 0.7, "the right corner goes first"),
    ("soft_storey", (0.5, 0.05), 0.0, 1.0, "the ground floor gives way, floors pancake"),
    ("topple", (0.5, 0.0), 20.0, 1.0, "it leans towards the camera and topples"),
    ("implosion", (0.5, 0.0), 0.0, 1.0, "the core goes, the walls follow inwards"),
    ("facade_peel", (0.5, 0.9), 0.0, 1.0, "the facade peels off from the top"),
    ("blast", (0.3, 0.25), 0.0, 0.35, "a blast on the second floor, left"),
)

CLEAN_BY_HAND = (
    Action(
        kind="edited",
        what="The building is taken out; what it hid is the artist's clean plate.",
        source=Source.HAND,
    ),
)
CLEAN_BY_ALGORITHM = (
    Action(
        kind="edited",
        what="The building is taken out; what it hid is filled in from the plate around it.",
        source=Source.ALGORITHM,
    ),
)
ACTIONS = (
    Action(
        kind="placed",
        what="Debris: a model of the building, broken and moved by simulation, rendered with the plate's own light.",
        source=Source.ALGORITHM,
        element="shade",
    ),
    Action(
        kind="placed",
        what="Dust: simulated as a fluid and rendered.",
        source=Source.ALGORITHM,
        element="smoke",
    ),
    Action(
        kind="edited",
        what="Shadows and settled dust fall on the plate; grain is matched to it; what stands in front stays in front.",
        source=Source.ENHANCED,
    ),
)
SHAKE = (
    Action(
        kind="edited",
        what="The picture shakes with what hits the ground.",
        source=Source.ENHANCED,
    ),
)


class Collapse:
    """A building comes down in a real plate."""

    name: ClassVar[str] = "collapse"
    settings: ClassVar[type[CollapseSettings]] = CollapseSettings
    facts: ClassVar[dict[str, Any]] = {
        "generative": False,
        "alters_people": False,
    }  # simulated and rendered; nothing in it is learned
    stages: ClassVar[tuple[Stage, ...]] = (
        SurveyStage(),
        BuildStage(),
        FractureStage(),
        MotionStage(),
        DustStage(),
        CleanStage(),
        ShadeStage(),
        SmokeStage(),
        BlendStage(),
    )

    def check(self, settings: CollapseSettings) -> list[BadBrief]:
        """What contradicts itself."""
        building, camera = settings.building, settings.camera
        found = []
        if building.outline is not None and building.matte is not None:
            found.append(BadBrief("building", "both outline and matte", "one of them", "Delete the other."))
        if building.outline is not None and len(building.outline) < 3:
            found.append(BadBrief("building.outline", f"{len(building.outline)} points", "at least 3"))
        if camera.sensor_width_mm is not None and camera.focal_mm is None:
            found.append(BadBrief("camera.sensor_width_mm", "given without camera.focal_mm", "both or neither"))
        if building.slab_thickness_m * 3 > (building.height_m or 1e9) / (building.storeys or 1):
            found.append(
                BadBrief(
                    "building.slab_thickness_m",
                    f"{building.slab_thickness_m} m in storeys of {building.height_m} m / {building.storeys}",
                    "at most a third of a storey's height",
                )
            )
        return found

    def changes(self, settings: CollapseSettings) -> tuple[PersonChange, ...]:
        """Nobody's likeness."""
        return ()

    def canvas(self, settings: CollapseSettings) -> None:
        """It changes a plate."""

    def pictures(self, settings: CollapseSettings) -> dict[str, str]:
        """The artist's pictures that the brief names."""
        named = {
            "building": settings.building.matte,
            "clean": settings.blend.clean,
            "holdout": settings.blend.holdout,
        }
        return {name: path for name, path in named.items() if path is not None}

    def actions(self, settings: CollapseSettings) -> tuple[Action, ...]:
        """Taken out, filled in, fallen, dusted and matched; nothing in it was trained."""
        clean = CLEAN_BY_HAND if settings.blend.clean else CLEAN_BY_ALGORITHM
        return clean + ACTIONS + (SHAKE if settings.blend.shake_px else ())

    def issue(self, settings: CollapseSettings, result: Path, issued: Issued) -> dict[str, bytes]:
        """None."""
        return {}

    def preview(self, settings: CollapseSettings) -> CollapseSettings:
        """Fewer shards, voxels and samples: where and when things fall, not yet what they look like."""
        fracture, dust, look = settings.fracture, settings.dust, settings.look
        return settings.model_copy(
            update={
                "fracture": fracture.model_copy(update={"shards": min(fracture.shards, PREVIEW_SHARDS)}),
                "dust": dust.model_copy(update={"resolution": min(dust.resolution, PREVIEW_VOXELS)}),
                "look": look.model_copy(update={"samples": min(look.samples, PREVIEW_SAMPLES)}),
            }
        )

    def variation(self, settings: CollapseSettings, number: int) -> tuple[CollapseSettings, str]:
        """One of six ways to fall; from the seventh on the same ways from the other side, and fiercer."""
        mode, (along, up), direction, reach, words = VARIATIONS[number % len(VARIATIONS)]
        again = number // len(VARIATIONS)
        update: dict[str, object] = {
            "mode": mode,
            "at": (1 - along if again % 2 else along, up),
            "reach": reach,
            "direction_deg": -direction if again % 2 else direction,
            "violence": min(5.0, settings.fall.violence * (1 + 0.5 * again)),
        }
        if again:
            words = f"{words}; {'mirrored, ' if again % 2 else ''}{1 + 0.5 * again:g} times as fierce"
        return settings.model_copy(update={"fall": settings.fall.model_copy(update=update)}), words
