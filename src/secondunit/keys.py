"""Signing keys: Ed25519 (RFC 8032), kept in the user's own folder, never in a show.

What is signed always carries the purpose it was signed for, so that a signature of one kind of thing is worth nothing
under another.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from secondunit.errors import BrokenStore
from secondunit.home import home, made_once, secret
from secondunit.records import safe_name

MINE = "mine"  # the key a person signs with on their own machine


class SigningKey:
    """A private key, and what it can do."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    @classmethod
    def new(cls) -> SigningKey:
        """A fresh key of this process alone."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_secret(cls, text: str) -> SigningKey:
        """A key from its 32 secret bytes in hex."""
        return cls(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text)))

    def to_secret(self) -> str:
        """Its 32 secret bytes in hex: for handing it to a process of one's own, never for a file in a show."""
        return self._private.private_bytes_raw().hex()

    def sign(self, purpose: str, message: bytes) -> str:
        """The signature of ``message`` for ``purpose``, 64 bytes in hex."""
        return self._private.sign(_bound(purpose, message)).hex()


def is_signed(public: str, purpose: str, message: bytes, signature: str) -> bool:
    """Whether ``signature`` (hex) is of ``message`` for ``purpose`` by the key ``public`` (hex). Never raises."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), _bound(purpose, message))
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def key_path(name: str) -> Path:
    """Where the key called ``name`` is, or would be."""
    return home() / "keys" / f"{safe_name(name, where='key')}.pem"


def own_key(name: str = MINE) -> SigningKey:
    """The key called ``name`` of this user; made at first use.

    Raises:
        BrokenStore: it cannot be read or made, or others may read it.
    """
    path = key_path(name)
    return _parsed(path, made_once(path, fresh_pem))


def read_key(path: Path) -> SigningKey:
    """A private key from a PEM file (PKCS #8, not encrypted).

    Raises:
        BrokenStore: it is missing, no such key, or others may read it.
    """
    return _parsed(path, secret(path))


def fingerprint(public: str) -> str:
    """A public key as two people compare it over the telephone: its first 80 bits in groups of four digits."""
    return " ".join(public[at : at + 4] for at in range(0, 20, 4))


def fresh_pem() -> bytes:
    """A new private key as the bytes of its file."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _parsed(path: Path, data: bytes) -> SigningKey:
    try:
        key = load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BrokenStore(str(path), f"is no key ({error})", "an Ed25519 private key in PEM, not encrypted") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BrokenStore(str(path), f"is a key of another kind ({type(key).__name__})", "an Ed25519 private key")
    return SigningKey(key)


def _bound(purpose: str, message: bytes) -> bytes:
    return b"secondunit/" + purpose.encode() + b"\n" + message
