"""Rooms to test with."""

from __future__ import annotations

from secondunit.effects.sets.plan import Ceiling, Eye, Level, Opening, Piece, Room, SetPlan

CORNERS = ((0.0, 6.0), (8.0, 6.0), (8.0, 0.0), (0.0, 0.0))


def room(**more: object) -> Room:
    return Room.model_validate({"outline": CORNERS, "height_m": 3.0, **more})


def plan(**more: object) -> SetPlan:
    given = {
        "title": "Room",
        "kind": "lounge",
        "style": "modern",
        "seed": 4,
        "room": room(
            openings=(
                Opening(id="door", kind="door", wall=0, at_m=1.0, width_m=0.9, height_m=2.1, leaves=1, swing="in-near"),
                Opening(id="window", kind="window", wall=1, at_m=2.0, width_m=2.0, height_m=1.4, sill_m=0.9),
            ),
            levels=(Level(id="pit", outline=((2, 4), (5, 4), (5, 2), (2, 2)), height_m=-0.54, steps=(0,)),),
            ceiling=Ceiling(cove_m=0.6, cove_drop_m=0.3),
        ),
        "pieces": (
            Piece(id="sofa-1", kind="sofa", style="modern", size_m=(2.2, 0.95, 0.8), at_m=(6.5, 3.0), turn_deg=-90),
            Piece(id="lamp-1", kind="floor_lamp", style="modern", size_m=(0.45, 0.45, 1.6), at_m=(7.4, 1.2)),
        ),
        "eyes": (Eye(name="wide", sensor="alexa mini lf", lens_mm=24, at_m=(1.0, 1.6, 5.2), aim_m=(6.5, 0.8, 2.5)),),
    }
    return SetPlan.model_validate(given | more)
