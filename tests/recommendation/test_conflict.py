"""Wishes that cannot be met together: decided without a solver, named by the smallest set."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from kpi.recommendation.choice import Choice, Wishes
from kpi.recommendation.proposal import can_be_met, smallest_conflict
from tests.recommendation.choices import POLICY, allowed_sets, option, some_choice, some_wishes

CHOICE = Choice((option(1), option(2), option(3, 1), option(4, 2)), 2, POLICY)


@pytest.mark.parametrize(
    ("wishes", "conflict"),
    [
        (Wishes(), []),
        (Wishes(must=("CODE001", "CODE003")), []),
        (Wishes(must=("CODE009",), must_not=("CODE001",)), ["must:CODE009"]),
        (Wishes(must=("CODE001",), must_not=("CODE001", "CODE002")), ["must:CODE001", "must_not:CODE001"]),
        (Wishes(must=("CODE001", "CODE002", "CODE003")), ["must:CODE001", "must:CODE002", "must:CODE003"]),
        (Wishes(must=("CODE001",), each_industry=True), ["each_industry"]),
        (
            Wishes(must=("CODE001", "CODE002"), most_of_industry=1),
            ["most_of_industry:1", "must:CODE001", "must:CODE002"],
        ),
        (Wishes(must=("CODE001",), most_places=0), ["most_places:0", "must:CODE001"]),
    ],
)
def test_the_smallest_set_that_conflicts(wishes: Wishes, conflict: list[str]) -> None:
    assert [str(wish) for wish in smallest_conflict(CHOICE, wishes)] == conflict


def test_those_nominated_cover_their_industries_and_conflict_with_nothing_by_themselves() -> None:
    choice = Choice((option(1), option(3, 1)), 0, POLICY, (option(7), option(8, 1), option(9, 1)))
    assert smallest_conflict(choice, Wishes(each_industry=True, most_of_industry=1)) == ()
    further = Choice(choice.options, 1, POLICY, choice.nominated)
    wishes = Wishes(must=("CODE003",), most_of_industry=2)
    assert [str(wish) for wish in smallest_conflict(further, wishes)] == ["most_of_industry:2", "must:CODE003"]


def test_an_industry_without_its_only_candidate() -> None:
    choice = Choice(CHOICE.options, 5, POLICY)
    wishes = Wishes(must_not=("CODE001", "CODE003"), each_industry=True)
    assert [str(wish) for wish in smallest_conflict(choice, wishes)] == ["each_industry", "must_not:CODE003"]


def test_a_place_that_is_not_there_is_no_wish_to_drop() -> None:
    full = Choice(CHOICE.options, 0, POLICY)
    assert can_be_met(full, Wishes())
    assert [str(wish) for wish in smallest_conflict(full, Wishes(must=("CODE001",)))] == ["must:CODE001"]


def test_as_every_set_tried_one_by_one() -> None:
    random = Random(7)
    for _ in range(200):
        choice = some_choice(random, random.randint(0, 6), random.randint(0, 3), nominated=random.choice([0, 0, 2, 5]))
        wishes = some_wishes(random, choice)
        assert can_be_met(choice, wishes) == any(True for _ in allowed_sets(choice, wishes))
        conflict = smallest_conflict(choice, wishes)
        assert bool(conflict) != can_be_met(choice, wishes)
        for size in range(len(conflict)):
            for fewer in combinations(wishes.named(), size):
                assert can_be_met(choice, Wishes.of(fewer)), "no smaller set conflicts"
