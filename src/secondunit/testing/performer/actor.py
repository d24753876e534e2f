"""A figure that moves: hair grown once on the still face and carried along, everything else set anew for each pose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from secondunit.scene.figure.body import Figure
from secondunit.scene.figure.clothes import Clothes, clothes
from secondunit.scene.figure.eyes import Eyes, eyes, lashes
from secondunit.scene.figure.hair import Hair, scalp_hair
from secondunit.scene.figure.head import Head, base
from secondunit.scene.figure.motion import Pose, turned
from secondunit.scene.figure.mouth import Mouth, mouth
from secondunit.scene.figure.parts import Array, Part, Strands
from secondunit.scene.figure.person import Person, head_of
from secondunit.scene.figure.skin import paint
from secondunit.scene.figure.strands import Skin, carried
from secondunit.scene.figure.whiskers import beard, brows

NECK_DM = (0.0, 5.89, 0.07)  # MPFB's neck joint on the rest shape
SKULL_DM = np.array([0.0, 8.0, 0.5])  # a place that goes wholly with the head
BREATH_M = 0.0012  # rise of the shoulders
# vertices of the MPFB mesh by which a face can be followed
LANDMARKS = {
    "eye-right-outer": 1062, "eye-right-inner": 1077, "eye-left-inner": 7769, "eye-left-outer": 7754,
    "nose-tip": 297, "lip-upper": 362, "lip-lower": 468, "chin": 5211,
}  # fmt: skip


@dataclass(frozen=True)
class Role:
    """Who plays, at what age, with what hair, eyes, teeth and clothes.

    Attributes:
        person: the face.
        years: its age.
        bearing: face units that are always on, such as a slight smile.
    """

    person: Person
    years: float
    hair: Hair
    eyes: Eyes
    mouth: Mouth
    clothes: Clothes
    bearing: Mapping[str, float]


class Actor:
    """Poses of one role; what does not change is made once."""

    def __init__(self, role: Role) -> None:
        self.role = role
        mesh = base()
        self.still = head_of(role.person, role.years)
        self._skin = Skin(self.still.fine()[0], mesh.triangles, mesh.fine_rest_dm)
        seed = role.person.seed
        self._hair: list[Strands] = scalp_hair(self._skin, role.hair, seed=seed)
        self._hair += brows(self._skin, role.hair, years=role.years, seed=seed) + beard(
            self._skin, role.hair, seed=seed
        )
        self._clothes = clothes(self._skin, role.clothes, seed=seed)
        quads = mesh.groups["helper-tongue"]
        self._tongue = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
        self._maps, self._push = paint(role.person, role.years, dict(role.bearing), role.hair)
        joint = np.argmin(np.linalg.norm(mesh.rest_dm - NECK_DM, axis=1))
        self._pivot: Array = self.still.vertices_m[joint] * np.array([0.0, 1.0, 1.0])

    def expression(self, pose: Pose) -> dict[str, float]:
        """Face units of the pose over the role's bearing."""
        units = dict(self.role.bearing)
        for name, weight in pose.units.items():
            units[name] = units.get(name, 0.0) + weight
        return units

    def head(self, pose: Pose) -> tuple[Head, Head]:
        """The head with the pose's expression, upright and turned."""
        upright = head_of(self.role.person, self.role.years, self.expression(pose))
        return upright, Head(self._turn(upright.vertices_m, base().rest_dm, pose))

    def figure(self, pose: Pose) -> Figure:
        """Everything that is seen in a pose."""
        upright, head = self.head(pose)
        role, seed = self.role, self.role.person.seed
        moved = upright.fine()[0]
        gaze = (pose.gaze_deg[0], pose.gaze_deg[1])
        inside = eyes(upright.vertices_m, role.eyes, gaze_deg=gaze, near_m=1.4, seed=seed)
        inside += mouth(upright.vertices_m, role.mouth, self._tongue, seed=seed)
        parts = [replace(part, positions_m=self._turn(part.positions_m, SKULL_DM, pose)) for part in inside]
        parts += [self._breathing(part, pose) for part in self._clothes]
        lid = lashes(upright.vertices_m, melanin=role.hair.melanin, length=0.8, seed=seed)
        hair = [carried(bundle, self._skin, moved) for bundle in self._hair] + [lid]
        hair = [replace(bundle, points_m=self._turn(bundle.points_m, SKULL_DM, pose)) for bundle in hair]
        return Figure(head, self._maps, self._push, parts, hair)

    def _turn(self, points_m: Array, rest_dm: Array, pose: Pose) -> Array:
        out = turned(points_m, rest_dm, self._pivot, pose.head_deg)
        out[..., 1] += BREATH_M * pose.breath * np.clip((6.2 - rest_dm[..., 1]) / 0.6, 0.25, 1)
        return out

    def _breathing(self, part: Part, pose: Pose) -> Part:
        return replace(part, positions_m=part.positions_m + np.array([0.0, BREATH_M * pose.breath, 0.0]))
