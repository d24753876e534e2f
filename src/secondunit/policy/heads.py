"""What has been seen of a ledger's end, kept in the show and in the user's own folder: a cut or old copy shows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from secondunit.errors import BrokenStore
from secondunit.farm.locks import held
from secondunit.home import home
from secondunit.keys import is_signed
from secondunit.production import Production
from secondunit.records import read_json, write_json

SHOW = "the show's head file"
MINE = "this user's own folder"
_KIND, _VERSION = "ledger_head", 1


@dataclass(frozen=True)
class Head:
    """A row that somebody has seen: its number, its hash, and the production's signature under the hash."""

    seq: int
    hash: str
    signature: str
    by: str = "the ledger"


def remember(production: Production, head: Head) -> None:
    """Note that the ledger reaches to ``head``; an older head never takes the place of a newer one."""
    for path in witnesses(production).values():
        with held(path.with_name(f".{path.name}.lock"), waiting=lambda: None):
            if path.exists() and _read(production, path).seq >= head.seq:
                continue
            content = {"production": production.id, "key": production.key, "seq": head.seq, "hash": head.hash}
            write_json(path, {"kind": _KIND, "version": _VERSION, **content, "signature": head.signature})


def seen(production: Production) -> tuple[Head, ...]:
    """The newest heads that the show and this user have seen.

    Raises:
        BrokenStore: one was tampered with, or the production's key is not the one this user has known it by.
    """
    return tuple(_read(production, path, by) for by, path in witnesses(production).items() if path.exists())


def witnesses(production: Production) -> dict[str, Path]:
    """Where heads are kept, by whose they are."""
    return {
        SHOW: production.folder / "ledger.head",
        MINE: home() / "ledgers" / f"{production.id}.json",
    }


def _read(production: Production, path: Path, by: str = "") -> Head:
    content = read_json(path, kind=_KIND, version=_VERSION)
    key = content.get("key")
    if key != production.key or content.get("production") != production.id:
        advice = "production.toml was changed, or this is a forged copy of the show: compare it with the original."
        raise BrokenStore(str(path), f"is of the key {str(key)[:16]}", production.key[:16], advice)
    seq, digest, signature = content.get("seq"), content.get("hash"), content.get("signature")
    if (
        not isinstance(seq, int)
        or not isinstance(digest, str)
        or not isinstance(signature, str)
        or not is_signed(production.key, "ledger-row", digest.encode(), signature)
    ):
        raise BrokenStore(str(path), "was tampered with", "a head that the production's key signed")
    return Head(seq, digest, signature, by)
