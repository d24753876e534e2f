"""What kind of file it is, by its first bytes; names lie."""

from __future__ import annotations

from pathlib import Path

UNKNOWN = "application/octet-stream"
EXR = "image/x-exr"
SIDECAR = "application/c2pa"
JSON = "application/json"

_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"GIF8", "image/gif"),
    (b"%PDF", "application/pdf"),
    (b"\x76\x2f\x31\x01", EXR),  # "OpenEXR File Layout": the magic number
)
_RIFF = {b"WEBP": "image/webp", b"AVI ": "video/avi", b"WAVE": "audio/wav"}
_BRANDS = {b"qt  ": "video/quicktime", b"heic": "image/heic", b"mif1": "image/heif", b"avif": "image/avif"}


def media_type(path: Path) -> str:
    """The media type of a file; ``application/octet-stream`` if it is none that is known.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(16)
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[4:8] in (b"moov", b"mdat", b"wide", b"free"):
        return "video/quicktime"  # QuickTime from before there were brands
    if head[4:8] == b"jumb":
        return SIDECAR
    return JSON if head[:1] == b"{" else UNKNOWN
