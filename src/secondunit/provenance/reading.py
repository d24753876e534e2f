"""What the C2PA credentials of any file say, ours or a stranger's, and whether they hold.

Reading never reaches for the network, and a file made to crash or hang the reader cannot hurt the caller.
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from secondunit.errors import BrokenStore
from secondunit.provenance import _reader
from secondunit.provenance.media import media_type
from secondunit.provenance.png import broken_chunk
from secondunit.provenance.sign import SIDECAR_SUFFIX
from secondunit.provenance.statement import NO_TRAINING, RECORD

_START_S = 30.0  # a reader that says nothing for this long, plus the time to hash the file, hangs
_SLOWEST_BYTES_S = 20e6  # of a slow network disk
_LOOK_EVERY_S = 0.05

# C2PA 2.2 section 15 (validation status codes), in words for people. Others are shown as they are.
_WORDS = {
    "assertion.dataHash.mismatch": "the picture was changed after it was signed",
    "assertion.bmffHash.mismatch": "the movie was changed after it was signed",
    "assertion.boxesHash.mismatch": "the picture was changed after it was signed",
    "assertion.hashedURI.mismatch": "a statement in the credentials was changed after it was signed",
    "claimSignature.mismatch": "the signature does not fit the credentials",
    "claimSignature.missing": "the signature is missing",
    "signingCredential.expired": "the certificate had expired when it was signed",
    "claimSignature.outsideValidity": "signed outside the time the certificate is valid for",
    "signingCredential.invalid": "the certificate is not one that may sign credentials",
    "signingCredential.revoked": "the certificate was revoked",
    "timeStamp.mismatch": "the time stamp does not fit the signature",
    "assertion.missing": "a statement is missing from the credentials",
    "claim.hardBindings.missing": "the credentials are not bound to this file",
}
_UNTRUSTED = {"signingCredential.untrusted", "timeStamp.untrusted"}


class State(StrEnum):
    """What became of a file since it was signed."""

    INTACT = "intact"  # as it was signed
    CHANGED = "changed"  # it, its credentials or its signature do not hold
    UNSIGNED = "unsigned"  # it carries no credentials
    UNREADABLE = "unreadable"  # it, or its credentials, cannot be read


@dataclass(frozen=True)
class Credentials:
    """What one file says of itself.

    Attributes:
        path: the file.
        kind: its media type.
        state: what became of it.
        trusted: whether the signer's certificate leads to a trusted root.
        signer: common name in the signer's certificate; empty if unsigned.
        issuer: organization in it.
        signed_at: what a time stamp authority says, ISO 8601; empty if none was asked.
        generator: the software that claims to have made it.
        title: of the file, as signed.
        actions: what was done, in order: action, sentence, source type.
        ingredients: what went in: title, relationship.
        record: our own assertion, if it is there.
        complete: whether it says that its actions are all that was done.
        mining_refused: whether it refuses training and data mining, every kind that CAWG 1.1 names.
        others: how many credentials of what went in it carries along, as others signed them.
        problems: what does not hold, in words.
    """

    path: Path
    kind: str
    state: State
    trusted: bool = False
    signer: str = ""
    issuer: str = ""
    signed_at: str = ""
    generator: str = ""
    title: str = ""
    actions: tuple[tuple[str, str, str], ...] = ()
    ingredients: tuple[tuple[str, str], ...] = ()
    record: Mapping[str, Any] = field(default_factory=dict)
    complete: bool = False
    mining_refused: bool = False
    others: int = 0
    problems: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "path": str(self.path),
            "kind": self.kind,
            "state": self.state.value,
            "trusted": self.trusted,
            "signer": self.signer,
            "issuer": self.issuer,
            "signed_at": self.signed_at,
            "generator": self.generator,
            "title": self.title,
            "actions": [list(one) for one in self.actions],
            "ingredients": [list(one) for one in self.ingredients],
            "record": dict(self.record),
            "complete": self.complete,
            "mining_refused": self.mining_refused,
            "others": self.others,
            "problems": list(self.problems),
        }


def read_credentials(paths: Sequence[Path], roots: bytes = b"", *, patience_s: float = _START_S) -> list[Credentials]:
    """The credentials of each file, in order, embedded or in the sidecar ``<name>.c2pa`` beside it.

    Args:
        paths: files of any kind.
        roots: PEM certificates to trust; none are built in.
        patience_s: how long to wait for a reader that says nothing, besides the time it takes to hash the file.

    Raises:
        BrokenStore: a file cannot be opened.
    """
    files = [_request(path) for path in paths]
    answers: list[Mapping[str, Any]] = []
    while len(answers) < len(files):
        left = files[len(answers) :]
        for answer in _ask(left, roots, patience_s):
            answers.append(answer)
        if len(answers) < len(files) and len(left) == len(files) - len(answers):
            answers.append({"error": "the reader came to a stop on it"})  # the first one left killed it or hung
    return [_credentials(path, file["kind"], answer) for path, file, answer in zip(paths, files, answers, strict=True)]


def _request(path: Path) -> dict[str, Any]:
    try:
        kind, size = media_type(path), path.stat().st_size
    except OSError as error:
        raise BrokenStore(str(path), f"cannot be read ({error.strerror})", "a file") from error
    sidecar = path.with_suffix(SIDECAR_SUFFIX)
    beside = sidecar.is_file() and sidecar != path
    return {"path": str(path), "kind": kind, "manifest": str(sidecar) if beside else None, "size": size}


def _ask(files: Sequence[Mapping[str, Any]], roots: bytes, patience_s: float) -> Iterator[Mapping[str, Any]]:
    """Answers of one reader process, until it has answered all, died or gone silent."""
    line = [sys.executable, "-P", _reader.__file__]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        said: queue.Queue[bytes] = queue.Queue()
        listener = threading.Thread(target=_listen, args=(process.stdout, said))
        listener.start()
        try:
            request = {"files": list(files), "roots": roots.decode("ascii", "replace")}
            process.stdin.write(json.dumps(request).encode())
            process.stdin.close()
            for number, file in enumerate(files):
                answer = json.loads(_next(said, listener, patience_s + file["size"] / _SLOWEST_BYTES_S))
                if not isinstance(answer, dict) or answer.get("number") != number:
                    return
                yield answer
        except (BrokenPipeError, TimeoutError, ValueError, RecursionError):
            return  # it is down, or no longer itself: the caller asks a new one
        finally:
            process.kill()
            listener.join()


def _listen(out: IO[bytes], said: queue.Queue[bytes]) -> None:
    for line in out:
        said.put(line)


def _next(said: queue.Queue[bytes], listener: threading.Thread, patience_s: float) -> bytes:
    waited_s = 0.0
    while True:
        ended = not listener.is_alive()
        try:
            return said.get_nowait() if ended else said.get(timeout=_LOOK_EVERY_S)
        except queue.Empty:
            waited_s += _LOOK_EVERY_S
            if ended or waited_s > patience_s:
                raise TimeoutError from None


def _credentials(path: Path, kind: str, answer: Mapping[str, Any]) -> Credentials:
    if answer.get("none"):
        return Credentials(path, kind, State.UNSIGNED)
    if "error" in answer:
        text = str(answer["error"])
        supported = "not supported" not in text.lower() and "unsupported" not in text.lower()
        found = f"its credentials cannot be read ({text})" if supported else "a file of a kind that holds none"
        return Credentials(path, kind, State.UNREADABLE if supported else State.UNSIGNED, problems=(found,))
    store = _mapping(answer["store"])
    manifest = _mapping(_mapping(store.get("manifests")).get(str(store.get("active_manifest"))))
    signature, generators = _mapping(manifest.get("signature_info")), _list(manifest.get("claim_generator_info"))
    generator = _mapping(generators[0]) if generators else {}
    failures = list(_failures(store))
    words = [_WORDS.get(code, said or code) for code, said in failures if code not in _UNTRUSTED]
    if kind == "image/png" and (broken := broken_chunk(path)):
        words.append(broken)
    problems = tuple(dict.fromkeys(words))
    valid = answer["state"] in ("Valid", "Trusted") and not problems
    return Credentials(
        path,
        kind,
        State.INTACT if valid else State.CHANGED,
        trusted=answer["state"] == "Trusted" and valid,
        signer=_text(signature.get("common_name")),
        issuer=_text(signature.get("issuer")),
        signed_at=_text(signature.get("time")),
        generator=" ".join(_text(generator.get(key)) for key in ("name", "version") if generator.get(key)),
        title=_text(manifest.get("title")),
        actions=tuple(_actions(manifest)),
        ingredients=tuple(
            (_text(one.get("title")), _text(one.get("relationship")))
            for one in map(_mapping, _list(manifest.get("ingredients")))
        ),
        record=_assertion(manifest, RECORD),
        complete=_actions_assertion(manifest).get("allActionsIncluded") is True,
        mining_refused=_refuses_mining(manifest),
        others=max(0, len(_mapping(store.get("manifests"))) - 1),
        problems=problems or (() if valid else ("the credentials do not hold",)),
    )


def _failures(store: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Code and explanation of all that does not hold in the credentials of the file itself."""
    results = _mapping(_mapping(store.get("validation_results")).get("activeManifest"))
    for one in map(_mapping, _list(results.get("failure"))):
        yield _text(one.get("code")), _text(one.get("explanation"))


def _actions(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for one in map(_mapping, _list(_actions_assertion(manifest).get("actions"))):
        source = _text(one.get("digitalSourceType")).rpartition("/")[2]
        yield _text(one.get("action")), _text(one.get("description")), source


def _actions_assertion(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    return _assertion(manifest, "c2pa.actions.v2") or _assertion(manifest, "c2pa.actions")


def _refuses_mining(manifest: Mapping[str, Any]) -> bool:
    entries = _mapping(_assertion(manifest, "cawg.training-mining").get("entries"))
    return all(_mapping(entries.get(key)).get("use") == "notAllowed" for key in NO_TRAINING)


def _assertion(manifest: Mapping[str, Any], label: str) -> Mapping[str, Any]:
    for one in map(_mapping, _list(manifest.get("assertions"))):
        if one.get("label") == label:
            return _mapping(one.get("data"))
    return {}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    """A stranger's text, made fit to be shown: printable, and not endless."""
    text = value if isinstance(value, str) else ""
    return "".join(one if one.isprintable() else "?" for one in text)[:300]
