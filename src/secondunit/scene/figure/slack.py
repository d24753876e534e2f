"""What years do to a face's volumes and to the skin between its lines: jowls and hollows, pores, crepe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.scene.figure.head import CHART_SIZE
from secondunit.scene.figure.parts import Array
from secondunit.scene.figure.person import Person
from secondunit.scene.figure.wrinkles import grown

Image = npt.NDArray[np.float32]


def _bump(place: Array, at: tuple[float, float], size: tuple[float, float], turn_deg: float = 0.0) -> Array:
    """A soft hill on both sides of the chart, 0..1, at chart places (n, 2)."""
    d = np.stack([np.abs(place[:, 0]) - at[0], place[:, 1] - at[1]], -1)
    c, s = np.cos(np.radians(turn_deg)), np.sin(np.radians(turn_deg))
    x, y = d[:, 0] * c + d[:, 1] * s, -d[:, 0] * s + d[:, 1] * c
    out: Array = np.exp(-((x / size[0]) ** 2) - (y / size[1]) ** 2)
    return out


def slack(person: Person, years: float, place: Array) -> Array:
    """Slack and lost volumes (n,) in metres along the normals at chart places (n, 2): jowls, hollows, pouches."""
    rng = person.rng(25)
    old = grown(years, 34, 74)
    mm = {
        name: float(np.clip(rng.normal(mean, spread), 0, None)) * old
        for name, mean, spread in (
            ("jowl", 3.2, 1.3),
            ("dent", 1.6, 0.6),
            ("temple", 2.4, 1.0),
            ("cheek", 2.2, 1.2),
            ("socket", 1.4, 0.7),
            ("chin", 1.8, 1.2),
            ("mouth", 1.0, 0.5),
        )
    }
    heavy = 0.6 + 0.8 * person.weight
    out: Array = (
        mm["jowl"] * heavy * _bump(place, (0.42, 6.93), (0.15, 0.11), 20)
        - mm["dent"] * _bump(place, (0.25, 6.88), (0.07, 0.10))
        - mm["temple"] * _bump(place, (0.66, 8.12), (0.16, 0.22))
        - mm["cheek"] / heavy * _bump(place, (0.52, 7.33), (0.13, 0.20), 15)
        - mm["socket"] * _bump(place, (0.19, 7.985), (0.08, 0.05))
        + mm["chin"] * heavy * _bump(place, (0.0, 6.66), (0.28, 0.12))
        + mm["mouth"] * _bump(place, (0.31, 7.16), (0.05, 0.10))
    )
    return out * 1e-3


def fine_relief(person: Person, years: float, zone: Mapping[str, Image]) -> Image:
    """Pores, skin's net of furrows and crêpe (1024, 1792) in metres; the same places at every age."""
    rng = person.rng(26)
    white: Any = rng.standard_normal((3, *CHART_SIZE)).astype(np.float32)

    def band(index: int, low: float, high: float) -> Any:
        out = cv2.GaussianBlur(white[index], (0, 0), low) - cv2.GaussianBlur(white[index], (0, 0), high)
        return out / out.std()

    pores = -np.clip(band(0, 1.0, 2.2) - 1.0, 0, 3)  # pits in a field of plain skin
    slanted = cv2.GaussianBlur(white[1], (0, 0), sigmaX=3.4, sigmaY=0.9)
    crossed = cv2.GaussianBlur(white[2], (0, 0), sigmaX=0.9, sigmaY=3.4)
    net = -(np.abs(slanted / slanted.std()) ** 0.7) - np.abs(crossed / crossed.std()) ** 0.7
    crepe_a = cv2.GaussianBlur(white[2], (0, 0), sigmaX=6.0, sigmaY=1.4)
    crepe_a = crepe_a - cv2.GaussianBlur(crepe_a, (0, 0), 6.0)
    crepe_b = band(1, 2.2, 5.0)
    old = grown(years, 28, 78) * person.lines["fine"] * (0.7 + 0.6 * person.sun)
    coarse = 0.7 + 0.5 * float(person.rng(27).random()) + (0.15 if person.sex == "male" else 0.0)
    out: Image = 1e-6 * (
        (16 + 16 * zone["oily"]) * coarse * (1 + 0.35 * old) * pores
        + (5 + 10 * old) * net
        + old * (22 + 34 * zone["crepe"]) * (crepe_a / crepe_a.std())
        + old * 16 * (1 + zone["crepe"]) * crepe_b
    )
    return out
