"""What options cost beside each other: which are within the budget, and what makes one dearer than another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from secondunit.effects.sets.plan import SetPlan
from secondunit.effects.sets.quantities import Bill, PriceBook, bill
from secondunit.effects.sets.settings import Budget
from secondunit.errors import BadBrief

_SHOWN = 2  # things that make an option dear, in its words
_WORTH = 0.01  # share of the cost below which a difference is not spoken of


def ranked(found: Sequence[SetPlan], budget: Budget, prices: PriceBook | None = None) -> tuple[SetPlan, ...]:
    """The options, those within the budget first and in their order; then those over it, the cheapest first.

    Args:
        found: the options.
        budget: of the brief.
        prices: the production's own, if it has any.

    Raises:
        BadBrief: none is within; names the cheapest and what makes it dear.
    """
    if budget.most is None:
        return tuple(found)
    bills = [bill(plan, prices, budget.build) for plan in found]
    totals = [one.total for one in bills]
    if min(totals) > budget.most:
        raise _too_dear(found, bills, budget, prices)
    over = [max(0.0, total - budget.most) for total in totals]
    order = sorted(range(len(found)), key=lambda k: (over[k], k))
    return tuple(found[k] for k in order)


def cost_words(mine: Bill, every: Sequence[Bill], most: float | None) -> str:
    """What an option costs and why: how far over or under the budget, and what it has that the cheapest has not.

    Args:
        mine: its bill.
        every: the bills of all options, its own or another among them.
        most: the budget, if there is one.
    """
    said = f"{mine.total:,.0f} {mine.currency}"
    if most is not None:
        gap = mine.total - most
        said += f", {gap:,.0f} OVER THE BUDGET" if gap > 0 else f", {-gap:,.0f} within the budget"
    cheapest = min(every, key=lambda one: one.total)
    more = mine.total - cheapest.total
    if more <= 0:
        return f"{said}; the cheapest: most of it {_listed(shares(mine))}"
    before = shares(cheapest)
    extra = {name: cost - before.get(name, 0.0) for name, cost in shares(mine).items()}
    dear = {name: cost for name, cost in extra.items() if cost > _WORTH * mine.net}
    words = f"{said}; {more:,.0f} over the cheapest" + (f": {_listed(dear)}" if dear else "")
    saved = {name: cost - shares(mine).get(name, 0.0) for name, cost in before.items()}
    if sum(sorted(dear.values())[-_SHOWN:]) > more + _WORTH * mine.net and max(saved.values()) > _WORTH * mine.net:
        words += f", without {_listed(saved, 1)}"
    return words


def shares(one: Bill) -> dict[str, float]:
    """What a bill goes to: each kind of piece and lamp by itself, all else by its part."""
    out: dict[str, float] = {}
    for line in one.lines:
        name = line.what.partition(",")[0].lower() if line.part in ("Pieces", "Lamps") else line.part.lower()
        out[name] = out.get(name, 0.0) + line.cost
    return out


def _listed(costs: Mapping[str, float], most: int = _SHOWN) -> str:
    first = sorted(costs, key=lambda name: (-costs[name], name))[:most]
    return ", ".join(f"{name} {costs[name]:,.0f}" for name in first)


def _too_dear(found: Sequence[SetPlan], bills: Sequence[Bill], budget: Budget, prices: PriceBook | None) -> BadBrief:
    number = min(range(len(bills)), key=lambda k: (bills[k].total, k))
    one = bills[number]
    advice = f"None is within. What costs most in it: {_listed(shares(one), 4)}."
    if budget.build == "flats":
        dressed = bill(found[number], prices, "location").total
        how = "within" if dressed <= (budget.most or 0) else "still over"
        advice += f' Dressed on a location (budget.build = "location") it costs {dressed:,.0f}: {how}.'
    return BadBrief(
        "budget.most",
        f"the cheapest of {len(bills)} options costs {one.total:,.0f} {one.currency} with its contingency",
        f"at most {budget.most:,.0f}",
        advice,
    )
