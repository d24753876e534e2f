"""What is known of an ingested plate: ``plates/<shot>/plate.json``. The record, not the reading."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from secondunit.errors import BrokenStore
from secondunit.imaging.colour import View
from secondunit.records import digest_json, read_json, safe_name, write_json
from secondunit.timebase import FIRST_FRAME, FrameRange

KINDS = ("photo", "movie", "sequence")
Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Original:
    """One file of the plate as it came in.

    Attributes:
        name: of the copy, below ``original/``.
        source: the name it came with.
        sha256: of its bytes.
    """

    name: str
    source: str
    sha256: str


@dataclass(frozen=True)
class PlateRecord:
    """An ingested plate.

    Attributes:
        shot: its name.
        kind: ``photo``, ``movie`` or ``sequence``.
        files: the originals; for a sequence one a frame, in order.
        width_px: of the upright picture.
        height_px: of the upright picture.
        rate: frames a second, exact; of a photo the one it is to be shown at.
        frame_count: 1 for a photo, which stands for every frame.
        space: the colour config's name of the space the pixels are in.
        display_referred: rendered for a screen, not scene-linear.
        bits: of a sample: 8, 16 or 32.
        noise: standard deviation of grain in flat areas, RGB, scene-linear ACEScg at the plate's full size.
        camera: what the file says: ``make``, ``model``, ``focal_mm``, ``focal_35mm_mm``; only what it says.
        camera_motion_px: how far the static part of the picture moves between frames at most; 0 for a photo.
        warnings: sentences for the artist.
    """

    shot: str
    kind: str
    files: tuple[Original, ...]
    width_px: int
    height_px: int
    rate: Fraction
    frame_count: int
    space: str
    display_referred: bool
    bits: int
    noise: Triple
    camera: dict[str, str | float] = field(default_factory=dict)
    camera_motion_px: float = 0.0
    warnings: tuple[str, ...] = ()

    @property
    def view(self) -> View:
        """How the plate is shown."""
        return View.of(display_referred=self.display_referred)

    @property
    def frames(self) -> FrameRange:
        """The frames photographed: 1001 and on."""
        return FrameRange(FIRST_FRAME, FIRST_FRAME + self.frame_count)

    def digest(self) -> str:
        """SHA-256 over what the pixels depend on: the originals' bytes and the colour space."""
        return digest_json([[file.sha256 for file in self.files], self.space])

    def save(self, path: Path) -> None:
        """Write as a ``plate`` document."""
        write_json(path, {"kind": "plate", "version": 1, **self.to_json()})

    @classmethod
    def load(cls, path: Path) -> PlateRecord:
        """Read a ``plate`` document.

        Raises:
            BrokenStore: it is missing or not what ``save`` writes.
        """
        value = read_json(path, kind="plate", version=1)
        try:
            return cls.from_json(value)
        except (KeyError, TypeError, ValueError) as error:
            raise BrokenStore(
                str(path), f"is not a plate's record ({error})", advice="Ingest the plate again."
            ) from error

    def to_json(self) -> dict[str, Any]:
        """Plain values for a document."""
        return {
            "shot": self.shot,
            "plate_kind": self.kind,
            "files": [vars(file) for file in self.files],
            "width_px": self.width_px,
            "height_px": self.height_px,
            "rate": f"{self.rate.numerator}/{self.rate.denominator}",
            "frame_count": self.frame_count,
            "first_frame": FIRST_FRAME,
            "space": self.space,
            "display_referred": self.display_referred,
            "bits": self.bits,
            "noise": list(self.noise),
            "camera": dict(self.camera),
            "camera_motion_px": self.camera_motion_px,
            "warnings": list(self.warnings),
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> PlateRecord:
        """The inverse of ``to_json``."""
        files = tuple(Original(**file) for file in value["files"])
        if value["plate_kind"] not in KINDS or not files or value["first_frame"] != FIRST_FRAME:
            raise ValueError(f"kind {value['plate_kind']}, {len(files)} files, first frame {value['first_frame']}")
        red, green, blue = (float(one) for one in value["noise"])
        return cls(
            shot=str(value["shot"]),
            kind=str(value["plate_kind"]),
            files=tuple(Original(safe_name(one.name, where="plate.json"), one.source, one.sha256) for one in files),
            width_px=int(value["width_px"]),
            height_px=int(value["height_px"]),
            rate=Fraction(value["rate"]),
            frame_count=int(value["frame_count"]),
            space=str(value["space"]),
            display_referred=bool(value["display_referred"]),
            bits=int(value["bits"]),
            noise=(red, green, blue),
            camera=dict(value["camera"]),
            camera_motion_px=float(value["camera_motion_px"]),
            warnings=tuple(str(one) for one in value["warnings"]),
        )
