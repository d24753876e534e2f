"""A speaking performance: mouth shapes, blinks, gaze, brows, breath and the small motion of a head, over time.

Expressions carry the names of the ``faceunits01`` targets (the face units of ARKit). Speech has four to five syllables
a second (Pellegrino et al. 2011); a blink closes in 0.1 s and opens in 0.2 s (VanderWerf et al. 2003);
people blink about every 3 s while they talk (Bentivoglio et al. 1997).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from secondunit.scene.figure.parts import Array

# weights of face units by mouth shape, paired sides named once
VISEMES: dict[str, dict[str, float]] = {
    "rest": {},
    "ah": {"jawOpen": 0.42, "mouthLowerDown": 0.10, "mouthUpperUp": 0.26},
    "eh": {"jawOpen": 0.24, "mouthStretch": 0.18, "mouthLowerDown": 0.10, "mouthUpperUp": 0.30},
    "ee": {"jawOpen": 0.11, "mouthSmile": 0.22, "mouthStretch": 0.22, "mouthLowerDown": 0.14, "mouthUpperUp": 0.28},
    "oh": {"jawOpen": 0.28, "mouthFunnel": 0.42, "mouthPucker": 0.15, "mouthUpperUp": 0.10},
    "oo": {"jawOpen": 0.12, "mouthPucker": 0.55, "mouthFunnel": 0.25},
    "mb": {"jawOpen": 0.03, "mouthClose": 0.04, "mouthPress": 0.30, "mouthRollLower": 0.12, "mouthRollUpper": 0.10},
    "fv": {"jawOpen": 0.08, "mouthRollLower": 0.45, "mouthUpperUp": 0.26},
    "ln": {"jawOpen": 0.17, "mouthLowerDown": 0.08, "mouthUpperUp": 0.22},
    "sz": {"jawOpen": 0.07, "mouthStretch": 0.15, "mouthLowerDown": 0.14, "mouthUpperUp": 0.26},
    "wr": {"jawOpen": 0.12, "mouthPucker": 0.35, "mouthFunnel": 0.15},
}
CONSONANTS, VOWELS = ("mb", "fv", "ln", "sz", "wr", "ln", "sz"), ("ah", "eh", "ee", "oh", "oo", "eh", "ah")
SPEECH_RATE = 4.3  # syllables a second
HEAD_SWAY_DEG = (3.2, 2.0, 1.3)  # yaw, pitch, roll of a calm talker


@dataclass(frozen=True)
class Pose:
    """One moment of a performance.

    Attributes:
        units: weight 0..1 by face unit, both sides named in full.
        gaze_deg: yaw to the person's left, pitch up, relative to the head.
        head_deg: yaw to the person's left, pitch up, roll to the person's left shoulder.
        breath: -1 out .. 1 in.
    """

    units: dict[str, float]
    gaze_deg: tuple[float, float]
    head_deg: tuple[float, float, float]
    breath: float


@dataclass(frozen=True)
class Blink:
    """Starts at a time and is over 0.30 s later."""

    start_s: float

    def lid(self, time_s: float) -> float:
        """How far the lid is shut at a time, 0..1."""
        age = time_s - self.start_s
        if not 0 < age < 0.30:
            return 0.0
        part = age / 0.10 if age < 0.10 else (0.30 - age) / 0.20
        return float(part * part * (3 - 2 * part))


def _sides(units: dict[str, float]) -> dict[str, float]:
    single = {"jawOpen", "jawForward", "mouthFunnel", "mouthPucker", "mouthClose", "mouthRollLower", "mouthRollUpper",
              "mouthShrugLower", "mouthShrugUpper", "browInnerUp", "cheekPuff"}  # fmt: skip
    out: dict[str, float] = {}
    for name, weight in units.items():
        for whole in [name] if name in single else [f"{name}Left", f"{name}Right"]:
            out[whole] = out.get(whole, 0.0) + weight
    return out


class Performance:
    """Somebody says something to a person beside the camera. The same seed says the same."""

    def __init__(self, seed: int, seconds: float, *, energy: float = 1.0, blinks_s: tuple[float, ...] | None = None):
        """Plan the whole performance.

        Args:
            seed: of everything.
            seconds: how long it is; poses may be asked for a little before and after.
            energy: of mouth and head, 1 is calm speech.
            blinks_s: times at which blinks start, or None to draw them.
        """
        rng = np.random.default_rng((seed, 71))
        self._energy = energy
        self._phase = rng.uniform(0, 2 * np.pi, (8, 3))
        drawn = np.cumsum(rng.gamma(4, 0.7, int(seconds) + 4)) - 0.8
        self._blinks = [Blink(float(at)) for at in (drawn if blinks_s is None else blinks_s)]
        self._shapes: list[tuple[float, str, float]] = []
        at = -0.4
        while at < seconds + 0.6:
            stress = float(rng.uniform(0.65, 1.1))
            step = float(rng.uniform(0.85, 1.2)) / SPEECH_RATE
            self._shapes += [
                (at, str(rng.choice(CONSONANTS)), stress),
                (at + step * 0.45, str(rng.choice(VOWELS)), stress),
            ]
            at += step
            if rng.random() < 0.12:
                self._shapes.append((at + 0.08, "rest", 1.0))
                at += 0.30
        self._looks = [(-1.0, (0.0, 0.0))]
        at = float(rng.uniform(0.4, 0.9))
        while at < seconds + 1:
            aim = (float(rng.normal(0, 3.5)), float(rng.normal(-0.5, 2.0))) if rng.random() < 0.6 else (0.0, 0.0)
            self._looks.append((at, aim))
            at += float(rng.uniform(0.5, 1.3))

    def _wave(self, number: int, time_s: float, rate_hz: float) -> float:
        """Smooth wander, about -1..1."""
        rates = np.array([1.0, 1.73, 0.61]) * rate_hz
        return float((np.sin(2 * np.pi * rates * time_s + self._phase[number]) * [0.55, 0.28, 0.35]).sum())

    def _mouth(self, time_s: float) -> dict[str, float]:
        """Mouth shapes blended as they run into each other (coarticulation)."""
        centres = np.array([at for at, _, _ in self._shapes])
        weight = np.exp(-(((centres - time_s) / 0.068) ** 2))
        weight = weight / (weight.sum() + 1e-9)
        out: dict[str, float] = {}
        for share, (_, name, stress) in zip(weight, self._shapes, strict=True):
            if share < 1e-3:
                continue
            for unit, value in _sides(VISEMES[name]).items():
                out[unit] = out.get(unit, 0.0) + float(share) * value * stress * self._energy
        return out

    def pose(self, time_s: float) -> Pose:
        """The pose at a time in seconds."""
        units = self._mouth(time_s)
        lid = max((blink.lid(time_s) for blink in self._blinks), default=0.0)
        at, aim = max(((at, aim) for at, aim in self._looks if at <= time_s), key=lambda look: look[0])
        before = [look for when, look in self._looks if when < at]
        jump = min(max((time_s - at) / 0.05, 0.0), 1.0)  # a saccade takes about 50 ms
        last = before[-1] if before else aim
        yaw = last[0] + (aim[0] - last[0]) * jump
        pitch = last[1] + (aim[1] - last[1]) * jump
        sway = [self._wave(k, time_s, 0.32) * HEAD_SWAY_DEG[k] * self._energy for k in range(3)]
        nod = -0.9 * units.get("jawOpen", 0.0) * 2
        raise_brow = max(0.0, self._wave(3, time_s, 0.45)) * 0.45 * self._energy
        frown = max(0.0, -self._wave(3, time_s, 0.45)) * 0.25
        follow = 0.012 * pitch
        extra = {
            "eyeBlink": lid + max(0.0, -follow) * 1.2,
            "browInnerUp": raise_brow,
            "browOuterUp": raise_brow * 0.6,
            "browDown": frown,
            "eyeSquint": 0.06 + 0.10 * frown,
            "eyeWide": max(0.0, follow) + 0.15 * raise_brow,
        }
        for name, value in _sides(extra).items():
            units[name] = units.get(name, 0.0) + value
        return Pose(
            {name: float(np.clip(value, 0, 1)) for name, value in units.items() if value > 1e-4},
            (yaw - 0.6 * sway[0], pitch - 0.6 * (sway[1] + nod)),
            (sway[0], sway[1] + nod, sway[2]),
            float(np.sin(2 * np.pi * 0.27 * time_s + self._phase[4, 0])),
        )


def turned(points_m: Array, rest_dm: Array, pivot_m: Array, head_deg: tuple[float, float, float]) -> Array:
    """Points (n, 3) with the head turned about the top of the neck; the neck bends, the shoulders stay.

    Args:
        points_m: any points carried by the body.
        rest_dm: their places (n, 3) on the rest shape, which say how far each follows; one place (3,) for all.
        pivot_m: the joint between neck and head.
        head_deg: yaw to the person's left, pitch up, roll to the person's left shoulder.
    """
    height = rest_dm[..., 1] + 0.55 * (rest_dm[..., 2] - 0.3)  # the chin goes with the skull, the nape with the neck
    share = np.clip((height - 5.7) / 0.9, 0, 1)
    yaw, pitch, roll = (np.radians(value) * share * share * (3 - 2 * share) for value in head_deg)
    x, y, z = np.moveaxis(points_m - pivot_m, -1, 0)
    y, z = y * np.cos(pitch) + z * np.sin(pitch), z * np.cos(pitch) - y * np.sin(pitch)
    x, y = x * np.cos(roll) + y * np.sin(roll), y * np.cos(roll) - x * np.sin(roll)
    x, z = x * np.cos(yaw) + z * np.sin(yaw), z * np.cos(yaw) - x * np.sin(yaw)
    out: Array = np.stack([x, y, z], -1) + pivot_m
    return out
