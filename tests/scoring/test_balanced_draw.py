"""The draw: everybody has enough reviewers, nobody who may not, and no draw is more even."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.scoring.draw import balanced_draw, too_few_for

REVIEWERS = ["r1", "r2", "r3", "r4", "r5"]


@st.composite
def panels(draw: st.DrawFn) -> tuple[list[str], dict[str, list[str]], int]:
    """A few candidates, each with the reviewers who may score it: at least as many as are wanted."""
    candidates = [f"c{number}" for number in range(draw(st.integers(1, 5)))]
    wanted = draw(st.integers(1, 3))
    allowed = {code: draw(st.lists(st.sampled_from(REVIEWERS), min_size=wanted, unique=True)) for code in candidates}
    return candidates, allowed, wanted


def unevenness(loads: Counter[str]) -> int:
    return sum(load**2 for load in loads.values())


def most_even(candidates: list[str], allowed: dict[str, list[str]], wanted: int) -> int:
    """Every draw there is, tried out."""
    choices = [list(combinations(allowed[code], wanted)) for code in candidates]
    return min(unevenness(Counter(item for chosen in draw for item in chosen)) for draw in product(*choices))


@settings(max_examples=40, deadline=None)
@given(panels(), st.integers(0, 2**31))
def test_every_draw_is_allowed_full_and_as_even_as_any(
    panel: tuple[list[str], dict[str, list[str]], int], seed: int
) -> None:
    candidates, allowed, wanted = panel
    drawn = balanced_draw(candidates, allowed, wanted, seed)
    assert all(reviewer in allowed[code] for reviewer, code in drawn)
    assert len(set(drawn)) == len(drawn)
    assert Counter(code for _, code in drawn) == dict.fromkeys(candidates, wanted)
    assert unevenness(Counter(item for item, _ in drawn)) == most_even(candidates, allowed, wanted)
    assert drawn == balanced_draw(candidates[::-1], allowed, wanted, seed)


def test_thirty_candidates_are_spread_evenly_and_another_seed_draws_others() -> None:
    candidates = [f"c{number}" for number in range(30)]
    allowed = {code: REVIEWERS[1:] if code < "c15" else REVIEWERS for code in candidates}
    draws = [balanced_draw(candidates, allowed, 2, seed) for seed in (1, 2)]
    assert [sorted(Counter(item for item, _ in drawn).values()) for drawn in draws] == [[12] * 5] * 2
    assert set(draws[0]) != set(draws[1])


def test_who_is_assigned_stays_and_counts() -> None:
    kept = [("r1", "c1"), ("r1", "c2"), ("r1", "c3")]
    allowed = {code: ["r1", "r2", "r3"] for code in ("c1", "c2", "c3")}
    drawn = balanced_draw(["c1", "c2", "c3"], allowed, 2, 5, kept)
    assert not set(drawn) & set(kept)
    assert sorted(Counter(item for item, _ in drawn).items()) in [[("r2", 1), ("r3", 2)], [("r2", 2), ("r3", 1)]]
    assert balanced_draw(["c1"], allowed, 1, 5, kept) == []


def test_too_few_who_may_score_is_no_draw() -> None:
    allowed = {"c1": ["r1", "r2"], "c2": ["r1"]}
    assert too_few_for(["c1", "c2"], allowed, 2) == ["c2"]
    with pytest.raises(ValueError, match="fewer reviewers"):
        balanced_draw(["c1", "c2"], allowed, 2, 1)
