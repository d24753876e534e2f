"""What can be said in a brief, made from the settings themselves: the starter brief, help and reference."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic.fields import FieldInfo


def unit_and_range(field: FieldInfo) -> tuple[str, str]:
    """The unit of a setting and its range in words, e.g. ``("m", "above 0.5 and up to 500")``; empty if none."""
    extra = field.json_schema_extra
    unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
    words = []
    for limit in field.metadata:
        match limit:
            case Gt():
                words.append(f"above {limit.gt}")
            case Ge():
                words.append(f"at least {limit.ge}")
            case Lt():
                words.append(f"below {limit.lt}")
            case Le():
                words.append(f"up to {limit.le}")
            case _:
                pass
    return unit, " and ".join(words)


def choices(field: FieldInfo) -> tuple[str, ...]:
    """The words a setting can be, or nothing if it is not a choice."""
    kinds = (field.annotation, *get_args(field.annotation))
    for kind in kinds:
        if get_origin(kind) is Literal:
            return tuple(str(one) for one in get_args(kind))
    return ()


def fields_of(model: type[BaseModel]) -> Iterator[tuple[str, str, FieldInfo]]:
    """Section, key and field of every setting of an effect, in order; the section itself comes with an empty key."""
    for section, field in model.model_fields.items():
        yield section, "", field
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            for key, inner in kind.model_fields.items():
                yield section, key, inner


def starter_brief(effect: str, model: type[BaseModel], *, shot: str) -> str:
    """A brief in which every setting stands commented out with its sentence, unit, range and default."""
    lines = [
        "# A brief: what is asked for. Every line that starts with '#' and a key is a setting at its default:",
        "# take the '#' away to change it. Paths are below the production's folder.",
        "",
        "[brief]",
        "version = 1",
        f'effect = "{effect}"',
        f'shot = "{shot}"',
        'use = "ideation"  # ideation, temp, or final (final needs an approval: secondunit approve)',
        "seed = 1          # another number, another chance",
        "frames = 96       # from 1001 on",
        "",
        "# [replace]       # a hand-made folder instead of a stage's result, e.g. survey = \"surveys/" + shot + '"',
        "# [use]           # where it will be seen, who is changed, what made it: see 'secondunit policy fields'",
    ]
    for section, key, field in fields_of(model):
        if not key:
            kind = field.annotation
            sentence = field.description or (kind.__doc__ if kind else "") or ""
            lines += ["", f"[{section}]  # {sentence.splitlines()[0] if sentence else ''}".rstrip(" #")]
            continue
        lines.append(f"# {key} = {_toml(field.get_default(call_default_factory=True))}  # {_remark(field)}")
    return "\n".join(lines) + "\n"


def _remark(field: FieldInfo) -> str:
    unit, limits = unit_and_range(field)
    words = choices(field)
    inside = ", ".join(part for part in (unit, limits, " | ".join(words)) if part)
    return (field.description or "") + (f" [{inside}]" if inside else "")


def toml_lines(sections: Mapping[str, Mapping[str, Any]]) -> str:
    """Sections of a brief as TOML, one line a setting."""
    lines = []
    for section, values in sections.items():
        lines += [f"[{section}]", *(f"{key} = {_toml(value)}" for key, value in values.items())]
    return "\n".join(lines)


def _toml(value: Any) -> str:
    """TOML and JSON agree on text, numbers, booleans and lists of them."""
    return "(not given)" if value is None else json.dumps(value, ensure_ascii=False)
