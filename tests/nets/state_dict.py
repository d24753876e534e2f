"""A PyTorch state dict written without PyTorch: the zip that ``torch.save`` makes, byte by byte where it matters."""

import io
import pickle
import zipfile
from collections import OrderedDict

import numpy as np


class _Named:
    """Pickles as a global of another module."""

    def __init__(self, module, name):
        self.module, self.name = module, name


class _Tensor:
    def __init__(self, key, array):
        self.key, self.array = key, array


class _Pickler(pickle._Pickler):
    """Writes tensors as ``torch._utils._rebuild_tensor_v2`` calls and storages as persistent ids."""

    def persistent_id(self, obj):
        if isinstance(obj, tuple) and len(obj) == 5 and obj[0] == "storage":
            return obj
        return None

    def save(self, obj, save_persistent_id=True):
        if isinstance(obj, _Named):
            self.write(pickle.GLOBAL + f"{obj.module}\n{obj.name}\n".encode())
            return None
        if isinstance(obj, tuple) and len(obj) == 5 and obj[0] == "storage":
            self.write(pickle.MARK)
            for part in obj:
                self.save(part)
            self.write(pickle.TUPLE + pickle.BINPERSID)
            return None
        if isinstance(obj, _Tensor):
            array = obj.array
            stride = tuple(step // array.itemsize for step in array.strides)
            self.save(_Named("torch._utils", "_rebuild_tensor_v2"))
            self.write(pickle.MARK)
            storage = ("storage", _Named("torch", "FloatStorage"), obj.key, "cpu", array.size)
            for part in (storage, 0, array.shape, stride, False, OrderedDict()):
                self.save(part)
            self.write(pickle.TUPLE + pickle.REDUCE)
            return None
        return super().save(obj, save_persistent_id)


def state_dict(tensors, *, extra=None):
    """The bytes of a file."""
    numbered = {name: _Tensor(str(index), array) for index, (name, array) in enumerate(tensors.items())}
    text = io.BytesIO()
    pickler = _Pickler(text, protocol=2)
    pickler.dump({**numbered, **(extra or {})})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("archive/data.pkl", text.getvalue())
        for one in numbered.values():
            archive.writestr(f"archive/data/{one.key}", np.ascontiguousarray(one.array, "<f4").tobytes())
        archive.writestr("archive/version", "3\n")
    return out.getvalue()


class Attack:
    """Would run a command if it were unpickled."""

    def __reduce__(self):
        return print, ("this must never run",)
