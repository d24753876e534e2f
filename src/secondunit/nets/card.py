"""Model cards: what a network was made of, how good it is and where it ends; and its weights, by digest."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from secondunit.errors import BrokenStore
from secondunit.nets.tensors import Array, read_tensors

Words = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Data(_Part):
    """What it was trained on."""

    what: Words = Field(description="What the pictures are and who made them.")
    pictures: int = Field(description="How many.", ge=0)
    people: int = Field(description="Of how many people, rendered or real.", ge=0)
    rights: Words = Field(description="Why they may be used.")


class Training(_Part):
    """How it was trained."""

    command: Words = Field(description="The command that trains it anew.")
    steps: int = Field(description="Steps of the optimiser.", ge=0)
    hours: float = Field(description="Wall time.", ge=0, json_schema_extra={"unit": "h"})
    machine: Words = Field(description="On what.")


class Measured(_Part):
    """One row of what was measured."""

    what: Words = Field(description="The quantity, its unit and how it was measured.")
    on: Words = Field(description="On which pictures or people.")
    value: float = Field(description="The result.")
    spread: float | None = Field(None, description="Standard deviation over the pictures.")


class ModelCard(_Part):
    """A network's papers.

    Attributes are the file's sections; see ``docs/reference`` and the cards beside the weights.
    """

    name: Words = Field(description="Of the model, with its version.")
    purpose: Words = Field(description="What it is for, and what it is not for.")
    licence: Words = Field(description="Of the weights.")
    weights: Words = Field(description="File beside the card.")
    sha256: str = Field(description="Of that file.", pattern="^[0-9a-f]{64}$")
    parameters: int = Field(description="How many numbers were learned.", ge=1)
    data: Data = Field(description="What it was trained on.")
    training: Training = Field(description="How it was trained.")
    measured: tuple[Measured, ...] = Field(description="What was measured, losses included.")
    limits: tuple[Words, ...] = Field(description="Where it fails, or was not tried.")


def read_card(path: Path) -> ModelCard:
    """A card from its TOML file.

    Raises:
        BrokenStore: it is missing, no TOML, or says too little or too much.
    """
    try:
        return ModelCard.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise BrokenStore(str(path), f"cannot be read ({error.strerror})", "a model card") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BrokenStore(str(path), f"is no TOML ({error})", "a model card") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BrokenStore(f"{path}: {where}", str(first["msg"]), "a model card") from error


def weights_of(card: ModelCard, folder: Path) -> dict[str, Array]:
    """The tensors that the card speaks of.

    Args:
        card: as read.
        folder: where the card lies.

    Raises:
        BrokenStore: the file is missing, damaged, or another than the card's.
    """
    path = folder / card.weights
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BrokenStore(str(path), f"cannot be read ({error.strerror})", f"the weights of {card.name}") from error
    if found != card.sha256:
        advice = "Install the package again; with weights of your own, write a card of your own."
        raise BrokenStore(str(path), f"SHA-256 {found[:12]}…", f"{card.sha256[:12]}… as the card says", advice)
    return read_tensors(path)


def fits(tensors: dict[str, Array], shapes: dict[str, tuple[int, ...]], where: str) -> None:
    """Pass if the tensors are those of a layout.

    Raises:
        BrokenStore: one is missing, too many, or of another shape; says the first.
    """
    for name, shape in shapes.items():
        if name not in tensors:
            raise BrokenStore(where, f"has no tensor {name!r}", f"{len(shapes)} tensors of the layout")
        if tensors[name].shape != shape:
            raise BrokenStore(f"{where}: {name}", f"has the shape {tensors[name].shape}", f"{shape}")
    more = sorted(tensors.keys() - shapes.keys())
    if more:
        raise BrokenStore(where, f"also holds {more[0]!r}", f"only the {len(shapes)} tensors of the layout")
