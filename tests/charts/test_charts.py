"""Colours can be read, labels do not touch, and every picture tells its finding."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import combinations
from math import nan

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.catalogue.catalogue import catalogue
from kpi.charts.bars import NamedBar, named_bars
from kpi.charts.candidates import PlacedCandidate, candidates_by_industry, candidates_finding
from kpi.charts.chart import scale_colour, width_units, wrap
from kpi.charts.coverage import (
    COUNTABLE,
    BodyQuota,
    award_tiles,
    candidate_tiles,
    coverage_matrix,
    industry_bars,
    place_tiles,
    quota_bars,
    scenario_grid,
)
from kpi.charts.distribution import NARROWEST, AxisLabel, arrange_labels, distribution, published_distribution
from kpi.charts.strip import position_strip
from kpi.charts.strip_comparison import strip_comparison
from kpi.charts.theme import DARK, LIGHT, css_variables, tokens, verdict_mark
from kpi.charts.timeline import StateRow, state_timeline
from tests.charts.sample_evaluations import answer, enterprise, published

BODIES = [body.name.zh for body in catalogue().bodies]
INDUSTRIES = [industry.name.zh for industry in catalogue().industries]
SCENARIO = catalogue().scenarios[0].name.zh
DAYS = [datetime(2025, 8, day, 16, 30, tzinfo=UTC) for day in (1, 10, 15)]
ROWS = [
    StateRow("甲智能工厂", (("submitted", DAYS[0]), ("put_forward", DAYS[1]), ("on_site", DAYS[2]))),
    StateRow("乙智能工厂", (("submitted", DAYS[0]), ("put_forward", DAYS[2]))),
    StateRow("丙智能工厂", (("submitted", DAYS[0]), ("put_forward", DAYS[1]), ("submitted", DAYS[2]))),
]
"""The third was withdrawn."""
CANDIDATES = [
    PlacedCandidate(f"工厂{at}", INDUSTRIES[at % 2], clause, leading, ("2025", INDUSTRIES[at % 2], str(at)))
    for at, (clause, leading) in enumerate([("met", 9), ("met", 9), ("not_met", 16), ("undecided", 9), ("met", 9)])
]
BARS = [NamedBar("甲", 0.8, 1, "80 %", "甲 80 %", "12 家"), NamedBar("乙", 0.0, 1, "0 %", "乙 0 %")]
PEERS = [float(value) for value in range(62)]


def pictures(lang, theme):
    k = replace(answer().kpi("K10"), value=52.0)
    own = enterprise().kpi("K10")
    counts = {name: at for at, name in enumerate(BODIES)}
    places = {name: 12 if at > 15 else 10 for at, name in enumerate(BODIES)}
    cells = {(body, INDUSTRIES[0]): at for at, body in enumerate(BODIES)}
    return {
        "strip": position_strip(answer(), lang, theme),
        "enterprise": position_strip(enterprise(), lang, theme),
        "compared": strip_comparison([answer(), answer(-0.1)], lang, theme),
        "distribution": distribution(k, PEERS, lang, theme),
        "histogram": distribution(k, PEERS * 3, lang, theme),
        "published": published_distribution(own, lang, theme, illustrative=True),
        "awards": award_tiles(counts, places, BODIES[0], lang, theme),
        "places": place_tiles(counts, places, lang, theme),
        "candidates": candidate_tiles(counts, counts, lang, theme, what="X"),
        "industries": industry_bars({INDUSTRIES[0]: (3, 1)}, lang, theme),
        "hidden": industry_bars(None, lang, theme, what="X"),
        "scenarios": scenario_grid({SCENARIO: (2, 0)}, lang, theme),
        "timeline": state_timeline(ROWS, date(2025, 8, 15), lang, theme),
        "matrix": coverage_matrix(cells, "x", lang, theme),
        "placed": candidates_by_industry(CANDIDATES, lang, theme),
        "bars": named_bars(BARS, "x", "X", theme, wanted=0.8),
        "quota": quota_bars([BodyQuota(BODIES[0], 10, 7), BodyQuota(BODIES[1], 10, 11)], lang, theme),
    }


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two colours, 1 to 21 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_every_text_colour_reaches_four_and_a_half_to_one(look):
    for colour in (look.ink, look.muted, look.leading, look.undecided_text, look.plain_text, look.error):
        assert contrast(colour, look.ground) >= 4.5
    for colour in (look.ink, look.muted, look.leading, look.plain_text):
        assert contrast(colour, look.leading_zone) >= 4.5
    for colour in look.candidates:
        assert contrast(look.on_candidate, colour) >= 4.5
        assert contrast(colour, look.ground) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("value", range(0, 101, 5))
def test_a_number_can_be_read_on_every_shade(theme, value):
    assert contrast(tokens(theme).ink, scale_colour(value, 100, theme)) >= 4.5


def test_contrast_is_that_of_wcag():
    # Black on white is 21:1 and #777777 on white 4.48:1 (https://webaim.org/resources/contrastchecker/).
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_verdicts_are_told_apart_without_colour():
    shapes = [
        verdict_mark(verdict, "light").symbol
        for verdict in ("leading", "undecided", "not_leading", "too_few_peers", None)
    ]
    assert shapes == ["diamond", "circle", "square", "triangle-down-open", "triangle-up"]
    assert {verdict_mark(v, "light").symbol for v in ("not_reported", "not_applicable", "basis_mismatch")} == {
        "line-ew"
    }


def test_no_hollow_mark_of_one_verdict_is_the_shape_of_another():
    # Where only the range is known, the own shape is drawn hollow: that must not be the sign of no verdict.
    filled = {verdict_mark(verdict, "light").symbol for verdict in ("leading", "undecided", "not_leading", None)}
    hollow = {verdict_mark(verdict, "light").symbol for verdict in ("too_few_peers", "no_discrimination")}
    assert not {symbol.removesuffix("-open") for symbol in hollow} & filled


def test_error_red_is_no_verdicts_colour():
    for theme, look in (("light", LIGHT), ("dark", DARK)):
        assert all(
            look.error not in (verdict_mark(v, theme).fill, verdict_mark(v, theme).text)
            for v in ("not_leading", "undecided")
        )


def test_the_tokens_are_passed_to_css():
    assert "--kpi-ink: #1B2430;" in css_variables("light")
    assert "--kpi-leading-zone: " in css_variables("dark")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_picture_is_valid_and_tells_title_caption_and_alt(lang, theme):
    for name, picture in pictures(lang, theme).items():
        # Drawn without Plotly's own check for speed, so it is made here.
        go.Figure(picture.figure.to_dict())
        assert picture.title, name
        assert picture.caption[:1].isupper() or lang == "zh", name
        assert len(picture.alt) > len(picture.title), name
        assert all(font >= 12 for font in _sizes(picture.figure.to_dict())), name


def test_no_picture_lets_plotly_hide_a_label_or_sends_a_look_of_its_own():
    """Plotly would measure each label of an axis and leave out one that is too wide, without a word."""
    for name, picture in pictures("zh", "light").items():
        template = picture.figure.to_plotly_json()["layout"]["template"]
        assert set(template) <= {"data", "layout"}, name
        assert not template.get("data"), name
        assert template["layout"] == {axis: {"ticklabeloverflow": "allow"} for axis in ("xaxis", "yaxis")}, name


def test_an_enterprises_distribution_knows_published_values_only():
    own = replace(enterprise().kpi("K10"), value=52.0)
    figure = published_distribution(own, "zh").figure
    drawn = {x for trace in figure.data for x in trace.x}
    table = own.published
    assert drawn == {52.0, table.median, table.mean, table.p20, table.p80}


def test_withheld_figures_leave_the_own_value_alone():
    own = enterprise().kpi("K10")
    table = replace(published("K10"), band=None, median=nan, mean=nan, p20=nan, p80=nan, withheld="few_groups")
    picture = published_distribution(replace(own, published=table), "zh")
    assert "不公布" in picture.caption
    assert len(picture.figure.data) == 1


def test_a_value_on_another_basis_never_stands_on_the_peers_axis():
    reported = replace(answer().kpi("K09"), value=9.1, verdict="basis_mismatch")
    picture = distribution(reported, PEERS, "zh", illustrative=True)
    assert "没有可比的数值" in picture.title
    assert "演示数据" in picture.caption
    assert not any(9.1 in trace.x for trace in picture.figure.data)


def test_the_peers_numbers_keep_their_unit_beside_a_value_on_another_basis():
    counted = replace(answer().kpi("K09"), basis="points", verdict="basis_mismatch", median=20.0, leading_line=30.0)
    published_only = replace(enterprise().kpi("K09"), basis="points", verdict="basis_mismatch")
    for picture in (distribution(counted, PEERS, "zh"), published_distribution(published_only, "zh")):
        assert " %" in picture.alt
        assert "百分点" not in picture.alt + str(picture.figure.to_dict())


def test_every_peer_is_one_dot_at_its_own_value():
    figure = distribution(answer().kpi("K10"), [*PEERS, nan], "zh").figure
    dots = next(trace for trace in figure.data if trace.name == "peers")
    assert sorted(dots.x) == PEERS


def test_a_title_says_which_side_of_the_line():
    k = answer().kpi("K10")
    for value, word in ((29.0, "低于"), (30.0, "恰在"), (31.0, "高于")):
        assert word in distribution(replace(k, value=value), PEERS, "zh").title


@given(st.lists(st.floats(0, 100), min_size=1, max_size=5))
def test_labels_touch_no_label_and_no_stem(values):
    flags = [AxisLabel(value, f"中位 {value:.1f} %", "#000000") for value in values]
    found = arrange_labels(flags, -5, 105)
    stems = [(value + 5) / 110 * NARROWEST for value in values]
    spans = [
        (stem, stem + width_units(flag.words) * 7 + 18)
        if place.side == "right"
        else (stem - width_units(flag.words) * 7 - 18, stem)
        for stem, flag, place in zip(stems, flags, found, strict=True)
    ]
    for item, other in combinations(range(len(values)), 2):
        if found[item].lane == found[other].lane:
            assert spans[item][1] <= spans[other][0] or spans[other][1] <= spans[item][0]
        for label, stem in ((item, other), (other, item)):
            if spans[label][0] < stems[stem] < spans[label][1]:
                assert found[label].lane > found[stem].lane


def grounds(picture):
    """The colour under each tile, by body."""
    return dict(
        zip(picture.figure.data[0].customdata, [shape.fillcolor for shape in picture.figure.layout.shapes], strict=True)
    )


def said(picture, trace=0):
    """What a press on each label carries, and the words on pointing at it."""
    return dict(zip(picture.figure.data[trace].customdata, picture.figure.data[trace].hovertext, strict=True))


def framed(picture, names, colour):
    shapes = zip(names, picture.figure.layout.shapes, strict=True)
    return [name for name, shape in shapes if shape.line.width and shape.line.color == colour]


def test_award_tiles_print_the_count_and_their_ground_is_the_kind_of_quota():
    allowed = dict.fromkeys(BODIES, 10) | {"浦东新区": 12, "嘉定区": 12}
    picture = award_tiles({"浦东新区": 42, "嘉定区": 31, "奉贤区": 29}, allowed, "奉贤区", "zh")
    labels = dict(zip(picture.figure.data[0].customdata, picture.figure.data[0].text, strict=True))
    assert "<b>42</b>" in labels["浦东新区"]
    assert "名额 12" in said(picture)["浦东新区"]
    assert "<b>0</b>" in labels["崇明区"]
    ground = grounds(picture)
    assert ground["浦东新区"] == ground["嘉定区"] != ground["奉贤区"] == ground["崇明区"]
    assert framed(picture, BODIES, LIGHT.ink) == ["奉贤区"]
    assert framed(picture, BODIES, LIGHT.leading) == []
    assert picture.title == "奉贤区累计获评 29 家，名额 10 个"


def test_award_tiles_frame_and_name_the_body_that_is_picked_and_split_no_awards():
    allowed, awarded = dict.fromkeys(BODIES, 10) | {"浦东新区": 12}, {"浦东新区": 42, "奉贤区": 29}
    other = award_tiles(awarded, allowed, "奉贤区", "zh", chosen="浦东新区", what="汽车", candidates=3)
    assert framed(other, BODIES, LIGHT.leading) == ["浦东新区"]
    assert other.title == "浦东新区累计获评 42 家，名额 12 个"
    own = award_tiles(awarded, allowed, "奉贤区", "zh", what="汽车", candidates=3)
    assert own.title == "奉贤区候选 3 家：汽车"
    assert "不分行业" in own.caption
    assert own.figure.data[0].text == other.figure.data[0].text


def test_candidate_tiles_are_shaded_by_the_share_of_the_bodys_own():
    picture = candidate_tiles(
        {"浦东新区": 6, "嘉定区": 1}, {"浦东新区": 12, "嘉定区": 2, "奉贤区": 4}, "zh", what="汽车"
    )
    ground = grounds(picture)
    assert ground["浦东新区"] == ground["嘉定区"] == scale_colour(0.5, 1, "light")
    assert ground["奉贤区"] == scale_colour(0, 1, "light")
    assert said(picture)["奉贤区"] == "奉贤区：0 (候选共 4 家)"
    assert picture.title == "汽车：候选 7 家，来自 2 个单位"


def test_industry_bars_count_candidates_and_frame_a_gap_by_a_broken_line():
    first, second, *others = INDUSTRIES
    picture = industry_bars({first: (3, 1), second: (1, 1)}, "zh", chosen=second)
    assert list(picture.figure.data[0].text) == ["1 / 3", "1 / 1", *["没有候选"] * len(others)]
    assert said(picture, 1)[first] == f"{first}：候选 3 家，已推荐 1 家"
    shapes = picture.figure.layout.shapes
    assert [shape.fillcolor for shape in shapes].count(LIGHT.fill) == 2
    assert [shape.fillcolor for shape in shapes].count(LIGHT.scale_high) == 2
    assert [shape.line.dash for shape in shapes].count("dot") == len(others)
    assert [shape.y0 < 1 < shape.y1 for shape in shapes if shape.line.color == LIGHT.leading] == [True]
    assert picture.title == "4 个行业没有候选"
    every = dict.fromkeys(INDUSTRIES, (1, 0))
    assert industry_bars(every | {second: (0, 0)}, "zh").title == f"{second}没有候选"
    assert industry_bars(every, "zh").title == "各行业均有候选"
    assert industry_bars(every, "zh", what="X").title == "X：候选 6 家，分布在 6 个行业"


def test_many_candidates_of_an_industry_are_one_bar():
    shapes = industry_bars({INDUSTRIES[0]: (COUNTABLE + 1, 2)}, "zh").figure.layout.shapes
    assert [(shape.x0, shape.x1) for shape in shapes if shape.line.width == 0] == [(0, COUNTABLE + 1), (0, 2)]


def test_what_may_not_be_seen_is_no_gap_and_no_number():
    for picture in (industry_bars(None, "zh", what="X"), scenario_grid(None, "zh", what="X")):
        assert picture.title.startswith("X的")
        assert [shape for shape in picture.figure.layout.shapes if shape.line.dash] == []
        assert {label for trace in picture.figure.data for label in trace.text} == {""}
        assert not any(letter.isdigit() for letter in picture.alt)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_name_on_a_tile_leaves_a_single_letter_for_the_next_line(lang):
    quota = {item.name.zh: 10 for item in catalogue().bodies}
    labels = award_tiles({}, quota, BODIES[0], lang).figure.data[0].text
    assert [line for label in labels for line in label.split("<br>")[1:] if len(line) < 2] == []


def test_place_tiles_are_shaded_by_the_share_of_places_and_say_who_is_over():
    allowed = dict.fromkeys(BODIES, 10) | {"浦东新区": 12}
    picture = place_tiles({"浦东新区": 6, "嘉定区": 5, "奉贤区": 11}, allowed, "zh")
    ground = grounds(picture)
    assert ground["浦东新区"] == ground["嘉定区"], "the same share"
    assert ground["奉贤区"] == scale_colour(1, 1, "light")
    labels = dict(zip(picture.figure.data[0].customdata, picture.figure.data[0].text, strict=True))
    assert "11 / 10" in labels["奉贤区"]
    assert "超出名额" in said(picture)["奉贤区"]
    assert "剩余 6" in said(picture)["浦东新区"]
    assert picture.title == "全市名额 192 个，已用 22 个；16 个单位尚未推荐"


def test_a_matrix_is_shaded_by_the_share_of_the_row():
    picture = coverage_matrix({(BODIES[0], INDUSTRIES[0]): 1, (BODIES[1], INDUSTRIES[0]): 40}, "x", "zh")
    first, second = (picture.figure.layout.shapes[at * len(INDUSTRIES)] for at in (0, 1))
    assert first.fillcolor == second.fillcolor == scale_colour(1, 1, "light")


def test_the_scenarios_are_of_three_kinds_and_each_says_its_count():
    other, nobody = (scenario.name.zh for scenario in catalogue().scenarios[1:3])
    picture = scenario_grid({SCENARIO: (2, 1), other: (0, 1)}, "zh")
    assert picture.title == "40 个场景中 1 个有候选，缺 39 个"
    shapes = dict(zip(picture.figure.data[0].customdata, picture.figure.layout.shapes, strict=True))
    labels = dict(zip(picture.figure.data[0].customdata, picture.figure.data[0].text, strict=True))
    assert (labels[SCENARIO], labels[other], labels[nobody]) == ("3", "1", "0")
    assert len({shapes[name].fillcolor for name in (SCENARIO, other, nobody)}) == 3
    assert [shapes[name].line.dash for name in (SCENARIO, other, nobody)] == [None, "dot", "dot"]
    assert f"{SCENARIO}：候选 2 家，获评 1 家" in picture.alt
    assert picture.figure.data[1].text[0] == "缺 2"
    picked = scenario_grid({SCENARIO: (2, 1)}, "zh", chosen=nobody, what="汽车")
    assert picked.title == "汽车：覆盖 1 个场景，缺 39 个"
    assert framed(picked, picked.figure.data[0].customdata, LIGHT.leading) == [nobody]


def test_a_time_line_counts_who_is_put_forward_and_who_too_late():
    picture = state_timeline(ROWS, date(2025, 8, 15), "zh")
    assert picture.title == "3 家候选已推荐 2 家，其中 1 家在 2025-08-15 之后"
    assert [datum.name for datum in picture.figure.data] == ["lines", "submitted", "put_forward", "on_site", "day"]
    assert max(picture.figure.data[2].x) == pytest.approx(date(2025, 8, 16).toordinal() + 0.5 / 24), "Shanghai's day"
    assert picture.figure.layout.shapes[0].x0 == date(2025, 8, 15).toordinal()
    undated = state_timeline(ROWS, None, "en")
    assert undated.title.startswith("2 of 3 candidates are nominated; no day is set")
    assert not undated.figure.layout.shapes


def test_the_matrix_names_the_industry_covered_thinnest():
    cells = {(body, industry): 1 for body in BODIES for industry in INDUSTRIES[1:]} | {(BODIES[0], INDUSTRIES[0]): 4}
    picture = coverage_matrix(cells, "候选工厂", "zh")
    assert picture.title.startswith("96 / 114 个")
    assert f"{catalogue().industries[0].name.zh}覆盖的单位最少（1 个）" in picture.title


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_quota_bars_have_room_on_a_phone(lang):
    margin = quota_bars([BodyQuota(body, 10, 1) for body in BODIES], lang).figure.layout.margin
    assert 390 - 2 * 16 - margin.l - margin.r >= 100


def test_over_the_quota_is_said_in_words():
    figure = quota_bars([BodyQuota(BODIES[0], 10, 11)], "zh").figure
    assert "超出" in figure.layout.yaxis2.ticktext[0]
    assert LIGHT.error in figure.data[0].marker.color


@pytest.mark.parametrize(
    ("text", "units", "lines"),
    [
        ("一二三四，五六", 8, ["一二三", "四，五六"]),
        ("one two three", 8, ["one two", "three"]),
        ("甲；乙", 4, ["甲；", "乙"]),
        ("a\nb", 9, ["a", "b"]),
        ("Ultra-Long-Works Shanghai", 10, ["Ultra-", "Long-Works", "Shanghai"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
    ],
)
def test_lines_break_where_a_reader_would(text, units, lines):
    assert wrap(text, units) == lines


def _sizes(node):
    if isinstance(node, dict):
        font = node.get("size") if "family" in node or ("color" in node and "symbol" not in node) else None
        if isinstance(font, int | float) and "opacity" not in node and "line" not in node:
            yield font
        for child in node.values():
            yield from _sizes(child)
    elif isinstance(node, list | tuple):
        for child in node:
            yield from _sizes(child)


def test_no_two_candidates_of_a_picture_lie_on_one_another():
    figure = candidates_by_industry(CANDIDATES, "en").figure
    points = [point for trace in figure.data for point in zip(trace.x, trace.y, strict=True)]
    assert len(points) == len(set(points)) == len(CANDIDATES)
    carried = {point[2] for trace in figure.data for point in trace.customdata}
    assert carried == {placed.carried[2] for placed in CANDIDATES}


def test_many_leading_kpis_are_said_to_be_no_clause_only_where_somebody_shows_it():
    said = candidates_finding(CANDIDATES, "en")
    assert said == "Many leading KPIs do not mean that the clause is met"
    fewer = [placed if placed.clause == "met" else replace(placed, leading=8) for placed in CANDIDATES]
    assert candidates_finding(fewer, "en") == "Leading KPIs of 5 candidates"
    equal = [placed if placed.clause == "met" else replace(placed, leading=9) for placed in CANDIDATES]
    assert candidates_finding(equal, "en") == said
    without = [placed for placed in CANDIDATES if placed.clause != "met"]
    assert candidates_finding(without, "en") == "Leading KPIs of 2 candidates"


def test_a_bar_equal_to_what_is_wanted_reaches_it():
    values = named_bars(BARS, "x", "", wanted=0.8).figure.data[0]
    assert list(values.marker.color) == [LIGHT.fill, LIGHT.scale_high]
