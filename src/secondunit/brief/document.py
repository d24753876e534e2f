"""The brief: which shot, which effect, what use, and what the artist says about it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from secondunit.brief.problems import explain
from secondunit.brief.use import DeclaredUse
from secondunit.errors import BadBrief, Problems, SecondUnitError
from secondunit.records import digest_json, safe_name
from secondunit.timebase import FIRST_FRAME, FrameRange

Use = Literal["ideation", "temp", "final"]
LARGEST_BRIEF_BYTES = 1_000_000
OWN_SECTIONS = ("brief", "replace", "use")  # of every brief; all others are the effect's


class Asked(Protocol):
    """What a brief must know of an effect; the whole interface is ``effects.base.Effect``."""

    name: ClassVar[str]
    settings: ClassVar[type[Any]]
    stages: ClassVar[tuple[Any, ...]]

    def check(self, settings: Any) -> list[BadBrief]:
        """What settings that are right one by one say against each other; ``where`` is the dotted name."""

    def canvas(self, settings: Any) -> Any | None:
        """``Canvas`` of an effect without a plate, which says how many frames there are."""


class Heading(BaseModel):
    """The table ``[brief]``: what every brief says, whatever the effect."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    version: Literal[1] = Field(description="Version of the brief's form.")
    effect: str = Field(description="The effect to shoot with.")
    shot: str = Field(description="The shot whose plate is used.")
    use: Use = Field(description="What the take is for; final needs a recorded approval.")
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = Field(1, description="Another number, another chance.")
    frames: Annotated[int, Field(ge=1, le=100_000)] = Field(96, description="How many frames, from 1001 on.")


@dataclass(frozen=True)
class Brief:
    """A brief that has been checked.

    Attributes:
        effect: name of the effect.
        shot: the shot, a safe file name.
        use: what the take is for.
        seed: of the whole take.
        frames: of the take.
        settings: the effect's settings, a frozen model.
        declared: what it says about its use, for the policy: the section ``[use]``.
        replace: stage name to a folder below the production: a hand-made result that takes the stage's place.
        source: where it was read from, for messages.
        text: the document as it was written.
    """

    effect: str
    shot: str
    use: Use
    seed: int
    frames: FrameRange
    settings: Any
    declared: DeclaredUse = field(default_factory=DeclaredUse)
    replace: Mapping[str, str] = field(default_factory=dict)
    source: str = "brief"
    text: str = ""

    def to_json(self) -> dict[str, Any]:
        """What it means, as plain values; ``parse_brief`` reads it back."""
        heading = {
            "version": 1,
            "effect": self.effect,
            "shot": self.shot,
            "use": self.use,
            "seed": self.seed,
            "frames": len(self.frames),
        }
        settings = self.settings.model_dump(mode="json", exclude_none=True)
        declared = self.declared.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        use = {"use": declared} if declared else {}
        return {"brief": heading, "replace": dict(self.replace), **use, **settings}

    @property
    def digest(self) -> str:
        """SHA-256 of the meaning: comments, order and spelled-out defaults do not change it."""
        return digest_json(self.to_json())


def load_brief(path: Path, find_effect: Callable[[str], Asked]) -> Brief:
    """Read and check a TOML brief.

    Raises:
        BadBrief: it cannot be read or is not TOML (with line and column).
        Problems: everything else that is wrong with it, all at once.
    """
    try:
        data = Path(path).read_bytes()
        if len(data) > LARGEST_BRIEF_BYTES:
            raise BadBrief(str(path), f"{len(data)} bytes", f"a brief of at most {LARGEST_BRIEF_BYTES} bytes")
        text = data.decode("utf-8").replace("\r\n", "\n")
    except (OSError, ValueError) as error:
        raise BadBrief(str(path), f"cannot be read ({error})", "a TOML file in UTF-8") from error
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadBrief(str(path), f"is not TOML: {error}", advice="Mend that line.") from error
    return parse_brief(content, find_effect, source=str(path), text=text)


def parse_brief(
    content: Mapping[str, Any], find_effect: Callable[[str], Asked], *, source: str = "brief", text: str = ""
) -> Brief:
    """Check the content of a brief.

    Raises:
        Problems: all that is wrong with it.
    """
    problems: list[SecondUnitError] = []
    heading = _model(Heading, content.get("brief", {}), source, ("brief",), problems)
    effect = _effect(content, find_effect, source, problems)
    settings = None
    if effect is not None:
        sections = {key: value for key, value in content.items() if key not in OWN_SECTIONS}
        settings = _model(effect.settings, sections, source, (), problems, also=OWN_SECTIONS)
        if settings is not None:
            for one in effect.check(settings):
                problems.append(BadBrief(f"{source}: {one.where}", one.found, one.wanted, one.advice))
    declared = _model(DeclaredUse, content.get("use", {}), source, ("use",), problems)
    replace = _replacements(content.get("replace", {}), effect, source, problems)
    if heading is not None:
        try:
            safe_name(heading.shot, where=f"{source}: brief.shot")
        except SecondUnitError as error:
            problems.append(BadBrief(error.where, error.found, error.wanted, error.advice))
    length = _length(heading, effect, settings, source, problems)
    if problems or heading is None or declared is None:
        raise Problems(problems)
    return Brief(
        effect=heading.effect,
        shot=heading.shot,
        use=heading.use,
        seed=heading.seed,
        frames=FrameRange(FIRST_FRAME, FIRST_FRAME + length),
        settings=settings,
        declared=declared,
        replace=replace,
        source=source,
        text=text,
    )


def _length(
    heading: Heading | None, effect: Asked | None, settings: Any, source: str, problems: list[SecondUnitError]
) -> int:
    """How many frames: as the brief says, or one a still of an effect without a plate."""
    if heading is None or effect is None or settings is None:
        return 0  # what is wrong has been said
    canvas = effect.canvas(settings)
    if canvas is None:
        return heading.frames
    stills = int(canvas.stills)
    if "frames" in heading.model_fields_set and heading.frames != stills:
        advice = f"Leave it out: {effect.name} makes one frame a still."
        problems.append(BadBrief(f"{source}: brief.frames", str(heading.frames), str(stills), advice))
    return stills


def _effect(
    content: Mapping[str, Any], find_effect: Callable[[str], Asked], source: str, problems: list[SecondUnitError]
) -> Asked | None:
    table = content.get("brief")
    name = table.get("effect") if isinstance(table, dict) else None
    if not isinstance(name, str):
        return None  # the heading's own check has said so
    try:
        return find_effect(name)
    except BadBrief as error:
        problems.append(BadBrief(f"{source}: {error.where}", error.found, error.wanted, error.advice))
        return None


def _model(
    model: type[Any],
    value: Any,
    source: str,
    path: tuple[str, ...],
    problems: list[SecondUnitError],
    also: tuple[str, ...] = (),
) -> Any | None:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        problems += explain(error, model, source=source, path=path, also=also)
        return None


def _replacements(table: Any, effect: Asked | None, source: str, problems: list[SecondUnitError]) -> dict[str, str]:
    if not isinstance(table, dict):
        problems.append(BadBrief(f"{source}: replace", repr(table), "a table of stage = folder"))
        return {}
    stages = [stage.name for stage in effect.stages] if effect is not None else list(table)
    for name, folder in table.items():
        if name not in stages:
            known = f"Stages of {effect.name if effect else 'the effect'}: {', '.join(stages)}."
            problems.append(BadBrief(f"{source}: replace.{name}", "no such stage", advice=known))
        elif not isinstance(folder, str):
            problems.append(BadBrief(f"{source}: replace.{name}", repr(folder), "a folder, as text"))
    return {name: folder for name, folder in table.items() if isinstance(folder, str)}
