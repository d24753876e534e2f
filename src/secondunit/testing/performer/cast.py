"""Who plays, what they do, and how it is exposed. Nobody real is meant: every face follows from a number."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from secondunit.scene.figure.clothes import Clothes
from secondunit.scene.figure.eyes import Eyes
from secondunit.scene.figure.hair import Hair
from secondunit.scene.figure.motion import Performance, Pose
from secondunit.scene.figure.mouth import Mouth
from secondunit.scene.figure.person import sample
from secondunit.testing.performer.actor import Role

FRAMES = 48
EXPOSURE = 1.15
YEARS = 71.0

_LEAD = sample(3)
_STRONGER = {"nasolabial": 0.8, "marionette": 0.6, "bags": 0.9, "under_eye": 1.0, "forehead": 1.1}
LEAD = replace(
    _LEAD, blood=0.34, sun=0.75, weight=0.30,
    lines={name: _STRONGER.get(name, 1.25) * max(weight, 0.9) for name, weight in _LEAD.lines.items()},
)  # fmt: skip

ROLES = {
    "performer": Role(
        LEAD, YEARS,
        Hair("short", melanin=3.5, redness=0.3, grey=0.75, receding=0.34, brows=1.2, strands=26000),
        Eyes(0.28, 0.36, 0.35, YEARS), Mouth(0.45, 0.4, 0.4), Clothes("jumper", (0.030, 0.042, 0.060)),
        {"eyeWideLeft": 0.12, "eyeWideRight": 0.12},
    ),
    "bystander": Role(
        sample(31), 34.0,
        Hair("tied", melanin=7.0, redness=0.3, brows=0.9, strands=26000),
        Eyes(0.9, 0.36, 0.2, 34.0), Mouth(0.15, 0.3, 0.1), Clothes("tee", (0.20, 0.13, 0.08)), {},
    ),
}  # fmt: skip

# a calm face, a smile and a turned head: what a casting file holds
STILLS = {
    "still-calm": Pose({}, (0.0, 0.0), (2.0, 0.0, 0.0), 0.0),
    "still-smile": Pose(
        {"mouthSmileLeft": 0.42, "mouthSmileRight": 0.38, "cheekSquintLeft": 0.3, "cheekSquintRight": 0.3,
         "eyeSquintLeft": 0.15, "eyeSquintRight": 0.15}, (4.0, 0.0), (-7.0, 1.0, 2.0), 0.0,
    ),
    "still-turned": Pose({"browInnerUp": 0.15}, (-8.0, 0.0), (19.0, 0.0, -1.5), 0.0),
}  # fmt: skip


@cache
def performance() -> Performance:
    """Two seconds of talk with one blink."""
    return Performance(5, FRAMES / 24, blinks_s=(0.98,))
