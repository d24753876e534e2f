"""Stage 1: what the brief means, and the options that hold it, ranked."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from secondunit.effects.base import Context
from secondunit.effects.sets.layout.asking import programme_of
from secondunit.effects.sets.layout.floorplan import with_floor_plan
from secondunit.effects.sets.layout.locks import kept_of, read_plan
from secondunit.effects.sets.layout.options import options
from secondunit.effects.sets.palette import palette_of
from secondunit.effects.sets.plan import SetPlan
from secondunit.effects.sets.settings import Layout, Look, SetsSettings
from secondunit.errors import BrokenStore
from secondunit.records import whole_file

OPTIONS = 12
LOCK, PALETTE, FLOOR = "lock", "palette", "floor_plan"  # names of what may lie beside the brief
_SECTIONS = ("place", "room", "openings", "shell", "pieces", "action", "light", "lock")
_LOOK = ("palette", "palette_from", "floor", "walls", "ceiling")  # the rest of [look] is of the stills


class OptionsStage:
    """In: the brief, an earlier plan and a picture to take colours of, if any. Out: ``01.json``... , the best first."""

    name: ClassVar[str] = "options"
    needs: ClassVar[tuple[str, ...]] = ()
    reads: ClassVar[tuple[str, ...]] = (*_SECTIONS, *(f"look.{name}" for name in _LOOK), "layout.effort")
    uses_plate: ClassVar[bool] = True  # for what lies beside it
    uses_size: ClassVar[bool] = False
    uses_frames: ClassVar[bool] = False

    def run(self, context: Context) -> None:
        """Make the options."""
        asked = context.settings
        said = {name: getattr(asked, name) for name in _SECTIONS}
        look = Look(**{name: getattr(asked.look, name) for name in _LOOK})
        settings = SetsSettings(**said, look=look, layout=Layout(effort=asked.layout.effort))
        floor = context.plate.beside(FLOOR)
        settings = with_floor_plan(settings, floor) if floor else settings
        picture, earlier = context.plate.beside(PALETTE), context.plate.beside(LOCK)
        programme = programme_of(settings, palette_of(picture) if picture else ())
        kept = kept_of(read_plan(earlier, "lock.plan"), settings.lock.keep, settings.lock.free) if earlier else None
        found = options(programme, context.seed, OPTIONS, kept=kept, watch=context.progress)
        for number, plan in enumerate(found, 1):
            write_plan(context.out / f"{number:02d}.json", plan)


def write_plan(path: Path, plan: SetPlan) -> None:
    """A plan as JSON that may be edited by hand, whole or not at all."""
    with whole_file(path) as temporary:
        temporary.write_text(plan.model_dump_json(indent=1) + "\n", encoding="utf-8")


def read_options(folder: Path) -> tuple[SetPlan, ...]:
    """The options of a stage's folder, the best first.

    Raises:
        BrokenStore: there is none.
    """
    paths = sorted(folder.glob("[0-9][0-9].json"))
    if not paths:
        raise BrokenStore(str(folder), "holds no options", "plans 01.json and on", "Delete it; it is made again.")
    return tuple(read_plan(path) for path in paths)
