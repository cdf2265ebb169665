"""The composite score and its variants."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.stats import composite, equal_weight, geometric, group_means, leave_one_out, rank_score, score_range
from tests.stats import reference

GROUPS = ["A", "A", "A", "B"]
NAN = np.nan


def test_score_is_the_mid_rank_with_oneself_in_the_set() -> None:
    """R's average rank, minus a half, over all."""
    compared = 0
    for example in reference.vectors("r_ranks.json")["sets"].values():
        everyone = np.array([x for x in example["x"] if x is not None], dtype=float)
        worse = (everyone[None, :] < everyone[:, None]).sum(axis=1)
        tied = (everyone[None, :] == everyone[:, None]).sum(axis=1) - 1
        ranks = np.array([v for v in example["average"] if v is not None], dtype=float)
        np.testing.assert_allclose(
            rank_score(worse, tied, everyone.size - 1), (ranks - 0.5) / everyone.size, atol=1e-12
        )
        compared += 1
    assert compared == 8


def test_a_score_is_never_0_or_1() -> None:
    assert rank_score(0, 0, 0) == 0.5
    assert rank_score([0, 9], [0, 0], [9, 9]).tolist() == [0.05, 0.95]


def test_a_kpi_alone_in_its_group_weighs_three_times_one_of_three() -> None:
    table = [[1, 0, 0, 0], [0, 0, 0, 1]]
    assert group_means(table, GROUPS) == pytest.approx(np.array([[1 / 3, 0], [0, 1]]))
    assert composite(table, GROUPS) == pytest.approx([1 / 6, 1 / 2])
    assert equal_weight(table, GROUPS) == pytest.approx([1 / 4, 1 / 4])


def test_the_geometric_variant_is_that_of_coinr() -> None:
    example = reference.vectors("coinr_functions.json")["gmean"][0]
    ours = geometric([example["x"]], ["A", "B", "C"])
    assert ours == pytest.approx([example["out"]], abs=1e-12)
    assert geometric([[0, 0, 0, 1]], GROUPS) == pytest.approx([0])


@pytest.mark.parametrize("combine", [composite, equal_weight, geometric])
def test_what_does_not_apply_is_left_out_and_spoils_no_other_row(combine: object) -> None:
    table = [[0.5, NAN, 0.5, NAN], [0.25, 0.25, 0.25, 0.25], [NAN, NAN, NAN, NAN]]
    result = combine(table, GROUPS)
    assert result[:2] == pytest.approx([0.5, 0.25])
    assert np.isnan(result[2])


def test_what_was_not_reported_makes_a_range() -> None:
    table, missing = [[0.6, NAN, NAN, 0.5]], [[False, True, False, False]]
    bounds = score_range(table, missing, GROUPS)
    assert bounds.low == pytest.approx([(0.3 + 0.5) / 2])
    assert bounds.high == pytest.approx([(0.8 + 0.5) / 2])


def test_leaving_one_out_equals_a_table_without_the_column() -> None:
    table = np.random.default_rng(1).random((5, 4))
    left = leave_one_out(table, GROUPS)
    for column in range(4):
        groups = [group for i, group in enumerate(GROUPS) if i != column]
        assert left[:, column] == pytest.approx(composite(np.delete(table, column, axis=1), groups))


@given(st.lists(st.lists(st.floats(0.01, 0.99), min_size=4, max_size=4), min_size=2, max_size=6))
def test_candidates_do_not_disturb_one_another(table: list[list[float]]) -> None:
    for combine in (composite, equal_weight, geometric):
        assert combine(table[::-1], GROUPS) == pytest.approx(combine(table, GROUPS)[::-1])
        assert combine(table[:1], GROUPS) == pytest.approx(combine(table, GROUPS)[:1])


def test_each_column_needs_its_group() -> None:
    with pytest.raises(ValueError, match="columns"):
        composite([[0.1, 0.2]], GROUPS)
