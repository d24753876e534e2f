"""What of a set has to match from set-up to set-up."""

from __future__ import annotations

from collections.abc import Sequence

from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.plan import SetPlan


def continuity(plan: SetPlan) -> tuple[tuple[str, str], ...]:
    """What has to match from set-up to set-up: name and value."""
    lamps = [piece for piece in plan.pieces if catalogue()[piece.kind].light]
    lit = ", ".join(runs([piece.id for piece in lamps if piece.lit])) or "none"
    off = ", ".join(runs([piece.id for piece in lamps if not piece.lit])) or "none"
    hour, minute = divmod(round(plan.hour * 60) % 1440, 60)
    dressing = [piece.id for piece in plan.pieces if piece.on is not None]
    doors = ", ".join(
        f"{one.id} ({one.role})" if one.role else one.id for one in plan.room.openings if one.kind == "door"
    )
    return (
        ("Story time", f"{hour:02d}:{minute:02d}, day {plan.day_of_year} of the year, {plan.latitude_deg:g}° latitude"),
        ("Daylight", "none: underground" if plan.underground else f"page's top faces {plan.facing_deg:g}°"),
        ("Lamps on", lit),
        ("Lamps off", off),
        ("Doors", doors or "none"),
        ("Loose dressing", ", ".join(dressing) or "none"),
        ("Cameras", "; ".join(f"{eye.name}: {eye.sensor}, {eye.lens_mm:g} mm" for eye in plan.eyes) or "none"),
    )


def runs(ids: Sequence[str]) -> list[str]:
    """Ids as they are written: three or more in a row, as downlight-1 to downlight-24, by their ends."""
    out: list[list[str]] = []
    for one in ids:
        name, _, number = one.rpartition("-")
        before, _, last = out[-1][-1].rpartition("-") if out else ("", "", "")
        if out and name and name == before and number.isdigit() and last.isdigit() and int(number) == int(last) + 1:
            out[-1].append(one)
        else:
            out.append([one])
    return [text for run in out for text in (run if len(run) < 3 else [f"{run[0]} to {run[-1]}"])]
