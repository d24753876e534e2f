"""The trained network, ready to run: weights that ship with the package, by their card."""

from __future__ import annotations

import functools
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.effects.deage.net import SIDE_PX, graph, shapes
from secondunit.nets.card import ModelCard, fits, read_card, weights_of
from secondunit.nets.runtime import Precision, Run, compiled, settled
from secondunit.provenance import actions as provenance
from secondunit.records import digest_file

Image = npt.NDArray[np.float32]

FOLDER = Path(__file__).parent / "weights"
CARD = "deage.toml"


def card(folder: Path = FOLDER) -> ModelCard:
    """The network's card.

    Raises:
        BrokenStore: it is missing or says something impossible.
    """
    return read_card(folder / CARD)


def credited(precision: Precision) -> provenance.ModelCard:
    """The network as credentials name it, in the precision that this machine computes it in when asked for that one.

    Raises:
        BrokenStore: its card is missing or says something impossible.
    """
    about = card()
    name, _, version = about.name.rpartition("-")
    digest = digest_file(FOLDER / CARD)
    return provenance.ModelCard(
        name=name,
        version=version,
        weights=about.sha256,
        card=digest,
        trained_on=about.data.what,
        precision=settled(precision),
    )


def residual(codes: Image, now: float, then: float, *, threads: int = 1, precision: Precision = "f32") -> Image:
    """What the network would add to make a face that many years older or younger.

    Args:
        codes: (512, 512, 3) sRGB codes / 255 of the canonical crop.
        now: age that is seen, years.
        then: age that is asked for.
        threads: cores that the call may keep busy.
        precision: of the arithmetic; ``f32`` gives the same bits on every call.

    Returns:
        (512, 512, 3) difference of the same codes.

    Raises:
        BrokenStore: weights or card are missing or damaged.
    """
    return foretelling(_network(threads, precision), codes, now, then)


def foretelling(run: Run, codes: Image, now: float, then: float) -> Image:
    """The same by a network that is compiled already, on a square picture of any size."""
    small = np.asarray(cv2.resize(codes, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA), np.float32)
    (made,) = run([small[None], np.array([[now, then]], np.float32)])
    return np.asarray(cv2.resize(made[0], codes.shape[1::-1], interpolation=cv2.INTER_CUBIC), np.float32)


@functools.cache
def _network(threads: int, precision: Precision) -> Run:
    about = card()
    tensors = weights_of(about, FOLDER)
    fits(tensors, shapes(), str(FOLDER / about.weights))
    return compiled(graph(tensors, SIDE_PX), threads=threads, precision=precision)
