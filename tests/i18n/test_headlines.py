"""The headline counts the list that survives multiple testing; an enterprise's counts released words or estimates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kpi.i18n import (
    answer_in_short,
    factory_label,
    headline,
    kpi_reasons,
    kpi_word,
    reason_text,
    text,
    verdict_sentence,
)
from kpi.model.application import Application
from kpi.model.evaluation import ClauseVerdict, Reason, Verdict
from tests.charts.sample_evaluations import answer, enterprise


def test_the_headline_counts_the_corrected_list_and_says_so():
    # Seven KPIs lead in their single test, six of them in the list; K19 cannot be told apart yet is comparable.
    assert headline(answer(), "zh").title == (
        "17 项可比指标中 6 项领先（经多重检验校正）；主要指标 6 项中 4 项领先、2 项尚不能判定"
    )


def test_without_a_comparable_kpi_nothing_is_counted():
    blank = answer()
    blank = replace(blank, kpis=tuple(replace(kpi, verdict="not_reported") for kpi in blank.kpis), leading_list=())
    assert headline(blank, "zh").title == "没有可与同行比较的指标；主要指标 6 项中 6 项没有判定"


def test_the_clause_is_reported_on_its_baseline():
    assert "演示基准 2025" in headline(answer(), "en").clause
    assert "95 %" in headline(answer(), "en").clause
    assert "the 59–62 known peers" in headline(answer(), "en").clause
    assert "the known peers" in headline(enterprise(), "en").clause


@pytest.mark.parametrize("verdict", ["met", "not_met"])
def test_a_past_years_clause_names_the_policy_of_that_year(verdict: ClauseVerdict):
    """Read years later, "the policy in force" would be another one."""
    seen, counted = enterprise(), answer()
    used = replace(counted.policy, in_force_from=date(2023, 7, 1))
    past = replace(counted, as_of=date(2024, 12, 31), policy=used, clause=replace(counted.clause, verdict=verdict))
    for reported in (past, replace(seen, as_of=past.as_of, policy=used, clause=verdict)):
        assert "2024 年政策，自 2023-07-01 起施行" in headline(reported, "zh").clause
        assert "policy of 2024, in force since 2023-07-01" in headline(reported, "en").clause


def test_an_enterprise_reads_released_words_of_single_tests():
    assert headline(enterprise(), "zh").title.startswith("已发布判定的 17 项指标中 7 项领先")
    assert "逐项检验" in headline(enterprise(), "zh").title


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("met", "达到要求：主要指标 6 项中 4 项领先、2 项尚不能判定"),
        ("not_met", "未达到要求：主要指标 6 项中 4 项领先、2 项尚不能判定"),
        ("undecided", "尚不能判定：主要指标 6 项中 4 项领先、2 项尚不能判定"),
        ("withheld", "暂不判定：主要指标 6 项中 4 项领先、2 项尚不能判定"),
    ],
)
def test_the_answer_in_short_is_the_clause_and_what_it_rests_on(clause: ClauseVerdict, said: str) -> None:
    assert answer_in_short(replace(enterprise(), clause=clause), "zh") == said


def test_all_main_kpis_lead_is_said_where_the_clause_is_met_for_it() -> None:
    seen = enterprise()
    kpis = tuple(replace(kpi, verdict="leading") if kpi.main else kpi for kpi in seen.kpis)
    met = replace(seen, clause="met", kpis=kpis)
    assert answer_in_short(met, "zh") == "达到要求：6 项主要指标全部领先"
    assert answer_in_short(met, "en") == "Requirement met: all 6 main KPIs lead"
    assert "全部" not in answer_in_short(replace(met, clause="withheld"), "zh")


def test_before_release_the_answer_in_short_is_the_estimate() -> None:
    draft = enterprise(released=False)
    assert answer_in_short(draft, "zh") == headline(draft, "zh").count


def test_before_release_an_enterprise_reads_an_estimate_and_no_verdict():
    reported = headline(enterprise(released=False), "zh")
    assert "估计" in reported.title
    assert "领先" not in reported.title
    assert reported.main is None
    assert "尚未发布" in reported.clause


def test_a_locked_factory_without_a_word_reads_the_rule_and_not_that_it_waits():
    draft, why = enterprise(released=False), Reason("decided_before", {"year": 2025})
    locked = replace(
        draft, clause_reasons=(why,), kpis=tuple(replace(kpi, reasons=(*kpi.reasons, why)) for kpi in draft.kpis)
    )
    shown = headline(locked, "zh")
    assert "尚未发布" not in shown.title + shown.clause
    assert "2025 年度申报锁定时已经判定" in shown.clause
    assert kpi_word(locked.kpi("K01"), "zh").word == "不作判定"


def test_a_code_is_no_name():
    assert factory_label(enterprise().application, "zh") == "演示企业001（虚构）"
    assert factory_label(Application({"credit_code": "91000000MA00000016"}, {}), "zh") == "未填工厂名称"


def test_a_verdict_in_full_says_among_whom_and_on_what():
    whole = answer()
    kpi = whole.kpi("K01")
    reported = verdict_sentence(kpi, whole, "en")
    assert f"Among the {kpi.peers.n} known peers of baseline" in reported
    assert "shown at 95 % on declared figures" in reported
    own = enterprise()
    assert str(kpi.peers.n) not in verdict_sentence(own.kpi("K01"), own, "en")


@pytest.mark.parametrize(
    ("reason", "gap", "explained"),
    [
        ("tied_on_line", 0.8, True),
        ("tied_on_line", 1e-15, False),
        ("leans_leading", 0.8, False),
        ("leans_leading", -0.8, True),
        ("leans_not_leading", -0.8, False),
        ("leans_not_leading", 0.8, True),
        ("at_ceiling", 0.8, False),
    ],
)
def test_a_gap_on_the_other_side_of_the_line_than_the_count_is_explained(
    reason: str, gap: float, explained: bool
) -> None:
    kpi = replace(answer().kpi("K03"), reasons=(Reason(reason),), gap_to_line=gap)
    for lang, claim in (("zh", "恰在"), ("en", "xactly on")):
        said = kpi_reasons(kpi, lang)
        assert said[1:] == [text("line.counted", lang)] * explained
        assert claim not in said[0]


@pytest.mark.parametrize(("verdict", "gap"), [("leading", -0.4), ("not_leading", 0.0)])
def test_a_released_word_on_the_other_side_of_the_published_line_is_explained(verdict: Verdict, gap: float) -> None:
    kpi = replace(enterprise().kpi("K03"), verdict=verdict, gap_to_line=gap)
    assert kpi_reasons(kpi, "zh") == [text("line.published", "zh", upper=0.8)]
    assert kpi_reasons(replace(kpi, gap_to_line=-gap or -0.1), "zh") == []


def test_no_chance_at_all_is_not_put_down_to_the_number_of_peers_alone() -> None:
    some, none = ({"p90": share, "p95": share} for share in (0.25, 0.0))
    assert "25 %" in reason_text(Reason("expected_power", some), "zh")
    said = reason_text(Reason("expected_power", none), "zh")
    assert "0 %" not in said
    assert "未参加检验" in said
