"""What the header of every EXR frame says of its credentials. Kept apart, since the code of stages depends on it."""

from __future__ import annotations

SIDECAR = "frames.c2pa"
RECORD = "frames.json"
FRAME_KEY = "secondunit/frame"
POINTER_KEY = "dcterms:provenance"  # the key by which C2PA 2.2 section 11.4 points to credentials from XMP


def pointer(frame: int) -> dict[str, str | int]:
    """The attributes of ``frame``: its number and, in the same folder, the sidecar that proves it."""
    return {FRAME_KEY: frame, POINTER_KEY: SIDECAR}
