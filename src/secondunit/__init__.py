"""Second Unit: a generative shot pipeline for film and TV crews.

The front door: ``new``, ``ingest``, ``survey_plate``, ``shoot``, ``shoot_variations`` and ``takes``. What they need is
imported when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from secondunit.plate.ingest import ingest
    from secondunit.plate.surveying import survey_plate
    from secondunit.production import Production
    from secondunit.shoot import shoot
    from secondunit.take.store import list_takes as takes
    from secondunit.variations import shoot_variations

    new = Production.new

__all__ = ["Production", "ingest", "new", "shoot", "shoot_variations", "survey_plate", "takes"]

_HOMES = {
    "Production": ("secondunit.production", "Production"),
    "ingest": ("secondunit.plate.ingest", "ingest"),
    "new": ("secondunit.production", "Production.new"),
    "shoot": ("secondunit.shoot", "shoot"),
    "shoot_variations": ("secondunit.variations", "shoot_variations"),
    "survey_plate": ("secondunit.plate.surveying", "survey_plate"),
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
