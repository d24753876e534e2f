"""README.txt of a delivery: what is in the folder, in words a post house understands."""

from __future__ import annotations

from secondunit.delivery.conform import TIMELINE
from secondunit.delivery.record import Names
from secondunit.keys import fingerprint
from secondunit.production import Production
from secondunit.take.store import Take

_TEMP = """\
*****  TEMP  *****  TEMP  *****  TEMP  *****
A stand-in for editing and discussion. NOT FINAL, not approved for release, not to be conformed.

"""
_LEAVES = {
    "export": "For work on this production only, not to be handed on.",
    "transfer": "Handed on to you for work of your own, as agreed with the production.",
    "release": "Released by the production to be shown.",
}
_OVER_PLATE = """The plain RGB is the finished composite
    over the plate; the other layers and "matte" are there to take it apart. Where the matte is 0 the
    pixels are the plate's, bit for bit."""
_STILLS = """The plain RGB is the finished still; nothing was
    photographed. Drawings, models and documents that lie beside are named for what they are."""
_BODY = """\
{production}: {shot}, take {take}
{leaves}
{frames} frames, {first} to {last}, {width} x {height}, {rate} fps

{folder}/
    One OpenEXR file a frame: scene-linear ACEScg (AP1), 16-bit half float. {picture}
    Colour-manage it as ACEScg; do not apply a display curve to the file.
    frames.json and frames.c2pa belong to the frames: keep them in the same folder.
{movie}
    The same frames as they are meant to look on an sRGB screen, 8 bit. To look at, not to grade or cut from.
{sheet}
    A contact sheet.
{timeline}
    OpenTimelineIO, for an edit: one clip of these frames at their numbers and rate, the movie as its other medium.
    It names the files by their place beside it.
rights-report.html, rights-report.pdf
    What was asked, what the rules said, on whose word. It names no performer. Not legal advice.
delivery.json
    The signed record of this delivery, with a checksum (SHA-256) of every file; those of the frames
    are in frames.json.

To check it all:   secondunit verify <this folder>
Other C2PA readers can check frames.json (with frames.c2pa), the movie and the contact sheet.
The record is signed with the key   {key}   Ask {by} whether that is theirs.
Training, data mining and AI inference are not allowed with these pictures.
"""


def readme_of(production: Production, take: Take, named: Names, *, step: str, by: str, key: str) -> str:
    """The text.

    Args:
        production: whose.
        take: what is delivered.
        named: what its parts are called here.
        step: as what it leaves: export, transfer or release.
        by: who delivers.
        key: public half of the key that signs the record.
    """
    width_px, height_px = take.document["size_px"]
    body = _BODY.format(
        picture=_OVER_PLATE if take.document["plates"] else _STILLS,
        production=production.title,
        shot=take.shot,
        leaves=_LEAVES[step],
        timeline=named.of(TIMELINE),
        take=take.name + (" (preview, a quarter of the width)" if take.preview else ""),
        frames=len(take.frames),
        first=take.frames.first,
        last=take.frames.end_exclusive - 1,
        width=width_px,
        height=height_px,
        rate=take.document["rate"],
        folder=named.frames,
        movie=named.movie,
        sheet=named.sheet,
        key=fingerprint(key),
        by=by,
    )
    return (_TEMP if named.temp else "") + body
