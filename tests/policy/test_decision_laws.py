"""Laws of the decision, over requests, consents, approvals and packs made at random."""

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secondunit.errors import BrokenStore
from secondunit.policy.decide import Verdict, decide
from secondunit.policy.documents import Approval, ConsentStatus, StrikeLock
from secondunit.policy.parts import Role
from secondunit.policy.rules import read_pack, shipped_packs
from secondunit.policy.vocabulary import FIELDS, Kind
from secondunit.testing.tiny_rights import (
    BRIEF_DIGEST,
    NOW,
    PLATE_DIGEST,
    PRODUCTION,
    change_of,
    consent_of,
    held,
    performer,
    request_of,
    standing_of,
)

PACKS = [read_pack(data, where=name) for name, data in shipped_packs().items()]
SAID = {
    "generative": True,
    "original": "yes",
    "replaces_union_work": "no",
    "central": False,
    "on_screen": "none",
    "could_pass_as_real": False,
    "inputs": ("own",),
    "synthetic_performer": False,
    "text_to_writer": False,
    "access_by_need": True,
    "biometrics_beyond": False,
    "work": "film",
    "closed_loop": False,
    "signed_metadata": True,
    "watermark_kept": True,
    "resembles_existing": True,
    "appears_authentic": True,
    "evidently_fictional": True,
    "discloses_existence": True,
}
OF_THE_PERSON = {
    "customary_post": False,
    "as_scripted": False,
    "changes_performance": False,
    "registry": "absent",
}
TOOL = {"name": "a model", "keeps_or_trains": "no", "enterprise_secured": True, "inputs_approved": True}
LAW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
UNION = frozenset({Role.TALENT, Role.GUARDIAN})


def approvals(roles):
    fields = {"production_id": PRODUCTION, "by": "somebody", "shot": "EP101", "use": "final", "at": NOW}
    fields |= {"brief_digest": BRIEF_DIGEST, "plate_digest": PLATE_DIGEST}
    return {f"{number:064x}": Approval(role=role, **fields) for number, role in enumerate(roles)}


EVERYBODY = approvals(Role)
FULL = request_of(people=(change_of(facts=OF_THE_PERSON),), facts=SAID, tools=(TOOL,))


def values(spec):
    match spec.kind:
        case Kind.YES_NO:
            return st.booleans()
        case Kind.WORD:
            return st.sampled_from(spec.words)
        case Kind.WORDS:
            words = st.sampled_from(spec.words or ("en", "fr"))
            return st.lists(words, unique=True, max_size=3).map(tuple)
        case Kind.TERRITORIES:
            return st.lists(st.sampled_from(["US", "US-CA", "US-NY", "EU", "DK", "DE", "world", "JP"]), max_size=2).map(
                tuple
            )
        case Kind.NUMBER:
            return st.integers(0, 60)
        case Kind.DAY:
            return st.sampled_from(["2026-05-01", "2026-08-01", "2027-08-01"])
        case Kind.TEXT:
            return st.sampled_from(["a", "b"])


GIVEN = {spec.name: spec for spec in FIELDS.values() if spec.given}
CHANGED = ("person.change", "person.years", "person.amount", "person.character")


@st.composite
def answers(draw, prefix, most):
    """Some fields with this prefix, each with an answer."""
    names = [one for one in GIVEN if one.startswith(prefix) if ("." in one) == bool(prefix) and one not in CHANGED]
    chosen = draw(st.lists(st.sampled_from(sorted(names)), unique=True, max_size=most))
    return {name.removeprefix(prefix): draw(values(GIVEN[name])) for name in chosen}


@st.composite
def requests(draw):
    """A request near the one that is cleared: a few answers differ or are missing."""
    facts = {**FULL.facts, **draw(answers("", 2))}
    if draw(st.booleans()):
        facts |= {"generative": draw(st.booleans())}
    person = change_of(
        facts=OF_THE_PERSON | draw(answers("person.", 1)),
        years=draw(st.sampled_from([-10.0, -10.0, -10.0, -10.0, -5.0, None, -30.0, 5.0])),
    )
    tool = TOOL | draw(answers("tool.", 1))
    return dataclasses.replace(
        FULL,
        facts=facts,
        people=draw(st.sampled_from([(person,)] * 6 + [(), (person, change_of(person_id="p-2222"))])),
        tools=draw(st.sampled_from([(), (tool,), (TOOL, tool)])),
        use=draw(st.sampled_from(["ideation", "temp", "final", "final"])),
        step=draw(st.sampled_from(["shoot"] * 5 + ["scan", "train", "transfer", "export", "release"])),
    )


@st.composite
def consents(draw):
    """One consent of the first performer, wider or narrower than what is asked."""
    scope = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "territories": st.sampled_from([("*",), ("US",), ("EU",), ("world",)]),
                "media": st.sampled_from([("*",), ("cinema",)]),
                "languages": st.sampled_from([("*",), ()]),
                "marketing": st.booleans(),
                "limits": st.sampled_from(
                    [{"nudity": True, "simulated_sex": True, "violence": True, "political": True}, {}]
                ),
                "training": st.sampled_from([{"allowed": True}, {}]),
                "alterations": st.sampled_from(
                    [({"kind": "*", "years_from": -40.0, "years_to": 40.0},), ({"kind": "age"},)]
                ),
                "prohibited": st.sampled_from([("marketing",), ("EU",), ("intimate",), ("anything unkind",)]),
                "term_end": st.just(NOW),
            },
        )
    )
    other = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "form": st.just({"separately_signed": False, "clear_conspicuous": True}),
                "replica": st.sampled_from(
                    [{"type": kind, "created_how": "scan"} for kind in ("employment", "independent")]
                ),
                "representation": st.just({"by": "none"}),
            },
        )
    )
    number = draw(st.integers(1, 99))
    consent = consent_of(consent_id=f"p-3f2a-{number}", scope=scope, **other)
    return held(consent, by=draw(st.sampled_from([UNION, frozenset({Role.ESTATE}), frozenset()])))


@st.composite
def standings(draw):
    """What stands: the performer in some state, consents, some approvals, sometimes a strike."""
    person = performer(
        **draw(
            st.sampled_from(
                [
                    {},
                    {},
                    {},
                    {"is_minor": True, "guardian": "B"},
                    {"deceased": True, "death_date": "2020-01-01"},
                    {"birth_year": None},
                ]
            )
        )
    )
    given = draw(st.lists(consents(), max_size=3, unique_by=lambda one: one.consent.consent_id))
    roles = draw(st.sampled_from([tuple(Role), tuple(Role), (), (Role.PRODUCER,)]))
    lock = StrikeLock(lock_id="lock-1", union="Equity", reason="r", by="b", at=NOW)
    start = [] if draw(st.integers(0, 3)) == 3 else [held(by=UNION)]
    return standing_of(
        *start, *given, people=(person,), approvals=approvals(roles), strike_locks=draw(st.sampled_from([(), (lock,)]))
    )


WORDS = '[pack]\nid = "{id}"\nversion = 1\ntitle = "t"\nsource = "s"\nas_of = 2026-01-01\nconfidence = "P"\n'


@st.composite
def own_packs(draw, then=("allow", "block", "log", "hold")):
    """A pack of one to three rules about fields at random."""
    text = WORDS.format(id=f"own-{draw(st.integers(0, 9))}")
    for number in range(draw(st.integers(1, 3))):
        spec = GIVEN[draw(st.sampled_from(sorted(name for name in GIVEN if GIVEN[name].kind is Kind.YES_NO)))]
        when = draw(st.sampled_from([spec.name, f"not {spec.name}", f'{spec.name} or use = "temp"', ""]))
        text += f'[[rule]]\nid = "r{number}"\nclause = "1"\nsays = "S."\nevidence = ["e"]\n'
        text += f"then = \"{draw(st.sampled_from(then))}\"\nwhen = '{when}'\n"
    return read_pack(text.encode(), where="own")


def packs():
    return st.lists(st.sampled_from(PACKS), max_size=3, unique_by=lambda one: one.id).map(lambda some: some + PACKS[:4])


def is_cleared(*asked):
    return decide(*asked).verdict is Verdict.CLEARED


def test_with_everything_said_and_everybody_asked_all_packs_together_clear():
    decision = decide(FULL, standing_of(held(by=UNION), approvals=EVERYBODY), PACKS)
    assert decision.verdict is Verdict.CLEARED, [str(one) for one in decision.reasons]
    assert decision.consents == (held().consent.digest,)
    assert len(decision.approvals) >= 3


@LAW
@given(requests(), standings(), packs(), own_packs(then=("block", "hold", "log")))
def test_another_deny_never_allows_more(request, standing, some, denial):
    before, after = decide(request, standing, some), decide(request, standing, [*some, denial])
    assert after.verdict is not Verdict.CLEARED or before.verdict is Verdict.CLEARED
    assert before.verdict is not Verdict.REFUSED or after.verdict is Verdict.REFUSED


@LAW
@given(requests(), standings(), packs(), own_packs(), st.randoms(use_true_random=False))
def test_order_does_not_matter(request, standing, some, own, random):
    def mixed(things):
        things = list(things)
        random.shuffle(things)
        return things

    shuffled = [dataclasses.replace(pack, rules=tuple(mixed(pack.rules))) for pack in mixed([*some, own])]
    other = dataclasses.replace(
        standing, consents=tuple(mixed(standing.consents)), approvals=dict(mixed(standing.approvals.items()))
    )
    again = dataclasses.replace(
        request,
        people=tuple(mixed(request.people)),
        tools=tuple(mixed(request.tools)),
        facts=dict(mixed(request.facts.items())),
    )
    before, after = decide(request, standing, [*some, own]), decide(again, other, shuffled)
    assert before.verdict is after.verdict
    assert set(before.reasons) == set(after.reasons)
    assert before.consents == after.consents


@LAW
@given(requests(), standings(), packs(), own_packs(), st.data())
def test_an_answer_taken_away_never_allows_more(request, standing, some, own, data):
    def without(facts, where):
        gone = data.draw(st.lists(st.sampled_from(sorted(facts)), max_size=2) if facts else st.just([]), label=where)
        return {name: value for name, value in facts.items() if name not in gone}

    less = dataclasses.replace(
        request,
        facts=without(request.facts, "facts"),
        people=tuple(dataclasses.replace(one, facts=without(one.facts, one.person_id)) for one in request.people),
        tools=tuple(without(one, "tool") for one in request.tools),
    )
    asked = standing, [*some, own]
    assert not is_cleared(less, *asked) or is_cleared(request, *asked)


@LAW
@given(requests(), standings(), packs(), own_packs(), st.data())
def test_a_consent_taken_back_never_allows_more(request, standing, some, own, data):
    if not standing.consents:
        return
    gone = data.draw(st.sampled_from(standing.consents))
    revoked = dataclasses.replace(gone, ended=ConsentStatus.REVOKED)
    swapped = dataclasses.replace(
        standing, consents=tuple(revoked if one is gone else one for one in standing.consents)
    )
    assert not is_cleared(request, swapped, [*some, own]) or is_cleared(request, standing, [*some, own])
    if not gone.consent.scope.prohibited:  # what a person forbade counts while the ledger remembers it, which is always
        absent = dataclasses.replace(standing, consents=tuple(one for one in standing.consents if one is not gone))
        assert not is_cleared(request, absent, [*some, own]) or is_cleared(request, standing, [*some, own])


@LAW
@given(requests(), standings(), packs(), own_packs(), st.data())
def test_an_approval_taken_back_never_allows_more(request, standing, some, own, data):
    kept = {one: held for one, held in standing.approvals.items() if data.draw(st.booleans(), label=one[-2:])}
    fewer = dataclasses.replace(standing, approvals=kept)
    assert not is_cleared(request, fewer, [*some, own]) or is_cleared(request, standing, [*some, own])


@LAW
@given(requests(), standings(), own_packs(then=("allow",)))
def test_no_pack_allows_a_change_of_a_person_without_a_covering_consent(request, standing, generous):
    anything = read_pack(
        (WORDS.format(id="all") + '[[rule]]\nid = "r"\nclause = "1"\nsays = "S."\nthen = "allow"\n').encode(),
        where="all",
    )
    bare = dataclasses.replace(standing, consents=())
    decision = decide(request, bare, [anything, generous])
    assert decision.verdict is not Verdict.CLEARED or not request.people


@pytest.mark.parametrize(
    "facts",
    [
        {"generative": "no"},
        {"generatve": False},
        {"territories": "US"},
        {"original": "maybe"},
        {"photography_starts": "x"},
        {"people_changed": 0},
        {"consent.covers": True},
        {"person.customary_post": True},
    ],
)
def test_what_is_no_answer_decides_nothing(facts):
    with pytest.raises(BrokenStore):
        decide(request_of(facts=facts), standing_of(approvals=EVERYBODY), PACKS)


@pytest.mark.parametrize(
    "said", [{"is_minor": False}, {"deceased": False}, {"intimate": False}, {"registery": "absent"}]
)
def test_nobody_states_what_the_register_knows(said):
    with pytest.raises(BrokenStore):
        decide(request_of(people=(change_of(facts=said),)), standing_of(held(by=UNION), approvals=EVERYBODY), PACKS)
