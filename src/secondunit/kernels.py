"""Where compiled kernels are kept: a folder for each state of the sources that kernels are made of.

Numba asks whether the file has changed in which a kernel stands, not the files of the functions it calls. After an
update it would go on with old code and shoot other pictures than the sources say.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

_VARIABLE = "NUMBA_CACHE_DIR"
_PACKAGE = Path(__file__).parent


def keep_apart() -> None:
    """Send numba to the folder of the sources as they are now; a folder that the user chose stays."""
    if _VARIABLE in os.environ:
        return
    os.environ[_VARIABLE] = str(_root() / _state())
    if "numba" in sys.modules:  # it read the variable when it was imported
        sys.modules["numba"].config.CACHE_DIR = os.environ[_VARIABLE]


def forget_others() -> None:
    """Delete what was compiled from other states of the sources."""
    now = _state()
    for folder in _root().glob("*"):
        if folder.name != now:
            shutil.rmtree(folder, ignore_errors=True)  # another process may be writing there


def _root() -> Path:
    beside = _PACKAGE / "__pycache__"
    if os.access(beside if beside.is_dir() else _PACKAGE, os.W_OK):
        return beside / "kernels"
    from secondunit.home import home

    return home() / "kernels"


def _state() -> str:
    """Twelve hex digits of the sources that name numba."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        source = path.read_bytes()
        if b"numba" in source:
            digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + source)
    return digest.hexdigest()[:12]
