"""One leading line from policy to page: what is published is measured at it, and says so in every place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from kpi.benchmark.gap import gap_analysis
from kpi.charts.distribution import published_distribution
from kpi.charts.gap import gap_chart
from kpi.charts.panel import published_trend
from kpi.charts.strip import position_strip
from kpi.errors import InvalidFile
from kpi.i18n import headline, kpi_word, other_line, problem_message
from kpi.model.application import Application
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseView, PublishedTable
from kpi.policy.schema import RETIRED
from kpi.reports.as_json import published_json
from kpi.reports.evaluation import report_content
from kpi.reports.files import about_published, figure_columns, gap_report_table
from kpi.services.administrator.policy import approve_policy_change, draft_policy_change
from kpi.services.administrator.policy_effect import policy_history
from kpi.services.evaluation import EvaluationContext, enterprise_evaluation, evaluation_context
from kpi.services.freeze import import_baseline
from kpi.services.operation.verification import verify_store
from kpi.services.preparation import IncomingBaseline
from kpi.services.published import published_industry
from kpi.services.year import policies_known, policy_on
from kpi.store.store import Store
from tests.benchmark.panels import HOME_REGION, INDUSTRY, MAIN, Record, application, as_csv, seeded
from tests.benchmark.panels import records as rows_of
from tests.retired_values import retired_change
from tests.services.sample_store import ADMINISTRATOR, AT, furnish

SECOND = replace(ADMINISTRATOR, account="second")
WORDS = "".join(f'{name} = {{ zh = "甲", en = "x" }}\n' for name in ("name", "unit", "reference", "reason"))
LANGUAGES: tuple[Lang, ...] = ("zh", "en")
OF_80 = re.compile(r"[28]0 (?:至 80 )?分位|(?<!\d)P?[28]0(?:th)? percentile|\bP[28]0\b|80th|20th|前 20 %|top 20 %")
"""The words for a line at 80 % and its counterpart at 20 %."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "s") as opened:
        furnish(opened)
        yield opened


def line_moved(store: Store, line: float, first: date, at: datetime = AT) -> None:
    """Policy's line is another from that day on."""
    change = f"in_force_from = {first}\n[leading_quantile]\nvalue = {line}\n{WORDS}"
    number = draft_policy_change(store, ADMINISTRATOR, "line.toml", change.encode(), at=at)
    approve_policy_change(store, SECOND, number, 1, at + timedelta(hours=1))


def imported(store: Store, name: str, rows: list[Record], at: datetime, year: int = 2026) -> None:
    sent = IncomingBaseline(f"{name}.csv", as_csv(rows), name, year, HOME_REGION, "panel", "invented for a test")
    import_baseline(store, sent, at=at)


def panel(seed: int = 1) -> list[Record]:
    draw = seeded(seed)
    return rows_of({code: [round(draw.uniform(0, 100), 1) for _ in range(40)] for code in (*MAIN, "K01")})


def sent(year: int) -> Application:
    found = application({**dict.fromkeys(MAIN, 60.0), "K01": 95.0, "K08": 5.0})
    return replace(found, facts=dict(found.facts) | {"year": year, "enterprise": "演示企业（虚构）"})


def seen(store: Store, year: int) -> tuple[EvaluationContext, EnterpriseView, PublishedTable]:
    """A draft's answer, and what is published of its industry."""
    with store.cursor() as cursor:
        on = evaluation_context(cursor, year)
        view = enterprise_evaluation(cursor, sent(year), on)
    return on, view, published_industry(store, ADMINISTRATOR, INDUSTRY, year)


def said(on: EvaluationContext, view: EnterpriseView, table: PublishedTable, lang: Lang) -> dict[str, str]:
    """Every place in which an enterprise reads of the line."""
    way = gap_analysis(view, on.policy)
    strip, gaps = position_strip(view, lang), gap_chart(way, lang)
    details = [published_distribution(kpi, lang) for kpi in view.kpis if kpi.code in MAIN]
    trend = published_trend("K08", [(table.baseline.year, table.cell("K08"))], (), None, lang)
    return {
        "strip": f"{strip.figure} {strip.caption}",
        "gaps": f"{gaps.caption} {gap_report_table(way, lang)}",
        "report": repr(report_content(view, lang)),
        "detail": " ".join(f"{detail.title} {detail.caption} {detail.alt}" for detail in details),
        "trend": f"{trend.caption} {trend.alt}",
        "headline": headline(view, lang).title,
        "words": " ".join(kpi_word(kpi, lang).explanation for kpi in view.kpis),
        "table": f"{figure_columns(table.cells, lang)} {about_published(table, lang).withheld}",
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_baseline_frozen_at_75_says_75_in_every_place(store: Store, lang: Lang) -> None:
    line_moved(store, 0.75, date(2026, 6, 1))
    imported(store, "panel-2026", panel(), AT + timedelta(days=1))
    on, view, table = seen(store, 2026)
    found = said(on, view, table, lang)
    assert {place: OF_80.findall(words) for place, words in found.items() if OF_80.search(words)} == {}
    assert ("前 25 %" if lang == "zh" else "top 25 %") in found["strip"]
    own = {"zh": "75 分位", "en": "75th"}[lang]
    assert [place for place, words in found.items() if own not in words] == []
    assert other_line(table.cells, on.policy.leading_quantile, lang) == ""
    assert {(kpi.place.low, kpi.place.high) for kpi in view.kpis if kpi.code in MAIN} <= {
        (0.0, 0.25),
        (0.25, 0.5),
        (0.5, 0.75),
        (0.75, 1.0),
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_line_changed_after_the_freeze_publishes_nothing_anew_and_both_lines_are_named(
    store: Store, lang: Lang
) -> None:
    imported(store, "panel-2026", panel(), AT)
    _, before, table = seen(store, 2026)
    line_moved(store, 0.75, date(2026, 6, 1), AT + timedelta(days=1))
    on, view, now = seen(store, 2026)
    assert repr(now.cells) == repr(table.cells)
    assert [kpi.place for kpi in view.kpis] == pytest.approx([kpi.place for kpi in before.kpis], nan_ok=True)
    assert view.policy.leading_quantile == 0.75
    found = said(on, view, now, lang)
    assert ("前 25 %" if lang == "zh" else "top 25 %") in found["strip"]
    both = other_line(now.cells, 0.75, lang)
    assert ("80 分位值" if lang == "zh" else "80th percentile") in both
    assert ("75 %（前 25 %）" if lang == "zh" else "75 % (top 25 %)") in both
    assert {place for place, words in found.items() if both in words} == {"strip", "gaps", "report", "table"}
    named = {"zh": "80 分位", "en": "80th"}[lang]
    assert [place for place, words in found.items() if named not in words] == []
    assert verify_store(store).findings == ()


def test_a_correction_after_the_line_changed_republishes_no_cell_of_the_same_records(store: Store) -> None:
    rows = panel()
    imported(store, "panel-2026", rows, AT)
    line_moved(store, 0.75, date(2026, 6, 1), AT + timedelta(days=1))
    _, _, first = seen(store, 2026)
    imported(store, "again", rows, AT + timedelta(days=2))
    _, _, again = seen(store, 2026)
    assert again.baseline.name == "again"
    assert repr([cell for cell in again.cells if cell.band]) == repr([cell for cell in first.cells if cell.band])
    other = {row.credit_code: row for row in panel(2) if row.kpi == "K08"}
    corrected = [other[row.credit_code] if row.kpi == "K08" else row for row in rows]
    imported(store, "corrected", corrected, AT + timedelta(days=3))
    _, view, table = seen(store, 2026)
    assert {cell.kpi: cell.upper_quantile for cell in table.cells if cell.kpi in MAIN} == {
        code: 0.75 if code == "K08" else 0.8 for code in MAIN
    }
    assert "75/80 分位值" in headline(view, "zh").title
    assert "75th/80th percentile" in headline(view, "en").title
    assert verify_store(store).findings == ()


def test_the_json_of_another_line_says_so_and_of_80_is_as_it_was(store: Store) -> None:
    imported(store, "panel-2026", panel(), AT)
    keys = ["n_band", "median", "mean", "p20", "p80", "unit"]
    assert [list(item["published"]) for item in published_json(seen(store, 2026)[2], "zh")["kpis"]] == [keys] * 21
    line_moved(store, 0.75, date(2027, 1, 1), AT + timedelta(days=1))
    imported(store, "panel-2027", panel(), AT + timedelta(days=2), 2027)
    [of_k08] = [item for item in published_json(seen(store, 2027)[2], "zh")["kpis"] if item["code"] == "K08"]
    assert list(of_k08["published"]) == [*keys, "lower_quantile", "upper_quantile"]
    assert (of_k08["published"]["lower_quantile"], of_k08["published"]["upper_quantile"]) == (0.25, 0.75)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_two_years_of_two_lines_are_not_compared(store: Store, lang: Lang) -> None:
    imported(store, "panel-2026", panel(), AT)
    line_moved(store, 0.75, date(2027, 1, 1), AT + timedelta(days=1))
    imported(store, "panel-2027", panel(), AT + timedelta(days=2), 2027)
    years = [(year, seen(store, year)[2].cell("K08")) for year in (2027, 2026)]
    trend = published_trend("K08", [(year, cell) for year, cell in years if cell], (), None, lang)
    for words in {"zh": ("75 分位值", "按 80 分位值"), "en": ("75th percentile", "the 80th percentile")}[lang]:
        assert words in trend.title
    assert (
        list(trend.figure["layout"]["yaxis"]["ticktext"])
        == {
            "zh": ["2027 · 75 分位", "2026 · 80 分位"],
            "en": ["2027 · P75", "2026 · P80"],
        }[lang]
    )


# Values that earlier releases had of their own.

RETIRED_VALUE = f"[disclosure.upper_quantile]\nvalue = 0.7\n{WORDS}"


def test_a_stored_change_of_a_retired_value_stays_readable_and_decides_nothing(store: Store) -> None:
    first = date(2026, 6, 1)
    with store.cursor() as cursor:
        before = policy_on(cursor, first)
    retired_change(store, first)
    with store.cursor() as cursor:
        after = policy_on(cursor, first)
        current = policies_known(cursor).statements()
    # The day stays: verdicts were sealed under it.
    assert (after.in_force_from, replace(after, in_force_from=before.in_force_from)) == (first, before)
    assert not [entry.key for entry in current if entry.key in RETIRED]
    [value] = policy_history(store, ADMINISTRATOR, AT)[0].values
    assert (value.entry.key, value.entry.value) == ("disclosure.upper_quantile", 0.7)
    imported(store, "panel-2026", panel(), AT + timedelta(days=1))
    assert {cell.upper_quantile for cell in seen(store, 2026)[2].cells} == {0.8}


def test_a_new_change_may_not_state_a_retired_value(store: Store) -> None:
    with pytest.raises(InvalidFile) as refused:
        draft_policy_change(store, ADMINISTRATOR, "a", f"in_force_from = 2026-06-01\n{RETIRED_VALUE}".encode(), at=AT)
    [problem] = refused.value.problems
    assert (problem.code, problem.params["name"]) == ("policy_retired", "disclosure.upper_quantile")
    assert "leading_quantile" in problem_message(problem, "zh")[0]
