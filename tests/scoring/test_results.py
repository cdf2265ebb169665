"""Mean, median, spread, severity and agreement, against a slow twin; nothing is rescaled."""

from __future__ import annotations

from datetime import UTC, datetime
from math import isnan, sqrt

import pytest

from kpi import stats
from kpi.model.scoring import ReviewPanelResults, ScoreContent, ScoreState, ScoreVersion
from kpi.policy.score_sheet import scoring_rules
from kpi.scoring.results import review_panel_results

AT = datetime(2026, 3, 2, tzinfo=UTC)
TOTALS = {
    "a": {"c1": 20, "c2": 11, "c3": 15, "c4": 28},
    "b": {"c1": 22, "c2": 14, "c3": 15, "c4": 25},
    "c": {"c1": 12, "c2": 16, "c3": 10},
}


def version(reviewer: str, code: str, total: int | None) -> ScoreVersion:
    state: ScoreState = "abstained" if total is None else "handed_in"
    content = ScoreContent({"G1": total} if total is not None else {}, {}, "")
    return ScoreVersion("r", code, reviewer, 1, state, 1, content, "", 1, 4, AT)


def results(
    totals: dict[str, dict[str, int]], candidates: tuple[str, ...] = ("c1", "c2", "c3", "c4")
) -> ReviewPanelResults:
    given = [version(item, code, total) for item, own in totals.items() for code, total in own.items()]
    return review_panel_results(given, candidates, {"a": "甲"}, scoring_rules())


def test_mean_median_and_spread_are_of_the_totals_as_given() -> None:
    first, _, _, last = results(TOTALS).candidates
    assert (first.mean, first.median, first.lowest, first.highest) == (18, 20, 12, 22)
    assert first.spread == pytest.approx(sqrt(((20 - 18) ** 2 + (22 - 18) ** 2 + (12 - 18) ** 2) / 2))
    assert (last.mean, last.spread) == (26.5, pytest.approx(sqrt(4.5)))
    assert [given_score.name for given_score in first.given] == ["甲", "b", "c"]


def test_who_abstains_counts_in_no_number() -> None:
    found = review_panel_results([version("a", "c1", 20), version("b", "c1", None)], ["c1", "c2"], {}, scoring_rules())
    one, other = found.candidates
    assert (one.mean, one.median) == (20, 20)
    assert isnan(one.spread)
    assert [given.total for given in one.given] == [20, None]
    assert isnan(other.mean)
    assert sorted([one, other], key=lambda each: -each.disagreement) == [one, other]
    assert [severity.reviewer for severity in found.severities] == ["a"]
    assert isnan(found.severities[0].difference)


def test_severity_is_the_mean_distance_to_the_others_of_the_same_candidate() -> None:
    severities = {severity.reviewer: severity for severity in results(TOTALS).severities}
    ahead = [20 - 17, 11 - 15, 15 - 12.5, 28 - 25]
    assert severities["a"].difference == pytest.approx(sum(ahead) / 4)
    assert severities["c"].difference == pytest.approx(((12 - 21) + (16 - 12.5) + (10 - 15)) / 3)
    assert [severities[item].candidates for item in "abc"] == [4, 4, 3]


def test_agreement_is_of_the_candidates_that_all_of_some_reviewers_scored() -> None:
    agreement = results(TOTALS).agreement
    # Three over three are nine scores, two over four are eight.
    assert (agreement.judges, agreement.candidates, agreement.caution) == (("a", "b", "c"), 3, "no_test")
    assert agreement.w == pytest.approx(stats.kendall_w([[20, 11, 15], [22, 14, 15], [12, 16, 10]]).w)
    assert isnan(agreement.p_value)


def test_with_enough_candidates_there_is_a_test() -> None:
    totals = {item: {f"c{at}": at * 2 + shift for at in range(8)} for item, shift in (("a", 0), ("b", 5))}
    agreement = results(totals, tuple(f"c{at}" for at in range(8))).agreement
    assert (agreement.w, agreement.caution) == (pytest.approx(1), None)
    assert agreement.p_value == pytest.approx(stats.kendall_w([list(range(8))] * 2).p_value)


@pytest.mark.parametrize(
    ("totals", "caution"),
    [
        ({}, "too_few_judges"),
        ({"a": {"c1": 3, "c2": 4, "c3": 5}}, "too_few_judges"),
        ({"a": {"c1": 3, "c2": 4}, "b": {"c1": 4, "c2": 5}}, "too_few_candidates"),
        ({"a": {"c1": 3, "c2": 4}, "b": {"c3": 4, "c4": 5}}, "too_few_candidates"),
        ({item: {"c1": 3, "c2": 3, "c3": 3} for item in "ab"}, "all_alike"),
    ],
)
def test_too_few_to_mean_anything_is_said(totals: dict[str, dict[str, int]], caution: str) -> None:
    agreement = results(totals).agreement
    assert agreement.caution == caution
    assert isnan(agreement.w)


def test_what_is_left_out_leaves_no_trace() -> None:
    """A candidate of a conflict of interest is worked out as if it had never been scored."""
    without = {item: {code: total for code, total in own.items() if code != "c2"} for item, own in TOTALS.items()}
    assert results(TOTALS, ("c1", "c3", "c4")) == results(without, ("c1", "c3", "c4"))
