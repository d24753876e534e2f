"""What the tests of a delivery share: approving pixels, and looking that nothing was written."""

import json
import sqlite3

import pytest

from secondunit.delivery.deliver import deliver
from secondunit.errors import Problems
from secondunit.policy.approvals import approval_of_take, record_approval, sign_approval
from secondunit.policy.ledger import Ledger
from secondunit.policy.parts import Role
from secondunit.policy.takes import recorded
from secondunit.records import digest_tree
from secondunit.testing.tiny_show import SHOT

PACKS = ("house-intended-use", "house-c2pa")


def approve_pixels(show, take, *, role=Role.PRODUCER):
    pixels = recorded(show, take.id, take.folder)
    use = take.document["clearance"]["request"]["use"]
    paper = approval_of_take(show, take.id, pixels, shot=SHOT, use=use, role=role, by="A. Producer")
    return record_approval(Ledger(show), sign_approval(paper))


def problems(show, take, to):
    """What stops it; and that nothing of a delivery was written or recorded."""
    beside = sorted(to.parent.iterdir())
    there = digest_tree(to) if to.is_dir() else None
    with pytest.raises(Problems) as caught:
        deliver(show, take, to, by="Kim")
    assert sorted(to.parent.iterdir()) == beside
    assert (digest_tree(to) if to.is_dir() else None) == there
    assert not deliveries(show)
    return caught.value.problems


def said(found):
    return "\n".join(map(str, found))


def deliveries(show):
    """The rows, read without asking whether the ledger is whole."""
    with sqlite3.connect(show.folder / "ledger.db") as database:
        return [
            json.loads(one) for (one,) in database.execute("select body from secondunit_ledger where event='delivery'")
        ]
