"""A chart's own file says what its figure says, and every kind of chart can be drawn without a browser."""

from __future__ import annotations

import struct
import zlib
from datetime import UTC, datetime
from math import nan

import numpy as np
import plotly.graph_objects as go
import pytest
from lxml import etree

from kpi.benchmark.gap import gap_analysis
from kpi.catalogue.catalogue import catalogue, requirements
from kpi.charts.chart import Chart
from kpi.charts.coverage import (
    BodyQuota,
    award_tiles,
    candidate_tiles,
    coverage_matrix,
    industry_bars,
    place_tiles,
    quota_bars,
    scenario_grid,
)
from kpi.charts.distribution import distribution, published_distribution
from kpi.charts.gap import gap_chart
from kpi.charts.panel import published_trend
from kpi.charts.strip import position_strip
from kpi.charts.strip_comparison import strip_comparison
from kpi.charts.svg import as_svg
from kpi.charts.theme import tokens
from kpi.charts.timeline import StateRow, state_timeline
from kpi.reports.files import annex4_png, chart_png, picture_size, store_plainly
from tests.benchmark.reference_gaps import POLICY
from tests.charts.sample_evaluations import PLACES, answer, enterprise, published

SVG = "{http://www.w3.org/2000/svg}"
PLACES_OF = {body.name.zh: 10 for body in catalogue().bodies} | {"松江区": 12}
LOCKED = datetime(2025, 8, 1, tzinfo=UTC)
EIGHT = [answer(0.02 * at, f"演示企业00{at}（虚构）") for at in range(1, 9)]


def _charts() -> dict[str, Chart]:
    whole, seen = answer(), enterprise()
    values = list(np.random.default_rng(1).normal(25, 6, 300))
    return {
        "strip": position_strip(whole, "zh", "light", titled=False),
        "comparison": strip_comparison(EIGHT, "zh"),
        "gaps": gap_chart(gap_analysis(seen, POLICY), "en", titled=False),
        "dots": distribution(whole.kpi("K08"), values[:60], "zh", titled=False),
        "bars": distribution(whole.kpi("K08"), values, "en", titled=False),
        "published": published_distribution(seen.kpis[7], "zh", titled=False),
        "trend": published_trend(
            "K08", [(2025, published("K08")), (2024, published("K08"))], [], None, "zh", titled=False
        ),
        "matrix": coverage_matrix({("松江区", "高端装备"): 3}, "候选", "zh", titled=False),
        "quota": quota_bars([BodyQuota("松江区", 10, 3), BodyQuota("嘉定区", 10, 11)], "zh"),
        "awards": award_tiles({"松江区": 31}, PLACES_OF, "松江区", "en"),
        "places": place_tiles({"松江区": 3}, PLACES_OF, "en"),
        "candidates": candidate_tiles({"松江区": 3}, {"松江区": 6}, "en", what="汽车"),
        "industries": industry_bars({"汽车": (3, 2)}, "en", chosen="汽车"),
        "scenarios": scenario_grid({"产品数字化设计": (3, 1)}, "zh"),
        "timeline": state_timeline([StateRow("演示工厂", (("submitted", LOCKED),))], LOCKED.date(), "zh"),
    }


CHARTS = _charts()


def words(svg: str) -> str:
    return "\n".join("".join(text.itertext()) for text in etree.fromstring(svg).iter(f"{SVG}text"))


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_chart_can_be_drawn_and_asks_for_nothing(name, theme):
    svg = as_svg(CHARTS[name], ["来源 <b>&"], theme)
    root = etree.fromstring(svg)
    assert root.find(f"{SVG}title").text == CHARTS[name].title
    assert root.find(f"{SVG}desc").text == CHARTS[name].alt
    assert "来源 <b>&" in words(svg)
    assert not {"script", "image", "foreignObject", "use"} & {node.tag.removeprefix(SVG) for node in root.iter()}
    assert svg.count("http") == 1  # the name of the format itself
    assert "nan" not in svg


def test_the_strip_has_a_row_a_kpi_with_value_and_word():
    said = words(as_svg(CHARTS["strip"]))
    for kpi in catalogue().kpis:
        assert kpi.short.zh in said
    assert "92.0 %" in said
    assert said.count("领先") >= sum(verdict == "leading" for _, _, _, verdict in PLACES.values())


def test_marks_stand_where_the_axis_puts_them():
    """The leading zone begins at 80 % of the way between the labels 0 % and 100 %."""
    root = etree.fromstring(as_svg(CHARTS["strip"]))
    at = {"".join(item.itertext()): float(item.get("x")) for item in root.iter(f"{SVG}text")}
    zone = next(item for item in root.iter(f"{SVG}rect") if item.get("fill") == "#EAF2F8")
    assert float(zone.get("x")) == pytest.approx(at["0 %"] + 0.8 * (at["100 %"] - at["0 %"]), abs=0.02)


def test_what_is_left_begins_where_what_is_used_ends():
    root = etree.fromstring(as_svg(CHARTS["quota"]))
    used, _, left, _ = [item for item in root.iter(f"{SVG}rect") if item.get("y")]
    assert float(left.get("x")) == pytest.approx(float(used.get("x")) + float(used.get("width")), abs=0.02)


def test_a_frame_around_a_zone_is_drawn():
    own, picked, dotted = (as_svg(CHARTS[name]) for name in ("awards", "industries", "scenarios"))
    assert own.count(f'stroke="{tokens("light").ink}"') == 1
    assert picked.count(f'stroke="{tokens("light").leading}"') == 1
    assert dotted.count("stroke-dasharray") == 39


def test_a_place_that_nobody_knows_is_not_drawn():
    chart = CHARTS["published"]
    points = go.Figure(data=[{"type": "scatter", "x": [nan], "y": [1], "mode": "markers", "marker": {"size": 5}}])
    figure = go.Figure(data=points.data, layout=chart.figure.layout)
    assert as_svg(Chart(figure, "", "", "")).count("translate(") == 0


def test_what_it_cannot_draw_is_refused():
    figure = go.Figure(data=[{"type": "pie", "values": [1]}], layout=CHARTS["published"].figure.layout)
    with pytest.raises(ValueError, match="pie"):
        as_svg(Chart(figure, "", "", ""))


def size_of(png: bytes) -> tuple[int, int]:
    return struct.unpack(">II", png[16:24])


def pixels_of(png: bytes) -> bytes:
    data, at = b"", 8
    while at < len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        name, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert int.from_bytes(png[at + 8 + length : at + 12 + length], "big") == zlib.crc32(name + body)
        data += body if name == b"IDAT" else b""
        at += length + 12
    return zlib.decompress(data)


@pytest.mark.slow
def test_the_picture_for_annex_4_is_large_enough_and_loses_nothing():
    svg = as_svg(CHARTS["strip"])
    asked = requirements().pictures
    png = annex4_png(svg)
    width, height = size_of(png)
    assert width * height >= asked.pixels
    assert asked.bytes_binary <= len(png) < 12_000_000  # ten of them fit the limit of 120 MB
    small = chart_png(svg, 1)
    assert pixels_of(store_plainly(small, 100_000)) == pixels_of(small)
    assert len(store_plainly(small, 100_000)) > 100_000


@pytest.mark.slow
def test_a_png_has_two_pixels_for_one():
    svg = as_svg(CHARTS["quota"])
    assert size_of(chart_png(svg)) == tuple(round(2 * side) for side in picture_size(svg))
