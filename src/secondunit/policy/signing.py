"""Signed documents: who signed what, when, as what; made on one machine, checked on another."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from pydantic import ValidationError

from secondunit.errors import BrokenStore, Problems
from secondunit.keys import SigningKey, is_signed
from secondunit.policy.parts import Key, NamedDocument, Part, Role, Said, Utc
from secondunit.records import canonical_json, write_json

MOST_BYTES = 1_000_000  # a consent is a few thousand; what is larger is none

Paper = TypeVar("Paper", bound=NamedDocument)
Model = TypeVar("Model", bound=Part)


class Signature(Part):
    """One signature under a document's digest."""

    key: Key
    role: Role
    name: Said
    at: Utc
    signature: str


class Signed(Part, Generic[Paper]):
    """A document and the signatures under it; none yet is a request to sign."""

    kind: Literal["signed"] = "signed"
    version: Literal[1] = 1
    document: Paper
    signatures: tuple[Signature, ...] = ()

    def signed(self, key: SigningKey, *, role: Role, name: str, at: str) -> Signed[Paper]:
        """The same with one more signature; one by the same key for the same role is replaced."""
        blank = Signature(key=key.public, role=role, name=name, at=at, signature="")
        made = blank.model_copy(update={"signature": key.sign(self.document.kind, _message(self.document, blank))})
        kept: list[Signature] = [one for one in self.signatures if (one.key, one.role) != (key.public, role)]
        return self.model_copy(update={"signatures": (*kept, made)})

    def valid(self) -> tuple[Signature, ...]:
        """The signatures that are genuine: made by the key they name, of exactly this document."""
        return tuple(
            one
            for one in self.signatures
            if is_signed(one.key, self.document.kind, _message(self.document, one), one.signature)
        )

    def all_valid(self, *, where: str) -> tuple[Signature, ...]:
        """All signatures, every one genuine.

        Raises:
            BrokenStore: there is none, or one is forged or of another document.
        """
        good = self.valid()
        if not self.signatures or len(good) != len(self.signatures):
            bad = next((one.name for one in self.signatures if one not in good), "")
            found = f"the signature of {bad} is not of this document" if bad else "is not signed"
            verb = "approve --sign" if self.document.kind == "approval" else "consent sign"
            advice = f"Ask for it to be signed again: secondunit {verb} FILE."
            raise BrokenStore(where, found, "a signature under exactly what it says", advice)
        return good


def read_document(path: Path, model: type[Model]) -> Model:
    """A document from a JSON file; nothing missing, nothing unknown, no type guessed.

    Raises:
        BrokenStore: it cannot be read.
        Problems: all that is wrong with it.
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BrokenStore(str(path), f"cannot be read ({error.strerror})", "a JSON document") from error
    return parse_document(data, model, where=str(path))


def parse_document(data: bytes | str, model: type[Model], *, where: str) -> Model:
    """A document from JSON text.

    Raises:
        Problems: all that is wrong with it.
    """
    if len(data) > MOST_BYTES:
        raise Problems([BrokenStore(where, "is too large", f"at most {MOST_BYTES} bytes")])
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        raise Problems(_problem(one, where) for one in error.errors()) from error


def _problem(found: Any, where: str) -> BrokenStore:
    """What pydantic found, with the value that stands there if it is short enough to be shown."""
    place = ".".join(str(part) for part in found["loc"])
    what, value = str(found["msg"]).removeprefix("Value error, "), found["input"]
    plain = isinstance(value, str | int | float) and len(str(value)) <= 60
    return BrokenStore(f"{where}: {place}" if place else where, f"{value!r}: {what}" if plain else what)


def write_document(path: Path, document: Part) -> None:
    """Write a document as JSON, whole or not at all."""
    write_json(path, document.to_json())


def _message(document: NamedDocument, signature: Signature) -> bytes:
    """What is signed: the document's digest, and who signs it as what, when."""
    said = signature.model_dump(mode="json", exclude={"signature"})
    return canonical_json({**said, "digest": document.digest}).encode()
