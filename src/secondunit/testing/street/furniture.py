"""What stands in a street: cars, lamps, bollards, bins, signs, wires."""

from __future__ import annotations

import numpy as np

from secondunit.imaging.noise import Rng, step
from secondunit.testing.street.mesh import GROUND, Array, Frame, Stage

# Side view of a family hatchback, metres from the front bumper: (x, upper edge of the shell y).
_TOP = np.array(
    [(0.0, 0.48), (0.03, 0.62), (0.12, 0.72), (0.45, 0.84), (1.15, 0.97), (1.32, 1.01), (1.75, 1.28), (2.1, 1.43),
     (2.6, 1.48), (3.2, 1.45), (3.65, 1.36), (3.95, 1.12), (4.12, 0.98), (4.2, 0.80), (4.22, 0.5)]
)  # fmt: skip
ROAD_M = -0.12  # the carriageway lies this far below the pavement, which is the world ground
_LENGTH, _WIDTH, _WHEELS, _RADIUS = 4.22, 1.78, (0.83, 3.40), 0.315


def car(
    stage: Stage, group: str, at_m: tuple[float, float], heading_deg: float, paint: str, *, scale: float = 1.0
) -> None:
    """A parked car whose middle stands at (x, z); heading 0 points its nose to -X."""
    angle = np.radians(heading_deg)
    turn = np.array([[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]])

    def place(points: Array) -> Array:
        local = (points - [_LENGTH / 2, 0, 0]) * scale
        moved: Array = local @ turn.T + [at_m[0], ROAD_M, at_m[1]]
        return moved

    shell, kind = _shell()
    points = place(shell)
    rows, columns = points.shape[:2]
    index = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    triangles = np.stack([np.stack([a, b, c], -1), np.stack([a, c, d], -1)], 2)
    flat, uv = points.reshape(-1, 3), shell.reshape(-1, 3)[:, :2]
    for name, material in enumerate((paint, "carglass", "rubber", "headlight", "taillight", "chrome")):
        chosen = triangles[kind == name].reshape(-1, 3)
        if len(chosen):
            used, renumbered = np.unique(chosen, return_inverse=True)
            stage.add(group, material, flat[used], renumbered.reshape(-1, 3), uv[used], smooth=True)
    for x in _WHEELS:
        for z in (-1.0, 1.0):
            _wheel(stage, group, place, x, z)
    for z in (-1.0, 1.0):
        mirror = np.array([[1.52, 0.98, z * 0.86], [1.5, 1.02, z * 0.95], [1.5, 1.03, z * 1.02]])
        stage.tube(group, paint, place(mirror), np.array([0.03, 0.085, 0.03]) * scale, 10)


def _shell() -> tuple[Array, Array]:
    """The body as a loft: points (rows, columns, 3) and a material number for each cell."""
    x = np.unique(np.concatenate([np.linspace(0, _LENGTH, 240), [0.005, 0.015, _LENGTH - 0.005, _LENGTH - 0.015]]))
    top = np.interp(x, _TOP[:, 0], _TOP[:, 1])
    kernel = np.hanning(13)
    padded = np.pad(top, 6, mode="edge")
    top = np.where((x > 0.1) & (x < _LENGTH - 0.1), np.convolve(padded, kernel / kernel.sum(), "valid"), top)
    belt = np.minimum(0.90 + 0.03 * x / _LENGTH * 2, top - 0.02)
    nose = 1 - np.clip(1 - x / 0.55, 0, 1) ** 2.6 * 0.32 - np.clip(1 - (_LENGTH - x) / 0.5, 0, 1) ** 2.6 * 0.22
    half = _WIDTH / 2 * nose
    bottom = 0.20 + 0.10 * (np.clip(1 - x / 0.5, 0, 1) ** 2 + np.clip(1 - (_LENGTH - x) / 0.5, 0, 1) ** 2)
    v = np.linspace(0, 1, 150)
    rise = np.where(v < 0.5, v / 0.5, 1.0)  # first half: sill to belt; second half: belt to roof, then inwards
    y_low = bottom[:, None] + (belt - bottom)[:, None] * rise[None]
    bulge = 1 - 0.045 * (2 * rise - 1.1) ** 2 - 0.07 * np.clip(1 - rise / 0.15, 0, 1) ** 2
    w = np.clip((v - 0.5) / 0.5, 0, 1)[None]
    cabin = (top - belt)[:, None]
    corner = np.minimum(w / 0.6, 1.0)
    y = np.where(
        v[None] <= 0.5, y_low, belt[:, None] + cabin * (1 - (1 - corner) ** 1.35) * (0.93 + 0.07 * step(w, 0.0, 1.0))
    )
    lean = 0.21 * np.clip(cabin / 0.5, 0.15, 1.0)
    inward = corner**1.6 * lean + np.clip((w - 0.6) / 0.4, 0, 1) * 1.0
    z_high = half[:, None] * (1 - 0.03) * np.clip(1 - inward, 0, 1)
    z = np.where(v[None] <= 0.5, half[:, None] * bulge[None], z_high)
    near = np.stack([np.broadcast_to(x[:, None], y.shape), y, z], -1)
    far = near[:, ::-1] * [1, 1, -1]
    shell = np.concatenate([near, far[:, 1:]], axis=1)[:, ::-1]
    return shell, _paint_cells(shell, top, belt)


def _paint_cells(shell: Array, top: Array, belt: Array) -> Array:
    """Which cell is paint 0, glass 1, rubber 2, head lamp 3, tail lamp 4, bright metal 5."""
    mid = (shell[:-1, :-1] + shell[1:, 1:]) / 2
    x, y, z = mid[..., 0], mid[..., 1], np.abs(mid[..., 2])
    kind = np.zeros(x.shape, int)
    roof, waist = (
        np.interp(x, np.linspace(0, _LENGTH, len(top)), top),
        np.interp(x, np.linspace(0, _LENGTH, len(belt)), belt),
    )
    side = z > 0.42
    pillar = (np.abs(x - 2.48) < 0.05) | (np.abs(x - 3.36) < 0.035)
    glass = side & (y > waist + 0.035) & (y < roof - 0.12) & (x > 1.62) & (x < 3.72) & ~pillar
    screen = (z < 0.6) & (x > 1.36) & (x < 2.02) & (y > 1.03) | (z < 0.56) & (x > 3.68) & (x < 4.0) & (y > 1.06)
    kind[glass | screen] = 1
    for wheel in _WHEELS:
        kind[(np.hypot(x - wheel, y - _RADIUS) < _RADIUS + 0.055) & (z > 0.5)] = 2
    kind[(y < 0.27) | (x < 0.16) & (y < 0.42) & (z < 0.62)] = 2
    kind[(x < 0.09) & (y > 0.56) & (y < 0.64) & (z < 0.42)] = 2
    kind[(x < 0.42) & (y > 0.60) & (y < 0.74) & (z > 0.52)] = 3
    kind[(x > 4.0) & (y > 0.70) & (y < 0.92) & (z > 0.55)] = 4
    seam = (np.abs(x - 1.42) < 0.009) | (np.abs(x - 2.48) < 0.009) | (np.abs(x - 3.42) < 0.009)
    kind[(kind == 0) & side & seam & (y > 0.3) & (y < waist)] = 2
    handle = ((np.abs(x - 2.30) < 0.09) | (np.abs(x - 3.28) < 0.09)) & (np.abs(y - 0.80) < 0.014) & (z > 0.7)
    kind[handle] = 5
    kind[((x < 0.06) | (x > 4.16)) & (z < 0.26) & (y > 0.42) & (y < 0.53)] = 5
    return kind


def _wheel(stage: Stage, group: str, place: object, x: float, side: float) -> None:
    """A tyre and a rim with spokes."""
    assert callable(place)
    rim = np.array([(0.0, 0.0), (0.02, 0.05), (0.015, 0.17), (0.03, 0.20), (0.045, 0.215), (0.02, 0.225)])
    tyre = np.array(
        [(0.02, 0.225), (0.05, 0.25), (0.045, 0.29), (0.02, 0.31), (-0.15, 0.315), (-0.2, 0.29), (-0.2, 0.0)]
    )
    angle = np.linspace(0, 2 * np.pi, 49)
    for profile, material in ((rim, "rim"), (tyre, "rubber")):
        out, radius = profile[:, 0], profile[:, 1]
        points = np.stack(
            [
                x + radius[:, None] * np.cos(angle)[None],
                _RADIUS + radius[:, None] * np.sin(angle)[None] * np.ones_like(out)[:, None],
                side * (_WIDTH / 2 - 0.055 + np.repeat(out[:, None], len(angle), 1)),
            ],
            -1,
        )
        points = points if side < 0 else points[:, ::-1]
        stage.sheet(group, material, place(points), points[..., :2], smooth=True)
    for k in range(5):
        a = 2 * np.pi * (k + 0.25) / 5 + x
        hole = np.array([0.08, 0.19])
        fan = np.linspace(a - 0.36, a + 0.36, 6)
        points = np.stack(
            [
                x + hole[:, None] * np.cos(a + (fan - a) * 1.0)[None],
                _RADIUS + hole[:, None] * np.sin(fan)[None],
                np.full((2, 6), side * (_WIDTH / 2 - 0.026)),
            ],
            -1,
        )
        points = points if side < 0 else points[:, ::-1]
        stage.sheet(group, "rubber", place(points), points[..., :2])


def lamp(stage: Stage, group: str, x: float, z: float, reach: tuple[float, float], height_m: float = 7.2) -> None:
    """A street lamp whose arm reaches by (x, z) metres."""
    pole = np.array([[x, 0, z], [x, 1.1, z], [x, 1.15, z], [x, height_m, z]])
    stage.tube(group, "iron", pole, np.array([0.095, 0.09, 0.06, 0.045]), 14)
    bow = np.linspace(0, np.pi / 2, 9)
    arm = np.stack([x + reach[0] * np.sin(bow), height_m + 0.75 * (1 - np.cos(bow)), z + reach[1] * np.sin(bow)], -1)
    stage.tube(group, "iron", arm, np.linspace(0.045, 0.03, 9), 10)
    end, way = arm[-1], np.array([reach[0], 0, reach[1]]) / np.hypot(*reach)
    head = np.array([end - way * 0.1, end + way * 0.05, end + way * 0.35, end + way * 0.62])
    stage.tube(group, "iron", head, np.array([0.03, 0.10, 0.12, 0.02]), 12)
    stage.tube(group, "lens", head[1:] - [0, 0.05, 0], np.array([0.04, 0.09, 0.03]), 12)


def bollard(stage: Stage, group: str, x: float, z: float) -> None:
    """A cast-iron bollard."""
    y = np.array([0, 0.12, 0.14, 0.75, 0.77, 0.84, 0.88, 0.98, 1.02])
    r = np.array([0.1, 0.1, 0.075, 0.06, 0.085, 0.085, 0.05, 0.06, 0.005])
    stage.tube(group, "iron", np.stack([np.full(9, x), y, np.full(9, z)], -1), r, 14)


def bin_(stage: Stage, group: str, x: float, z: float) -> None:
    """A litter bin."""
    y, r = np.array([0.05, 0.08, 0.85, 0.9, 0.98, 1.05]), np.array([0.22, 0.24, 0.27, 0.29, 0.27, 0.02])
    stage.tube(group, "binpaint", np.stack([np.full(6, x), y, np.full(6, z)], -1), r, 20)


def sign(stage: Stage, group: str, x: float, z: float, rng: Rng) -> None:
    """A round traffic sign without text, turned a little off true."""
    stage.tube(group, "zinc", np.array([[x, 0, z], [x, 2.9, z]]), 0.03, 10)
    turn = rng.normal(0.7, 0.1)
    along = (float(np.cos(turn)), 0.0, float(-np.sin(turn)))
    frame, angle = Frame((x, 2.55, z), along), np.linspace(0, 2 * np.pi, 33)
    for radius, out, material in ((0.3, 0.035, "signred"), (0.22, 0.038, "signwhite")):
        ring = frame.to_world(radius * np.cos(angle), radius * np.sin(angle), out)
        points = np.stack([np.repeat(frame.to_world(0.0, 0.0, out)[None], 33, 0), ring])
        stage.sheet(group, material, points, np.zeros((2, 33, 2)))


def wire(
    stage: Stage, group: str, a_m: tuple[float, float, float], b_m: tuple[float, float, float], sag_m: float
) -> None:
    """A hanging cable."""
    u = np.linspace(0, 1, 25)[:, None]
    path = np.asarray(a_m) * (1 - u) + np.asarray(b_m) * u - [0, 1, 0] * (4 * sag_m * u * (1 - u))
    stage.tube(group, "rubber", path, 0.014, 5)


def kerb(stage: Stage, x: tuple[float, float], z: tuple[float, float]) -> None:
    """A granite kerb, 12 cm high."""
    stage.box("set", "kerb", GROUND, x, (-0.3, 0.004), z)


def person(stage: Stage, x: float, z: float, heading_deg: float, rng: Rng) -> None:
    """Somebody walking in the distance, seen as a figure only."""
    tall, turn = rng.uniform(1.62, 1.84), np.radians(heading_deg)
    ahead, aside = np.array([np.cos(turn), 0, np.sin(turn)]), np.array([-np.sin(turn), 0, np.cos(turn)])
    coat, legs = rng.choice(["cloth", "cloth2", "cloth3"]), rng.choice(["cloth", "cloth3"])

    def at(forward: float, side: float, up: float) -> Array:
        point: Array = np.array([x, 0.0, z]) + forward * ahead + side * aside + [0, up * tall, 0]
        return point

    for side, stride in ((-0.09, 0.26), (0.09, -0.24)):
        leg = np.array(
            [at(stride + 0.1, side, 0.01), at(stride, side, 0.04), at(stride * 0.4, side, 0.28), at(0, side, 0.5)]
        )
        stage.tube("set", legs, leg, np.array([0.04, 0.05, 0.065, 0.09]), 8)
        arm = np.array(
            [at(-stride * 0.8, side * 2.2, 0.46), at(-stride * 0.25, side * 2.3, 0.63), at(0, side * 1.9, 0.81)]
        )
        stage.tube("set", coat, arm, np.array([0.035, 0.045, 0.055]), 8)
    body = np.array([at(0, 0, h) for h in (0.44, 0.50, 0.62, 0.75, 0.82, 0.85)])
    stage.tube("set", coat, body, np.array([0.13, 0.15, 0.135, 0.16, 0.11, 0.05]), 12)
    head = np.array([at(0.02, 0, h) for h in (0.84, 0.88, 0.93, 0.97, 1.0)])
    stage.tube("set", "skin", head[:3], np.array([0.05, 0.075, 0.088]), 12)
    stage.tube("set", "cloth", head[2:] - 0.012 * ahead, np.array([0.092, 0.085, 0.01]), 12)
