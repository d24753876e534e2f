"""A hash tree over the frames of a sequence: change, drop, add or swap one and the root is another.

The tree is that of RFC 6962 section 2.1 (SHA-256): leaves and nodes are hashed with different first bytes, so that a
node can never be passed off as a leaf, and an odd number of leaves is not padded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

_LEAF, _NODE = b"\x00", b"\x01"


def leaf_digest(frame: int, name: str, content: str, untouched: str) -> bytes:
    """The leaf of one frame: what it is (number and name) and what it holds.

    Args:
        frame: its number, 0 to 2^63 - 1.
        name: of its file.
        content: SHA-256 of the file's bytes, in hex.
        untouched: digest of the plate's pixels in it (``provenance.untouched``), in hex; may be empty.
    """
    text = name.encode()
    fixed = frame.to_bytes(8, "big") + len(text).to_bytes(4, "big") + text
    return hashlib.sha256(_LEAF + fixed + bytes.fromhex(content) + bytes.fromhex(untouched)).digest()


def root_digest(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves in order; of none it is the digest of nothing."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = _split(len(leaves))
    return _node(root_digest(leaves[:half]), root_digest(leaves[half:]))


def path_of(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of a leaf: what it takes, from the leaf upwards, to reach the root (RFC 6962, 2.1.1)."""
    if len(leaves) == 1:
        return []
    half = _split(len(leaves))
    if index < half:
        return [*path_of(leaves[:half], index), root_digest(leaves[half:])]
    return [*path_of(leaves[half:], index - half), root_digest(leaves[:half])]


def root_by_path(leaf: bytes, index: int, count: int, path: Sequence[bytes]) -> bytes | None:
    """The root that ``leaf`` and its path lead to, or None if the path does not fit ``index`` of ``count``."""
    if not 0 <= index < count:
        return None
    if count == 1:
        return leaf if not path else None
    if not path:
        return None
    half = _split(count)
    if index < half:
        below = root_by_path(leaf, index, half, path[:-1])
        return None if below is None else _node(below, path[-1])
    below = root_by_path(leaf, index - half, count - half, path[:-1])
    return None if below is None else _node(path[-1], below)


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


def _split(count: int) -> int:
    """The largest power of two below ``count``, which is at least 2."""
    return 1 << ((count - 1).bit_length() - 1)
