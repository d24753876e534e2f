"""A stage sees what it declared and nothing else: so a cached result can never depend on something unsaid."""

from __future__ import annotations

from typing import Any

from secondunit.errors import BadBrief


class DeclaredSettings:
    """Settings of which only the dotted names in ``reads`` can be read; anything else is an error of the stage."""

    def __init__(self, settings: Any, reads: tuple[str, ...], stage: str, at: str = "") -> None:
        self._settings, self._reads, self._stage, self._at = settings, reads, stage, at

    def __getattr__(self, key: str) -> Any:
        dotted = f"{self._at}.{key}" if self._at else key
        if dotted in self._reads:
            return getattr(self._settings, key)
        if any(name.startswith(f"{dotted}.") for name in self._reads):
            return DeclaredSettings(getattr(self._settings, key), self._reads, self._stage, dotted)
        raise AttributeError(f"stage {self._stage!r} reads the setting {dotted!r} but does not declare it in 'reads'")


class NoPlate:
    """Stands in for the plate where a stage did not declare ``uses_plate``."""

    def __init__(self, stage: str) -> None:
        self._stage = stage

    def __getattr__(self, key: str) -> Any:
        raise AttributeError(f"stage {self._stage!r} uses plate.{key} but does not declare 'uses_plate'")


class SizeOnly(NoPlate):
    """Stands in for the plate where a stage declared ``uses_size`` but not ``uses_plate``."""

    def __init__(self, stage: str, width_px: int, height_px: int) -> None:
        super().__init__(stage)
        self.width_px, self.height_px = width_px, height_px


def values_read(settings: Any, reads: tuple[str, ...]) -> dict[str, Any]:
    """The values of the dotted names in ``reads``, as plain values for a digest.

    Raises:
        BadBrief: the settings have no such name.
    """
    plain = settings.model_dump(mode="json")
    values = {}
    for dotted in reads:
        value = plain
        for key in dotted.split("."):
            if not isinstance(value, dict) or key not in value:
                raise BadBrief(dotted, "no such setting", advice="A stage's 'reads' names settings of its effect.")
            value = value[key]
        values[dotted] = value
    return values
