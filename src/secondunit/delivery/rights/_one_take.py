"""What was gathered, cut down to one take: whoever gets it has no business with the rest of the production."""

from __future__ import annotations

from dataclasses import replace

from secondunit.delivery.rights._gather import Gathered, LikenessFound
from secondunit.policy.decide import Verdict


def of_one_take(found: Gathered, take: str, *, leaves: bool) -> Gathered:
    """The decisions on this take, the people, consents and approvals they are about, and nothing else.

    The ledger, the rule packs and strike locks stay: they say what it was decided by. Likeness data stays with the
    production, and so does its register of works but for those that the take comes near.

    Args:
        found: all of a production.
        take: ``SHOT/t003``.
        leaves: it was just cleared to leave; that it once was not is no open question any more, and is left out.
    """
    decided = tuple(
        one
        for one in found.decided
        if one.take == take or (one.request.take == take and (not leaves or one.verdict == Verdict.CLEARED))
    )
    people = {change.person_id for one in decided for change in one.request.people}
    consents = {digest for one in decided for digest in one.consents}
    approvals = {digest for one in decided for digest in one.approvals}
    takes = tuple(one for one in found.takes if one.id == take)
    near = {match.work.work_id for one in takes for match in one.near}
    standing = replace(
        found.standing,
        people={name: person for name, person in found.standing.people.items() if name in people},
        consents=tuple(held for held in found.standing.consents if held.consent.digest in consents),
    )
    given = {
        digest: one for digest, one in found.given.items() if digest in approvals or one.approval.take == take
    }  # fmt: skip
    return replace(
        found,
        take=take,
        decided=decided,
        standing=standing,
        given=given,
        takes=takes,
        damage=(),
        likeness=LikenessFound(),
        works=tuple(work for work in found.works if work.work_id in near),
    )
