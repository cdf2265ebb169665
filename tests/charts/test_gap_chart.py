"""The picture of the way stands at own values and published numbers alone, and says in words what it shows."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from math import isnan, nan

import pytest

from kpi.benchmark.gap import apply_moves, gap_analysis, what_if_view
from kpi.catalogue.catalogue import catalogue
from kpi.charts.chart import Chart
from kpi.charts.gap import LINE_AT, gap_chart, gap_list, gap_rows, gap_words
from kpi.charts.gap import gap_table as way_table
from kpi.charts.theme import Theme
from kpi.model.publication import GapAnalysis, PublishedCell
from tests.benchmark.reference_gaps import CODES, POLICY, application, nothing, reported, table, view

PUBLISHED = {code: table(code, 10, 20, 30) for code in CODES} | {
    "K01": nothing("K01"),
    "K21": PublishedCell("上海市", "高端装备", "K21", "30-59", 4.0, nan, nan, nan, 2.0, None, 0.2, 0.8),
    "K09": table("K09", 2, 6, 14),
}
OWN = application(
    K01=reported("K01", 50.0),
    K08=reported("K08", 30.0),
    K09=reported("K09", 2.0, before=90.0, after=91.8),
    K16=reported("K16", 25.0),
    K07=reported("K07", -90.0),
    K12=reported("K12", 90.0),
    K21=reported("K21", 3.0),
)


def _ways(**moves: float) -> tuple[GapAnalysis, GapAnalysis]:
    seen = view(OWN, PUBLISHED)
    return gap_analysis(seen, POLICY), gap_analysis(what_if_view(seen, apply_moves(OWN, moves, POLICY), POLICY), POLICY)


def _marks(picture: Chart, name: str) -> list[tuple[float, str]]:
    trace = next(datum for datum in picture.figure.data if datum.name == name)
    symbols = trace.marker.symbol
    return list(zip(trace.x, [symbols] * len(trace.x) if isinstance(symbols, str) else symbols, strict=True))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_line_stands_at_one_place_and_what_equals_it_stands_on_it(theme: Theme) -> None:
    own, _ = _ways()
    by_code = {row.code: row for row in gap_rows(own, own, "zh")}
    assert by_code["K08"].own == LINE_AT
    assert by_code["K16"].own == pytest.approx(LINE_AT - 0.25 * LINE_AT / 2)
    assert len(_marks(gap_chart(own, "zh", theme), "own")) == 5


def test_reached_and_missed_differ_in_shape_and_the_line_stands_beside_the_value_in_its_own_unit() -> None:
    own, _ = _ways()
    shapes = {row.standing: set[str]() for row in gap_rows(own, own, "en")}
    drawn = [row for row in gap_rows(own, own, "en") if not isnan(row.own)]
    for row, (_, symbol) in zip(drawn, _marks(gap_chart(own, "en"), "own"), strict=True):
        if 0 <= row.own <= 1:
            shapes[row.standing].add(symbol)
    assert shapes["reached"] == {"triangle-up"}
    assert shapes["below"] == {"triangle-up-open"}
    [equal] = [row for row in drawn if row.code == "K08"]
    value, line = equal.value_and_line.split(" / ")
    assert value == line == equal.value


def test_what_lies_beyond_the_picture_stands_at_its_edge_and_points_there() -> None:
    own, _ = _ways()
    marks = _marks(gap_chart(own, "zh"), "own")
    assert (0.0, "triangle-left") in marks
    assert (1.0, "triangle-right") in marks
    assert all(0 <= x <= 1 for x, _ in marks)


def test_a_limit_is_drawn_only_where_it_keeps_the_line_out_of_reach() -> None:
    own, _ = _ways()
    [(limit, _)] = _marks(gap_chart(own, "zh"), "limits")
    assert limit < LINE_AT
    assert "最高 11.11 %" in gap_chart(own, "zh").alt


def test_a_moved_value_leaves_the_own_mark_behind_and_its_row_in_its_place() -> None:
    own, other = _ways(K16=31.0)
    assert [row.code for row in gap_rows(own, other, "zh")] == [kpi.code for kpi in own.kpis]
    before, after = gap_chart(own, "zh"), gap_chart(own, "zh", moved=other)
    assert (len(_marks(before, "own before")), len(_marks(after, "own before"))) == (0, 1)
    assert "×" in after.caption
    assert "×" not in before.caption
    assert after.title == before.title


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", ("不公布", "没有数值", "距中位数 1")), ("en", ("not published", "no value"))]
)
def test_what_has_no_line_is_said_plainly(lang: Theme, said: tuple[str, ...]) -> None:
    own, _ = _ways()
    cells = [cell for row in way_table(own, lang) for cell in row.values()]
    assert [item for item in said if not any(item in cell for cell in cells)] == []


def test_a_gap_is_never_reported_smaller_nor_a_limit_larger_than_it_is() -> None:
    published = PUBLISHED | {"K09": table("K09", 2, 6, 11)}
    stated = application(K09=reported("K09", 7.0001, before=90.0, after=96.3))
    own = gap_analysis(view(stated, published), POLICY)
    assert gap_words(own.of("K09"), "zh")["gap"].startswith("4.0")
    assert gap_words(own.of("K09"), "zh")["end"] == "99.9"
    assert gap_words(_ways()[0].of("K09"), "zh")["limit"] == "11.11 %"


def test_a_value_compared_on_another_basis_stands_with_the_one_reported() -> None:
    in_points = replace(reported("K09", 1.8, before=90.0, after=91.8), basis="points")
    own = gap_analysis(view(application(K09=in_points), PUBLISHED), POLICY)
    [row] = [gap_row for gap_row in gap_rows(own, own, "en") if gap_row.code == "K09"]
    assert (row.value, row.stated) == ("2.0 %", "2.0 % (reported as 1.8 pp)")
    assert row.stated in gap_chart(own, "en").caption
    assert row.stated in str(way_table(own, "en"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_list_and_the_table_hold_every_kpi_once(lang: Theme) -> None:
    own, other = _ways(K16=31.0)
    listed = gap_list(own, lang, "dark", other)
    assert sorted(re.findall(r'data-kpi="(K\d\d)"', listed)) == list(CODES)
    names = [catalogue().kpi(code).short.in_(lang) for code in CODES]
    assert [name for name in names if name not in unescape(listed)] == []
    assert len(way_table(own, lang)) == len(CODES)
    assert not re.search(r"nan|inf\b|None", listed)
