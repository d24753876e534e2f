"""Second Unit: a generative shot pipeline for film and TV crews.

The front door: ``new``, ``ingest``, ``survey``, ``shoot``, ``shoot_variations``, ``takes`` and ``deliver``. What they
need is imported when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from secondunit.kernels import keep_apart

__version__ = "0.1.0"

if TYPE_CHECKING:
    from secondunit.delivery.deliver import deliver
    from secondunit.plate.ingest import ingest
    from secondunit.plate.surveying import survey_plate as survey
    from secondunit.production import Production
    from secondunit.shoot import shoot
    from secondunit.starting import new
    from secondunit.take.store import list_takes as takes
    from secondunit.variations import shoot_variations

__all__ = ["Production", "deliver", "ingest", "new", "shoot", "shoot_variations", "survey", "takes"]

_HOMES = {
    "Production": ("secondunit.production", "Production"),
    "deliver": ("secondunit.delivery.deliver", "deliver"),
    "ingest": ("secondunit.plate.ingest", "ingest"),
    "new": ("secondunit.starting", "new"),
    "shoot": ("secondunit.shoot", "shoot"),
    "shoot_variations": ("secondunit.variations", "shoot_variations"),
    "survey": ("secondunit.plate.surveying", "survey_plate"),
    "takes": ("secondunit.take.store", "list_takes"),
}


def __getattr__(name: str) -> Any:
    """Import a name of the front door when it is first used (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module
    from operator import attrgetter

    module, path = _HOMES[name]
    value = attrgetter(path)(import_module(module))
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """What the front door holds, so that a shell completes it."""
    return [*__all__, "__version__"]


class _FrontDoor(ModuleType):
    """The package, whose ``shoot`` stays the function when the module of that name is imported."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _FrontDoor
keep_apart()
