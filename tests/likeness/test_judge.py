"""The rule: a face in the matte that is nobody's who is named, or somebody's without consent, blocks."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secondunit.errors import Problems
from secondunit.likeness.confirm import confirmation, places_said, with_confirmations, word_about
from secondunit.likeness.judge import judge_faces
from secondunit.likeness.match import Likely, Matched
from secondunit.policy.decide import Verdict, decide
from secondunit.policy.rules import read_pack, shipped_packs
from secondunit.testing.tiny_rights import change_of, consent_of, held, performer, request_of, standing_of

HOUSE = [read_pack(shipped_packs()["house-intended-use"], where="house-intended-use")]
PLATE, OTHER_PLATE = "a" * 64, "b" * 64


def face(person=None, verdict=None, frame=1001, left=100, side=80):
    verdict = verdict or (Likely.MATCH if person else Likely.NOBODY)
    box = (left, 100, left + side, 100 + side)
    return Matched(frame, box, (640, 360), 1.0, {}, verdict, person, "as seen")


def matte(*boxes, size=(360, 640)):
    picture = np.zeros(size, np.float32)
    for left, top, right, bottom in boxes:
        picture[top:bottom, left:right] = 1
    return picture


OVER = matte((90, 90, 200, 200))


def judged(faces, named=("p-a",), consented=("p-a",), mattes=None, **more):
    return judge_faces(
        faces, named=named, consented=consented, mattes={1001: OVER} if mattes is None else mattes, **more
    )


def test_a_named_face_with_consent_may_be_altered():
    result = judged([face("p-a")])
    assert result.allowed
    assert result.altered == (face("p-a"),)
    result.require("EP101")


@pytest.mark.parametrize(
    ("one", "named", "consented", "reason"),
    [
        (face(), ("p-a",), ("p-a",), "nobody's who is named"),
        (face("p-b"), ("p-a",), ("p-a",), "does not name"),
        (face("p-b"), ("p-a",), ("p-a", "p-b"), "does not name"),
        (face("p-a"), ("p-a",), (), "not consented"),
        (face("p-a", Likely.UNSURE), ("p-a",), ("p-a",), "not sure"),
        (face("p-a", Likely.NOBODY), ("p-a",), ("p-a",), "nobody's"),
    ],
)
def test_every_other_face_in_the_matte_blocks(one, named, consented, reason):
    result = judged([face("p-a", left=400), one], named, consented)
    assert [block.face for block in result.blocking] == [one]
    assert reason in result.blocking[0].reason
    with pytest.raises(Problems, match=r"EP101: frame 1001, face at 140, 140"):
        result.require("EP101")


def test_a_bystander_outside_the_matte_blocks_nothing():
    result = judged([face("p-a"), face(left=400)])
    assert result.allowed
    assert result.untouched == (face(left=400),)


def test_one_pixel_of_the_head_is_enough():
    for spot, touched in (
        ((100, 100), True),
        ((81, 100), True),
        ((199, 199), True),
        ((79, 100), False),
        ((201, 100), False),
    ):
        x, y = spot
        assert judged([face()], mattes={1001: matte((x, y, x + 1, y + 1))}).allowed is not touched, spot


def test_a_matte_of_another_size_means_the_same_place():
    assert not judged([face()], mattes={1001: matte((45, 45, 100, 100), size=(180, 320))}).allowed
    assert judged([face(left=400)], mattes={1001: matte((45, 45, 100, 100), size=(180, 320))}).allowed
    assert not judged([face()], mattes={1001: OVER[..., None]}).allowed


def test_nothing_is_assumed():
    """A frame without a matte is altered all over; so is a pixel that is not a number."""
    assert not judged([face(frame=1002)]).allowed
    assert not judged([face()], mattes={}).allowed
    assert not judged([face()], mattes={1001: np.full((360, 640), np.nan, np.float32)}).allowed


def test_the_faces_of_a_photograph_stand_in_every_frame():
    clear = matte((500, 300, 510, 310))
    mattes = {1001: clear, 1002: clear, 1003: OVER}
    assert judged([face()], mattes=mattes).allowed
    assert not judged([face()], mattes=mattes, still=True).allowed
    assert not judged([face()], mattes={}, still=True).allowed


def test_who_is_named_and_not_seen_is_said():
    assert judged([face("p-a")], ("p-a", "p-z"), ("p-a", "p-z")).unseen == ("p-z",)


def said(one, what, person=None, plate=PLATE, at="2026-01-01T00:00:00Z", **more):
    return confirmation(
        one,
        production_id="pr-1",
        shot="EP101",
        plate_digest=plate,
        said=what,
        person_id=person,
        by="Kim",
        at=at,
        **more,
    )


def test_a_person_can_confirm_and_correct():
    unsure = face(None, Likely.UNSURE)
    (known,) = with_confirmations([unsure], [said(unsure, "person", "p-a")], plate_digest=PLATE)
    assert (known.person_id, known.confirmed_by) == ("p-a", "Kim")
    assert judged([known]).allowed
    wrong = face("p-a")
    (corrected,) = with_confirmations([wrong], [said(wrong, "nobody_named")], plate_digest=PLATE)
    assert not judged([corrected]).allowed
    (post,) = with_confirmations([face()], [said(face(), "not_a_face")], plate_digest=PLATE)
    assert judged([post]).untouched == (post,)


def test_the_last_word_of_the_ledger_holds_whatever_day_it_claims():
    claims_later, last = said(face(), "person", "p-a", at="2031-01-01T00:00:00Z"), said(face(), "nobody_named")
    assert with_confirmations([face()], [claims_later, last], plate_digest=PLATE)[0].person_id is None
    assert with_confirmations([face()], [last, claims_later], plate_digest=PLATE)[0].person_id == "p-a"


def test_a_word_holds_only_for_its_plate_frames_and_place():
    for other in (
        said(face(), "person", "p-a", plate=OTHER_PLATE),
        said(face(frame=1005), "person", "p-a"),
        said(face(left=160), "person", "p-a"),
    ):
        assert with_confirmations([face()], [other], plate_digest=PLATE) == (face(),)
    long = said(face(), "person", "p-a", end_frame_exclusive=1009)
    assert with_confirmations([face(frame=1008, left=103)], [long], plate_digest=PLATE)[0].person_id == "p-a"
    assert with_confirmations([face(frame=1009)], [long], plate_digest=PLATE)[0].person_id is None


PEOPLE = st.sampled_from(["p-a", "p-b", "p-c"])
FACES = st.builds(
    face, person=st.none() | PEOPLE, verdict=st.sampled_from(Likely), left=st.integers(0, 560), side=st.integers(20, 90)
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no finding
@given(st.lists(FACES, max_size=5), st.sets(PEOPLE), st.sets(PEOPLE))
def test_more_consent_never_blocks_more_and_order_is_nothing(faces, named, consented):
    whole = judged(faces, named, consented)
    assert len(whole.blocking) + len(whole.altered) + len(whole.untouched) == len(faces)
    assert all(one.person_id in named & consented and one.verdict is Likely.MATCH for one in whole.altered)
    turned = judged(faces[::-1], named, consented)
    assert sorted(map(repr, turned.blocking)) == sorted(map(repr, whole.blocking))
    less = judged(faces, named, set())
    assert len(less.blocking) >= len(whole.blocking)


MATTES = st.builds(
    lambda left, top, wide, high, rest: matte((left, top, left + wide, top + high), *rest),
    st.integers(0, 600), st.integers(0, 340), st.integers(0, 300), st.integers(0, 200),
    st.lists(st.just((5, 5, 9, 9)), max_size=1),
)  # fmt: skip
STRANGERS = st.builds(face, verdict=st.sampled_from([Likely.NOBODY, Likely.UNSURE]), left=st.integers(0, 560))


def through_the_gate(people, standing, faces, one_matte):
    """Whether a frame gets its receipt: the request is cleared, and the faces in the matte are those it names."""
    request = request_of(people=people, facts={"alters_people": True}, use="temp")
    named = {one.person_id for one in people}
    held_to = judge_faces(faces, named=named, consented=named, mattes={1001: one_matte}, alters_people=True)
    return decide(request, standing, HOUSE).verdict is Verdict.CLEARED and held_to.allowed


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(FACES, max_size=3), st.lists(STRANGERS, min_size=1, max_size=2), MATTES, st.sets(PEOPLE), st.sets(PEOPLE)
)
def test_neither_strangers_nor_fewer_consents_allow_more(faces, strangers, one_matte, named, agreed):
    people = tuple(change_of(person_id=one) for one in sorted(named))
    register = tuple(performer(person_id=one) for one in ("p-a", "p-b", "p-c"))
    consents = [held(consent_of(person_id=one, consent_id=f"{one}-age")) for one in sorted(agreed)]
    allowed = through_the_gate(people, standing_of(*consents, people=register), faces, one_matte)
    if not allowed:
        assert not through_the_gate(people, standing_of(*consents, people=register), [*faces, *strangers], one_matte)
        for index in range(len(consents)):
            fewer = standing_of(*consents[:index], *consents[index + 1 :], people=register)
            assert not through_the_gate(people, fewer, faces, one_matte)
    elif named:
        assert not through_the_gate(people, standing_of(people=register), faces, one_matte)


@pytest.mark.parametrize("still", [False, True])
def test_where_people_are_altered_every_part_of_a_matte_reaches_a_face(still):
    more = {"alters_people": True, "still": still}
    assert judged([face("p-a")], **more).allowed
    assert judged([], mattes={1001: matte()}, **more).allowed
    for lost in ([], [face("p-a", left=400)]):
        result = judged(lost, **more)
        assert [(one.face, one.where) for one in result.blocking] == [(None, "frame 1001, matte at 90,90 to 200,200")]
        assert "may be anybody" in result.blocking[0].reason
    two = matte((90, 90, 200, 200), (300, 300, 310, 310))
    assert [one.where for one in judged([face("p-a")], mattes={1001: two}, **more).blocking] == [
        "frame 1001, matte at 300,300 to 310,310"
    ]
    assert not judged([], mattes={1001: np.full((360, 640, 1), np.nan)}, **more).allowed


def test_a_persons_word_stands_for_a_face_that_was_not_found():
    word = word_about(
        (80, 80, 220, 220), frames=(1001, 1003), production_id="pr-1", shot="EP101", plate_digest=PLATE, said="person",
        person_id="p-a", by="Kim", at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    no_face = word.model_copy(update={"said": "not_a_face", "person_id": None, "at": "2026-01-02T00:00:00Z"})
    bystander = no_face.model_copy(update={"said": "nobody_named"})

    def there(*words, frame=1001, plate=PLATE):
        return places_said(words, plate_digest=plate, frame=frame, picture_px=(640, 360))

    assert judged(there(word), alters_people=True).allowed
    assert not judged(there(word, no_face), alters_people=True).allowed
    assert not judged(there(word, bystander), alters_people=True).allowed
    assert not judged(there(word), ("p-b",), alters_people=True).allowed
    assert there(word, frame=1003) == there(word, plate=OTHER_PLATE) == there(said(face(), "person", "p-a")) == ()
