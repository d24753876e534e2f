"""The credentials of a take: the frames by a signed record, the movie and the contact sheet by what they carry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from secondunit.plate.files import PlateFiles
from secondunit.policy.receipts import Receipt
from secondunit.provenance.actions import Action, Source
from secondunit.provenance.identity import load_identity
from secondunit.provenance.pointer import RECORD
from secondunit.provenance.sequence import record_frames
from secondunit.provenance.settings import load_settings
from secondunit.provenance.sign import sign_beside, sign_picture
from secondunit.provenance.statement import Finish, PlateIngredient, Statement
from secondunit.records import digest_file, digest_json

PREVIEW, SHEET = "preview.mp4", "contact_sheet.png"
FINISHES: Mapping[str, tuple[Finish, ...]] = {
    PREVIEW: (Finish("c2pa.transcoded", "Shown through the plate's view, 8 bit, H.264: a movie to look at."),),
    SHEET: (Finish("c2pa.edited", "Frames side by side with their numbers, shown 8 bit.", Source.ENHANCED),),
}
FINISH_OF_EXTRAS: Mapping[str, tuple[Finish, ...]] = {
    ".mp4": (Finish("c2pa.transcoded", "Plate and result wiped against each other, 8 bit, H.264.", Source.ENHANCED),),
    ".png": (Finish("c2pa.edited", "Shown beside the take: measurements, or versions side by side.", Source.ENHANCED),),
}


@dataclass(frozen=True)
class Made:
    """What was made of a plate, as its credentials say it.

    Attributes:
        shot: name of the shot.
        plate: that it stands on.
        plate_digest: of its pixels and everything beside them.
        brief_digest: of what was asked.
        actions: what the effect did.
        elements: stage name to the digest of what it left.
        record: further digests and ids for our own assertion.
        by_hand: the stages whose results an artist put in place: how those were made is not known here.
    """

    shot: str
    plate: PlateFiles
    plate_digest: str
    brief_digest: str
    actions: tuple[Action, ...]
    elements: Mapping[str, str]
    record: Mapping[str, Any]
    by_hand: tuple[str, ...] = ()

    def statement(self, title: str, finish: tuple[Finish, ...], **record: Any) -> Statement:
        """What is said of one file."""
        files = self.plate.record.files
        original = self.plate.folder / "original" / files[0].name if len(files) == 1 else None
        replaced = tuple(
            Action(kind="edited", what=f"The result of the stage {stage} was made by hand.", source=Source.HAND)
            for stage in self.by_hand
        )
        return Statement(
            title=title,
            plate=PlateIngredient(self.plate_digest, original) if files else None,
            actions=self.actions + replaced,
            complete=not replaced,
            elements=self.elements,
            brief=self.brief_digest,
            finish=finish,
            record={"shot": self.shot, **self.record, **record},
        )


def sign_take(
    folder: Path,
    name: str,
    made: Made,
    untouched: Mapping[int, str],
    *,
    threads: int,
    receipts: Mapping[int, Receipt] | None = None,
    extras: Iterable[str] = (),
    known: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Sign what ``take.assemble`` wrote into ``folder``.

    Args:
        folder: of the take, not yet published.
        name: of the take.
        made: what it is.
        untouched: frame number to the digest of the plate's pixels in it.
        threads: how many frames are hashed at once.
        known: digests of files that were taken when they were written.
        extras: names of pictures, movies and documents that lie beside the frames; those that can carry credentials do.
        receipts: of the frames; their digests are taken, and the gate compares them with the files before the take
            appears. Frames without one are hashed.

    Returns:
        ``signer``: name in the certificate, and whether it is this machine's development certificate.
        ``unsigned``: file name to its digest before signing: two takes of one brief agree in these, while signatures
        differ. ``files``: digests that need not be computed again.

    Raises:
        BrokenStore: a file cannot be signed: then the take is not published.
    """
    identity = load_identity(load_settings())
    names = {frame: f"{made.shot}.{frame}.exr" for frame in untouched}
    contents = {frame: receipt.content for frame, receipt in (receipts or {}).items()}
    record = record_frames(
        folder / "frames", untouched, names, shot=made.shot, take=name, threads=threads, contents=contents
    )
    first, last = record.frames[0].frame, record.frames[-1].frame
    more = {"take": name, "first_frame": first, "end_frame_exclusive": last + 1, "root": record.root}
    made = replace(made, record={**made.record, **more})
    sign_beside(folder / "frames" / RECORD, made.statement(f"{made.shot} {name} frames", ()), identity)
    unsigned = {}
    beside = {name: FINISH_OF_EXTRAS[suffix] for name in extras if (suffix := Path(name).suffix) in FINISH_OF_EXTRAS}
    for file, finish in {**FINISHES, **beside}.items():
        unsigned[file] = digest_file(folder / file)
        sign_picture(folder / file, made.statement(f"{made.shot} {name} {file}", finish), identity)
    signer = {"name": identity.name, "development": identity.development}
    files = dict(known or {}) | {f"frames/{entry.name}": entry.content for entry in record.frames}
    return {"signer": signer, "unsigned": unsigned, "files": files}


def signed_files(document: Mapping[str, Any]) -> list[str]:
    """The files of a take, by its ``take.json``, that carry credentials themselves."""
    extras = document.get("extras", [])
    names = [str(one) for one in extras] if isinstance(extras, list) else []
    return [PREVIEW, SHEET, *(name for name in names if Path(name).suffix in FINISH_OF_EXTRAS)]


def sign_sheet(path: Path, made: Made, takes: Iterable[str]) -> None:
    """Sign a contact sheet of several takes.

    Raises:
        BrokenStore: it cannot be signed.
    """
    identity = load_identity(load_settings())
    sign_picture(path, made.statement(f"{made.shot} {path.name}", FINISHES[SHEET], takes=list(takes)), identity)


def papers_digest(document: Mapping[str, Any], keys: Iterable[str]) -> str:
    """The digest that signs what ``take.json`` says under ``keys``."""
    return digest_json({key: document.get(key) for key in keys})
