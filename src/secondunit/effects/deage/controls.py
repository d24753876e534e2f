"""How much of each trait, and in which region, an artist wants: 1 is what the years ask for, 0 leaves it as shot."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

STRONGEST = 2.0  # beyond twice the measured change of a trait, faces stop being faces


class _Strengths(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _strength(text: str) -> Any:
    return Field(1.0, description=text, ge=0.0, le=STRONGEST, json_schema_extra={"unit": "1"})


class Traits(_Strengths):
    """Strength by trait."""

    fine_lines: float = _strength("Fine lines: crow's feet, forehead, lip lines.")
    deep_folds: float = _strength("Deep folds: from nose to mouth, from mouth to chin, between the brows.")
    eye_bags: float = _strength("Bags and hollows under the eyes.")
    spots: float = _strength("Spots, redness and uneven colour of the skin.")
    tone: float = _strength("Skin tone and sheen.")
    shape: float = _strength("Sagging and the shape of the face: jowls, cheeks, lids, nose.")
    lips: float = _strength("Fullness and colour of the lips.")
    brows: float = _strength("Fullness, height and colour of the brows.")
    greying: float = _strength("Grey of hair and beard.")


class Regions(_Strengths):
    """Strength by region."""

    forehead: float = _strength("Forehead and between the brows.")
    eyes: float = _strength("Around the eyes: crow's feet, lids, bags.")
    cheeks: float = _strength("Cheeks and nose.")
    mouth: float = _strength("Around the mouth: lips, lip lines, folds.")
    jaw: float = _strength("Jaw, jowls and chin.")
    neck: float = _strength("Neck and under the chin.")
    hair: float = _strength("Hair and hair line.")


class Controls(_Strengths):
    """Strength of the whole change, by trait and by region; they multiply."""

    strength: float = _strength("The whole change.")
    traits: Traits = Field(Traits(), description="Strength by trait.")
    regions: Regions = Field(Regions(), description="Strength by region.")
    hair_colour: tuple[float, float, float] | None = Field(
        None,
        description="Colour of the hair when young, scene-linear Rec.709 reflectance; without it the brows tell.",
    )
