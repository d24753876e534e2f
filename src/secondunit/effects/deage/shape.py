"""The shape of a face, younger or older, as a smooth flow: jowls, cheeks, nose, lips, brows.

A flow says where a result's pixel is taken from, less its own place. It is a sum of Gaussian pushes at landmarks, in
px of the crop; it is 0 on eyes, inside the mouth, on what is not skin, and at the person's outline, so that nothing
behind a face moves.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.effects.deage.anatomy import Anatomy, Points
from secondunit.effects.deage.bands import Plane, blur, most, smoothstep
from secondunit.effects.deage.mattes import Mattes

Flow = npt.NDArray[np.float32]

_NOTHING = np.float32(1e-9)  # of a bump: what is less is slow to reckon with
UNIT = 100.0  # px of the crop between eyes and mouth; pushes below are px of the crop
# landmark, width of the push in px, direction towards a younger face in px at 20 years: x is outwards from the middle
# of the face, y is down. Anthropometry of ageing: tissue descends and the lower face widens, lips thin, brows and nose
# tip sink (Farkas et al. 2013, "The science of facial ageing"; Mendelson and Wong 2012).
PUSHES: tuple[tuple[tuple[int, ...], float, tuple[float, float]], ...] = (
    ((172, 397), 24.0, (-2.6, -3.0)),  # jowls, up and in
    ((136, 365), 22.0, (-2.0, -3.2)),
    ((150, 379), 18.0, (-0.8, -2.4)),
    ((205, 425), 24.0, (1.2, -2.2)),  # cheeks, up and full
    ((216, 436), 16.0, (0.6, -1.4)),  # folds beside the mouth
    ((61, 291), 10.0, (0.5, -1.6)),  # corners of the mouth
    ((105, 334), 18.0, (0.3, -1.6)),  # brows
    ((46, 276), 14.0, (0.6, -1.4)),  # their tails
    ((98, 327), 12.0, (-1.6, 0.0)),  # wings of the nose, in
)
MIDDLE: tuple[tuple[int, float, float], ...] = (
    (1, 16.0, -1.8),  # tip of the nose, up
    (0, 10.0, -1.6),  # upper lip, fuller upwards
    (17, 11.0, 1.5),  # lower lip, fuller downwards
    (152, 20.0, -1.0),  # chin
)


def shape_flow(
    points: Points, places: Anatomy, found: Mattes, person: Plane | None, amount: Plane, lips: Plane
) -> Flow:
    """The flow of a face that many years younger.

    Args:
        points: (478, 2) px.
        places: of the same points.
        found: its mattes.
        person: (512, 512) 0..1 or None.
        amount: (512, 512); 1 is 20 years younger, negative is older.
        lips: (512, 512); the same for the lips.

    Returns:
        (512, 512, 2) px.
    """
    size = amount.shape[0]
    half = size // 2
    line = np.arange(half, dtype=np.float32) * 2 + 1  # px of the crop
    push_x, push_y, lip = (np.zeros((half, half), np.float32) for _ in range(3))
    across = points[454] - points[234]
    across = across / max(float(np.hypot(*across)), 1e-3)
    turn = _foreshortening(points)
    for pair, width, (outwards, down) in PUSHES:
        for which, point in enumerate(pair):
            bump = _bump(line, points[point], width)
            side = (-1.0, 1.0)[which] * turn[which]
            push_x += bump * np.float32(outwards * side * across[0])
            push_y += bump * np.float32(down + outwards * side * across[1])
    for point, width, down in MIDDLE:
        plane = lip if point in (0, 17) else push_y
        plane += _bump(line, points[point], width) * np.float32(down)
    full = cv2.resize(cv2.merge([push_x, push_y]), (size, size)) * amount[..., None]
    full[..., 1] += cv2.resize(lip, (size, size)) * lips
    return np.asarray(-full * _free(places, found, person)[..., None], np.float32)


def _bump(line: Plane, middle: Points, width: float) -> Plane:
    """A Gaussian on the grid whose columns and rows lie at ``line``: the product of one across and one down."""
    x, y = (np.exp((line - each) ** 2 / np.float32(-2 * width * width)) for each in middle)
    return np.asarray(np.outer(np.where(y < _NOTHING, 0, y), np.where(x < _NOTHING, 0, x)), np.float32)


def _foreshortening(points: Points) -> tuple[float, float]:
    """How much of each half of the face is seen, over its width from the front: pushes outwards shrink with it."""
    right, left = np.hypot(*(points[1] - points[234])), np.hypot(*(points[454] - points[1]))
    whole = max(float(right + left), 1e-3)
    return min(1.0, 2 * float(right) / whole), min(1.0, 2 * float(left) / whole)


def _free(places: Anatomy, found: Mattes, person: Plane | None) -> Plane:
    """1 where skin may move, 0 with a wide slope towards what may not."""
    fixed = most(places.eyes, places.mouth, found.alien)
    fixed = np.asarray(cv2.dilate(fixed, np.ones((3, 3))), np.float32)
    slope = np.minimum(1, blur(fixed, 5) * np.float32(3.0))
    free = (1 - slope) * found.fade
    if person is not None:
        free = free * smoothstep(blur(np.asarray(cv2.erode(person, np.ones((7, 7))), np.float32), 7), 0.5, 1.0)
    return np.asarray(free * (1 - cv2.dilate(fixed, np.ones((3, 3)))), np.float32)
