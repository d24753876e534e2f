"""A face some years younger or older: one call on the canonical crop. Everything before and after it is geometry.

The canonical crop is 512 x 512 px, upright (no roll): the midpoint between the four eye corners lies at ``EYES_AT_PX``,
and the midpoint between the corners of the mouth ``EYES_TO_MOUTH_PX`` from it, so that hair, ears and neck are inside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.effects.deage.anatomy import Anatomy, anatomy
from secondunit.effects.deage.bands import (
    blur,
    box_of,
    covered,
    cut,
    decode,
    encode,
    luma,
    masked_blur,
    most,
    smoothstep,
    srgb,
)
from secondunit.effects.deage.controls import Controls
from secondunit.effects.deage.folds import drawn
from secondunit.effects.deage.mattes import Mattes, mattes
from secondunit.effects.deage.pigment import absorption, darkened, greyed, lips_coloured
from secondunit.effects.deage.relief import weathered
from secondunit.effects.deage.retouch import Amounts, creased, retouched, worn
from secondunit.effects.deage.shape import shape_flow
from secondunit.errors import BadPicture
from secondunit.nets.patches import within

Image = npt.NDArray[np.float32]
Plane = npt.NDArray[np.float32]
Points = npt.NDArray[np.float32]

CROP_PX = 512
EYES_AT_PX = (256.0, 232.0)  # x, y of the midpoint between the eye corners (33, 133, 362, 263 of the mesh)
EYES_TO_MOUTH_PX = 100.0  # from there to the midpoint between the corners of the mouth (61, 291)
LANDMARKS = 478  # MediaPipe face mesh with refined irises
YOUNGER_YEARS, OLDER_YEARS = 18.0, 20.0  # every trait's amount is 1 at so many: calibrated, see the card
SATURATED = ("fine_lines", "deep_folds", "lips")  # traits of which each year younger wants more than the one before
SATURATED_BY, BEYOND = (0.0, 20.0), 0.2  # years younger over which that comes in; share that is more
BROWS = 0.55  # of the pigment of hair: brows stay fairer
FORETOLD_PX = (0.8, 30.0)  # widths between which the network is believed
WHITE = 0.8  # luminance of white hair over that of the skin beside it
GREYING = (28.0, 75.0)  # years between which hair loses its pigment: half of it at 51 (Panhard et al. 2012)
WORN, LEAST = 50.0, 0.3  # age from which a face has all to lose, and the share of a very young one
AROUND_PX, HAIR_AROUND_PX = 32, 64  # as far around skin, and around hair, as what is beside it tells anything of it
STILL_PX = 0.01  # a smaller move is none
YOUNGEST, OLDEST = 18.0, 90.0  # years between which a face may be moved


@dataclass(frozen=True)
class Years:
    """From which apparent age to which, in years."""

    now: float
    then: float

    @property
    def by(self) -> float:
        """How many years; negative is younger."""
        return self.then - self.now


@dataclass(frozen=True)
class AgedFace:
    """What ageing does to the crop: ``aged(x) = crop(x + flow(x)) + delta(x)``; outside the matte neither moves.

    Attributes:
        delta: (512, 512, 3) scene-linear Rec.709, the crop's own scale; 0 where the matte is 0.
        matte: (512, 512) 0..1: where the picture may differ from the plate; falls to 0 before the crop's edge.
        flow: (512, 512, 2) px of the crop, x and y: where the result's pixel is taken from, less its own place; 0 where
            the matte is 0. None: nothing moves.
        regions: (512, 512) 0..1 by name of ``Regions``: where each region's strength counts.
        moved: (512, 512, 3) ``crop(x + flow(x))``; None where nothing moves.
    """

    delta: Image
    matte: Plane
    flow: Image | None
    regions: dict[str, Plane]
    moved: Image | None = None


Learned = Callable[[Image, float, float], Image]  # sRGB codes / 255, age now, age then, to the difference of the codes


def age_face(
    crop: Image,
    landmarks: Points,
    years: Years,
    controls: Controls | None = None,
    *,
    person: Plane | None = None,
    learned: Learned | None = None,
) -> AgedFace:
    """One face, aged.

    Args:
        crop: (512, 512, 3) float32, scene-linear with Rec.709 primaries, exposed as for a screen (white near 1; more is
            kept): the canonical crop.
        landmarks: (478, 2) float32, x and y in px of the crop, pixel centres at half integers.
        years: from which age to which.
        controls: the artist's; None for 1 everywhere.
        person: (512, 512) 0..1, 1 where the person is (skin, hair, clothes), 0 in the background and where something
            stands in front. None: hair is not told from the background and keeps its colour.
        learned: the network, see ``learned.residual``; None: the classical parts alone.

    Raises:
        BadPicture: an array of another shape or kind, a number that is not finite, or an age outside 18..90.
    """
    _check(crop, landmarks, years, person)
    asked = controls or Controls()
    years_younger = -years.by * asked.strength
    if years_younger > 0:  # what a young face does not have cannot be taken away
        years_younger *= min(1.0, max(LEAST, (years.now - YOUNGEST) / (WORN - YOUNGEST)))
    if years_younger == 0:
        return AgedFace(np.zeros_like(crop), np.zeros((CROP_PX, CROP_PX), np.float32), None, {})
    places = anatomy(landmarks, CROP_PX)
    found = mattes(crop, landmarks, places, person)
    regions = _regions(places, found)
    dial = _Dial(years_younger, asked, _strength_of(regions, asked))
    flow = shape_flow(landmarks, places, found, person, dial("shape"), dial("lips"))
    flow = covered(flow, ((_far(flow) >= STILL_PX) & ~_closed(places)).astype(np.float32))
    moved, found = _moved(crop, flow), _along(found, flow)
    codes = encode(moved)
    if learned is not None and years_younger > 0:  # older, it softens what should deepen: drawn folds do better
        made = foretold(moved, learned, years, dial.share("deep_folds") * asked.strength)
        codes = codes + covered(made, found.skin)
    amounts = Amounts(**{name: dial(name) for name in ("fine_lines", "deep_folds", "eye_bags", "spots", "tone")})
    if years_younger < 0:  # the shadows at a mouth's corners are no folds that deepen
        calm = 1 - np.float32(0.9) * blur(np.asarray(cv2.dilate(places.lips, np.ones((23, 31))), np.float32), 5)
        amounts = replace(amounts, fine_lines=amounts.fine_lines * calm, deep_folds=amounts.deep_folds * calm)
    skin = _retouched(codes, places, found, amounts)
    if years_younger < 0:
        skin = worn(skin, *weathered(landmarks), found.skin, amounts)
        skin = creased(skin, *drawn(landmarks, CROP_PX), found.skin, amounts)
    aged = decode(skin)
    aged += _hair(moved, found, dial, years)
    lips = places.lips * found.fade * (1 - found.alien)
    if (box := box_of(lips)) is not None:
        aged[box] += lips_coloured(moved[box], lips[box], dial("lips")[box])
    may = _may_differ(places, found, flow)
    return AgedFace(covered(aged - moved, (may > 0).astype(np.float32)), may, flow, regions, moved)


class _Dial:
    """Years to amounts: 1 is what some 20 years do, and every trait saturates."""

    def __init__(self, younger: float, asked: Controls, where: Plane) -> None:
        self.asked, self.where = asked, where
        self.amount = younger / (YOUNGER_YEARS if younger > 0 else OLDER_YEARS)
        self.beyond = 1 + BEYOND * float(smoothstep(np.array([younger], np.float32), *SATURATED_BY)[0])

    def share(self, trait: str) -> Plane:
        """What an artist asks of a trait: 1 is what the years do."""
        return np.asarray(self.where * np.float32(getattr(self.asked.traits, trait)), np.float32)

    def __call__(self, trait: str) -> Plane:
        amount = self.amount * (self.beyond if trait in SATURATED else 1.0)
        return self.where * np.float32(amount * getattr(self.asked.traits, trait))


def _regions(places: Anatomy, found: Mattes) -> dict[str, Plane]:
    eyes = np.maximum(places.under_eyes, places.crow)
    mouth = most(places.lips, places.nasolabial, places.marionette)
    raw = {
        "forehead": np.maximum(places.forehead, places.brows),
        "eyes": eyes,
        "cheeks": np.maximum(places.cheeks, places.nose),
        "mouth": mouth * 2,
        "jaw": places.jaw,
        "neck": places.neck,
        "hair": found.hair,
    }
    whole = np.maximum(sum(raw.values(), np.zeros_like(eyes)), 1e-3)
    return {name: np.asarray(plane / np.maximum(whole, 1), np.float32) for name, plane in raw.items()}


def _strength_of(regions: dict[str, Plane], asked: Controls) -> Plane:
    """1 where no region is told otherwise."""
    where = np.ones((CROP_PX, CROP_PX), np.float32)
    for name, plane in regions.items():
        where += plane * np.float32(getattr(asked.regions, name) - 1)
    return np.maximum(where, 0)


def foretold(moved: Image, learned: Learned, years: Years, share: Plane) -> Image:
    """What the network adds to the codes, without what is finer than folds and without the whole face's change of tone.

    Single pores cannot be foretold, and the tone of rendered skin is not this person's.
    """
    made = learned(srgb(moved), years.now, years.then)
    made = blur(made, FORETOLD_PX[0]) - blur(made, FORETOLD_PX[1])
    return covered(made, share)


def _far(flow: Image) -> Plane:
    """The larger of both ways."""
    return most(np.abs(flow[..., 0]), np.abs(flow[..., 1]))


def _moved(crop: Image, flow: Image) -> Image:
    """The crop taken from where the flow says."""
    far, out = _far(flow), crop.copy()
    if (box := box_of(far, 8 + round(float(far.max())))) is not None:
        part, at, edge = np.ascontiguousarray(crop[box]), _places(flow[box]), cv2.BORDER_REPLICATE
        there = cv2.remap(part, *at, cv2.INTER_CUBIC, borderMode=edge)
        there = within(there, part, lambda one: cv2.remap(one, *at, cv2.INTER_NEAREST, borderMode=edge))
        out[box] = np.where((far[box] > 0)[..., None], there, part)
    return out


def _along(found: Mattes, flow: Image) -> Mattes:
    """The mattes of the moved crop: what came to lie where skin was is retouched as what it is."""
    names, far = ("skin", "hair", "brows", "beard"), _far(flow)
    planes = cv2.merge([getattr(found, name) for name in names])
    if (box := box_of(far, 8 + round(float(far.max())))) is not None:
        at = _places(flow[box])
        part = np.ascontiguousarray(planes[box])
        planes[box] = cv2.remap(part, *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return replace(found, **dict(zip(names, cv2.split(planes), strict=True)))


def _places(flow: Image) -> tuple[Plane, Plane]:
    """Where a part's pixels are taken from, px of the part: x and y."""
    ys, xs = np.mgrid[: flow.shape[0], : flow.shape[1]].astype(np.float32)
    return xs + flow[..., 0], ys + flow[..., 1]


def _retouched(codes: Image, places: Anatomy, found: Mattes, amounts: Amounts) -> Image:
    """``retouched``, worked on around the skin only: elsewhere nothing changes."""
    out = codes.copy()
    if (box := box_of(found.skin, AROUND_PX)) is not None:
        part = np.ascontiguousarray(codes[box])
        out[box] = retouched(part, *(cut(one, box) for one in (places, found, amounts)))
    return out


def _hair(moved: Image, found: Mattes, dial: _Dial, years: Years) -> Image:
    """Hair, brows and beard."""
    grey, brows = dial("greying"), dial("brows")
    had, has = (1 - smoothstep(np.array([age], np.float32), *GREYING)[0] for age in (years.now, years.then))
    lost = max(0.0, 1 - float(has) / max(float(had), 1e-3))
    full = absorption(dial.asked.hair_colour)
    change = np.zeros_like(moved)
    for matte, amount in (
        (np.maximum(found.hair, found.beard), grey),
        (found.brows, np.maximum(grey, brows) * np.float32(found.pale * BROWS)),
    ):
        if (amount > 0).any() and (box := box_of(matte, HAIR_AROUND_PX)) is not None:
            strands, much = (np.ascontiguousarray(one[box]) for one in (matte, np.clip(amount, 0, 1.3)))
            part = np.ascontiguousarray(moved[box])
            change[box] += darkened(part, strands, much, full, fair=matte is found.brows)
        elif (amount < 0).any():
            change += greyed(moved, matte, np.clip(-amount * np.float32(lost), 0, 1), _white(moved, found))
    return change


def _white(moved: Image, found: Mattes) -> Plane:
    """The luminance that white hair would have, by the light on the skin near by."""
    near = blur(found.skin, 40) > 0.03
    lit = np.where(near, np.clip(masked_blur(luma(moved), found.skin, 40) / np.float32(found.level), 0.05, 1.2), 1)
    return blur(lit, 20) * np.float32(found.level * WHITE)


def _may_differ(places: Anatomy, found: Mattes, flow: Image) -> Plane:
    moves = smoothstep(_far(flow), 0.0, 0.1)
    any_part = most(
        found.skin, found.hair, found.brows, found.beard, places.lips * found.fade * (1 - found.alien), moves
    )
    return np.where(_closed(places), 0, any_part).astype(np.float32)


def _closed(places: Anatomy) -> npt.NDArray[np.bool_]:
    """Eyes and the inside of the mouth."""
    return np.asarray(np.maximum(places.eyes, places.mouth) > 0.5)


def _check(crop: Image, landmarks: Points, years: Years, person: Plane | None) -> None:
    wanted = {"crop": (crop, (CROP_PX, CROP_PX, 3)), "landmarks": (landmarks, (LANDMARKS, 2))}
    if person is not None:
        wanted["person"] = (person, (CROP_PX, CROP_PX))
    for name, (array, shape) in wanted.items():
        if array.shape != shape or array.dtype != np.float32:
            raise BadPicture(name, f"{array.dtype} {array.shape}", f"float32 {shape}")
        if not np.isfinite(array).all():
            raise BadPicture(name, "numbers that are not finite", "finite numbers")
    for age in (years.now, years.then):
        if not YOUNGEST <= age <= OLDEST:
            raise BadPicture("years", f"{age:g}", f"{YOUNGEST:g} to {OLDEST:g}", "Only adults are aged, to adults.")
