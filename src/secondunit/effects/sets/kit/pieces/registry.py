"""Which function makes which kind of piece."""

from __future__ import annotations

from collections.abc import Callable

from secondunit.effects.sets.kit.shape import Shape

Maker = Callable[[Shape], None]
PIECES: dict[str, Maker] = {}


def makes(*kinds: str) -> Callable[[Maker], Maker]:
    """Registers the maker of kinds; it fills a shape of the size and style asked for."""

    def keep(maker: Maker) -> Maker:
        for kind in kinds:
            PIECES[kind] = maker
        return maker

    return keep
