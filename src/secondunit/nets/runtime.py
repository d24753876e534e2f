"""Networks on the CPU by OpenVINO: how many threads, in which precision, and the same numbers every time."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Run = Callable[[Sequence[Array]], tuple[Array, ...]]
Precision = Literal["f32", "bf16", "auto"]


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

    Args:
        graph: OpenVINO's model, or the path of an ONNX or IR file.
        threads: cores that one call may keep busy. One thread adds in the same order on every machine with the same
            instructions; more are faster.
        precision: of the arithmetic; ``auto`` is bf16 where the CPU has it. bf16 and f32 differ slightly.

    Raises:
        RuntimeError: OpenVINO cannot read or compile it.
    """
    import openvino

    config = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": settled(precision)}
    core = openvino.Core()
    model = core.compile_model(core.read_model(graph) if isinstance(graph, str) else graph, "CPU", config)
    local = threading.local()

    def run(inputs: Sequence[Array]) -> tuple[Array, ...]:
        request: Any = getattr(local, "request", None)
        if request is None:
            request = local.request = model.create_infer_request()
        request.infer([np.ascontiguousarray(one, np.float32) for one in inputs])
        return tuple(np.array(request.get_output_tensor(index).data) for index in range(len(model.outputs)))

    return run
