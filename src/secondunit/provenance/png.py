"""Whether a PNG is whole: C2PA leaves out the chunk that carries its credentials, and so that chunk's check sum."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PIECE_BYTES = 1 << 20


def broken_chunk(path: Path) -> str:
    """What does not hold in a PNG's chunks, in words; empty if all fit their check sums (PNG, ISO/IEC 15948, 5.3)."""
    with path.open("rb") as file:
        if file.read(8) != _SIGNATURE:
            return "the file does not begin as a PNG does"
        while head := file.read(8):
            length, name = struct.unpack(">I4s", head) if len(head) == 8 else (0, b"")
            crc = zlib.crc32(name)
            while length:
                piece = file.read(min(length, _PIECE_BYTES))
                if not piece:
                    return "the file is cut short"
                crc, length = zlib.crc32(piece, crc), length - len(piece)
            if file.read(4) != struct.pack(">I", crc) or not name:
                return f"the file is damaged: its chunk {name.decode('latin-1')!r} does not fit its check sum"
            if name == b"IEND":
                break
    return ""
