"""What the credentials of a take prove: facts that nobody has to declare, and nobody can declare otherwise."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence

from secondunit.delivery.rights._veil import Veil
from secondunit.policy.facts import Fact
from secondunit.provenance.actions import LEARNED
from secondunit.provenance.pointer import RECORD
from secondunit.provenance.reading import Credentials, State

_LEARNED = {source.rpartition("/")[2] for source in LEARNED}
_BEGINS = ("c2pa.opened", "c2pa.created")
_UNSEEN = ("c2pa.opened", "c2pa.transcoded", "c2pa.converted")  # actions that change nothing anybody could see


def proved_facts(credentials: Sequence[Credentials], veil: Veil, *, generative: bool) -> dict[str, Fact]:
    """The policy's fields about credentials, by name, as the files themselves answer them.

    ``manifest_personal`` stays open where a plate brought credentials of its own: people must read those.

    Args:
        credentials: of every signed file that leaves.
        veil: knows the names that must not stand in them.
        generative: whether the use was declared so.
    """
    held = [one for one in credentials if one.state is State.INTACT]
    whole = bool(held) and len(held) == len(credentials)
    learned = [any(source in _LEARNED for _, _, source in one.actions) for one in held]
    facts: dict[str, Fact] = {
        "format": "exr",
        "sidecar": any(one.path.name == RECORD for one in held),
        "actions_complete": whole and all(map(_tells_all, held)),
        "mining_refused": whole and all(one.mining_refused for one in held),
        "signed_metadata": whole and all(one.signed_at for one in held),
        "certificate_trusted": whole and all(one.trusted for one in held),
    }
    if generative or any(learned):
        facts |= {"generative": True, "source_type_true": whole and all(learned)}
    if any(_names_somebody(one, veil) for one in held):
        facts["manifest_personal"] = True
    elif whole and not any(one.others for one in held):
        facts["manifest_personal"] = False
    return facts


def _tells_all(one: Credentials) -> bool:
    """Opened or created once and first, a source type on everything that can be seen, and said to be all."""
    begins = [action for action, _, _ in one.actions if action in _BEGINS]
    first = bool(one.actions) and one.actions[0][0] in _BEGINS
    sourced = all(source for action, _, source in one.actions if action not in _UNSEEN)
    return one.complete and first and len(begins) == 1 and sourced


def _names_somebody(one: Credentials, veil: Veil) -> bool:
    if any(veil.named(what) for _, what, _ in one.actions):  # a program's sentences, in which a name may be a word
        return True
    said = [one.title, one.generator, one.ingredients, dict(one.record)]
    text = unicodedata.normalize("NFC", json.dumps(said, ensure_ascii=False))
    return veil.over(text) != text
