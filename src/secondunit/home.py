"""The user's own folder: keys, certificates and settings that never belong in a show."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from secondunit.errors import BrokenStore

VARIABLE = "SECONDUNIT_HOME"


def home() -> Path:
    """``$SECONDUNIT_HOME``, else ``secondunit`` in the platform's folder for settings; it need not exist yet."""
    if chosen := os.environ.get(VARIABLE):
        return Path(chosen).absolute()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "secondunit"
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming") / "secondunit"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "secondunit"  # XDG Base Directory 0.8


def made_once(path: Path, make: Callable[[], bytes]) -> bytes:
    """What is in the secret file ``path``; made at first use, readable by its owner alone (0600).

    Of two processes that make it at once one wins and both get the same.

    Raises:
        BrokenStore: others may read it, or it cannot be written.
    """
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")  # 0600
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(make())
                    file.flush()
                    os.fsync(file.fileno())
                with contextlib.suppress(FileExistsError):  # another process was first: its secret holds
                    os.link(name, path)
            finally:
                Path(name).unlink(missing_ok=True)
        return secret(path)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        found = "the disk is full" if full else f"cannot be made ({error.strerror})"
        raise BrokenStore(str(path), found, advice=f"Make room, or set {VARIABLE} to a folder of yours.") from error


def secret(path: Path) -> bytes:
    """What is in a secret file.

    Raises:
        BrokenStore: it is missing, or others than its owner and group may read it.
    """
    try:
        mode = path.stat().st_mode
        if sys.platform != "win32" and mode & (stat.S_IROTH | stat.S_IWOTH):
            raise BrokenStore(str(path), "can be read by everybody", "a file of yours alone", f"chmod 600 {path}")
        return path.read_bytes()
    except OSError as error:
        raise BrokenStore(str(path), f"cannot be read ({error.strerror})", "a file with a secret of yours") from error
