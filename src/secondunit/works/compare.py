"""An output beside the register: is it near a work we may not copy? A near match stops, and both pictures are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image

from secondunit.errors import NotCleared, Problems
from secondunit.imaging.sheet import contact_sheet
from secondunit.works.fingerprint import LOOK_AT, NEAR_AT, Codes, Embedder, Fingerprint, differing_bits, fingerprint
from secondunit.works.register import Work, WorkPicture, WorksRegister

_CELL_PX = (480, 640)  # height and width of one picture in a report


@dataclass(frozen=True)
class NearMatch:
    """An output that is like a protected work.

    Attributes:
        where: which output.
        work: the work.
        picture: which of its pictures.
        verdict: ``near`` stops; ``look`` asks for a pair of eyes.
        bits: of 128 that differ in the perceptual hashes at best.
        mirrored: it is like the mirror image.
        distance: of the learned measure, if there is one.
    """

    where: str
    work: Work
    picture: WorkPicture
    verdict: Literal["near", "look"]
    bits: int
    mirrored: bool
    distance: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values, for a report."""
        return {
            "where": self.where, "work_id": self.work.work_id, "title": self.work.title, "owner": self.work.owner,
            "picture_digest": self.picture.picture_digest, "verdict": self.verdict, "bits": self.bits,
            "mirrored": self.mirrored, "distance": self.distance,
        }  # fmt: skip

    def sentence(self) -> str:
        """For people."""
        how = ", mirrored" if self.mirrored else ""
        learned = f", {self.distance:.2f} by the learned measure" if self.distance is not None else ""
        return f"is like {self.work.title!r} of {self.work.owner}{how} ({self.bits} of 128 bits differ{learned})"


def compare(
    codes: Codes, register: WorksRegister, *, where: str, embedder: Embedder | None = None
) -> tuple[NearMatch, ...]:
    """The works an output is near, nearest first; at most one match a work.

    Args:
        codes: (H, W, 3) sRGB codes of the output as it is shown.
        register: the production's.
        where: which output, for people.
        embedder: a learned measure; compared with the works that were added with the same one.
    """
    if not any(work.pictures for work in register.works):
        return ()
    plain, mirror = fingerprint(codes), fingerprint(codes, mirrored=True)
    numbers = embedder.embed(codes) if embedder else None
    found = []
    for work in register.works:
        matches = [
            match
            for picture in work.pictures
            if (match := _match(where, work, picture, plain, mirror, embedder, numbers)) is not None
        ]
        if matches:
            found.append(min(matches, key=lambda one: (one.verdict != "near", one.bits)))
    return tuple(sorted(found, key=lambda one: (one.verdict != "near", one.bits)))


def require_no_near_match(matches: Sequence[NearMatch], picture: Path | None = None) -> None:
    """Stop a delivery that holds a near match.

    Args:
        matches: of what is to leave.
        picture: where ``report`` of them was written.

    Raises:
        Problems: of ``NotCleared``, one for each.
    """
    advice = (
        f"Look at {picture or 'the report'}; change the picture, or get the owner's permission and take the work out "
        "of the register."
    )
    near = [NotCleared(one.where, one.sentence(), advice=advice) for one in matches if one.verdict == "near"]
    if near:
        raise Problems(near)


def report(codes: Sequence[Codes], matches: Sequence[NearMatch], register: WorksRegister) -> Codes:
    """Each output beside the work it is like: (H, W, 3) codes. A work without a kept picture shows a plain field.

    Args:
        codes: the outputs, in the order of ``matches``.
        matches: at least one.
        register: holds the works' small pictures.
    """
    pictures, captions = [], []
    for output, match in zip(codes, matches, strict=True):
        kept = register.thumbnail(match.work, match.picture)
        mirror = ", mirrored" if match.mirrored else ""
        pictures += [_fitted(output), _fitted(kept)]
        word = "STOPS" if match.verdict == "near" else "look"
        captions += [
            f"{match.where}: {word}, {match.bits} of 128 bits differ{mirror}",
            f"{match.work.title}, {match.work.owner}" + ("" if kept is not None else " (no picture was kept)"),
        ]
    return contact_sheet(pictures, captions, columns=2, title="Outputs beside works we may not copy", width_px=1400)


def _match(
    where: str,
    work: Work,
    picture: WorkPicture,
    plain: Fingerprint,
    mirror: Fingerprint,
    embedder: Embedder | None,
    numbers: Any,
) -> NearMatch | None:
    reference = Fingerprint.from_text(picture.fingerprint, f"register: {work.work_id}")
    straight, turned = differing_bits(reference, plain), differing_bits(reference, mirror)
    bits, mirrored = min(straight, turned), turned < straight
    distance = None
    if embedder is not None and embedder.name in picture.embeddings:
        distance = float(np.linalg.norm(np.asarray(picture.embeddings[embedder.name]) - numbers))
    learned_near = distance is not None and embedder is not None and distance <= embedder.near_at
    if bits <= NEAR_AT or learned_near:
        return NearMatch(where, work, picture, "near", bits, mirrored, distance)
    if bits <= LOOK_AT:
        return NearMatch(where, work, picture, "look", bits, mirrored, distance)
    return None


def _fitted(codes: Codes | None) -> Codes:
    """A picture fitted into a cell on grey; grey alone if there is none."""
    height, width = _CELL_PX
    cell = Image.new("RGB", (width, height), (52, 52, 52))
    if codes is not None:
        picture = Image.fromarray(np.ascontiguousarray(codes)).convert("RGB")
        scale = min(width / picture.width, height / picture.height)
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
        cell.paste(picture, ((width - size[0]) // 2, (height - size[1]) // 2))
    return np.asarray(cell)
