"""Trains the network on rendered sittings: ``python -m secondunit.effects.deage.train --data DIR --out DIR``.

Wants torch (the extra ``train``). It goes on where the last run stopped, and leaves ``checkpoint.pt`` and
``deage.safetensors``. Same data, steps, seed and number of threads: the same weights, but for rounding.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from secondunit.effects.deage.augment import Pair, photographed
from secondunit.effects.deage.net import SIDE_PX, module, shapes
from secondunit.errors import BrokenStore
from secondunit.nets.tensors import write_safetensors

BATCH = 8
RATE, RATE_LAST, WARM_STEPS = 8e-4, 3e-5, 100  # AdamW's; falls with a cosine over the steps asked for
SAVE_EVERY_S = 180.0
SAME_AGE = 0.08  # share of pairs that ask for the age that is shown: nothing is to be done
HOLD_OUT = 10  # one set in so many
MEMORY = 1000  # sets kept decoded, about 2 MB each
BEND = 0.06  # sRGB codes / 255: where the loss turns from square to straight
# hair changes ten times as much as skin and is recoloured otherwise; kept: eyes, teeth, glasses, which stay
WEIGHTS = {"skin": 1.0, "hair": 0.08, "kept": 0.4, "rest": 0.05}


class Sittings:
    """The sets of a folder, read when they are asked for."""

    def __init__(self, folder: Path, *, held_out: bool = False) -> None:
        self.folder, self.held_out = folder, held_out
        self.names, self.held = list[str](), dict[str, Any]()

    def scan(self) -> int:
        """Look for new sets; how many there are. Every tenth is held out from training, to measure on."""
        every = sorted(path.parent.name for path in self.folder.glob("[0-9]*/set.json"))
        self.names = [name for name in every if (int(name) % HOLD_OUT == 0) is self.held_out]
        return len(self.names)

    def ages(self, name: str) -> list[float]:
        """Of one set."""
        return [float(age) for age in json.loads((self.folder / name / "set.json").read_text())["ages"]]

    def between(self, name: str, one: int, other: int) -> Pair:
        """Two ages of one set, by their numbers."""
        _, pictures, maps = _read_set(self.folder / name)
        return _pair(pictures[one], pictures[other], maps[one], maps[other])

    def pair(self, random: np.random.Generator) -> tuple[Pair, tuple[float, float]]:
        """Two ages of one sitting."""
        name = self.names[int(random.integers(len(self.names)))]
        if name not in self.held:
            if len(self.held) >= MEMORY:
                self.held.pop(next(iter(self.held)))
            self.held[name] = _read_set(self.folder / name)
        ages, pictures, maps = self.held[name]
        one = int(random.integers(len(ages)))
        other = one if random.random() < SAME_AGE else int(random.choice([k for k in range(len(ages)) if k != one]))
        return _pair(pictures[one], pictures[other], maps[one], maps[other]), (ages[one], ages[other])


def _read_set(folder: Path) -> tuple[list[float], list[npt.NDArray[np.uint8]], list[npt.NDArray[np.uint8]]]:
    ages = json.loads((folder / "set.json").read_text())["ages"]
    pictures, maps = list[npt.NDArray[np.uint8]](), list[npt.NDArray[np.uint8]]()
    for age in ages:
        for end, kept in ((".png", pictures), ("_maps.png", maps)):
            read = cv2.imread(str(folder / f"{age}{end}"), cv2.IMREAD_UNCHANGED)
            if read is None:
                raise BrokenStore(str(folder / f"{age}{end}"), "cannot be read", "a picture", "Render the set again.")
            small = cv2.resize(read[..., [2, 1, 0]], (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
            kept.append(np.ascontiguousarray(small).astype(np.uint8))
    return [float(age) for age in ages], pictures, maps


def _pair(seen: Any, wanted: Any, seen_map: Any, wanted_map: Any) -> Pair:
    """Maps are red skin, green hair, blue eyes, teeth and glasses."""
    cover = np.maximum(seen_map, wanted_map).astype(np.float32) / 255
    weight = np.full(cover.shape[:2], WEIGHTS["rest"], np.float32)
    for channel, kind in ((1, "hair"), (0, "skin"), (2, "kept")):
        weight += (WEIGHTS[kind] - weight) * cover[..., channel]
    before, after = seen.astype(np.float32) / 255, wanted.astype(np.float32) / 255
    eyes = cover[..., 2:]
    return Pair(before, after * (1 - eyes) + before * eyes, weight)


def loss_of(made: Any, wanted: Any, weight: Any) -> Any:
    """Huber's differences at four scales, and of gradients: what a supervisor sees, without anybody's trained eye.

    Single strands and pores cannot be foretold and count at full size only a little; folds, shade and tone do.
    """
    from torch.nn import functional as f

    def huber(off: Any) -> Any:
        return f.huber_loss(off, off * 0, delta=BEND) / BEND

    off = (made - wanted) * weight
    total = 0.6 * huber(off)
    for scale, share in ((2, 1.0), (4, 1.2), (8, 0.8)):
        total = total + share * huber(f.avg_pool2d(off, scale))
    across = huber(off[..., :, 1:] - off[..., :, :-1])
    down = huber(off[..., 1:, :] - off[..., :-1, :])
    return total + 0.5 * (across + down)


def batch_of(sittings: Sittings, random: np.random.Generator) -> tuple[Any, Any, Any, Any]:
    """Tensors: seen, ages, difference, weight."""
    import torch

    made = []
    for _ in range(BATCH):
        pair, ages = sittings.pair(random)
        made.append((*photographed(pair, random), ages))
    seen = torch.from_numpy(np.stack([one[0] for one in made]).transpose(0, 3, 1, 2))
    difference = torch.from_numpy(np.stack([one[1] for one in made]).transpose(0, 3, 1, 2))
    weight = torch.from_numpy(np.stack([one[2] for one in made]))[:, None]
    return seen, torch.tensor([one[3] for one in made], dtype=torch.float32), difference, weight


def _batches(sittings: Sittings, seed: int, first: int, end: int) -> Iterator[tuple[Any, Any, Any, Any]]:
    """The batches of steps ``first`` to ``end``, each made while the one before is learned from."""
    with ThreadPoolExecutor(1) as beside:
        coming = beside.submit(batch_of, sittings, np.random.default_rng((seed, first)))
        for step in range(first + 1, end + 1):
            batch = coming.result()
            coming = beside.submit(batch_of, sittings, np.random.default_rng((seed, step)))
            yield batch


def train(data: Path, out: Path, minutes: float, steps: int, until: int, threads: int, seed: int = 7) -> int:
    """Train until the minutes or the steps are over.

    Args:
        data: folder of sets, as ``dataset`` writes them.
        out: folder for checkpoint and weights.
        minutes: of this run.
        steps: of all runs together: what the learning rate falls over.
        until: the step to stop at, if it comes before the last.
        threads: torch's.
        seed: of the weights' start and of what is drawn.

    Returns:
        Steps made so far, in all runs.

    Raises:
        BrokenStore: there is no set, or one cannot be read.
    """
    import torch

    torch.set_num_threads(threads)
    cv2.setNumThreads(1)
    torch.manual_seed(seed)
    out.mkdir(parents=True, exist_ok=True)
    net = module().to(memory_format=torch.channels_last)
    best = torch.optim.AdamW(net.parameters(), RATE, betas=(0.9, 0.98), weight_decay=1e-4)
    slow = {name: tensor.detach().clone() for name, tensor in net.tensors.items()}
    step, checkpoint = 0, out / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(state["net"])
        best.load_state_dict(state["best"])
        slow, step = state["slow"], int(state["step"])
    sittings, end, saved, mean = Sittings(data), time.monotonic() + 60 * minutes, time.monotonic(), 0.0
    if not sittings.scan():
        raise BrokenStore(str(data), "holds no set", "folders with set.json", "Run secondunit.effects.deage.dataset.")
    steps_made = min(steps, until)
    batches = _batches(sittings, seed, step, steps_made)
    while step < steps_made and time.monotonic() < end:
        share = min(1.0, step / steps)
        rate = RATE_LAST + (RATE - RATE_LAST) * 0.5 * (1 + np.cos(np.pi * share))
        best.param_groups[0]["lr"] = float(rate * min(1.0, (step + 1) / WARM_STEPS))
        seen, ages, difference, weight = next(batches)
        with torch.autocast("cpu", torch.bfloat16):
            made = net(seen.contiguous(memory_format=torch.channels_last), ages)
        loss = loss_of(made.float(), difference, weight)
        best.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 0.3)
        best.step()
        keep = min(0.997, step / (step + 12))
        for name, tensor in net.tensors.items():
            slow[name].lerp_(tensor.detach(), 1 - keep)
        step += 1
        mean = loss.item() if mean == 0 else mean * 0.98 + loss.item() * 0.02
        if step % 25 == 0:
            print(f"step {step}: loss {mean:.5f}, {len(sittings.names)} sets", flush=True)
        if time.monotonic() - saved > SAVE_EVERY_S:
            _save(checkpoint, net, best, slow, step)
            saved = time.monotonic()
    _save(checkpoint, net, best, slow, step)
    return step


def _save(checkpoint: Path, net: Any, best: Any, slow: Any, step: int) -> None:
    """Checkpoint and weights, each whole or not at all; the weights are the mean over the last steps."""
    import torch

    pending = checkpoint.with_suffix(".pending")
    torch.save({"net": net.state_dict(), "best": best.state_dict(), "slow": slow, "step": step}, pending)
    pending.replace(checkpoint)
    tensors = {name: slow[name.replace(".", "/")].float().numpy() for name in shapes()}
    write_safetensors(checkpoint.with_name("deage.safetensors"), tensors, half=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder of sets")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint and weights")
    parser.add_argument("--minutes", type=float, default=60.0, help="of this run")
    parser.add_argument("--steps", type=int, default=4000, help="of all runs together")
    parser.add_argument("--until", type=int, default=1_000_000, help="step to stop at before the last")
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    print(f"{train(asked.data, asked.out, asked.minutes, asked.steps, asked.until, asked.threads)} steps")


if __name__ == "__main__":
    main()
