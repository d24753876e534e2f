"""How often faces are matched wrongly and copies are missed: the tables of docs/likeness.md.

    python benchmarks/likeness.py --portraits FOLDER --pictures FOLDER

``--portraits``: one picture a person, of people who may be measured; ``--pictures``: pictures that have nothing to do
with the project's own. Only numbers are printed; no picture is written.
"""

from __future__ import annotations

import argparse
import io
import itertools
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from secondunit.likeness.find import find_faces
from secondunit.likeness.match import MATCH_AT, NOBODY_AT
from secondunit.testing import street
from secondunit.testing.heads.people import CAST, Setup, picture
from secondunit.works.fingerprint import LOOK_AT, NEAR_AT, differing_bits, fingerprint

Change = Callable[[Image.Image], Image.Image]
SETUPS = (
    Setup(),
    Setup(yaw_deg=14, pitch_deg=4, light_azimuth_deg=-50, smile=0.6),
    Setup(yaw_deg=-18, pitch_deg=-5, light_azimuth_deg=15, light_elevation_deg=55, light_stops=-0.7),
)


def of_codes(change: Callable[[np.ndarray], np.ndarray]) -> Change:
    return lambda image: Image.fromarray(np.clip(change(np.asarray(image, float)) + 0.5, 0, 255).astype(np.uint8))


def jpeg(quality: int) -> Change:
    def change(image: Image.Image) -> Image.Image:
        data = io.BytesIO()
        image.save(data, "JPEG", quality=quality)
        return Image.open(data).convert("RGB")

    return change


def crop(share: float, x: float, y: float) -> Change:
    def change(image: Image.Image) -> Image.Image:
        width, height = int(image.width * share), int(image.height * share)
        left, top = int((image.width - width) * x), int((image.height - height) * y)
        return image.crop((left, top, left + width, top + height))

    return change


def smaller(share: float) -> Change:
    def change(image: Image.Image) -> Image.Image:
        size = (round(image.width * share), round(image.height * share))
        return image.resize(size, Image.Resampling.LANCZOS)

    return change


def captioned(image: Image.Image) -> Image.Image:
    made = image.copy()
    draw = ImageDraw.Draw(made)
    draw.rectangle((0, int(image.height * 0.86), image.width, image.height), fill=(0, 0, 0))
    font = ImageFont.load_default(max(12, image.height // 14))
    draw.text((image.width // 8, int(image.height * 0.88)), "COMING SOON TO A CINEMA", fill=(255, 255, 255), font=font)
    return made


def on_a_wall(image: Image.Image) -> Image.Image:
    made = Image.new("RGB", (int(image.width * 1.5), int(image.height * 1.5)), (120, 130, 110))
    made.paste(image, (image.width // 4, image.height // 4))
    return made


def square(image: Image.Image) -> Image.Image:
    side = min(image.size)
    left = (image.width - side) // 2
    return image.crop((left, 0, left + side, side))


FACE_CHANGES: Mapping[str, Change] = {
    "cropped to 86 %": crop(0.86, 0.5, 0.5),
    "blurred, 1 % of the face": lambda image: image.filter(ImageFilter.GaussianBlur(4)),
    "darker, gamma 2.2": of_codes(lambda codes: 255 * (codes / 255) ** 2.2),
    "brighter, gamma 0.55": of_codes(lambda codes: 255 * (codes / 255) ** 0.55),
    "light from one side": of_codes(lambda codes: codes * np.linspace(0.35, 1.15, codes.shape[1])[None, :, None]),
    "warm": of_codes(lambda codes: codes * [1.2, 1.0, 0.7]),
    "grey": lambda image: image.convert("L").convert("RGB"),
    "JPEG quality 10": jpeg(10),
    "mirrored": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "turned by 10 deg": lambda image: image.rotate(10, Image.Resampling.BICUBIC),
    "face 120 px wide": smaller(120 / 386),
    "face 80 px wide": smaller(80 / 386),
    "face 60 px wide": smaller(60 / 386),
    "face 40 px wide": smaller(40 / 386),
    "face 32 px wide": smaller(32 / 386),
}
COPY_CHANGES: Mapping[str, Change] = {
    "the same": lambda image: image,
    "half size": smaller(0.5),
    "JPEG quality 15": jpeg(15),
    "regraded": of_codes(lambda codes: 255 * (0.5 + 1.25 * ((codes / 255) ** 0.7 * [1.1, 0.95, 0.75] - 0.45))),
    "grey": lambda image: image.convert("L").convert("RGB"),
    "mirrored": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "captioned": captioned,
    "grain, 18 codes": of_codes(lambda codes: codes + np.random.default_rng(1).normal(0, 18, codes.shape)),
    "blurred": lambda image: image.filter(ImageFilter.GaussianBlur(image.width / 150)),
    "squeezed by 20 %": lambda image: image.resize((int(image.width * 0.8), image.height)),
    "turned by 3 deg, cropped": lambda image: crop(0.9, 0.5, 0.5)(image.rotate(3, Image.Resampling.BICUBIC)),
    "on a wall": on_a_wall,
    "cropped to 90 %": crop(0.9, 0.5, 0.5),
    "cropped to 85 %, corner": crop(0.85, 0, 0),
    "cropped to 75 %": crop(0.75, 0.4, 0.6),
    "cropped to 60 %": crop(0.6, 0.3, 0.7),
    "cropped to 50 %": crop(0.5, 0.5, 0.5),
    "mirrored, cropped to 80 %": lambda image: crop(0.8, 0.3, 0.3)(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)),
    "cropped square": square,
}


def pictures_in(folder: Path) -> dict[str, Image.Image]:
    paths = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in (".jpg", ".png")]
    return {path.stem: Image.open(path).convert("RGB") for path in paths}


def embedding(image: Image.Image) -> np.ndarray | None:
    faces = find_faces(np.ascontiguousarray(np.asarray(image)), frame=0)
    return max(faces, key=lambda face: face.side_px).embedding if faces else None


def rates(same: list[float], others: list[float]) -> str:
    wrong = sum(one <= MATCH_AT for one in others)
    asked = sum(MATCH_AT < one < NOBODY_AT for one in same), sum(MATCH_AT < one < NOBODY_AT for one in others)
    return (
        f"{max(same):.2f} | {min(others):.2f} | {sum(one > MATCH_AT for one in same)} of {len(same)} | "
        f"{wrong} of {len(others)} | {asked[0]} / {asked[1]}"
    )


def measure_faces(people: Mapping[str, Image.Image]) -> None:
    print("\n| change | found | same person, farthest | two people, nearest | not matched | matched wrongly | asked |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    plain = {name: one for name, image in people.items() if (one := embedding(image)) is not None}
    all_same: list[float] = []
    all_others = [float(np.linalg.norm(plain[a] - plain[b])) for a, b in itertools.combinations(plain, 2)]
    print(f"| none | {len(plain)} of {len(people)} | {rates([0.0], all_others)} |")
    for label, change in FACE_CHANGES.items():
        changed = {name: one for name, image in people.items() if (one := embedding(change(image))) is not None}
        same = [float(np.linalg.norm(plain[name] - one)) for name, one in changed.items()]
        others = [float(np.linalg.norm(plain[a] - one)) for a in plain for b, one in changed.items() if a != b]
        print(f"| {label} | {len(changed)} of {len(people)} | {rates(same, others)} |")
        all_same, all_others = all_same + same, all_others + others
    print(f"| all | | {rates(all_same, all_others)} |")


def measure_drawn() -> None:
    images = {
        (name, n): picture(one, setup, size_px=256) for name, one in CAST.items() for n, setup in enumerate(SETUPS)
    }
    found = {key: one for key, codes in images.items() if (one := embedding(Image.fromarray(codes))) is not None}
    same, others = [], []
    for (a, one), (b, other) in itertools.combinations(found.items(), 2):
        (same if a[0] == b[0] else others).append(float(np.linalg.norm(one - other)))
    print(f"\nDrawn people: found {len(found)} of {len(images)}; {rates(same, others)}")


def measure_copies(unrelated: Mapping[str, Image.Image]) -> None:
    folder = street.load()
    own = {name: Image.open(path).convert("RGB") for name, path in (("plate", folder.plate), ("clean", folder.clean))}
    heads = {name: Image.fromarray(picture(one, size_px=256)) for name, one in CAST.items()}
    everything = {**own, **heads, **unrelated}
    known = {name: fingerprint(np.asarray(image)) for name, image in everything.items()}
    print("\n| change | not found | only 'look' | bits, farthest |")
    print("|---|--:|--:|--:|")
    groups: dict[str, list[int]] = {"a drawn head and another": [], "plate and clean plate": [], "all others": []}
    for label, change in COPY_CHANGES.items():
        bits = []
        for name, image in everything.items():
            codes = np.ascontiguousarray(np.asarray(change(image)))
            prints = fingerprint(codes), fingerprint(codes, mirrored=True)
            for other, reference in known.items():
                far = min(differing_bits(reference, one) for one in prints)
                if other == name:
                    bits.append(far)
                elif {name, other} <= set(heads):
                    groups["a drawn head and another"].append(far)
                elif {name, other} == set(own):
                    groups["plate and clean plate"].append(far)
                else:
                    groups["all others"].append(far)
        look = sum(NEAR_AT < one <= LOOK_AT for one in bits)
        print(f"| {label} | {sum(one > LOOK_AT for one in bits)} of {len(bits)} | {look} | {max(bits)} |")
    for label, bits in groups.items():
        near, look = sum(one <= NEAR_AT for one in bits), sum(NEAR_AT < one <= LOOK_AT for one in bits)
        print(f"\n{label}: {len(bits)} pairs, {near} near, {look} look, nearest {min(bits)} bits")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--portraits", type=Path, required=True)
    parser.add_argument("--pictures", type=Path, required=True)
    asked = parser.parse_args()
    measure_faces(pictures_in(asked.portraits))
    measure_drawn()
    measure_copies(pictures_in(asked.pictures))
