"""How many years a dial moves real faces, and what it costs them: apparent age, identity, sharpness.

    python benchmarks/deage_faces.py FACES_FOLDER JUDGE_FOLDER --out /tmp/deage --by -10 -20 20 [--faces 062 065]

The pictures stay outside the repository. Apparent age is read from outside (SSR-Net, by ``judge.cjs``), on the whole
picture and on ``CROPS`` around the face: the estimator sees 64 x 64 px, so that its crop alone moves it by years.
Sharpness of the cheeks is after over before, in the picture's own pixels: bars are on ``fine``. What was left alone is
the mean absolute difference of codes (0..255) in eyes and mouth, and on glasses.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from pathlib import Path

import cv2
import numpy as np

from secondunit.effects.deage.age import CROP_PX, EYES_AT_PX, EYES_TO_MOUTH_PX, OLDEST, YOUNGEST, Years, age_face
from secondunit.effects.deage.anatomy import anatomy
from secondunit.effects.deage.controls import Controls
from secondunit.effects.deage.learned import foretelling
from secondunit.effects.deage.mattes import mattes
from secondunit.effects.deage.net import SIDE_PX, graph
from secondunit.likeness.find import find_faces
from secondunit.nets.runtime import compiled
from secondunit.nets.tensors import read_tensors

CROPS = ((1.1, 0, 0), (1.2, 0, 0), (1.25, 0, -0.15), (1.4, 0, -0.1), (1.6, 0, 0), (1.8, 0.02, 0), (2.2, 0, 0))
# side of the square around the mesh and where its middle lies beside the mesh's, over the mesh's larger side
NOW = {"065": 57.0, "062": 68.0}  # as their collection's notes say; the others are adults
OTHERS_NOW = 40.0  # years; a file name that ends in _57 says 57
BATCH = 120  # pictures in one run of the judge, which keeps what it read in memory
CHEEKS, CHEEK_PX = (205, 425), 25  # mesh points at the middle of each cheek; half a side of the patches, px of the crop


def linear(codes):
    code = codes.astype(np.float32) / 255
    return np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4).astype(np.float32)


def encoded(values):
    value = np.clip(values, 0, 1)
    return np.where(value <= 0.0031308, value * 12.92, 1.055 * value ** (1 / 2.4) - 0.055).astype(np.float32)


def mesh_of(codes):
    import mediapipe as mp

    with mp.solutions.face_mesh.FaceMesh(static_image_mode=True, refine_landmarks=True) as mesh:
        found = mesh.process(codes).multi_face_landmarks
    if not found:
        raise SystemExit("no face was found")
    height, width = codes.shape[:2]
    return np.array([[p.x * width, p.y * height] for p in found[0].landmark], np.float32)


def person_of(codes):
    import mediapipe as mp

    with mp.solutions.selfie_segmentation.SelfieSegmentation(model_selection=0) as person:
        return np.ascontiguousarray(person.process(codes).segmentation_mask, np.float32)


def to_crop(points):
    """The 2 x 3 similarity from picture to crop, pixel centres at half integers."""
    eyes = points[[33, 133, 362, 263]].mean(0)
    mouth = points[[61, 291]].mean(0)
    down = mouth - eyes
    scale = EYES_TO_MOUTH_PX / np.hypot(*down)
    ux, uy = down / np.hypot(*down)
    turn = scale * np.array([[uy, -ux], [ux, uy]])
    return np.hstack([turn, (np.array(EYES_AT_PX) - turn @ eyes)[:, None]])


def warped(picture, matrix, size, how):
    """cv2 counts pixel centres from 0: shift by a half on both sides."""
    m = matrix.copy()
    m[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
    return cv2.warpAffine(picture, m, size, flags=how, borderMode=cv2.BORDER_REPLICATE)


def inverse(matrix):
    return cv2.invertAffineTransform(matrix)


def prepared(path):
    codes = cv2.imread(str(path))[..., ::-1].copy()
    points = mesh_of(codes)
    matrix = to_crop(points)
    scale = np.hypot(*matrix[:, 0])
    picture = linear(codes)
    blurred = cv2.GaussianBlur(picture, (0, 0), max(0.3, 0.4 / scale)) if scale < 0.8 else picture
    size = (CROP_PX, CROP_PX)
    return {
        "codes": codes,
        "picture": picture,
        "matrix": matrix,
        "points": points,
        "crop": warped(blurred, matrix, size, cv2.INTER_CUBIC),
        "person": np.clip(warped(person_of(codes), matrix, size, cv2.INTER_LINEAR), 0, 1),
        "landmarks": (points @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32),
    }


def composed(face, aged):
    """The aged crop back in the whole picture."""
    height, width = face["codes"].shape[:2]
    back = inverse(face["matrix"])
    delta = warped_zero(aged.delta, back, (width, height))
    picture = face["picture"]
    if aged.flow is not None:
        flow = warped_zero(aged.flow, back, (width, height)) @ back[:, :2].T.astype(np.float32)
        ys, xs = np.mgrid[:height, :width].astype(np.float32)
        picture = cv2.remap(
            picture, xs + flow[..., 0], ys + flow[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
    return np.rint(encoded(picture + delta) * 255).astype(np.uint8)


def warped_zero(picture, matrix, size):
    m = matrix.copy()
    m[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
    return cv2.warpAffine(picture, m, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)


def crops_of(name, codes, points, folder):
    low, high = points.min(0), points.max(0)
    middle, side = (low + high) / 2, (high - low).max()
    paths = [folder / f"{name}_whole.png"]
    cv2.imwrite(str(paths[0]), codes[..., ::-1])
    for around, *off in CROPS:
        x0, y0 = np.maximum(0, middle + np.array(off) * side - side * around / 2).astype(int)
        x1, y1 = (middle + np.array(off) * side + side * around / 2).astype(int)
        paths.append(folder / f"{name}_{around}_{len(paths)}.png")
        cv2.imwrite(
            str(paths[-1]), cv2.resize(codes[y0:y1, x0:x1, ::-1], (CROP_PX, CROP_PX), interpolation=cv2.INTER_AREA)
        )
    return paths


def read_ages(paths, judge):
    ages = {}
    for start in range(0, len(paths), BATCH):
        command = ["node", "judge.cjs", *map(str, paths[start : start + BATCH])]
        run = subprocess.run(command, cwd=judge, capture_output=True, text=True)
        if run.returncode:
            raise SystemExit(f"the judge stopped: {run.stderr[-500:]}")
        read = (json.loads(line) for line in run.stdout.splitlines())
        ages.update({one["file"]: float("nan") if one["age"] is None else one["age"] for one in read})  # no face found
    return ages


def sharpness(face, codes):
    """Cheeks, after over before, own pixels: Laplacian's variance, Sobel's mean slope, deviation finer than 2 px."""
    side = int(CHEEK_PX / np.hypot(*face["matrix"][:, 0]))
    found = []
    for picture in (face["codes"], codes):
        luma = picture.astype(np.float64) @ (0.2126, 0.7152, 0.0722)
        patches = [luma[y - side : y + side, x - side : x + side] for x, y in face["points"][list(CHEEKS)].astype(int)]
        laplacian = np.concatenate([cv2.Laplacian(one, cv2.CV_64F).ravel() for one in patches])
        slopes = [np.hypot(cv2.Sobel(one, cv2.CV_64F, 1, 0), cv2.Sobel(one, cv2.CV_64F, 0, 1)) for one in patches]
        fine = [one - cv2.GaussianBlur(one, (0, 0), 2) for one in patches]
        found.append((laplacian.var(), np.mean([one.mean() for one in slopes]), np.concatenate(fine).std()))
    return [after / before for before, after in zip(*found, strict=True)]


def touched(face, codes):
    """Mean absolute difference of codes (0..255) in eyes and mouth, and on glasses and what else is no skin."""
    places = anatomy(face["landmarks"], CROP_PX)
    found = mattes(face["crop"], face["landmarks"], places, face["person"])
    change = np.abs(codes.astype(np.float32) - face["codes"]).mean(-1)
    change = warped(change, face["matrix"], (CROP_PX, CROP_PX), cv2.INTER_LINEAR)
    alien = cv2.erode(found.alien, np.ones((3, 3))) > 0.8
    closed = np.maximum(places.eyes, places.mouth) > 0.95
    return [float(change[where].mean()) if where.any() else 0.0 for where in (closed, alien)]


def identity(before, after):
    one, other = find_faces(before, frame=0), find_faces(after, frame=0)
    if not one or not other:
        return float("nan")
    surest = [max(found, key=lambda face: face.score) for found in (one, other)]
    return float(np.linalg.norm(surest[0].embedding - surest[1].embedding))


def network(weights):
    run = compiled(graph(read_tensors(weights), SIDE_PX), threads=1)
    return lambda codes, now, then: foretelling(run, codes, now, then)


def report(rows, ages, dials):
    print("face   by | whole: was  moved | crops: was  moved  (spread) | lapl. slope fine  eyes other identity cpu s")
    for name, by, before, after, sharp, far, seconds in rows:
        was = [ages[str(one)] for one in before]
        moved = [ages[str(two)] - ages[str(one)] for one, two in zip(before, after, strict=True)]
        print(
            f"{name} {by:+4.0f} |     {was[0]:5.1f} {moved[0]:+6.1f} |     "
            f"{np.nanmean(was):5.1f} {np.nanmean(moved):+6.1f} "
            f"({np.nanstd(moved):4.1f})    | {sharp[0]:5.2f} {sharp[1]:5.2f} {sharp[2]:5.2f}  "
            f"{sharp[3]:4.2f} {sharp[4]:4.2f}  "
            f"{far:5.2f}   {seconds:5.2f}"
        )
    for by in dials:
        all_moved = [
            [ages[str(two)] - ages[str(one)] for one, two in zip(before, after, strict=True)]
            for _, this, before, after, *_ in rows
            if this == by
        ]
        print(f"all {by:+4.0f}: whole {np.nanmean([m[0] for m in all_moved]):+.1f}, crops {np.nanmean(all_moved):+.1f}")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("faces", type=Path)
    arguments.add_argument("judge", type=Path)
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--by", type=float, nargs="+", default=[-10.0, -20.0, 20.0])
    arguments.add_argument("--only", nargs="*", default=None)
    arguments.add_argument("--weights", type=Path, help="of the network; without it the classical parts are measured")
    arguments.add_argument("--set", nargs="*", default=[], help="trait=strength")
    asked = arguments.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    traits = {key: float(value) for key, value in (one.split("=") for one in asked.set)}
    controls = Controls(traits=traits)
    learned = network(asked.weights) if asked.weights else None
    rows, paths = [], []
    for path in sorted([*asked.faces.glob("*.jpg"), *asked.faces.glob("*.png")]):
        name = path.stem
        if asked.only and name not in asked.only:
            continue
        face = prepared(path)
        now = float(name.rpartition("_")[2]) if "_" in name else NOW.get(name, OTHERS_NOW)
        before = crops_of(name, face["codes"], face["points"], asked.out)
        paths += before
        shown = [encoded(face["crop"])]
        for by in asked.by:
            start = time.process_time()
            years = Years(now, min(max(now + by, YOUNGEST), OLDEST))
            aged = age_face(face["crop"], face["landmarks"], years, controls, person=face["person"], learned=learned)
            seconds = time.process_time() - start
            codes = composed(face, aged)
            after = crops_of(f"{name}_{by:+.0f}", codes, face["points"], asked.out)
            paths += after
            shown.append(linear(codes))
            shown[-1] = encoded(warped(shown[-1], face["matrix"], (CROP_PX, CROP_PX), cv2.INTER_AREA))
            rows.append(
                (
                    name,
                    by,
                    before,
                    after,
                    (*sharpness(face, codes), *touched(face, codes)),
                    identity(face["codes"], codes),
                    seconds,
                )
            )
        strip = np.hstack(shown)[..., ::-1]
        cv2.imwrite(str(asked.out / f"strip_{name}.png"), np.rint(strip * 255).astype(np.uint8))
    report(rows, read_ages(paths, asked.judge), asked.by)


if __name__ == "__main__":
    main()
