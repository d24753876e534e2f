"""Teeth, gums and tongue, set into the mouth by the MPFB mesh's helper vertices, so that the jaw carries them.

Crown sizes: Wheeler's Dental Anatomy (width along the arch, length, depth of permanent teeth, to half millimetres).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from secondunit.scene.figure.parts import Array, Part, Sheet, Surface, facing_out, grid

# helper vertices of the right half of each arch, middle to back: gum edge and biting edge; then the mirrored half
UPPER_GUM = [15061, 15060, 15062, 15063, 15064, 15065, 15066, 15067, 15068]
UPPER_BITE = [15069, 15086, 15071, 15070, 15085, 15078, 15077, 15076, 15080]
LOWER_GUM = [14993, 14992, 14994, 14995, 14996, 14997, 14998, 14999, 15000]
LOWER_BITE = [15010, 15001, 15002, 15003, 15004, 15005, 15006, 15007, 15008]
MIRROR_UPPER_GUM = [15096, 15097, 15098, 15099, 15100, 15101, 15102, 15103]
MIRROR_UPPER_BITE = [15119, 15105, 15104, 15118, 15112, 15111, 15110, 15113]
MIRROR_LOWER_GUM = [15028, 15029, 15030, 15031, 15032, 15033, 15034, 15035]
MIRROR_LOWER_BITE = [15036, 15037, 15038, 15039, 15040, 15041, 15042, 15043]


# the helpers sit high: lips at rest would show no upper teeth, and the tongue would fill the mouth
UPPER_DROP_M, LOWER_DROP_M, TONGUE_DROP_M = 0.0026, 0.0034, 0.0060

UPPER_MM = [(8.5, 10.0, 7.0), (6.5, 9.0, 6.0), (7.5, 10.0, 8.0), (7.0, 8.5, 9.0), (7.0, 8.5, 9.0), (10.0, 7.5, 11.0)]
LOWER_MM = [(5.0, 9.0, 6.0), (5.5, 9.5, 6.5), (7.0, 10.5, 7.5), (7.0, 8.5, 7.5), (7.0, 8.0, 8.0), (11.0, 7.5, 10.5)]


@dataclass(frozen=True)
class Mouth:
    """How a person's teeth look.

    Attributes:
        stain: 0 young and bright, 1 an old smoker's.
        disorder: how far teeth stand out of line, 0..1.
        wear: shortens the crowns, 0..1.
    """

    stain: float = 0.4
    disorder: float = 0.4
    wear: float = 0.3


@dataclass(frozen=True)
class _Arch:
    """Gum edge and biting edge as curves (n, 3) in metres from the person's right to the left."""

    gum_m: Array
    bite_m: Array

    def at(self, mm: float) -> tuple[Array, Array, Array, Array]:
        """Place on the biting edge, up to the gum, along the arch, outwards; at signed mm from the middle."""
        step = np.linalg.norm(np.diff(self.bite_m, axis=0), axis=1)
        length = np.concatenate([[0], np.cumsum(step)])
        middle = np.interp(len(self.bite_m) // 2, np.arange(len(length)), length)

        def place(curve: Array, where: float) -> Array:
            return np.array([np.interp(middle + where / 1000, length, curve[:, k]) for k in range(3)])

        bite, gum = place(self.bite_m, mm), place(self.gum_m, mm)
        along = place(self.bite_m, mm + 2) - place(self.bite_m, mm - 2)
        along /= np.linalg.norm(along) + 1e-12
        up = gum - bite
        up = up / (np.linalg.norm(up) + 1e-12) * 0.35 + np.array([0, np.sign(up[1]), 0]) * 0.65
        out = np.cross(up, along)
        out /= np.linalg.norm(out) + 1e-12
        return bite, up, along, out * np.sign(out @ (bite - self.bite_m.mean(0)))


def _smooth(curve: Array) -> Array:
    for _ in range(2):
        inner = 0.25 * curve[:-2] + 0.5 * curve[1:-1] + 0.25 * curve[2:]
        curve = np.concatenate([curve[:1], inner, curve[-1:]])
    return curve


def _arch(
    vertices_m: Array, gum: list[int], bite: list[int], mirror_gum: list[int], mirror_bite: list[int], drop_m: float
) -> _Arch:
    down = np.array([0.0, drop_m, 0.0])
    return _Arch(
        _smooth(vertices_m[mirror_gum[::-1] + gum]) - down, _smooth(vertices_m[mirror_bite[::-1] + bite]) - down
    )


def _crown(size_mm: tuple[float, float, float], number: int, wear: float) -> Sheet:
    """A crown in its own axes, metres: x along the arch, y from the biting edge to the neck, z outwards."""
    width, height, depth = size_mm
    t = np.linspace(0, 1, 14)
    turn = np.linspace(0, 2 * np.pi, 22, endpoint=False)
    front = number < 3
    wide = (0.80 + 0.20 * np.sin(np.pi * np.clip(0.12 + t * 0.62, 0, 1))) * (1 - 0.22 * np.clip(t - 0.5, 0, 1) * 2)
    point = 0.75 if number == 2 else 0.94
    wide *= np.where(t < 0.10, point + (1 - point) * t / 0.10, 1)
    thick = (0.28 + 0.55 * t) if front else 0.85 + 0.1 * np.sin(np.pi * t)
    close = np.sqrt(np.clip(t / 0.06, 0, 1))  # the edge is rounded over
    square = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** 0.65, np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** 0.85
    x = 0.5 * width * (wide * (0.75 + 0.25 * close))[:, None] * square[0]
    z = 0.42 * depth * (thick * close)[:, None] * square[1] - (0.10 * depth * (1 - t) ** 2)[:, None] * (
        1 if front else 0
    )
    y = np.repeat(((t * (1 + 0.25)) * height * (1 - 0.15 * wear))[:, None], len(turn), 1)
    points, triangles, uv = grid(np.stack([x, y, z], -1) / 1000, closed=True)
    cap = np.array([[0, k, k + 1] for k in range(1, len(turn) - 1)])
    return points, np.concatenate([triangles, cap]), uv


def _enamel(stain: float, tint: float) -> npt.NDArray[np.float32]:
    """Colour over a crown's height: greyer and clearer at the edge, warmer towards the neck."""
    t = np.linspace(1, 0, 32)[:, None]  # texture rows run from v = 1, the neck
    edge, body, neck = np.array([[0.44, 0.43, 0.40], [0.55, 0.49, 0.39], [0.46, 0.36, 0.23]])
    stained = np.array([0.40, 0.31, 0.17])
    clear, full = np.clip(1 - t * 6, 0, 1), np.clip(np.minimum(t * 6, (1 - t) * 1.6), 0, 1)
    colour = edge * clear + body * full + neck * np.clip(1 - clear - full, 0, 1)
    colour = (colour * (1 - 0.6 * stain) + stained * 0.6 * stain) * tint
    return np.repeat(colour[:, None], 4, 1).astype(np.float32)


def mouth(vertices_m: Array, look: Mouth, tongue: npt.NDArray[np.int64], *, seed: int = 0) -> list[Part]:
    """Teeth, gums and tongue.

    Args:
        vertices_m: (19158, 3) of the MPFB mesh with its helpers.
        look: colours and order of the teeth.
        tongue: triangles (m, 3) of the mesh's group ``helper-tongue``.
        seed: of the disorder.
    """
    rng = np.random.default_rng((seed, 51))
    upper = _arch(vertices_m, UPPER_GUM, UPPER_BITE, MIRROR_UPPER_GUM, MIRROR_UPPER_BITE, UPPER_DROP_M)
    lower = _arch(vertices_m, LOWER_GUM, LOWER_BITE, MIRROR_LOWER_GUM, MIRROR_LOWER_BITE, LOWER_DROP_M)
    parts = []
    for name, arch, sizes in (("upper", upper, UPPER_MM), ("lower", lower, LOWER_MM)):
        necks: list[tuple[float, float]] = []
        for side in (-1, 1):
            reach = 0.0
            for number, size in enumerate(sizes):
                middle = side * (reach + size[0] / 2)
                reach += size[0] * 0.985
                tint = float(rng.uniform(0.93, 1.0))
                part = _tooth(arch, middle, size, number, look, rng)
                parts.append(Part(f"tooth-{name}-{side}-{number}", *part, _tooth_surface(look, tint)))
                necks.append((middle, size[1] * (1 - 0.15 * look.wear)))
        parts.append(Part(f"gum-{name}", *_gum(arch, sorted(necks)), GUM))
    used, index = np.unique(tongue, return_inverse=True)
    place = vertices_m[used] - np.array([0.0, TONGUE_DROP_M, 0.0])
    flesh = Surface((0.40, 0.15, 0.13), 0.55, 0.5, film=0.02, film_roughness=0.22)
    parts.append(Part("tongue", place, index.reshape(tongue.shape), place[:, [0, 2]] * 10, flesh))
    return parts


GUM = Surface((0.36, 0.13, 0.115), 0.4, 0.5, film=0.03, film_roughness=0.12)


def _tooth_surface(look: Mouth, tint: float) -> Surface:
    return Surface(_enamel(look.stain, tint), 0.35, 0.5, film=0.02, film_roughness=0.14)


def _tooth(
    arch: _Arch, at_mm: float, size: tuple[float, float, float], number: int, look: Mouth, rng: np.random.Generator
) -> Sheet:
    """One tooth on its arch: positions, triangles, uv."""
    points, triangles, uv = _crown(size, number, look.wear)
    twist, lean = rng.normal(0, 0.10, 2) * look.disorder
    x, y, z = points.T
    points = np.stack([x * np.cos(twist) + z * np.sin(twist), y, z * np.cos(twist) - x * np.sin(twist)], -1)
    points[:, 0] += lean * y
    place, up, along, out = arch.at(at_mm)
    place = place + out * rng.normal(0, 0.0004) * look.disorder + up * (rng.normal(0, 0.0004) * look.disorder)
    place = place - out * size[2] * 0.00042
    placed = place + points[:, :1] * along + points[:, 1:2] * up + points[:, 2:] * out
    return placed, facing_out(placed, triangles), uv


def _gum(arch: _Arch, necks: list[tuple[float, float]]) -> Sheet:
    """Gum over the necks of the teeth, scalloped: higher on a tooth's middle, lower between teeth."""
    centre = np.array([at for at, _ in necks])
    height = np.array([tall for _, tall in necks])
    where = np.linspace(centre[0], centre[-1], 160)
    rows = []
    for at in where:
        nearest = int(np.argmin(np.abs(centre - at)))
        gap = np.abs(centre[nearest] - at) / 4.0
        edge = np.interp(at, centre, height) * 0.92 - 1.9 * float(np.clip(gap, 0, 1)) ** 2
        place, up, _, out = arch.at(float(at))
        inset = -0.0022 - 0.0012 * float(np.clip(gap, 0, 1)) ** 2
        turn = np.linspace(-0.6 * np.pi, 0.75 * np.pi, 12)[:, None]  # from under the edge round the front to the top
        middle = place + up * (edge / 1000 + 0.0035) + out * (inset - 0.0024)
        rows.append(middle + up * np.sin(turn) * 0.0042 + out * np.cos(turn) * 0.0034)
    placed, triangles, uv = grid(np.array(rows))
    return placed, facing_out(placed, triangles), uv
