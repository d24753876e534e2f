"""Sealing: AES-256-GCM, a key for each person, each key wrapped by one that stands in the user's own folder.

The wrapped keys are kept away from what they open and stand in no show: whoever copies a show copies nothing that can
be read, and once a person's key is destroyed no copy of that person's data can be read again, wherever it went.
Nonces are random, 96 bits (NIST SP 800-38D, 8.2.2: at most 2^32 uses of a key; a person has some dozens of pictures).
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from secondunit.errors import BrokenStore
from secondunit.home import home, made_once, secret
from secondunit.records import digest_bytes, safe_name

MAGIC = b"secondunit-sealed-1\n"
NONCE_BYTES, KEY_BYTES = 12, 32
LARGEST_HEADER = 65536  # bytes; ours have some hundred


@dataclass(frozen=True)
class KeyRing:
    """The keys of one store's people.

    Args:
        store_id: the store's own name, random.
    """

    store_id: str

    def path(self, person_id: str) -> Path:
        """Where a person's wrapped key is."""
        store = safe_name(self.store_id, where="likeness store")
        return home() / "likeness" / store / f"{safe_name(person_id, where='person')}.key"

    def has(self, person_id: str) -> bool:
        """Whether the person's key exists here."""
        return self.path(person_id).is_file()

    def make(self, person_id: str) -> bytes:
        """The person's key; made if there is none."""

        def wrapped() -> bytes:
            nonce = os.urandom(NONCE_BYTES)
            return nonce + self._wrapping().encrypt(nonce, AESGCM.generate_key(256), self._bound(person_id))

        made_once(self.path(person_id), wrapped)
        return self.key(person_id)

    def key(self, person_id: str) -> bytes:
        """The person's key.

        Raises:
            BrokenStore: it was destroyed, is on another machine, or is not what was wrapped here.
        """
        path = self.path(person_id)
        if not path.is_file():
            advice = "It was deleted, or this store was made on another machine; without its key nobody can read it."
            raise BrokenStore(f"likeness of {person_id}", "has no key here", advice=advice)
        data = secret(path)
        try:
            return self._wrapping().decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], self._bound(person_id))
        except (InvalidTag, ValueError) as error:
            raise BrokenStore(str(path), "is damaged or another person's", "the key wrapped here") from error

    def destroy(self, person_id: str) -> str | None:
        """Overwrite the wrapped key and remove it; its digest before, or None if there was none."""
        path = self.path(person_id)
        if not path.is_file():
            return None
        data = path.read_bytes()
        with path.open("r+b") as file:
            file.write(os.urandom(len(data)))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        return digest_bytes(data)

    def _wrapping(self) -> AESGCM:
        key = made_once(home() / "likeness" / "wrapping.key", lambda: AESGCM.generate_key(256))
        if len(key) != KEY_BYTES:
            raise BrokenStore(str(home() / "likeness" / "wrapping.key"), f"{len(key)} bytes", f"{KEY_BYTES} bytes")
        return AESGCM(key)

    def _bound(self, person_id: str) -> bytes:
        return f"{self.store_id}/{person_id}".encode()


def seal(key: bytes, header: dict[str, Any], content: bytes) -> bytes:
    """``content`` sealed; the header stays readable and cannot be changed."""
    head = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
    front = MAGIC + len(head).to_bytes(4, "big") + head
    nonce = os.urandom(NONCE_BYTES)
    return front + nonce + AESGCM(key).encrypt(nonce, content, front)


def header_of(data: bytes, where: str) -> dict[str, Any]:
    """What the header of a sealed file says; only opening it proves it.

    Raises:
        BrokenStore: it is no sealed file.
    """
    return _split(data, where)[1]


def unseal(key: bytes, data: bytes, where: str) -> tuple[dict[str, Any], bytes]:
    """Header and content of a sealed file.

    Raises:
        BrokenStore: it is no sealed file, was changed, or another key sealed it.
    """
    front, header, rest = _split(data, where)
    try:
        return header, AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], front)
    except (InvalidTag, ValueError) as error:
        raise BrokenStore(where, "cannot be opened: it was changed, or sealed with another key") from error


def _split(data: bytes, where: str) -> tuple[bytes, dict[str, Any], bytes]:
    start = len(MAGIC) + 4
    size = int.from_bytes(data[len(MAGIC) : start], "big")
    if not data.startswith(MAGIC) or not 0 < size <= LARGEST_HEADER or len(data) < start + size + NONCE_BYTES + 16:
        raise BrokenStore(where, "is not a sealed file, or cut short")
    try:
        header = json.loads(data[start : start + size])
    except ValueError as error:
        raise BrokenStore(where, "has a damaged header") from error
    if not isinstance(header, dict):
        raise BrokenStore(where, "has a damaged header")
    return data[: start + size], header, data[start + size :]
