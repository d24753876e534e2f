"""Files of weights, read without running what is in them: safetensors and PyTorch's state dicts.

safetensors (Hugging Face, format 0.3): 8 bytes of header length, a JSON header, the numbers. A PyTorch file is a zip
with a pickle that names storages and their shapes; a pickle may call anything, so this reader knows only what a state
dict needs (``_rebuild_tensor_v2``, ``OrderedDict``, storages) and refuses the rest.
"""

from __future__ import annotations

import io
import json
import math
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.errors import BrokenStore
from secondunit.records import whole_file

Array = npt.NDArray[np.float32]

MOST_BYTES = 4 << 30  # of a file of weights; FRAN's has 125 MB
MOST_HEADER = 16 << 20
_KINDS: dict[str, Any] = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "U8": "u1"}
_STORAGES = {
    "DoubleStorage": "F64",
    "FloatStorage": "F32",
    "HalfStorage": "F16",
    "BFloat16Storage": "BF16",
    "LongStorage": "I64",
    "IntStorage": "I32",
    "ByteStorage": "U8",
}
_SIZES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "U8": 1}
_BROKEN = (ValueError, KeyError, TypeError, IndexError, AttributeError, EOFError, OverflowError, RecursionError)


def read_tensors(path: Path) -> dict[str, Array]:
    """Every tensor of a file by name, as float32; nothing in the file is run.

    Args:
        path: ``.safetensors``, or a PyTorch state dict (zip, since PyTorch 1.6); told apart by content.

    Raises:
        BrokenStore: it is neither, too large, damaged, or a pickle that asks for more than tensors.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise BrokenStore(str(path), f"{size} bytes", f"at most {MOST_BYTES}")
        data = path.read_bytes()
    except OSError as error:
        raise BrokenStore(str(path), f"cannot be read ({error.strerror})", "a file of weights") from error
    try:
        return _from_zip(data) if data[:4] == b"PK\x03\x04" else _from_safetensors(data)
    except (*_BROKEN, pickle.UnpicklingError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise BrokenStore(
            str(path),
            f"is damaged or no file of weights ({str(error)[:120] or type(error).__name__})",
            "safetensors or a PyTorch state dict",
            "Save the weights alone, e.g. torch.save(model.state_dict(), ...) or safetensors.",
        ) from error


def write_safetensors(path: Path, tensors: Mapping[str, Array], *, half: bool = False) -> None:
    """Write a file of weights, whole or not at all; the same tensors give the same bytes.

    Args:
        path: of the file.
        tensors: by name.
        half: as 16-bit floats.
    """
    header, parts, at = dict[str, Any](), list[bytes](), 0
    for name in sorted(tensors):
        part = np.ascontiguousarray(tensors[name], "<f2" if half else "<f4").tobytes()
        spans = [at, at + len(part)]
        header[name] = {"dtype": "F16" if half else "F32", "shape": list(tensors[name].shape), "data_offsets": spans}
        parts.append(part)
        at += len(part)
    text = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with whole_file(path) as pending:
        pending.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(parts))


def _numbers(raw: memoryview, kind: str) -> Array:
    if kind == "BF16":  # the upper half of a float32
        return (np.frombuffer(raw, "<u2").astype(np.uint32) << 16).view(np.float32)
    return np.frombuffer(raw, _KINDS[kind]).astype(np.float32)


def _from_safetensors(data: bytes) -> dict[str, Array]:
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > min(MOST_HEADER, len(data) - 8):
        raise ValueError("its header is longer than the file")
    header = json.loads(data[8 : 8 + length])
    body = memoryview(data)[8 + length :]
    found = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        kind, shape = entry["dtype"], tuple(int(side) for side in entry["shape"])
        low, high = (int(offset) for offset in entry["data_offsets"])
        wanted = math.prod(shape) * _SIZES[kind]
        if min(shape, default=0) < 0 or not 0 <= low <= high <= len(body) or high - low != wanted:
            raise ValueError(f"{name} does not fit the file")
        found[name] = _numbers(body[low:high], kind).reshape(shape)
    return found


@dataclass(frozen=True)
class _Storage:
    kind: str
    data: bytes


class _Kind:
    """Stands for ``torch.FloatStorage`` and its like."""

    def __init__(self, kind: str) -> None:
        self.kind = kind


def _rebuilt(storage: Any, offset: Any, shape: Any, stride: Any, *_: Any) -> Array:
    """What ``torch._utils._rebuild_tensor_v2`` does, with bounds."""
    if not isinstance(storage, _Storage):
        raise ValueError("a tensor without numbers")
    shape, stride = tuple(int(n) for n in shape), tuple(int(n) for n in stride)
    if len(shape) != len(stride) or min((*shape, *stride, int(offset)), default=0) < 0 or len(shape) > 8:
        raise ValueError("a tensor of an impossible shape")
    numbers = _numbers(memoryview(storage.data), storage.kind)
    last = int(offset) + sum((n - 1) * step for n, step in zip(shape, stride, strict=True))
    if math.prod(shape) > len(numbers) or (math.prod(shape) and last >= len(numbers)):
        raise ValueError("a tensor larger than its numbers")
    steps = tuple(4 * step for step in stride)
    return np.array(np.lib.stride_tricks.as_strided(numbers[int(offset) :], shape, steps), np.float32)


class _StateDict(pickle.Unpickler):
    """Knows three names and the storages; anything else is refused before it is looked up."""

    def __init__(self, file: io.BytesIO, archive: zipfile.ZipFile, root: str) -> None:
        super().__init__(file)
        self.archive, self.root = archive, root

    def find_class(self, module: str, name: str) -> Any:
        """Only what a state dict is made of."""
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuilt
        if module == "torch" and name in _STORAGES:
            return _Kind(_STORAGES[name])
        raise pickle.UnpicklingError(f"it asks for {module}.{name}, which no state dict needs")

    def persistent_load(self, pid: Any) -> _Storage:
        """A storage: a member of the zip."""
        word, kind, key, _, count = pid
        if word != "storage" or not isinstance(kind, _Kind):
            raise pickle.UnpicklingError("an unknown kind of storage")
        info = self.archive.getinfo(f"{self.root}/data/{key}")
        if info.file_size != int(count) * _SIZES[kind.kind]:
            raise ValueError(f"storage {key} has another size than its pickle says")
        return _Storage(kind.kind, self.archive.read(info))


def _from_zip(data: bytes) -> dict[str, Array]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(info.file_size for info in archive.infolist()) > MOST_BYTES:
            raise ValueError("it unpacks to more than a file of weights holds")
        pickles = [name for name in archive.namelist() if name.endswith("/data.pkl")]
        if len(pickles) != 1:
            raise ValueError("no data.pkl")
        root = pickles[0].rsplit("/", 1)[0]
        loaded = _StateDict(io.BytesIO(archive.read(pickles[0])), archive, root).load()
    for key in ("state_dict", "model_state_dict", "model"):  # as training scripts wrap it
        if isinstance(loaded, dict) and isinstance(loaded.get(key), dict):
            loaded = loaded[key]
    if not isinstance(loaded, dict) or not all(isinstance(value, np.ndarray) for value in loaded.values()):
        raise ValueError("it is no state dict: more than named tensors")
    return {str(name): value for name, value in loaded.items()}
