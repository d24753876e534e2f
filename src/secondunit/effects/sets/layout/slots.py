"""What a set is made of: the groups that the place, the action, the required pieces and the words ask for."""

from __future__ import annotations

from dataclasses import replace

from secondunit.effects.sets.kit.catalogue import catalogue
from secondunit.effects.sets.layout.groups import MAKERS
from secondunit.effects.sets.layout.programme import Slot
from secondunit.effects.sets.places import PlaceKind
from secondunit.effects.sets.settings import SetsSettings

GROUP_OF = {
    "sofa": "conversation", "loveseat": "conversation", "corner_sofa": "conversation", "pit_seating": "conversation",
    "armchair": "conversation", "club_chair": "conversation", "lounge_chair": "conversation",
    "coffee_table": "conversation",
    "chaise_longue": "conversation", "daybed": "conversation", "dining_table": "dining", "round_table": "dining",
    "dining_chair": "dining", "conference_table": "meeting", "desk": "desk", "bar_counter": "bar", "bar_stool": "bar",
    "kitchen_unit": "kitchen", "sink_unit": "kitchen", "cooker": "kitchen", "fridge": "kitchen",
    "kitchen_island": "island", "bed": "bed", "single_bed": "bed", "four_poster": "bed", "hospital_bed": "ward bed",
    "bunk_bed": "bunk", "fireplace": "focus", "wood_stove": "focus", "tv": "focus", "video_wall": "video wall",
    "bookcase": "books", "open_shelving": "shelving", "locker": "lockers", "server_rack": "servers",
    "filing_cabinet": "files", "wardrobe": "wardrobe", "chest_of_drawers": "drawers", "sideboard": "sideboard",
    "console_table": "console", "control_console": "control", "reception_desk": "reception", "workbench": "workbench",
    "bench": "waiting", "banquette": "waiting", "vanity_unit": "vanity", "washbasin": "vanity",
    "whiteboard": "whiteboard",
}  # fmt: skip
MANY = {"desk", "bed", "ward bed", "bunk", "workbench", "control"}  # one group a piece
SAME = {
    "desk": ("desk", "workplace", "pupil"),
    "dining": ("dining", "cafe", "interview"),
    "focus": ("focus", "hearth", "media"),
}
KEY = {
    "conversation": ("sofa", "corner_sofa", "loveseat", "armchair", "club_chair", "lounge_chair"),
    "bar": ("bar_counter",),
    "desk": ("desk",), "workplace": ("desk",), "pupil": ("desk",), "dining": ("dining_table", "round_table"),
    "meeting": ("conference_table",), "bed": ("bed",), "books": ("bookcase",), "video wall": ("video_wall",),
    "focus": ("fireplace", "tv", "wood_stove"), "hearth": ("fireplace", "wood_stove"), "media": ("tv",),
}  # fmt: skip  # without any of these there is no such group


def slots_of(
    place: PlaceKind, settings: SetsSettings, required: dict[str, int], forbidden: set[str], likes: list[str]
) -> tuple[Slot, ...]:
    """What the set is made of: what the action and the brief need, what the place has, what the words like."""
    found: list[Slot] = []
    for text in place.groups:
        name, _, counts = text.rstrip("?").partition(":")
        low, _, high = (counts or "1").partition("-")
        keys = KEY.get(name, (name,) if name in catalogue() else ())
        if keys and all(key in forbidden for key in keys):
            continue
        for number in range(int(high or low)):
            needed = not text.endswith("?") and number < int(low)
            found.append(Slot(name, needed, name if name in catalogue() else ""))
    for kind in sorted(required):
        group = GROUP_OF.get(kind)
        if group is None:
            continue
        count = required[kind] if group in MANY else 1
        there = [slot for slot in found if slot.name in SAME.get(group, (group,))]
        for slot in there[:count]:
            found[found.index(slot)] = replace(slot, needed=True)
        found += [Slot(group, True)] * (count - len(there))
    for name in likes:
        group = GROUP_OF.get(name, name)
        known = group in MAKERS or (
            group in catalogue() and catalogue()[group].stands == "floor" and catalogue()[group].group != "dressing"
        )
        if known and all(slot.name not in (group, *SAME.get(group, ())) for slot in found) and group not in forbidden:
            found.append(Slot(group, False, group if group not in MAKERS else "", liked=True))
    seats = settings.action.table_for
    if seats:
        table = next((slot for slot in found if slot.name in ("dining", "meeting")), None)
        if table is not None:
            found[found.index(table)] = Slot(table.name, True, seats=seats)
        else:
            found.append(Slot("dining", True, seats=seats))
    if settings.pieces.density == 0:
        found = [
            slot
            for slot in found
            if any(kind in required for kind in GROUP_OF if GROUP_OF[kind] in SAME.get(slot.name, (slot.name,)))
        ]
    return tuple(found)
