"""The order and the profiles of a comparison as files: what the page shows, drawn without a browser."""

from __future__ import annotations

import csv
import io
import re
import struct
from dataclasses import replace
from math import isnan
from typing import get_args

import openpyxl
import pytest
from lxml import etree

from kpi.catalogue.catalogue import catalogue, requirements
from kpi.charts.order import order_chart, order_finding, order_picture, rank_words
from kpi.charts.profiles import profile_chart
from kpi.charts.svg import as_svg
from kpi.charts.theme import Theme
from kpi.i18n import catalogue_name, clause_word, text, verdict_word
from kpi.model.comparison import Comparison
from kpi.model.language import Lang
from kpi.model.times import now
from kpi.reports.comparison import comparison_report, comparison_xlsx, draw_rows
from kpi.reports.content import ReportSection, Taken
from kpi.reports.files import annex4_png, as_csv
from kpi.reports.heat import heat_data
from kpi.store.store import Store
from tests.benchmark.test_comparison import all_at, compared

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def found(store: Store) -> Comparison:
    """Three of whom two cannot be distinguished."""
    blank = {"K21": 20.0, "K08": 55.0}
    return compared(store, "drawn", [all_at(30, 1), all_at(30, 2, **blank), all_at(2, 3)])


def texts(svg: str) -> list[str]:
    return ["".join(item.itertext()) for item in etree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("theme", get_args(Theme))
def test_the_order_says_who_is_first_and_each_ones_range_of_places(found: Comparison, theme: Theme) -> None:
    chart = order_chart(found, "zh", theme, titled=False)
    said = texts(as_svg(chart, ["来源"], theme))
    assert said[0] == order_finding(found, "zh")
    for candidate in found.candidates:
        assert any(candidate.evaluation.application.label in line for line in said)
        assert rank_words(candidate, "zh") in said
    assert text("page.order.no_verdict", "zh") in "".join(said)
    assert order_picture(found, "zh", theme).count("<li>") == len(found.candidates)


def test_the_parts_of_a_bar_are_the_shares_of_the_places(found: Comparison) -> None:
    bars = [item for item in order_chart(found, "en").figure.to_plotly_json()["data"] if item["type"] == "bar"]
    drawn = [tuple(bar["x"][row] for bar in bars) for row in range(len(found.candidates))]
    assert drawn == [found.candidates[at].acceptability for at in found.rows]
    assert [sum(parts) for parts in drawn] == pytest.approx([1.0] * len(drawn))


def test_the_profiles_hold_a_row_a_group_and_a_letter_a_candidate(found: Comparison) -> None:
    chart = profile_chart(found, "en", titled=False)
    said = texts(as_svg(chart, [], "light"))
    assert {group.short.en for group in catalogue().groups} <= set(said)
    for letter in "ABC":
        assert said.count(letter) == len(catalogue().groups)
    scores = {
        group.code: [candidate.groups[group.code] for candidate in found.candidates] for group in catalogue().groups
    }
    traces = chart.figure.to_plotly_json()["data"]
    assert [list(trace["x"]) for trace in traces] == [
        [scores[group.code][at] for group in catalogue().groups] for at in range(3)
    ]


@pytest.mark.parametrize("draw", [order_chart, profile_chart])
def test_they_reach_the_size_that_annex_4_asks(found: Comparison, draw) -> None:
    png = annex4_png(as_svg(draw(found, "zh", titled=False), ["来源"]))
    width, height = struct.unpack(">II", png[16:24])
    assert width * height >= requirements().pictures.pixels
    assert len(png) >= requirements().pictures.bytes_binary


@pytest.mark.parametrize("lang", get_args(Lang))
def test_the_compared_kpis_as_data_have_one_meaning_a_column(found: Comparison, lang: Lang) -> None:
    names = ["One", "Two", "Three"]
    table = heat_data(found, names, lang, {})
    whole = comparison_report(found, lang, Taken(now(), ""), {})
    report = replace(whole, sections=(ReportSection("heat", "", table=table),))
    head, *rows = list(csv.reader(io.StringIO(as_csv(report, bom=False).decode())))[:23]
    value, beaten, verdict = (text(f"comparison_file.{part}", lang) for part in ("value", "beaten", "verdict"))
    unit = text("carried.unit", lang)
    read = [dict(zip(head, row, strict=True)) for row in rows[:21]]
    by_code = {row[text("comparison_file.code", lang)]: row for row in read}
    assert len(by_code) == 21
    for at, name in enumerate(names):
        answer = found.candidates[at].evaluation
        for kpi in found.kpis:
            row = by_code[kpi.code]
            if isnan(kpi.values[at]):
                assert row[f"{name} · {value}"] == ""
            else:
                assert float(row[f"{name} · {value}"]) == pytest.approx(answer.kpi(kpi.code).value)
                assert row[f"{name} · {value} {unit}"]
            share = row[f"{name} · {beaten}"]
            assert share == "" or float(share) == pytest.approx(answer.kpi(kpi.code).percentile.mid)
            assert row[f"{name} · {verdict}"] == verdict_word(answer.kpi(kpi.code).verdict, lang).word
        clause = dict(zip(head, rows[21], strict=True))
        assert clause[f"{name} · {verdict}"] == clause_word(answer.clause.verdict, lang)


@pytest.mark.campaign
def test_every_head_of_the_workbook_is_in_the_readers_language(found: Comparison) -> None:
    book = openpyxl.load_workbook(io.BytesIO(comparison_xlsx(found, "zh", {})))
    labels = "|".join(re.escape(candidate.evaluation.application.label) for candidate in found.candidates)
    for sheet in book.worksheets[1:]:
        for cell in sheet[1]:
            said = re.sub(rf"K\d\d|G\d|{labels}", "", str(cell.value))
            assert not re.search("[A-Za-z]", said), cell.value
    english = openpyxl.load_workbook(io.BytesIO(comparison_xlsx(found, "en", {})))
    stated = dict(english.worksheets[0].iter_rows(values_only=True, max_col=2))
    assert stated[text("comparison_file.industry", "en")] == catalogue_name(found.first.application.industry, "en")
    draws = list(book.worksheets[3].iter_rows(values_only=True))
    drawn = list(draw_rows(found))
    assert len(draws) == len(drawn)
    for row, numbers in zip(draws[1:20], drawn[1:20], strict=True):
        assert list(row[3:]) == pytest.approx(numbers[3:])
