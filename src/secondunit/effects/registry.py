"""Which effects are installed. A plug-in that cannot be loaded is named, never a reason for the others to fail."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata

from secondunit.effects.base import Effect
from secondunit.errors import BadBrief, BrokenStore, nearest

GROUP = "secondunit.effects"
_PARTS = ("name", "settings", "stages", "check", "changes", "canvas", "pictures", "preview", "variation")
_registered: dict[str, Effect] = {}


@dataclass(frozen=True)
class BrokenEffect:
    """An installed effect that does not load, and why."""

    name: str
    entry_point: str
    reason: str


def register(effect: Effect) -> None:
    """Add an effect to this process by hand, e.g. from a script; it wins over an installed one of the same name."""
    _registered[effect.name] = effect


def effect_names() -> tuple[str, ...]:
    """The names of all effects, without loading any."""
    return tuple(sorted({*_registered, *(entry.name for entry in metadata.entry_points(group=GROUP))}))


def find_effect(name: str) -> Effect:
    """The effect called ``name``, loaded.

    Raises:
        BadBrief: no such effect.
        BrokenStore: it is installed but cannot be loaded.
    """
    if name in _registered:
        return _registered[name]
    for entry in metadata.entry_points(group=GROUP, name=name):
        try:
            return _load(entry)
        except Exception as error:  # a plug-in can fail in any way; say which one and how
            raise BrokenStore(
                f"effect {name!r} ({entry.value})",
                f"cannot be loaded: {type(error).__name__}: {error}",
                advice="See 'secondunit doctor'; install the plug-in again or remove it.",
            ) from error
    raise BadBrief("brief.effect", f"no effect {name!r}", "an installed effect", nearest(name, effect_names()))


def survey_plugins() -> tuple[tuple[Effect, ...], tuple[BrokenEffect, ...]]:
    """Load every effect; what loads and what does not."""
    good, broken = dict(_registered), []
    for entry in metadata.entry_points(group=GROUP):
        try:
            good.setdefault(entry.name, _load(entry))
        except Exception as error:  # reported by name, so that one bad plug-in stops nobody
            broken.append(BrokenEffect(entry.name, entry.value, f"{type(error).__name__}: {error}"))
    return tuple(good[name] for name in sorted(good)), tuple(broken)


def _load(entry: metadata.EntryPoint) -> Effect:
    effect: Effect = entry.load()()
    missing = [part for part in _PARTS if not hasattr(effect, part)]
    if missing:
        raise TypeError(f"it has no {', '.join(missing)}; see secondunit.effects.base.Effect")
    if effect.name != entry.name:
        raise TypeError(f"it calls itself {effect.name!r} but is installed as {entry.name!r}")
    return effect
