"""What was done to a picture, in the words of C2PA 2.2: actions, where their pixels come from, and what went in."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

_IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"  # the vocabulary's own address; http and not https


class Source(StrEnum):
    """Where the pixels of an action come from: IPTC digital source types, as C2PA 2.2 section 9.2 lists them."""

    ALGORITHM = f"{_IPTC}algorithmicMedia"  # procedures and simulation; nothing was trained
    ENHANCED = f"{_IPTC}algorithmicallyEnhanced"  # the same picture, corrected by an algorithm
    HAND = f"{_IPTC}humanEdits"
    TRAINED = f"{_IPTC}trainedAlgorithmicMedia"
    PART_TRAINED = f"{_IPTC}compositeWithTrainedAlgorithmicMedia"


LEARNED = (Source.TRAINED, Source.PART_TRAINED)


class ModelCard(BaseModel):
    """A learned part, as far as a reader of credentials must know it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="Name of the model.", min_length=1)
    version: str = Field(description="Its version.", min_length=1)
    weights: str = Field(description="SHA-256 of its weights.", pattern="^[0-9a-f]{64}$")
    card: str = Field(description="SHA-256 of its card.", pattern="^[0-9a-f]{64}$")
    trained_on: str = Field(description="What it was trained on, in a sentence.", min_length=1)
    precision: Literal["f32", "bf16"] | None = Field(None, description="Of its arithmetic on this machine, if told.")


class Action(BaseModel):
    """One thing an effect does to the plate.

    ``placed`` puts an element over the plate that stage ``element`` made; ``edited`` changes what is there. An effect
    that uses a model says so here, and then the pixels cannot be called anything but learned.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["placed", "edited"] = Field(description="c2pa.placed or c2pa.edited.")
    what: str = Field(description="A sentence for people: no names of people in it.", min_length=1, max_length=300)
    source: Source = Field(description="Where the new pixels come from.")
    element: str = Field("", description="The stage that made what is placed.")
    models: tuple[ModelCard, ...] = Field((), description="Learned parts that made the pixels.")

    @model_validator(mode="after")
    def _is_honest(self) -> Action:
        if (self.kind == "placed") != bool(self.element):
            raise ValueError("what is placed, and only that, names the stage that made it in 'element'")
        if bool(self.models) != (self.source in LEARNED):
            raise ValueError("pixels come from models exactly when the source type says so")
        return self
