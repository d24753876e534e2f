"""The catalogue holds together: names, words, sizes, and what a kind refers to."""

from __future__ import annotations

from typing import get_args

from secondunit.effects.sets.kit.catalogue import Group, catalogue


def test_there_are_enough_kinds_in_every_group() -> None:
    kinds = catalogue()
    assert len(kinds) >= 60
    assert {kind.group for kind in kinds.values()} == set(get_args(Group))


def test_a_word_means_one_kind() -> None:
    owner: dict[str, str] = {}
    for kind in catalogue().values():
        for word in {kind.name.replace("_", " "), *kind.words}:
            assert owner.setdefault(word, kind.name) == kind.name, word


def test_the_usual_size_is_within_the_range() -> None:
    for kind in catalogue().values():
        for least, usual, most in zip(kind.least_m, kind.size_m, kind.most_m, strict=True):
            assert least <= usual <= most, kind.name
        assert kind.top_m is None or kind.top_m <= kind.most_m[2], kind.name


def test_what_a_kind_refers_to_exists() -> None:
    kinds = catalogue()
    known = {*kinds, *get_args(Group), "window"}
    for kind in kinds.values():
        assert {*kind.faces, *kind.beside} <= known, kind.name
        assert kind.stands != "wall" or kind.wall == "must", kind.name
        assert kind.group != "lamp" or kind.light is not None, kind.name
