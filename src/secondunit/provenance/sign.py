"""Signing a file with C2PA: whole or not at all, and without the network unless a time stamp authority is set."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import c2pa

from secondunit.errors import BrokenStore
from secondunit.provenance.identity import Identity
from secondunit.provenance.media import media_type
from secondunit.provenance.statement import PlateIngredient, Statement, manifest_of, plate_json
from secondunit.records import whole_file

SIDECAR_SUFFIX = ".c2pa"
_MOST_SIGNED = 1 << 20  # bytes the library hands to a callback at most


def sign_picture(path: Path, statement: Statement, identity: Identity) -> None:
    """Put signed credentials into a PNG, JPEG, TIFF or MP4 file, which is replaced when the signed one is whole.

    Raises:
        BrokenStore: it cannot be signed, the disk is full, or the time stamp authority does not answer; the file is
            what it was.
    """
    kind = media_type(path)
    with whole_file(path) as temporary:
        _sign(path, kind, temporary, statement, identity, embed=True)


def sign_beside(path: Path, statement: Statement, identity: Identity) -> Path:
    """Write signed credentials of a file that cannot hold them into ``<name>.c2pa`` beside it.

    Raises:
        BrokenStore: as for ``sign_picture``.
    """
    sidecar = path.with_suffix(SIDECAR_SUFFIX)
    data = _sign(path, media_type(path), None, statement, identity, embed=False)
    with whole_file(sidecar) as temporary:
        temporary.write_bytes(data)
    return sidecar


def _sign(path: Path, kind: str, out: Path | None, statement: Statement, identity: Identity, *, embed: bool) -> bytes:
    failures: list[Exception] = []
    try:
        with c2pa.Context.from_dict(_settings(identity)) as context, _signer(identity, failures) as signer:
            builder = c2pa.Builder(manifest_of(statement), context)
            if statement.plate is not None:
                _add_plate(builder, statement.plate)
            if not embed:
                builder.set_no_embed()
            target = out.open("wb+") if out else io.BytesIO()
            with path.open("rb") as source, target:
                return bytes(builder.sign(signer, kind, source, target))
    except c2pa.C2paError as error:
        cause = failures[0] if failures else error
        advice = "Shoot again when it is put right; what is finished is kept."
        if not identity.development:
            advice = f"Do certificate, key and algorithm of provenance.toml belong together? {advice}"
        if identity.timestamp_url:
            advice = f"Is the time stamp authority {identity.timestamp_url} there? {advice}"
        raise BrokenStore(str(path), f"cannot be signed ({cause})", "signed credentials", advice) from cause


def _settings(identity: Identity) -> dict[str, Any]:
    host = urlsplit(identity.timestamp_url).hostname
    off = {"enabled": False}
    return {
        "version": 1,
        "core": {"allowed_network_hosts": [host] if host else []},
        "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_after_sign": True},
        "builder": {
            "thumbnail": off,  # a thumbnail of an unreleased plate has no business in a credential
            "actions": {"auto_created_action": off, "auto_opened_action": off, "auto_placed_action": off},
        },
    }


def _signer(identity: Identity, failures: list[Exception]) -> c2pa.Signer:
    url = identity.timestamp_url or None
    if identity.callback is None:
        return c2pa.Signer.from_info(c2pa.C2paSignerInfo(identity.algorithm, identity.chain, identity.key, url))
    algorithm = c2pa.C2paSigningAlg[identity.algorithm.upper()]
    callback = _kept(identity.callback, failures)
    return c2pa.Signer.from_callback(callback, algorithm, identity.chain.decode(), url)


def _kept(callback: Callable[[bytes], bytes], failures: list[Exception]) -> Callable[[bytes], bytes]:
    """The callback; what it raises is kept, since the library only says that it failed."""

    def sign(data: bytes) -> bytes:
        try:
            signature = callback(data)
            if not isinstance(signature, bytes) or not signature:
                raise TypeError(f"the key callback returned {type(signature).__name__}; wanted bytes")
            return signature
        except Exception as error:
            failures.append(error)
            raise

    return sign


def _add_plate(builder: c2pa.Builder, plate: PlateIngredient) -> None:
    """The plate as parent, with the credentials its own file carries, if any."""
    original = plate.original
    described = plate_json(plate)
    kind = media_type(original) if original else ""
    if original is None or kind not in c2pa.Builder.get_supported_mime_types():
        original, kind = None, "application/octet-stream"
    described["format"] = kind
    with original.open("rb") if original else io.BytesIO(b"") as stream:
        builder.add_ingredient(json.dumps(described), kind, stream)
