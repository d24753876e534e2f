"""Measures a trained network on sittings it never saw, by skin tone and sex, and writes its card.

``python -m secondunit.effects.deage.assess --data DIR --weights FILE --command WORDS --steps N --hours H --out DIR``
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w

from secondunit.effects.deage.learned import CARD
from secondunit.effects.deage.net import graph, shapes
from secondunit.effects.deage.train import Sittings
from secondunit.errors import BrokenStore
from secondunit.nets.card import fits
from secondunit.nets.runtime import compiled
from secondunit.nets.tensors import read_tensors
from secondunit.records import whole_file

SKIN = 0.9  # weight from which a pixel of a pair is bare skin
TONES = ((1, 3, "light"), (4, 7, "medium"), (8, 10, "dark"))  # of the Monk Skin Tone scale (Monk 2019)


def explained(data: Path, weights: Path) -> tuple[dict[str, list[float]], int, int]:
    """How much of the difference between two ages the network foretells on what is skin at either, by group.

    Args:
        data: folder of sets; only those held out from training are looked at.
        weights: of the network.

    Returns:
        Shares by group (1 is all, 0 no better than doing nothing), number of pictures and of people.

    Raises:
        BrokenStore: no set is held out, or a file is damaged.
    """
    tensors = read_tensors(weights)
    fits(tensors, shapes(), str(weights))
    sittings = Sittings(data, held_out=True)
    if not sittings.scan():
        raise BrokenStore(str(data), "holds no set that was held out", "more sets")
    found, pictures, run = defaultdict[str, list[float]](list), 0, None
    for name in sittings.names:
        about = json.loads((data / name / "set.json").read_text())["sitting"]["who"]
        tone = next(word for low, high, word in TONES if low <= int(about["monk"]) <= high)
        ages = sittings.ages(name)
        pictures += len(ages)
        for one in range(len(ages)):
            for other in range(len(ages)):
                if one == other:
                    continue
                pair = sittings.between(name, one, other)
                run = run or compiled(graph(tensors, pair.seen.shape[0]), threads=2)
                (made,) = run([pair.seen[None], np.array([[ages[one], ages[other]]], np.float32)])
                skin = pair.weight > SKIN
                truth = (pair.wanted - pair.seen)[skin]
                left = float(np.square(made[0][skin] - truth).sum() / max(float(np.square(truth).sum()), 1e-9))
                way = "younger" if ages[other] < ages[one] else "older"
                for group in ("all", way, str(about["sex"]), f"{tone} skin"):
                    found[group].append(1 - left)
    return dict(found), pictures, len(sittings.names)


def card_of(
    data: Path, weights: Path, command: str, steps: int, hours: float, extra: list[dict[str, Any]]
) -> dict[str, Any]:
    """The card as plain values."""
    groups, _, people = explained(data, weights)
    seen = Sittings(data)
    trained = seen.scan()
    what = "share of the squared difference between two ages foretold on what is skin at either, at half size; 1 is all"
    rows = [
        {"what": what, "on": f"{group}: {people} rendered people held out", "value": round(float(np.mean(values)), 3),
         "spread": round(float(np.std(values)), 3)}
        for group, values in sorted(groups.items())
    ]  # fmt: skip
    return {
        "name": "deage-2",
        "purpose": "Foretells how light and colour of a face change with the years, on the canonical crop, as a part "
        "of the effect deage. Not for telling anybody's age or identity.",
        "licence": "Apache-2.0",
        "weights": weights.name,
        "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
        "parameters": int(sum(np.prod(shape) for shape in shapes().values())),
        "data": {
            "what": "Path-traced heads of people who do not exist: secondunit.effects.deage.dataset",
            "pictures": int(sum(len(seen.ages(name)) for name in seen.names)),
            "people": trained,
            "rights": "Made by the project from CC0 meshes and its own procedures; no photograph, no real person.",
        },
        "training": {
            "command": command,
            "steps": steps,
            "hours": hours,
            "machine": f"{platform.machine()}, 2 cores, no GPU",
        },
        "measured": [*rows, *extra],
        "limits": [
            "Trained on rendered heads alone: real skin is outside of what it saw. It works beside the "
            "classical parts, which do most on real faces.",
            f"{trained} people are few: it foretells a small share of what the years change, and is used for "
            "younger only.",
            "It sees the crop at half size: what is finer than 4 px there is left to the classical parts.",
            "Profiles, faces of less than 80 px and faces under make-up were not tried.",
            "Children and teenagers are neither in the data nor allowed.",
        ],
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--command", required=True, help="that made the data and trained")
    parser.add_argument("--steps", type=int, required=True, help="that the training took")
    parser.add_argument("--hours", type=float, required=True, help="the same in hours")
    parser.add_argument("--measured", type=Path, help="JSON list of further rows: what, on, value, spread")
    parser.add_argument("--out", type=Path, required=True, help="folder for card and weights")
    asked = parser.parse_args()
    extra = json.loads(asked.measured.read_text()) if asked.measured else []
    card = card_of(asked.data, asked.weights, asked.command, asked.steps, asked.hours, extra)
    asked.out.mkdir(parents=True, exist_ok=True)
    for name, data in ((asked.weights.name, asked.weights.read_bytes()), (CARD, tomli_w.dumps(card).encode())):
        with whole_file(asked.out / name) as pending:
            pending.write_bytes(data)
    for row in card["measured"]:
        print(f"{row['value']:7.3f}  {row['on']}: {row['what']}")


if __name__ == "__main__":
    main()
