"""How landmarks move from frame to frame, measured in the picture, and the steadiest path through it all."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from numba import njit

from secondunit.effects.deage.find import GRAY_PX
from secondunit.nets.faces import Square
from secondunit.nets.patches import applied, inverse

Points = npt.NDArray[np.float64]
Gray = npt.NDArray[np.uint8]
_WINDOW_PX, _LEVELS = 25, 2  # of the flow (Lucas and Kanade 1981; Bouguet 2000), in the grey square
_AGREES_PX = 0.5  # in the grey square: there and back again within this is a good measurement
_SPREAD_PX = 1.0  # the same: how far a point's motion may be from the whole face's and still be trusted
_LEAST = 0.05  # trust in the motion of the whole face where a point's own is not measured


def stepped(
    before: tuple[Points, Square, Gray], after: tuple[Points, Square, Gray]
) -> tuple[Points, npt.NDArray[np.float64]]:
    """How far each landmark moves between two frames.

    Pyramidal Lucas-Kanade there and back in the faces' grey squares, brought to one brightness; where it does not
    agree with itself or with the rest, the motion of the face as a whole stands in.

    Args:
        before: landmarks (n, 2) px of the plate as they were found, the grey square and its codes; after: the same.

    Returns:
        (n, 2) px of the plate; and trust (n,) in 0..1.
    """
    (points, square, gray), (expected, square_after, gray_after) = before, after
    to_plate, to_plate_after = square.matrix(GRAY_PX), square_after.matrix(GRAY_PX)
    start = applied(inverse(to_plate), points).astype(np.float32).reshape(-1, 1, 2)
    guess = applied(inverse(to_plate_after), expected).astype(np.float32).reshape(-1, 1, 2)
    one, other = _even(gray), _even(gray_after)
    how: dict[str, Any] = {
        "winSize": (_WINDOW_PX, _WINDOW_PX),
        "maxLevel": _LEVELS,
        "flags": cv2.OPTFLOW_USE_INITIAL_FLOW,
    }
    there, ok, _ = cv2.calcOpticalFlowPyrLK(one, other, start, guess.copy(), **how)
    back, ok_back, _ = cv2.calcOpticalFlowPyrLK(other, one, there, start.copy(), **how)
    error = np.linalg.norm((back - start).reshape(-1, 2), axis=1)
    good = (ok.reshape(-1) > 0) & (ok_back.reshape(-1) > 0) & np.isfinite(error)
    trust = np.where(good, 1 / (1 + (error / _AGREES_PX) ** 2) ** 2, 0.0)
    landed = np.where(good[:, None], applied(to_plate_after, there.reshape(-1, 2).astype(np.float64)), expected)
    scale = square.side / GRAY_PX
    whole = similarity(points, landed, trust + 1e-6)
    for _ in range(3):  # reweighted: lips and lids may move on their own, but not tear the face along
        away = np.linalg.norm(applied(whole, points) - landed, axis=1) / scale
        whole = similarity(points, landed, (trust + 1e-6) / (1 + (away / _SPREAD_PX) ** 2))
    together = applied(whole, points) - points
    trust = np.maximum(trust, _LEAST)
    share = np.where(trust > _LEAST, trust, 0.0)[:, None]
    return share * (landed - points) + (1 - share) * together, trust


def similarity(source: Points, target: Points, weight: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The (2, 3) turn, scale and shift that brings points (n, 2) nearest to others (Umeyama 1991, weighted)."""
    w = weight / weight.sum()
    a, b = w @ source, w @ target
    x, y = source - a, target - b
    size = float(w @ (x**2).sum(axis=1)) or 1.0
    c = float(w @ (x * y).sum(axis=1)) / size
    s = float(w @ (x[:, 0] * y[:, 1] - x[:, 1] * y[:, 0])) / size
    turn = np.array([[c, -s], [s, c]])
    return np.column_stack([turn, b - turn @ a])


def settled(seen: Points, steps: Points, trust: npt.NDArray[np.float64], frames: npt.NDArray[np.float64]) -> Points:
    """The path that keeps near where landmarks were found and moves as the picture moves: no lag, no jitter.

    Minimises, for each landmark by itself, the squared distances to ``seen`` plus those of its steps to ``steps``,
    weighted so that a trusted motion carries over ``frames`` frames: a Kalman smoother of a random walk (Rauch, Tung
    and Striebel 1965) as one tridiagonal system.

    Args:
        seen: (T, n, 2) px; not a number where a face was not found.
        steps: (T - 1, n, 2) px from one frame to the next.
        trust: (T - 1, n) in them, 0..1.
        frames: (n,) how far motion is trusted.
    """
    out = np.empty_like(seen)
    _solve(np.ascontiguousarray(seen), steps, trust * (frames**2)[None], out)
    return out


@njit(cache=True, nogil=True)
def _solve(seen: Any, steps: Any, stiff: Any, out: Any) -> None:
    """Thomas' algorithm for each landmark and axis."""
    count, points = seen.shape[0], seen.shape[1]
    upper, right = np.empty(count), np.empty(count)
    for i in range(points):
        for k in range(2):
            for t in range(count):
                here = 0.0 if np.isnan(seen[t, i, k]) else 1.0
                diagonal, value = here + 1e-9, here * seen[t, i, k] if here > 0 else 0.0
                low = 0.0
                if t > 0:
                    w = stiff[t - 1, i]
                    diagonal += w
                    value += w * steps[t - 1, i, k]
                    low = -w
                if t < count - 1:
                    w = stiff[t, i]
                    diagonal += w
                    value -= w * steps[t, i, k]
                    upper[t] = -w
                if t > 0:
                    diagonal -= low * upper[t - 1]
                    value -= low * right[t - 1]
                if t < count - 1:
                    upper[t] /= diagonal
                right[t] = value / diagonal
            out[count - 1, i, k] = right[count - 1]
            for t in range(count - 2, -1, -1):
                out[t, i, k] = right[t] - upper[t] * out[t + 1, i, k]


def _even(gray: Gray) -> Gray:
    """Grey codes brought to one mean and contrast, so that a change of light is no motion."""
    mean, spread = cv2.meanStdDev(gray)
    k = 48.0 / max(float(spread[0, 0]), 1.0)
    return np.asarray(cv2.convertScaleAbs(gray, alpha=k, beta=128 - k * float(mean[0, 0])), np.uint8)
