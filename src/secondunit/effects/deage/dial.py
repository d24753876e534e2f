"""The dial: how many years at each frame, and what that means for the person who is asked."""

from __future__ import annotations

from secondunit.effects.deage.age import OLDEST, YOUNGEST, Years
from secondunit.effects.deage.settings import DeageSettings, Dial, Performer
from secondunit.errors import BadBrief


def years_at(performer: Performer, years: Dial, frame: int) -> float:
    """How many years older the person is to look at ``frame``; negative is younger."""
    if years.by is not None:
        return years.by
    if years.to_age is not None and performer.looks is not None:
        return years.to_age - performer.looks
    keys = sorted(years.keys)
    before = [key for key in keys if key[0] <= frame]
    after = [key for key in keys if key[0] > frame]
    if not before or not after:
        return (before or after or [(frame, 0.0)])[-1 if before else 0][1]
    (first, low), (last, high) = before[-1], after[0]
    share = (frame - first) / (last - first)
    return low + (high - low) * share * share * (3 - 2 * share)  # eased: no kink in the motion of a dial


def ages_at(performer: Performer, years: Dial, frame: int) -> Years:
    """From which age to which at ``frame``."""
    now = performer.looks or YOUNGEST
    return Years(now, now + years_at(performer, years, frame))


def extreme(settings: DeageSettings) -> float:
    """The years farthest from none of the whole brief: what a consent must cover."""
    performer, years = settings.performer, settings.years
    asked = [key[1] for key in years.keys] or [years_at(performer, years, 0)]
    return max(asked, key=abs)


def least(settings: DeageSettings) -> float | None:
    """The fewest years that any picture shows, where it is not the same throughout: keys, and the sheet of ages."""
    shown = [key[1] for key in settings.years.keys]
    if settings.output.ages > 2:
        shown.append(extreme(settings) / (settings.output.ages - 1))
    return min(shown, key=abs) if shown else None


def youngest(settings: DeageSettings) -> int:
    """The youngest the person looks after the change, whole years."""
    now = settings.performer.looks or YOUNGEST
    return int(min(now, *(now + key[1] for key in settings.years.keys), now + extreme(settings)))


def check_dial(settings: DeageSettings) -> list[BadBrief]:
    """What the dial's settings say against each other."""
    performer, years, found = settings.performer, settings.years, []
    if not performer.person:
        found.append(BadBrief("performer.person", "nobody is named", "a person's id", "See: secondunit people list."))
    if performer.looks is None:
        found.append(BadBrief("performer.looks", "not given", "how old the person looks in the plate, in years"))
    given = [name for name in ("by", "to_age") if getattr(years, name) is not None] + (["keys"] if years.keys else [])
    if len(given) != 1:
        found.append(BadBrief("years", " and ".join(given) or "no years at all", "one of by, to_age and keys"))
        return found
    numbers = [key[0] for key in years.keys]
    if len(set(numbers)) != len(numbers):
        found.append(BadBrief("years.keys", "two keys at one frame", "one key a frame"))
    if {key[1] > 0 for key in years.keys if key[1]} == {True, False}:
        advice = "Shoot two takes: a consent is asked for younger or for older."
        found.append(BadBrief("years.keys", "both younger and older", "one of them", advice))
    if performer.looks is not None:
        for then in {performer.looks + key[1] for key in years.keys} or {performer.looks + extreme(settings)}:
            if not YOUNGEST <= then <= OLDEST:
                wanted = f"{YOUNGEST:g} to {OLDEST:g}: adults are aged, to adults"
                found.append(BadBrief(f"years.{given[0]}", f"an age of {then:g}", wanted))
    return found
