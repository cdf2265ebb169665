"""The position strip says what its rows say, carries no peer's value, and is drawn in one go."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from math import isnan, nan

import pytest

from kpi.catalogue.catalogue import catalogue
from kpi.charts.strip import position_strip, strip_list
from kpi.charts.strip_comparison import strip_comparison, strip_comparison_parts
from kpi.charts.strip_rows import rows_of_table, strip_rows
from kpi.charts.theme import CANDIDATE_LETTERS
from kpi.model.evaluation import Reason
from kpi.model.publication import PublishedPlace
from kpi.reports.comparison import PART_HEIGHT
from tests.charts.sample_evaluations import PLACES, answer, enterprise


def traces(figure, name):
    return [trace for trace in figure.data if (trace.name or "").startswith(name)]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_kpi_has_its_row_with_name_value_and_verdict(lang, theme):
    figure = position_strip(answer(), lang, theme).figure
    for kpi in catalogue().kpis:
        assert any(kpi.short.in_(lang) in text for text in figure.layout.yaxis2.ticktext)
    assert len(figure.layout.yaxis.ticktext) == 1 + 21
    assert len(figure.layout.yaxis3.ticktext) == 1 + 21
    assert sum(map(bool, figure.layout.yaxis4.ticktext)) == 5


def test_a_mark_stands_at_the_mid_percentile_and_its_bar_between_the_bounds():
    whole = answer()
    figure = position_strip(whole, "zh").figure
    places = {code: x for trace in traces(figure, "marks") for code, x in zip(trace.customdata, trace.x, strict=True)}
    drawn = {code for code, (_, mid, _, _) in PLACES.items() if not isnan(mid)}
    assert places == {code: whole.kpi(code).percentile.mid for code in drawn}
    ends = {x for trace in traces(figure, "bounds") for x in trace.x if x is not None}
    assert ends == {end for c in drawn for end in (whole.kpi(c).percentile.lower, whole.kpi(c).percentile.upper)}


def test_means_are_drawn_only_where_their_place_is_known():
    assert not traces(position_strip(enterprise(), "zh").figure, "means")[0].x
    shown = traces(position_strip(answer(), "zh").figure, "means")[0]
    assert list(shown.x) == [mean for _, _, mean, _ in PLACES.values() if not isnan(mean)]


def test_the_line_stands_at_the_policys_quantile():
    shapes = position_strip(answer(), "zh").figure.layout.shapes
    assert {shape.x0 for shape in shapes if shape.xref == "x"} == {0.8}


def test_a_click_anywhere_on_a_row_carries_the_kpis_code_and_nothing_else():
    figure = position_strip(answer(), "zh").figure
    carried = {code for trace in figure.data if trace.customdata is not None for code in trace.customdata}
    assert carried == set(PLACES)


def test_the_height_holds_all_rows_and_the_ground_is_see_through():
    layout = position_strip(answer(), "zh", titled=False).figure.layout
    assert layout.height - layout.margin.t - layout.margin.b == layout.yaxis.range[0]
    assert max(layout.yaxis.tickvals) < layout.yaxis.range[0]
    assert layout.paper_bgcolor == "rgba(0,0,0,0)"
    assert layout.width is None


def test_title_is_the_finding_and_bounds_are_called_one_sided():
    picture = position_strip(answer(), "zh")
    assert picture.title.startswith("17 项可比指标中 6 项领先")
    assert "单侧 95 % 界" in picture.caption
    assert "演示数据" in picture.caption
    assert "置信区间" not in picture.caption
    assert picture.figure.layout.title.subtitle.text
    assert position_strip(answer(), "zh", titled=False).figure.layout.title.text is None


def test_a_kpi_leading_by_itself_but_not_in_the_list_carries_a_note():
    shown = {row.code: row for row in strip_rows(answer(), "zh")}
    assert shown["K15"].single_test
    assert not shown["K16"].single_test
    assert "（单项）" in json.dumps(rows_of_table(tuple(shown.values()), "zh"), ensure_ascii=False)


def test_an_enterprises_strip_is_drawn_from_its_place_alone():
    own = enterprise()
    shown = {row.code: row for row in strip_rows(own, "zh")}
    assert shown["K01"].estimated
    assert (shown["K01"].low, shown["K01"].high) == (0.8, 1)
    assert shown["K12"].open
    assert shown["K12"].mark == pytest.approx((0.5 + 0.8) / 2)
    caption = position_strip(own, "zh").caption
    assert "估计" in caption
    assert "已知同行" not in caption


def test_a_bracket_of_the_whole_axis_is_no_place():
    own = enterprise()
    unknown = tuple(replace(kpi, place=PublishedPlace(0.0, 1.0, nan)) for kpi in own.kpis)
    assert not any(row.drawn for row in strip_rows(replace(own, kpis=unknown), "zh"))


def test_before_release_no_row_shows_a_verdict_of_the_test():
    shown = strip_rows(enterprise(released=False), "zh")
    assert {row.verdict for row in shown} == {None, "not_applicable", "not_reported"}
    words = {row.code: row.word for row in shown}
    assert (words["K01"], words["K03"], words["K07"]) == ("达到公布线", "达到公布线", "低于公布线")
    assert "尚未发布" not in words.values()


def test_a_value_compared_on_another_basis_stands_with_the_one_stated():
    whole = enterprise()
    stated = replace(whole.application.values["K11"], value=6.5, basis="points", before=92.0, after=98.5)
    application = replace(whole.application, values={**whole.application.values, "K11": stated})
    other = replace(whole, application=application)
    row = next(strip_row for strip_row in strip_rows(other, "zh") if strip_row.code == "K11")
    assert (row.value, row.stated) == ("14.6 %", "14.6 %（填报 6.5 个百分点）")
    assert "14.6 %（填报 6.5 个百分点）" in position_strip(other, "zh").caption
    assert "14.6 % (reported as 6.5 pp)" in str(rows_of_table(strip_rows(other, "en"), "en"))


def test_the_caption_explains_every_shape_and_what_stands_inside_the_zone_undecided():
    whole = enterprise()
    inside = replace(whole.kpi("K11"), reasons=(Reason("in_zone_by_estimate"),))
    kpis = tuple(inside if kpi.code == "K11" else kpi for kpi in whole.kpis)
    caption = position_strip(replace(whole, kpis=kpis), "zh").caption
    for said in ("◆ 领先", "● 尚不能判定", "■ 未达领先", "▽ 不具区分度 / 样本不足", "空心：只知所在区间"):
        assert said in caption
    assert f"{catalogue().kpi('K11').short.zh}：位置在领先区内，但尚不能判定" in caption


def test_the_table_holds_what_the_picture_shows():
    shown = rows_of_table(strip_rows(answer(), "zh"), "zh")
    assert len(shown) == 21
    assert shown[0] == {
        "分组": "能力提升类指标",
        "指标": catalogue().kpi("K01").short.zh,
        "本厂": "92.0 %",
        "胜过的同行": "94 %（86 % – 98 %）",
        "判定": "领先",
    }
    assert f"{catalogue().kpi('K08').short.zh}（主要）" in [row["指标"] for row in shown]


def test_alt_text_tells_every_row():
    alt = position_strip(answer(), "en").alt
    for kpi in catalogue().kpis:
        assert kpi.short.en in alt


def test_candidates_have_a_letter_a_shape_and_a_colour_each():
    figure = strip_comparison([answer(-0.03 * at, f"演示企业00{at + 1}（虚构）") for at in range(8)], "zh").figure
    marks = [trace for trace in figure.data if trace.name in set(CANDIDATE_LETTERS)]
    assert [trace.name for trace in marks] == list(CANDIDATE_LETTERS)
    assert len({(trace.marker.symbol, trace.marker.angle) for trace in marks}) == 8
    assert len({trace.marker.color for trace in marks}) == 8


def test_marks_of_candidates_never_cover_each_other():
    figure = strip_comparison([answer(), answer(), answer(0.01)], "zh").figure
    marks = [trace for trace in figure.data if trace.name in set(CANDIDATE_LETTERS)]
    stand = [(x, y) for trace in marks for x, y in zip(trace.x, trace.y, strict=True)]
    close = [
        (item, other)
        for at, item in enumerate(stand)
        for other in stand[at + 1 :]
        if abs(item[0] - other[0]) < 0.045 and abs(item[1] - other[1]) < 19
    ]
    assert close == []


@pytest.mark.parametrize("count", [1, 9])
def test_a_strip_holds_two_to_eight_candidates(count):
    with pytest.raises(ValueError, match="2 to 8"):
        strip_comparison([answer()] * count, "zh")


def test_the_list_escapes_every_text_and_links_by_code():
    hostile = answer(name="<script>alert(1)</script>")
    html = strip_list(hostile, "zh", href='?a="&kpi=')
    assert "<script" not in html
    assert 'href="?a=&quot;&amp;kpi=K01"' in html
    assert html.count("<li ") == 21
    assert html.count('class="mark"') == sum(row.drawn for row in strip_rows(hostile, "zh"))


@pytest.mark.parametrize(("titled", "levels"), [(True, "34"), (False, "3")])
def test_the_headings_of_the_list_leave_no_level_out(titled, levels):
    # A page and a report have it below a heading of level 2.
    html = strip_list(answer(), "zh", titled=titled)
    assert "".join(sorted(set(re.findall(r"<h(\d)", html)))) == levels


def test_a_hostile_name_among_candidates_is_shown_as_text():
    figure = strip_comparison([answer(name="<b>x</b><br>"), answer()], "zh").figure
    assert "<b>x</b>" not in figure.layout.title.text + figure.layout.title.subtitle.text


def test_the_texts_of_the_rows_are_no_annotations():
    # One for each text made drawing the strip ten times as slow.
    assert not position_strip(answer(), "zh", "light").figure.layout.annotations


def test_a_strip_of_eight_is_parted_into_charts_of_a_pages_height_that_hold_every_kpi_once() -> None:
    eight = [answer(-0.03 * at, f"演示企业00{at + 1}（虚构）") for at in range(8)]
    whole = strip_comparison(eight, "zh", titled=False).figure.layout.height
    room = 340
    assert whole > 2 * room
    parts = strip_comparison_parts(eight, "zh", room)
    assert [code for part in parts for code in part] == [kpi.code for kpi in catalogue().kpis]
    heights = [strip_comparison(eight, "zh", titled=False, codes=part).figure.layout.height for part in parts]
    assert max(heights) <= room
    # About equally high: none is a page of one row.
    assert min(heights) > room / 2
    assert len(strip_comparison_parts(eight, "zh", whole)) == 1


@pytest.mark.parametrize("count", [2, 5, 6, 8])
def test_a_parted_strip_that_something_follows_leaves_no_page_half_empty(count: int) -> None:
    some = [answer(-0.03 * at, f"演示企业00{at + 1}（虚构）") for at in range(count)]
    parts = strip_comparison_parts(some, "zh", PART_HEIGHT, even=False)
    heights = [strip_comparison(some, "zh", titled=False, codes=part).figure.layout.height for part in parts]
    assert len(heights) > 1
    assert min(heights[:-1]) > 0.85 * PART_HEIGHT
    assert max(heights) <= PART_HEIGHT
