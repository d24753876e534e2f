"""What an effect is: settings, a plan of stages, and for each stage a result on disk. The whole interface.

A stage reads the results of the stages it needs and writes its own into a folder of its own. Everything it may depend
on is declared, so that a change re-runs what it touches and nothing else. A stage that works frame by frame writes one
file a frame, named ``{frame}.npz`` or ``{frame}.exr``: such a stage can stop and go on between any two frames.
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from secondunit.errors import BadBrief
from secondunit.imaging.colour import Codes, View
from secondunit.imaging.exr import PLAIN, Attribute, Layer, Windowed, as_stored, write_exr
from secondunit.imaging.half import above_zero
from secondunit.policy.facts import PersonChange
from secondunit.provenance.actions import Action
from secondunit.provenance.beside import Beside
from secondunit.provenance.pointer import pointer
from secondunit.provenance.untouched import untouched_digest
from secondunit.timebase import FrameRange

if TYPE_CHECKING:  # the models that find faces are loaded only where faces are looked for
    from secondunit.likeness.match import Matched

Image = npt.NDArray[np.float32]


class Progress(Protocol):
    """Where a stage says how far it is."""

    def __call__(self, done: int, total: int, what: str = "") -> None:
        """``done`` of ``total`` units are finished. Raises ``Stopped`` when the user asked to stop."""


@dataclass(frozen=True)
class Canvas:
    """What an effect without a plate fills: stills, one a frame.

    Attributes:
        width_px: of a still.
        height_px: of a still.
        stills: how many.
    """

    width_px: int
    height_px: int
    stills: int


@dataclass(frozen=True)
class Issued:
    """What a paper says of the take it goes with; all of it is in the take's record.

    Attributes:
        production: the production's title.
        take: its name, ``t003``.
        date: the day of its record, UTC.
    """

    production: str
    take: str
    date: datetime.date


class Plate(Protocol):
    """The photographed picture, in the shot's working size, scene-linear ACEScg, static camera."""

    width_px: int
    height_px: int

    @property
    def view(self) -> View:
        """How it is shown on a screen."""

    def frame(self, number: int) -> Image:
        """One frame, (height, width, 3) float32 whose values are exact in half float."""

    def half(self, number: int) -> npt.NDArray[Any]:
        """``frame`` as it is kept, (height, width, 3) float16, not to be changed: for who needs a part of it."""

    def light(self, number: int, box: tuple[int, int, int, int]) -> Image:
        """What is in ``box`` (left, top, right, bottom px) of a frame, linear Rec.709, (h, w, 3) float32."""

    def codes(self, number: int) -> Codes:
        """One frame as a screen shows it, (height, width, 3) sRGB codes, uint8, not to be changed."""

    def require_still(self) -> None:
        """Pass if the camera stood still; raises ``CannotSolve`` with advice if it moved."""

    def full(self) -> Plate:
        """The same plate in its own size (what polygons in a brief are measured in)."""

    def shown(self, number: int, picture: npt.NDArray[Any]) -> Codes:
        """A picture (height, width, 3), float32 or half, that stands on frame ``number``, as 8-bit codes."""

    def mask(self, name: str) -> Image | None:
        """An artist's picture in the same size, one channel 0..1 (``holdout``, ``building``), or None if not given."""

    def clean(self) -> Image | None:
        """The artist's clean plate, (height, width, 3), or None if not given."""

    def still(self, name: str) -> Codes:
        """An artist's picture of a person, in its own size, as a screen shows it, (h, w, 3) sRGB codes, uint8."""

    def beside(self, name: str) -> Path | None:
        """Where an artist's picture or document lies, or None if not given."""


@dataclass(frozen=True)
class Context:
    """All that a stage gets.

    Attributes:
        out: folder for this stage's result.
        inputs: result folders of the stages named in ``needs``.
        settings: the effect's settings (frozen).
        plate: the photographed picture.
        frames: the frames of the take.
        frame_rate: frames a second, as a float for arithmetic.
        seed: of this stage; already mixed from shot, brief and stage name.
        threads: how many threads a stage may keep busy.
        progress: call often.
        gate: call before making a frame's picture in any form; raises ``NotCleared`` if the work is not, or no longer,
            allowed. The EXR frames of a take are written with ``write_frame``, which asks by itself.
    """

    out: Path
    inputs: Mapping[str, Path]
    settings: Any
    plate: Plate
    frames: FrameRange
    frame_rate: float
    seed: int
    threads: int
    progress: Progress
    gate: Gate

    def write_frame(
        self,
        frame: int,
        layers: Mapping[str, Layer],
        *,
        attributes: Mapping[str, Attribute] | None = None,
        full_precision: Collection[str] = (),
    ) -> None:
        """Write ``{frame}.exr``: asks the gate, writes, keeps the gate's receipt; whole or not at all.

        What the take needs of the frame is kept with the receipt, so that nobody has to open it again.

        The only way a frame gets into a take: one without a receipt is refused there. Safe from several threads.

        Args:
            frame: its number.
            layers: scene-linear ACEScg or data, (H, W) or (H, W, n); see ``imaging.exr.write_exr``.
            attributes: of the file's header; the pointer to its credentials is added.
            full_precision: layers that keep 32-bit floats.

        Raises:
            NotCleared: the frame may not be written, or no longer.
        """
        self.gate(frame)
        pending = self.out / f".{frame}-pending.exr"
        try:
            said = {**(attributes or {}), **pointer(frame)}
            content = write_exr(pending, layers, attributes=said, full_precision=full_precision)
            self.gate.written(frame, pending, self.out, self._beside(frame, layers, full_precision, content))
            pending.replace(self.out / f"{frame}.exr")
        finally:
            pending.unlink(missing_ok=True)

    def _beside(
        self, frame: int, layers: Mapping[str, Layer], full_precision: Collection[str], content: str
    ) -> Beside | None:
        """What is kept with the receipt: of the pixels as the file holds them; None for a frame without a plate."""
        show = getattr(self.plate, "shown", None)  # a stage that does not use the plate has none
        if show is None or not {PLAIN, "matte"} <= layers.keys():
            return None
        pixels = {}
        for name in (PLAIN, "matte"):
            layer = layers[name]
            whole = layer.whole() if isinstance(layer, Windowed) else layer
            pixels[name] = as_stored(whole, name, whole=name in full_precision)
        picture, matte = pixels[PLAIN], pixels["matte"]
        return Beside(untouched_digest(picture, matte), show(frame, picture[..., :3]), content, above_zero(matte))


class Gate(Protocol):
    """Asks the policy whether frames may be written now."""

    def __call__(self, frame: int) -> None:
        """Returns if ``frame`` may be written; raises ``NotCleared``."""

    def written(self, frame: int, path: Path, result: Path, beside: Beside | None = None) -> None:
        """Keep a receipt for ``frame``, whose finished file is ``path``, of the stage's folder ``result``."""

    def faces(self, frame: int, near: Sequence[tuple[float, float, float, float]]) -> tuple[Matched, ...]:
        """Whose faces the plate shows at ``frame`` near boxes (left, top, right, bottom, px of the full plate): as the
        gate will see it when the frame is written, with what people confirmed.
        """


class Stage(Protocol):
    """One step of an effect.

    Attributes:
        name: also the folder's name.
        needs: the stages whose results it reads.
        reads: dotted names of the settings it reads: a section (``dust``) or one value (``output.samples``).
        uses_plate: whether the plate's pixels, masks or clean plate matter to it.
        uses_size: whether the working size matters to it (a preview works at a quarter of the plate's width).
        uses_frames: whether the number of frames or the rate matter to it.
    """

    name: ClassVar[str]
    needs: ClassVar[tuple[str, ...]]
    reads: ClassVar[tuple[str, ...]]
    uses_plate: ClassVar[bool]
    uses_size: ClassVar[bool]
    uses_frames: ClassVar[bool]

    def run(self, context: Context) -> None:
        """Write the result into ``context.out``; skip frame files that are already there."""


class Effect(Protocol):
    """A kind of work, found by the entry point group ``secondunit.effects``.

    Attributes:
        name: the word in a brief's ``effect``.
        settings: the pydantic model of its settings: all sections of a brief but ``brief`` and ``replace``. The section
            ``output`` has the field ``width_px``: the take's width, or None for the plate's.
        facts: what the policy is told about every use of this effect, by field name (``secondunit policy fields``);
            at least ``generative`` and ``alters_people``. If it alters people, the faces in every frame's matte are
            looked for, also where a brief names nobody; an effect that says neither is not shot.
        stages: in run order; the last one writes the take's EXR frames.
    """

    name: ClassVar[str]
    settings: ClassVar[type[Any]]
    facts: ClassVar[Mapping[str, Any]]
    stages: ClassVar[tuple[Stage, ...]]

    def check(self, settings: Any) -> list[BadBrief]:
        """What settings that are right one by one say against each other; ``where`` is the dotted name."""

    def changes(self, settings: Any) -> tuple[PersonChange, ...]:
        """Whose likeness it changes, how and by how much at most; the policy is asked exactly that.

        ``sources`` are paths below the production's folder, as in ``pictures``: the policy is told their digests.
        """

    def canvas(self, settings: Any) -> Canvas | None:
        """What it makes its stills on if it needs no plate; None of an effect that changes one."""

    def pictures(self, settings: Any) -> Mapping[str, str]:
        """The artist's pictures that were given, by their names for ``Plate.mask`` and ``still``, and ``clean``."""

    def actions(self, settings: Any) -> tuple[Action, ...]:
        """What it does to the plate, in order: the credentials of every file it leaves say so."""

    def issue(self, settings: Any, result: Path, issued: Issued) -> Mapping[str, bytes]:
        """Papers that name the take they go with, by file name, made from the last stage's folder.

        They lie beside what the stage laid there; a file of that name in its ``extras`` goes before.
        """

    def preview(self, settings: Any) -> Any:
        """The same settings made cheap: a look in seconds."""

    def variation(self, settings: Any, number: int) -> tuple[Any, str]:
        """Settings plainly different from the given ones, and a few words that say how."""


class StopFlag:
    """Set by Ctrl-C; progress callbacks look at it."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Ask all work to stop at the next safe point."""
        self._event.set()

    def __bool__(self) -> bool:
        return self._event.is_set()
