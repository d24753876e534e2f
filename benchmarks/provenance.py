"""How fast a signed sequence is verified, beside reading and hashing the same files and nothing else.

    python benchmarks/provenance.py --folder /tmp/sequence            # 1,000 frames of 1920x1080, about 10 GB
    python benchmarks/provenance.py --folder /tmp/small --frames 50

The bar: no less than half the speed of reading and hashing. Both are run in turn, several times, in one process.
"""

import argparse
import hashlib
import json
import os
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import results

from secondunit.imaging.exr import PLAIN, write_exr
from secondunit.provenance.actions import Action, Source
from secondunit.provenance.check import check_path, check_sequence
from secondunit.provenance.identity import load_identity
from secondunit.provenance.pointer import RECORD, pointer
from secondunit.provenance.reading import State
from secondunit.provenance.sequence import record_frames
from secondunit.provenance.settings import ProvenanceSettings
from secondunit.provenance.sign import sign_beside
from secondunit.provenance.statement import PlateIngredient, Statement
from secondunit.provenance.untouched import untouched_of_frame

SHOT, WIDTH_PX, HEIGHT_PX = "BENCH_0010", 1920, 1080


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="new; deleted afterwards")
    parser.add_argument("--frames", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def made_plate():
    """A grainy plate: grain is what keeps files large."""
    random = np.random.default_rng(0)
    return (0.3 + 0.02 * random.standard_normal((HEIGHT_PX, WIDTH_PX, 3), np.float32)).astype(np.float16)


def made_frames(folder, plate, count):
    """Frames that differ inside the matte and in their headers; names by number."""
    matte = np.zeros((HEIGHT_PX, WIDTH_PX), np.float16)
    matte[200:700, 500:1200] = 1
    names = {frame: f"{SHOT}.{frame}.exr" for frame in range(1001, 1001 + count)}

    def write(frame):
        composite = plate.copy()
        composite[200:700, 500:1200] += np.float16((frame % 100) / 100)
        write_exr(folder / names[frame], {PLAIN: composite, "matte": matte}, attributes=pointer(frame))

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(write, names))
    return names


def signed(folder, names):
    """The seconds it takes to hash, record and sign; the digests of untouched pixels are made as the take is."""
    untouched = dict.fromkeys(names, untouched_of_frame(folder / names[1001]))
    began = time.perf_counter()
    record = record_frames(folder, untouched, names, shot=SHOT, take="t001", threads=os.cpu_count() or 1)
    action = Action(kind="edited", what="A part gets brighter.", source=Source.ALGORITHM)
    said = Statement("frames", PlateIngredient("0" * 64), (action,), {}, "0" * 64, (), {"root": record.root})
    sign_beside(folder / RECORD, said, load_identity(ProvenanceSettings()))
    return time.perf_counter() - began


def read_and_hash(paths):
    def digest(path):
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(digest, paths))


def timed(work):
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def verify(folder):
    assert check_sequence(folder).state is State.INTACT


def main():
    asked = arguments()
    asked.folder.mkdir(parents=True)
    try:
        plate = made_plate()
        names = made_frames(asked.folder, plate, asked.frames)
        paths = [asked.folder / name for name in names.values()]
        size = sum(path.stat().st_size for path in paths)
        sign_s = signed(asked.folder, names)
        rounds = {"read and hash": [], "verify": []}
        for _ in range(asked.rounds):
            rounds["read and hash"].append(timed(lambda: read_and_hash(paths)))
            rounds["verify"].append(timed(lambda: verify(asked.folder)))
        best = {name: [min(column) for column in zip(*times, strict=True)] for name, times in rounds.items()}
        one_s, _ = timed(lambda: check_path(paths[0]))
        some = {frame: names[frame] for frame in list(names)[:20]}
        wide = plate.astype(np.float32)
        pixels_s, _ = timed(lambda: [untouched_of_frame(asked.folder / name, wide) for name in some.values()])
        found = {
            "commit": results.commit(),
            "machine": results.machine(),
            "frames": asked.frames,
            "gigabytes": round(size / 1e9, 2),
            "hash, record and sign, s": round(sign_s, 2),
            **{f"{name}, wall s": round(wall, 2) for name, (wall, _) in best.items()},
            **{f"{name}, cpu s": round(cpu, 2) for name, (_, cpu) in best.items()},
            "speed of verify, of reading and hashing": round(best["read and hash"][0] / best["verify"][0], 3),
            "one frame alone, s": round(one_s, 3),
            "untouched pixels, s a frame, one thread": round(pixels_s / len(some), 3),
        }
        print(json.dumps(found, indent=1))
    finally:
        shutil.rmtree(asked.folder)
    return 0 if best["verify"][0] <= 2 * best["read and hash"][0] else 1


if __name__ == "__main__":
    sys.exit(main())
