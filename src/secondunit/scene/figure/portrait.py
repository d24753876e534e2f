"""A sitting: one person, one pose, one light, one camera; pictures of it at any age line up pixel by pixel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, get_args

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.scene.camera import Camera, look_at
from secondunit.scene.figure import light, person, skin
from secondunit.scene.figure.body import Figure
from secondunit.scene.figure.clothes import Clothes, clothes
from secondunit.scene.figure.eyes import Eyes, centres, eyes, lashes
from secondunit.scene.figure.glasses import Glasses, glasses
from secondunit.scene.figure.hair import Hair, Style, scalp_hair
from secondunit.scene.figure.head import LANDMARKS, SKIN_VERTICES, Head, base
from secondunit.scene.figure.light import Image, Lighting
from secondunit.scene.figure.mouth import Mouth, mouth
from secondunit.scene.figure.parts import Part, Strands
from secondunit.scene.figure.render import Picture, render
from secondunit.scene.figure.strands import Skin
from secondunit.scene.figure.whiskers import beard, brows

FILM_HEIGHT_M = 0.024  # full-frame stills camera, ISO 1007
LENSES_MM = (35, 50, 65, 85, 100, 135)
FEMALE_STYLES: tuple[Style, ...] = ("medium", "long", "tied", "parted", "swept", "curly", "short", "crop")
FEMALE_SHARES = (0.22, 0.18, 0.22, 0.08, 0.06, 0.12, 0.08, 0.04)
MALE_STYLES: tuple[Style, ...] = ("short", "crop", "swept", "parted", "curly", "medium", "tied")
MALE_SHARES = (0.34, 0.22, 0.14, 0.13, 0.09, 0.05, 0.03)


@dataclass(frozen=True)
class Greying:
    """When hair loses its colour and its place.

    Attributes:
        from_years: first grey.
        over_years: from there to all white.
        bald: receding at 80, 0..1.
        thin: brows lost at 80, 0..1.
        dyed: grey is hidden.
    """

    from_years: float
    over_years: float
    bald: float
    thin: float
    dyed: bool


@dataclass(frozen=True)
class Sitting:
    """All that stays the same between the pictures of a set."""

    seed: int
    who: person.Person
    hair: Hair
    greying: Greying
    iris: float
    glasses: Glasses | None
    garment: Clothes
    mood: str
    expression: Mapping[str, float]
    gaze_deg: tuple[float, float]
    lighting: Lighting
    light_kind: str
    yaw_deg: float
    pitch_deg: float
    lens_mm: int
    distance_m: float
    exposure: float

    def to_json(self) -> dict[str, Any]:
        """Plain values for a document; the light's picture is left out, it follows from the seed."""
        out = asdict(replace(self, lighting=Lighting(np.zeros((1, 1, 3), np.float32), self.lighting.lamps)))
        out["lighting"] = out["lighting"]["lamps"]
        return out


def _hair(rng: np.random.Generator, who: person.Person) -> tuple[Hair, Greying]:
    male = who.sex == "male"
    style = str(rng.choice(MALE_STYLES if male else FEMALE_STYLES, p=MALE_SHARES if male else FEMALE_SHARES))
    if who.monk >= 6:
        melanin, redness = float(rng.uniform(4.5, 8.0)), 0.2
        style = "curly" if style in ("medium", "parted") and rng.random() < 0.6 else style
    else:
        melanin = float(rng.choice([0.35, 0.7, 1.2, 2.2, 3.5, 6.0], p=[0.08, 0.13, 0.2, 0.26, 0.2, 0.13]))
        redness = float(rng.choice([0.15, 0.4, 1.2], p=[0.45, 0.47, 0.08]))
    whiskers = 0.0
    if male and rng.random() < 0.45:
        whiskers = float(rng.choice([0.08, 0.15, 0.35, 0.6, 1.0], p=[0.3, 0.25, 0.2, 0.15, 0.1]))
    strands = {"long": 16000, "medium": 16000}.get(style, 20000)
    found = next(one for one in get_args(Style) if one == style)
    look = Hair(
        found,
        melanin,
        redness,
        curl=float(rng.beta(1, 4)),
        beard=whiskers,
        brows=float(rng.uniform(0.75, 1.2)),
        strands=strands,
    )
    bald = float(np.clip(rng.normal(0.45, 0.35), 0, 1)) if male else float(rng.beta(1, 8) * 0.3)
    return look, Greying(
        float(rng.normal(40, 8)), float(rng.uniform(22, 45)), bald, float(rng.beta(2, 3)), rng.random() < 0.15
    )


def hair_at(sitting: Sitting, years: float) -> Hair:
    """The hair at an age: the same roots, some white, some gone."""
    habit = sitting.greying
    grey = 0.0 if habit.dyed else float(np.clip((years - habit.from_years) / habit.over_years, 0, 0.97))
    gone = float(np.clip((years - 26) / 50, 0, 1.1))
    density = 1.0 - 0.25 * gone
    return replace(
        sitting.hair,
        grey=grey,
        receding=float(np.clip(habit.bald * gone**0.8, 0, 1)),
        density=density,
        brows=sitting.hair.brows * (1 - 0.45 * habit.thin * gone),
    )


def _glasses(rng: np.random.Generator) -> Glasses | None:
    if rng.random() > 0.14:
        return None
    metal = rng.random() < 0.4
    colour = (
        (0.35, 0.3, 0.2)
        if metal
        else tuple(float(one) for one in rng.choice([[0.012, 0.01, 0.01], [0.06, 0.025, 0.012], [0.02, 0.03, 0.06]]))
    )
    return Glasses(
        float(rng.uniform(0.046, 0.055)),
        float(rng.uniform(0.03, 0.045)),
        float(rng.random()),
        float(rng.uniform(0.001, 0.0018) if metal else rng.uniform(0.002, 0.0036)),
        (colour[0], colour[1], colour[2]),
        metal,
    )


def sit(seed: int) -> Sitting:
    """A sitting from a seed: who, how dressed and lit, from where."""
    who = person.sample(seed)
    rng = np.random.default_rng((seed, 12))
    hair, greying = _hair(rng, who)
    mood, expression = person.express(rng)
    lighting, kind = light.sample(rng)
    lens = int(rng.choice(LENSES_MM))
    framed_m = float(rng.uniform(0.42, 0.9))  # what the frame's height covers at the face
    iris = float(rng.beta(5, 1.2)) if who.monk >= 5 else float(rng.beta(1.1, 1.1))
    cloth = np.exp(rng.normal(-2.2, 0.9)) * np.exp(rng.normal(0, 0.35, 3))
    red, green, blue = np.clip(cloth, 0.01, 0.7).tolist()
    return Sitting(
        seed=seed,
        who=who,
        hair=hair,
        greying=greying,
        iris=iris,
        glasses=_glasses(rng),
        garment=Clothes("jumper" if rng.random() < 0.5 else "tee", (red, green, blue)),
        mood=mood,
        expression=expression,
        gaze_deg=(float(rng.normal(0, 7)), float(rng.normal(-1, 4))),
        lighting=lighting,
        light_kind=kind,
        yaw_deg=float(np.clip(rng.normal(0, 19), -45, 45)),
        pitch_deg=float(np.clip(rng.normal(0, 7), -20, 20)),
        lens_mm=lens,
        distance_m=max(0.5, lens / 1000 * framed_m / FILM_HEIGHT_M),
        exposure=float(2 ** rng.normal(0, 0.28)),
    )


def _mouth_corners() -> list[int]:
    """Vertices at the corners of the mouth, found once on the rest shape."""
    rest = base().rest_dm[:SKIN_VERTICES]
    return [int(np.argmin(np.linalg.norm(rest - [side * 0.245, 6.69, 1.28], axis=1))) for side in (-1, 1)]


def frame(
    heads: list[Head],
    yaw_deg: float,
    pitch_deg: float,
    distance_m: float,
    size_px: int,
    eyes_at: tuple[float, float] = (0.5, 232 / 512),
    eyes_to_mouth: float = 100 / 512,
) -> Camera:
    """The camera that puts the eyes' middle and the mouth's distance where the canonical crop wants them, on average.

    Args:
        heads: one person's, at several ages.
        yaw_deg, pitch_deg: of the camera around the face; positive to the person's left and up.
        distance_m: from the eyes.
        size_px: of the square picture.
        eyes_at: where the middle of the eye corners lies, over the size.
        eyes_to_mouth: distance from there to the middle of the mouth's corners, over the size.
    """
    found = centres(heads[0].vertices_m)
    middle = (found["left"][0] + found["right"][0]) / 2
    position = middle + distance_m * np.array(light.towards(yaw_deg, pitch_deg))
    camera = look_at(position, middle, focal_px=1000, width_px=size_px, height_px=size_px)
    corners, mouths = list(LANDMARKS.values()), _mouth_corners()
    eye = np.mean([camera.project(head.vertices_m[corners])[0].mean(0) for head in heads], axis=0)
    lips = np.mean([camera.project(head.vertices_m[mouths])[0].mean(0) for head in heads], axis=0)
    scale = eyes_to_mouth * size_px / float(np.linalg.norm(lips - eye))
    centre = np.array(eyes_at) * size_px - (eye - np.array(camera.centre_px)) * scale
    return replace(camera, focal_px=1000 * scale, centre_px=(float(centre[0]), float(centre[1])))


def head_at(sitting: Sitting, years: float) -> Head:
    """The head alone."""
    return person.head_of(sitting.who, years, sitting.expression)


def figure_at(sitting: Sitting, years: float, head: Head | None = None) -> Figure:
    """Everything that is seen, at an age."""
    head = head or head_at(sitting, years)
    look = hair_at(sitting, years)
    maps, push = skin.paint(sitting.who, years, sitting.expression, look)
    grown_on = Skin(head.vertices_m[:SKIN_VERTICES], head.triangles, head.rest_dm[:SKIN_VERTICES])
    seed = sitting.seed
    strands: list[Strands] = scalp_hair(grown_on, look, seed=seed) + brows(grown_on, look, years=years, seed=seed)
    strands.append(
        lashes(
            head.vertices_m,
            melanin=max(look.melanin, 2.0) * (1 - 0.5 * look.grey),
            length=(1.1 if sitting.who.sex == "female" else 0.85) * (1 - 0.25 * person.oldness(years)),
            seed=seed,
        )
    )
    if sitting.who.sex == "male":
        strands += beard(grown_on, look, seed=seed)
    parts: list[Part] = eyes(
        head.vertices_m,
        Eyes(sitting.iris, 0.36, 0.2 + 0.3 * person.oldness(years), years),
        gaze_deg=sitting.gaze_deg,
        near_m=sitting.distance_m,
        seed=seed,
    )
    worn = float(np.clip((years - 20) / 60, 0, 1))
    tongue = base().groups["helper-tongue"]
    tongue = np.concatenate([tongue[:, [0, 1, 2]], tongue[:, [0, 2, 3]]])
    if any(sitting.expression.get(one, 0) > 0.05 for one in ("jawOpen", "mouthUpperUpLeft", "mouthSmileLeft")):
        parts += mouth(head.vertices_m, Mouth(0.15 + 0.55 * worn, 0.4, 0.2 + 0.5 * worn), tongue, seed=seed)
    parts += clothes(grown_on, sitting.garment, seed=seed)
    if sitting.glasses is not None:
        parts += glasses(head.vertices_m, grown_on, sitting.glasses)
    return Figure(head, maps, push, parts, strands)


def picture(sitting: Sitting, years: float, camera: Camera, head: Head | None = None) -> Picture:
    """The sitting at an age."""
    return render(figure_at(sitting, years, head), camera, sitting.lighting, seed=sitting.seed)


def backdrop(sitting: Sitting, size_px: int) -> Image:
    """What is behind, out of focus (size, size, 3) linear: a card, a wall with a gradient, or a room's or street's
    shapes."""
    rng = np.random.default_rng((sitting.seed, 13))
    level = float(sitting.lighting.around.mean()) * 0.6 + 0.06
    y, x = np.mgrid[0:size_px, 0:size_px].astype(np.float32) / size_px
    tint = np.exp(rng.normal(0, 0.25, 3))
    turn = rng.uniform(0, 6.28)
    image: Any = (
        level * tint * (1 + 0.6 * rng.normal() * ((x - 0.5) * np.cos(turn) + (y - 0.5) * np.sin(turn)))[..., None]
    )
    image = np.clip(image, 0.004, None).astype(np.float32)
    kind = rng.random()
    if kind > 0.3:
        for _ in range(int(rng.integers(5, 22))):
            colour = (level * np.exp(rng.normal(0, 0.9)) * np.exp(rng.normal(0, 0.35, 3))).tolist()
            x0, y0 = rng.uniform(-0.2, 1.0, 2) * size_px
            w, h = rng.uniform(0.05, 0.6, 2) * size_px
            cv2.rectangle(image, (int(x0), int(y0)), (int(x0 + w), int(y0 + h)), colour, -1)
        for _ in range(int(rng.integers(0, 8))):
            colour = (level * rng.uniform(2, 9) * np.exp(rng.normal(0, 0.3, 3))).tolist()
            at = rng.uniform(0, size_px, 2).astype(int).tolist()
            cv2.circle(image, (at[0], at[1]), int(rng.uniform(0.01, 0.04) * size_px), colour, -1)
        sigma = float(rng.uniform(0.012, 0.07)) * size_px
        image = cv2.GaussianBlur(image, (0, 0), sigma)
    out: npt.NDArray[np.float32] = image.astype(np.float32)
    return out
