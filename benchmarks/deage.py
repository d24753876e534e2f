"""The ageing network beside FRAN's published layout: the same 512 x 512 picture, the same cores, one run.

    python benchmarks/deage.py [--threads 2] [--repeats 10]

Wants torch (the extra ``train``). FRAN's layout is timed in PyTorch as it is published, in float32 and bfloat16, and
for fairness on OpenVINO too. Ours works at half size; bringing the picture there and back is in its time. All weights
are random: time does not depend on them. The least of the repeats is printed, and the CPU seconds of all threads beside
it: other work on the machine hardly changes those.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from secondunit.effects.deage import net
from secondunit.effects.deage.learned import foretelling
from secondunit.nets import fran
from secondunit.nets.runtime import compiled, has_bf16

SIZE_PX = 512


def torch_fran():
    """The layout in PyTorch, with the same tensors as ``nets.fran``."""
    import torch
    from torch import nn
    from torch.nn import functional as f

    class Blur(nn.Module):
        def __init__(self, width, stride):
            super().__init__()
            self.width, self.stride = width, stride
            taps = torch.tensor(np.outer(fran.TAPS, fran.TAPS))
            self.register_buffer("filt", taps[None, None].repeat(width, 1, 1, 1))

        def forward(self, x):
            return f.conv2d(f.pad(x, (1, 2, 1, 2), mode="reflect"), self.filt, stride=self.stride, groups=self.width)

    def pair(into, out):
        return [
            nn.Conv2d(into, out, 3, padding=1),
            nn.LeakyReLU(inplace=True),
            nn.Conv2d(out, out, 3, padding=1),
            nn.LeakyReLU(inplace=True),
        ]

    class Down(nn.Module):
        def __init__(self, into, out):
            super().__init__()
            self.layer = nn.Sequential(nn.MaxPool2d(2, stride=1), Blur(into, 2), *pair(into, out))

        def forward(self, x):
            return self.layer(x)

    class Up(nn.Module):
        def __init__(self, into, out):
            super().__init__()
            self.blur_upsample = nn.Sequential(nn.ConvTranspose2d(into, out, 2, 2), Blur(out, 1))
            self.layer = nn.Sequential(*pair(into, out))

        def forward(self, x, kept):
            return self.layer(torch.cat([self.blur_upsample(x), kept], 1))

    class Fran(nn.Module):
        def __init__(self):
            super().__init__()
            wide = fran.WIDTHS
            self.init_conv = nn.Sequential(*pair(5, wide[0]))
            for level in range(1, 5):
                setattr(self, f"down{level}", Down(wide[level - 1], wide[level]))
                setattr(self, f"up{level}", Up(wide[5 - level], wide[4 - level]))
            self.final_conv = nn.Conv2d(wide[0], 3, 1)

        def forward(self, x):
            kept = [self.init_conv(x)]
            for level in range(1, 5):
                kept.append(getattr(self, f"down{level}")(kept[-1]))
            x = kept.pop()
            for level in range(1, 5):
                x = getattr(self, f"up{level}")(x, kept.pop())
            return self.final_conv(x)

    return Fran().eval()


def timed(call, repeats):
    """Least wall seconds and least CPU seconds of a call; the first call is not counted."""
    call()
    walls, cpus = [], []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        call()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return min(walls), min(cpus)


def rows(threads, repeats):
    """(name, wall seconds, CPU seconds) of each way."""
    import torch

    torch.set_num_threads(threads)
    random = np.random.default_rng(0)
    codes = random.random((1, SIZE_PX, SIZE_PX, 3), np.float32)
    weights = {name: random.standard_normal(shape, np.float32) * 0.05 for name, shape in net.shapes().items()}
    for precision in ("f32", "bf16") if has_bf16() else ("f32",):
        run = compiled(net.graph(weights, net.SIDE_PX), threads=threads, precision=precision)
        yield (f"ours, OpenVINO {precision}", *timed(lambda run=run: foretelling(run, codes[0], 65, 45), repeats))
    layout = torch_fran()
    planes = np.concatenate([codes[0].transpose(2, 0, 1), np.full((2, SIZE_PX, SIZE_PX), 0.5, np.float32)])[None]
    given = torch.from_numpy(planes)
    few = max(2, repeats // 4)
    with torch.no_grad():
        yield ("FRAN's layout, PyTorch f32", *timed(lambda: layout(given), few))
        with torch.autocast("cpu", torch.bfloat16):
            yield ("FRAN's layout, PyTorch bf16", *timed(lambda: layout(given), few))
    tensors = {name: value.numpy() for name, value in layout.state_dict().items() if not name.endswith(".filt")}
    for precision in ("f32", "bf16") if has_bf16() else ("f32",):
        run = compiled(fran.graph(tensors, SIZE_PX), threads=threads, precision=precision)
        yield (f"FRAN's layout, OpenVINO {precision}", *timed(lambda run=run: run([planes]), few))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--repeats", type=int, default=12)
    asked = arguments.parse_args()
    print(f"{'way':32s} {'wall ms':>9s} {'CPU ms':>9s}   of FRAN's PyTorch f32 / bf16")
    found = list(rows(asked.threads, asked.repeats))
    wall = {name: seconds for name, seconds, _ in found}
    for name, seconds, cpu in found:
        times = [wall[f"FRAN's layout, PyTorch {kind}"] / seconds for kind in ("f32", "bf16")]
        print(f"{name:32s} {1000 * seconds:9.1f} {1000 * cpu:9.1f}   {times[0]:7.1f} x {times[1]:7.1f} x")


if __name__ == "__main__":
    main()
