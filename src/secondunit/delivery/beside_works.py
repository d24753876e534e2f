"""The frames of a take beside the works we may not copy."""

from __future__ import annotations

import os
from collections.abc import Callable

from secondunit.farm.executor import in_order
from secondunit.take.assemble import display_of
from secondunit.take.store import Take
from secondunit.works.compare import NearMatch, compare
from secondunit.works.fingerprint import Codes
from secondunit.works.register import WorksRegister


def nearest_matches(
    take: Take,
    register: WorksRegister,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[tuple[NearMatch, Codes], ...]:
    """For each work that a frame is like: the nearest match over all frames, and that frame as it is shown.

    Args:
        take: the take.
        register: of works; without pictures in it no frame is read.
        progress: told how many frames were compared.

    Raises:
        BrokenStore: a frame cannot be read.
    """
    if not any(work.pictures for work in register.works):
        return ()
    found: dict[str, tuple[NearMatch, Codes]] = {}

    def look(frame: int) -> tuple[tuple[NearMatch, ...], Codes]:
        codes = display_of(take.frame_path(frame), take.view)
        return compare(codes, register, where=f"{take.id} frame {frame}"), codes

    for done, (matches, codes) in enumerate(in_order(take.frames, look, threads=os.cpu_count() or 1), 1):
        progress(done, len(take.frames))
        for match in matches:
            best = found.get(match.work.work_id)
            if best is None or match.bits < best[0].bits:
                found[match.work.work_id] = match, codes
    return tuple(sorted(found.values(), key=lambda one: (one[0].verdict != "near", one[0].bits)))
