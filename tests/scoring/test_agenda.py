"""The agenda: nobody leaves more often than has to be."""

from __future__ import annotations

import random
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.scoring import results
from kpi.scoring.results import agenda_order, count_leavings

people = st.frozensets(st.sampled_from("abcd"), max_size=3)


@settings(max_examples=60, deadline=None)
@given(st.lists(people, min_size=1, max_size=6))
def test_no_order_makes_people_leave_less_often(away: list[frozenset[str]]) -> None:
    items = {f"i{at}": entry for at, entry in enumerate(away)}
    order = agenda_order(items)
    assert sorted(order) == sorted(items)
    least = min(count_leavings(list(permutation)) for permutation in permutations(away))
    assert count_leavings([items[item] for item in order]) == least


def test_staying_out_is_leaving_once() -> None:
    a, b = frozenset("a"), frozenset("b")
    assert count_leavings([a, a, frozenset(), a]) == 2
    assert count_leavings([a, a | b, b]) == 2
    assert count_leavings([]) == 0


def test_items_that_nobody_leaves_for_keep_their_order() -> None:
    assert agenda_order({"x": frozenset(), "a": frozenset("z"), "m": frozenset()}) == ["x", "m", "a"]


@pytest.mark.parametrize("seed", range(5))
def test_many_groups_are_put_in_an_order_no_worse_than_the_exact_one_by_much(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    items = {f"i{at}": frozenset(chance.sample("abcdef", chance.randint(0, 2))) for at in range(9)}
    exact = count_leavings([items[item] for item in agenda_order(items)])
    monkeypatch.setattr(results, "EXACT_UP_TO", 1)
    improved = [items[item] for item in agenda_order(items)]
    assert exact <= count_leavings(improved) <= exact + 1
