"""The skeleton of annex 4 passes our own check but for what only the factory can write."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from unittest.mock import patch

import pytest
from docx import Document
from docx.oxml.ns import qn

from kpi.annex4.check import check_report
from kpi.benchmark.gap import gap_analysis
from kpi.catalogue.catalogue import catalogue, report_form, requirements
from kpi.charts.svg import PAPER_WIDTH, as_svg
from kpi.model.application import CellReference
from kpi.model.claims import ScenarioAccount
from kpi.model.publication import EnterpriseView
from kpi.reports.annex4 import annex4_charts, annex4_docx
from kpi.reports.files import picture_size
from kpi.reports.forms import A4, MARGIN
from tests.benchmark.reference_gaps import POLICY
from tests.charts.sample_evaluations import enterprise

WARNING = "演示数据（虚构）"
MEASURED = {"K08": {"before": 31.0, "after": 42.8}}
SCENARIOS = tuple(scenario.name.zh for scenario in catalogue().scenarios[3:6])


def answer(kept: int = 21) -> EnterpriseView:
    """The invented factory with its annex 3; but for the first ``kept`` KPIs nothing is reported."""
    seen = enterprise()
    facts = {"factory_name": "演示工厂（虚构）", "district": "松江区", "maturity_level": 3, "scenarios": SCENARIOS}
    codes = [kpi.code for kpi in catalogue().kpis][:kept]
    values = {
        code: replace(value, cell=CellReference("表.xlsx", "指标", 5, "C"), **MEASURED.get(code, {}))
        if code in codes
        else replace(value, state="not_reported", value=None)
        for code, value in seen.application.values.items()
    }
    kpis = tuple(item if item.code in codes else replace(item, state="not_reported") for item in seen.kpis)
    application = replace(seen.application, facts=dict(seen.application.facts) | facts, values=values)
    return replace(seen, application=application, kpis=kpis)


@cache
def skeleton(kept: int = 21) -> bytes:
    seen = answer(kept)
    return annex4_docx(seen, gap_analysis(seen, POLICY), WARNING)


@pytest.mark.campaign
@pytest.mark.slow
def test_our_own_check_finds_only_what_the_factory_has_still_to_write() -> None:
    checked = check_report("a.docx", skeleton())
    assert [(finding.severity, finding.code) for finding in checked.findings] == [
        ("fault", "too_few_characters"),
        ("note", "instructions_left"),
    ]
    assert checked.parts == (1, 2, 3, 4, 5)
    asked = requirements().pictures
    assert checked.different_pictures == asked.least
    for picture in checked.pictures:
        assert (picture.width or 0) * (picture.height or 0) >= asked.pixels
        assert (picture.bytes or 0) >= asked.bytes_binary


@pytest.mark.slow
def test_with_five_kpis_the_check_asks_for_more_pictures_and_nothing_else() -> None:
    checked = check_report("a.docx", skeleton(5))
    assert [fault.code for fault in checked.faults] == ["too_few_characters", "too_few_pictures"]


@pytest.mark.campaign
@pytest.mark.slow
def test_it_carries_cover_values_with_sources_scenarios_and_numbered_captions() -> None:
    document = Document(BytesIO(skeleton()))
    cover, kpis = document.tables
    assert [cell.text for row in cover.rows for cell in row.cells] == [
        "企业名称",
        "演示企业001（虚构）",
        "工厂名称",
        "演示工厂（虚构）",
        "所属行业",
        "高端装备",
        "所属区域",
        "松江区",
    ]
    rows = {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in kpis.rows}
    assert len(rows) == 22
    assert rows["关键设备数控化率"] == ["92.0 %", "—", "—"]
    assert rows["生产效率提升"][2] == "31 → 42.8"
    assert "指标!C5" not in "\n".join(cell.text for row in kpis.rows for cell in row.cells), "a cell of its own file"
    assert rows["先进过程控制投用率"][0] == "不适用"
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert [text[2:].partition("（")[0] for text in texts if text[1:2] == "．"] == list(SCENARIOS)
    captions = [text for text in texts if text.startswith("图 ")]
    assert [text.split()[1] for text in captions] == [str(number) for number in range(1, 11)]
    described = [picture._inline.docPr.get("descr") for picture in document.inline_shapes]
    assert all(described)
    assert len(described) == 10
    assert document.sections[0].header.paragraphs[0].text == WARNING


def test_what_is_said_of_a_scenario_stands_below_it() -> None:
    seen = answer()
    accounts = {
        name: ScenarioAccount(name, how, bool(model), model, "a", datetime(2026, 1, 5, tzinfo=UTC))
        for name, how, model in (
            (SCENARIOS[0], "三维模型下发（虚构）。", ""),
            (SCENARIOS[2], "看板（虚构）。", "排产模型"),
        )
    }
    with patch("kpi.reports.annex4.annex4_charts", return_value=[]):
        made = annex4_docx(seen, gap_analysis(seen, POLICY), accounts=accounts)
    texts = [paragraph.text for paragraph in Document(BytesIO(made)).paragraphs]
    first, second, third = (next(at for at, text in enumerate(texts) if name in text) for name in SCENARIOS)
    assert texts[first + 1] == "三维模型下发（虚构）。"
    assert second == first + 2
    assert third == second + 1
    assert texts[third + 1] == "看板（虚构）。应用人工智能，模型：排产模型。"


@pytest.mark.slow
def test_every_item_of_the_form_has_its_heading_and_a_place_to_write() -> None:
    texts = [paragraph.text for paragraph in Document(BytesIO(skeleton())).paragraphs]
    for part in report_form().part:
        assert any(part.title.zh in text for text in texts)
        for item in part.item:
            at = next(place for place, text in enumerate(texts) if text.endswith(f"）{item.text.zh}"))
            assert texts[at + 1].startswith("【待填写")
            assert ("必填" in texts[at + 1]) == item.required


@pytest.mark.slow
def test_the_font_is_named_for_chinese_and_latin_letters() -> None:
    document = Document(BytesIO(skeleton(5)))
    for name in ("Normal", "Heading 1", "Heading 2", "Caption"):
        fonts = document.styles[name].element.rPr.rFonts
        assert {fonts.get(qn(f"w:{kind}")) for kind in ("ascii", "hAnsi", "eastAsia")} == {"仿宋_GB2312"}


def test_main_kpis_are_drawn_before_others() -> None:
    seen = answer()
    words = [chart.words for chart in annex4_charts(seen, gap_analysis(seen, POLICY))]
    first = [catalogue().kpi(code).short.zh for code in ("K08", "K10", "K11", "K15", "K16", "K17")]
    of_one = [text.partition("：")[0] for text in words if "：" in text]
    assert of_one[:6] == first


def test_the_smallest_letters_of_its_pictures_are_eight_points_high() -> None:
    seen = answer()
    text_width = (A4[0] - 2 * MARGIN) * 72 / 25.4
    for chart in annex4_charts(seen, gap_analysis(seen, POLICY)):
        svg = as_svg(chart.chart, ["基准"], width=PAPER_WIDTH)
        assert picture_size(svg)[0] == PAPER_WIDTH
        sizes = [float(size) for size in re.findall(r'font-size[:="]+([0-9.]+)', svg)]
        assert min(sizes) * text_width / PAPER_WIDTH >= 8


@pytest.mark.campaign
@pytest.mark.slow
def test_a_picture_and_its_caption_fit_one_page() -> None:
    seen = answer()
    # So long a list of values reported on another basis makes the strip taller than the page's text.
    taller = replace(seen, kpis=tuple(replace(item, basis="points", state="reported") for item in seen.kpis))
    document = Document(BytesIO(annex4_docx(taller, gap_analysis(seen, POLICY), WARNING)))
    caption = requirements().spacing.points * 25.4 / 72
    for picture in document.inline_shapes:
        assert picture.height.mm + 2 * caption <= A4[1] - 2 * MARGIN
        # As wide as the text, so that no letter is smaller than 8 points.
        assert picture.width.mm == pytest.approx(A4[0] - 2 * MARGIN, abs=0.1)
    drawn = document.inline_shapes[0]._inline.docPr.get("descr")
    assert all(kpi.short.zh in drawn for kpi in catalogue().kpis)


@pytest.mark.slow
def test_the_same_words_make_the_same_file() -> None:
    seen = answer(5)
    assert annex4_docx(seen, gap_analysis(seen, POLICY), WARNING) == skeleton(5)
