"""What every section of a brief, and every table read from disk, is made of."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """Frozen, and nothing given is ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def setting(default: Any, text: str, *, unit: str = "", **limits: Any) -> Any:
    """A field with a sentence and, where it is a quantity, a unit."""
    return Field(default, description=text, json_schema_extra={"unit": unit} if unit else None, **limits)
