"""The conform list of a delivery: an OpenTimelineIO timeline of one clip, so that an edit finds its frames by itself.

OpenTimelineIO (Academy Software Foundation), native JSON form, schemas Timeline.1, Stack.1, Track.1, Clip.2,
ImageSequenceReference.1, ExternalReference.1, TimeRange.1 and RationalTime.1. It names files by their place beside it,
and no people. Written here: version 0.18 of the library ends a process that also loaded others of ours with a crash;
the tests read the list with it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from secondunit.delivery.record import Names
from secondunit.production import Production
from secondunit.records import canonical_json
from secondunit.take.store import Take

TIMELINE = "timeline.otio"


def timeline_of(production: Production, take: Take, named: Names) -> bytes:
    """The frames as an image sequence, the movie as the clip's other medium; source time counts in the shot's frames.

    Args:
        production: whose.
        take: what is delivered.
        named: what its parts are called here.
    """
    rate, first = str(take.document["rate"]), take.frames.first
    per_second = float(Fraction(rate))  # OpenTimelineIO counts in floats
    whole = _range(first, len(take.frames), per_second)
    frames = {
        "OTIO_SCHEMA": "ImageSequenceReference.1",
        "target_url_base": f"{named.frames}/",
        "name_prefix": f"{take.shot}.",
        "name_suffix": ".exr",
        "start_frame": first,
        "frame_step": 1,
        "rate": per_second,
        "frame_zero_padding": len(str(first)),
        "missing_frame_policy": "error",
        "available_range": whole,
    }
    movie = {"OTIO_SCHEMA": "ExternalReference.1", "target_url": named.movie, "available_range": whole}
    size_px = [int(one) for one in take.document["size_px"]]
    clip = {
        "OTIO_SCHEMA": "Clip.2",
        "name": take.shot,
        "source_range": whole,
        "active_media_reference_key": "DEFAULT_MEDIA",
        "media_references": {"DEFAULT_MEDIA": frames, "preview": movie},
        "metadata": {"secondunit": {"take": take.id, "temp": named.temp, "rate": rate, "size_px": size_px}},
    }
    track = {"OTIO_SCHEMA": "Track.1", "name": "V1", "kind": "Video", "children": [clip]}
    timeline = {
        "OTIO_SCHEMA": "Timeline.1",
        "name": f"{'TEMP ' if named.temp else ''}{production.title}: {take.id}",
        "tracks": {"OTIO_SCHEMA": "Stack.1", "name": "tracks", "children": [track]},
    }
    return canonical_json(timeline).encode()


def _range(first: int, length: int, rate: float) -> dict[str, Any]:
    def moment(value: int) -> dict[str, Any]:
        return {"OTIO_SCHEMA": "RationalTime.1", "value": float(value), "rate": rate}

    return {"OTIO_SCHEMA": "TimeRange.1", "start_time": moment(first), "duration": moment(length)}
