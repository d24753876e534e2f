"""Places that lie in each other: a state in its country, a country in the EU, everything in the world."""

from __future__ import annotations

from collections.abc import Iterable

# Member states, ISO 3166-1 alpha-2: https://european-union.europa.eu/principles-countries-history/eu-countries_en
_EU_WEST = ("AT", "BE", "DE", "DK", "ES", "FI", "FR", "IE", "IT", "LU", "NL", "PT", "SE")
_EU_EAST = ("BG", "CY", "CZ", "EE", "GR", "HR", "HU", "LT", "LV", "MT", "PL", "RO", "SI", "SK")
EU = frozenset((*_EU_WEST, *_EU_EAST))


def around(place: str) -> frozenset[str]:
    """The place and everything it lies in: ``US-CA`` lies in ``US`` and in ``world``."""
    country = place.split("-")[0]
    union = {"EU"} if country in EU else set()
    return frozenset({place, country, "world"} | union)


def lies_in(place: str, places: Iterable[str]) -> bool:
    """Whether one of ``places`` holds all of ``place``; ``*`` holds everything."""
    return not {*around(place), "*"}.isdisjoint(places)


def touches(place: str, places: Iterable[str]) -> bool:
    """Whether any of ``places`` lies in ``place`` or holds it: a release in the US reaches US-CA."""
    return any(place in around(other) or other in around(place) for other in places)
