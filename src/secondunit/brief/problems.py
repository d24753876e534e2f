"""What pydantic found, said in the words and places of the artist's document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from secondunit.brief.describe import choices, unit_and_range
from secondunit.errors import BadBrief, nearest

_WANTED = {
    "float_type": "a number",
    "float_parsing": "a number",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "text in quotes",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "finite_number": "a finite number",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "dict_type": "a table",
}
_LIMITS = {"gt": "above", "ge": "at least", "lt": "below", "le": "up to"}


def explain(
    error: ValidationError, model: type[BaseModel], *, source: str, path: tuple[str, ...], also: Sequence[str] = ()
) -> list[BadBrief]:
    """One ``BadBrief`` for each thing pydantic found.

    Args:
        error: what validation raised.
        model: the model it validated.
        source: the document, for the place of each error.
        path: where in the document the model's value stands.
        also: further words that may stand beside the model's own keys.
    """
    every = error.errors(include_url=False)
    inside = {found["loc"][:-1] for found in every} | {found["loc"][:-2] for found in every}
    # A list whose entries are wrong is not also too short for want of them.
    told = [
        _one(found, model, source, path, also)
        for found in every
        if found["type"] != "too_short" or found["loc"] not in inside
    ]
    return _together(told)


def _together(told: list[BadBrief]) -> list[BadBrief]:
    """What may be one thing or another, e.g. a number or a list, is told once."""
    kept: dict[tuple[str, str], BadBrief] = {}
    for one in told:
        same = kept.get((one.where, one.found))
        both = f"{same.wanted}, or {one.wanted}" if same and one.wanted not in same.wanted else one.wanted
        kept[one.where, one.found] = BadBrief(one.where, one.found, both, same.advice if same else one.advice)
    return list(kept.values())


def _one(found: Any, model: type[BaseModel], source: str, path: tuple[str, ...], also: Sequence[str]) -> BadBrief:
    keys, field, owner = _follow(model, found["loc"])
    dotted = ".".join((*path, *_names(keys)))
    where = f"{source}: {dotted or 'the whole brief'}"
    kind, value = found["type"], found["input"]
    if kind == "extra_forbidden":
        known = {*owner.model_fields, *(also if owner is model else ())}
        what = "unknown section" if isinstance(value, dict) else "unknown key"
        return BadBrief(where, what, advice=nearest(str(keys[-1]), known))
    if kind == "missing":
        sentence = field.description or "" if field else ""
        unit, limits = unit_and_range(field) if field else ("", "")
        words = " or ".join(choices(field)) if field else ""
        return BadBrief(where, "missing", words or f"{limits} {unit}".strip() or "a value", sentence)
    if kind == "value_error":  # a model validator of the effect: its own sentence
        return BadBrief(where, str(found["ctx"]["error"]))
    wanted = _wanted(kind, found, field)
    advice = ""
    if kind in ("literal_error", "enum") and isinstance(value, str) and field is not None:
        advice = nearest(value, choices(field)) if choices(field) else ""
    return BadBrief(where, _shown(value), wanted, advice)


def _follow(
    model: type[BaseModel], loc: Sequence[str | int]
) -> tuple[list[str | int], FieldInfo | None, type[BaseModel]]:
    """The place in the document, the field it belongs to and the model that has that field."""
    keys: list[str | int] = []
    field, owner, inside = None, model, True
    for part in loc:
        if not inside and isinstance(part, str):
            continue  # pydantic's own names for branches of a union; the artist never wrote them
        keys.append(part)
        if isinstance(part, str):
            field = owner.model_fields.get(part)
            kind = _model_of(field.annotation) if field else None
            if kind is not None:
                owner = kind if part != loc[-1] else owner
            else:
                inside = False
    return keys, field, owner


def _model_of(annotation: Any) -> type[BaseModel] | None:
    """The model a field holds, by itself or as a list of tables."""
    inner = get_args(annotation)[0] if get_origin(annotation) is tuple else annotation
    return inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None


def _names(keys: Sequence[str | int]) -> list[str]:
    names: list[str] = []
    for key in keys:
        if isinstance(key, int) and names:
            names[-1] += f"[{key}]"
        else:
            names.append(str(key))
    return names


def _wanted(kind: str, found: Any, field: FieldInfo | None) -> str:
    context = found.get("ctx", {})
    if kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        unit, limits = unit_and_range(field) if field else ("", "")
        if not limits:  # the field itself has none: they are of one of the things that it may be
            limits = " and ".join(f"{words} {context[key]:g}" for key, words in _LIMITS.items() if key in context)
        return f"{limits} {unit}".strip()
    if kind in ("literal_error", "enum"):
        return str(context["expected"])
    if kind in ("too_short", "too_long", "missing"):
        return f"{context.get('min_length', context.get('max_length'))} values"
    if kind in _WANTED:
        unit = unit_and_range(field)[0] if field else ""
        return f"{_WANTED[kind]} in {unit}" if unit and "number" in _WANTED[kind] else _WANTED[kind]
    return str(found["msg"])


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
