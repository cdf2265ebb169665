"""The picture of a panel's values: a box an industry, what lies far out, and others' figures as marks of their own."""

from __future__ import annotations

import pytest

from kpi.catalogue.catalogue import catalogue
from kpi.charts.panel import PanelBox, PanelMark, panel_boxes
from kpi.model.language import Lang

NAN = float("nan")
BOXES = [
    PanelBox("汽车", 40, 2, 10, 20, 30, 500, 1),
    PanelBox("高端装备", 12, 5, 6, 7, 8, 9, 0),
    PanelBox("先进材料", 0, NAN, NAN, NAN, NAN, NAN, 0),
]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_industries_without_values_have_no_box_and_the_title_counts_what_lies_far_out(lang: Lang) -> None:
    chart = panel_boxes(catalogue().kpi("K08"), BOXES, 3, lang)
    box, ends, marks = chart.figure.data
    assert [len(box.y), len(ends.x), len(marks.x)] == [2, 1, 0]
    assert (list(box.upperfence), list(ends.x)) == ([90, 9], [500])
    assert "1" in chart.title
    assert catalogue().industry("汽车").name.in_(lang) in chart.alt


def test_figures_of_others_are_marks_on_lines_of_their_own() -> None:
    chart = panel_boxes(
        catalogue().kpi("K08"), BOXES, 3, "zh", marks=[PanelMark("◇ 1 · 直接", 22.3), PanelMark("◇ 2 · 相近", 30)]
    )
    marks = chart.figure.data[2]
    assert (list(marks.x), list(marks.y), marks.mode) == ([22.3, 30], ["◇ 1 · 直接", "◇ 2 · 相近"], "markers")
    assert not set(marks.y) & set(chart.figure.data[0].y)
    assert not chart.figure.layout.shapes
