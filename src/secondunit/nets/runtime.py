"""Networks on the CPU by OpenVINO: how many threads, in which precision, and the same numbers every time."""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Run = Callable[[Sequence[Array]], tuple[Array, ...]]
Precision = Literal["f32", "bf16", "auto"]
_FIRST_LOOK = threading.Lock()


@functools.cache
def has_bf16() -> bool:
    """Whether this CPU multiplies 16-bit brain floats itself (AVX-512 BF16 or AMX)."""
    import openvino  # takes half a second: only where a network is run

    return "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def settled(precision: Precision) -> Literal["f32", "bf16"]:
    """The precision that this machine computes in when asked for this one."""
    if precision == "auto":
        return "bf16" if has_bf16() else "f32"
    return precision


def compiled(graph: Any, *, threads: int = 1, precision: Precision = "f32") -> Run:
    """A graph as a function of its inputs; calls may come from several threads, and the same input gives the same bits.

    As many calls as there are cores for are under way at once; each thread has its own request.

    Args:
        graph: OpenVINO's model of inputs of known shapes, or the path of an ONNX or IR file.
        threads: cores that one call may keep busy. One thread adds in the same order on every machine with the same
            instructions; more are faster.
        precision: of the arithmetic; ``auto`` is bf16 where the CPU has it. bf16 and f32 differ slightly.

    Raises:
        RuntimeError: OpenVINO cannot read or compile it.
    """
    import openvino

    _look_first(openvino)
    calls = max(1, (os.cpu_count() or 1) // threads)
    config = {
        "INFERENCE_NUM_THREADS": threads * calls,
        "NUM_STREAMS": calls,
        "INFERENCE_PRECISION_HINT": settled(precision),
        "ENABLE_CPU_PINNING": False,  # a worker that is tied to one core waits there while the other idles
    }
    core = openvino.Core()
    model = core.compile_model(core.read_model(graph) if isinstance(graph, str) else graph, "CPU", config)
    local, count = threading.local(), len(model.inputs)

    def run(inputs: Sequence[Array]) -> tuple[Array, ...]:
        request: Any = getattr(local, "request", None)
        if request is None:
            request = local.request = model.create_infer_request()
        for index, one in zip(range(count), inputs, strict=True):
            given = request.get_input_tensor(index).data  # filled in place: OpenVINO's own way of handing over is slow
            if given.shape != one.shape:
                raise ValueError(f"input {index} is {one.shape}, the network takes {given.shape}")
            given[...] = one
        return tuple(np.array(one) for one in request.infer(share_outputs=True).values())

    return run


def _look_first(openvino: Any) -> None:
    """Look at a tensor before other threads do: then they may.

    The first look makes OpenVINO's table of types. Its maker holds a C++ guard and lets go of Python's lock; a
    second thread that looks then waits for the guard with Python's lock in hand, and both wait for ever (2026.4.1,
    ``ov_type_to_dtype`` in ``pyopenvino/core/common.cpp``).
    """
    with _FIRST_LOOK:  # Python's own lock lets others run while they wait
        _ = openvino.Tensor(np.zeros(1, np.float32)).data
