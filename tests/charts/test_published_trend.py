"""Published figures over the years: the finding, what is drawn, and nothing where nothing is published."""

from __future__ import annotations

from math import nan

import pytest

from kpi.catalogue.published_figures import reference_marks
from kpi.charts.panel import published_trend, trend_finding
from kpi.model.publication import PublishedCell

NOTHING = PublishedCell("上海市", "电子信息", "K08", None, nan, nan, nan, nan, nan, "few_groups", 0.2, 0.8)


def cell(line: float) -> PublishedCell:
    return PublishedCell("上海市", "电子信息", "K08", "30-59", 20.0, 22.0, 10.0, line, 1.0, None, 0.2, 0.8)


@pytest.mark.parametrize(
    ("before", "words"), [(30.0, "up from"), (40.0, "down from"), (35.0, "as in 2024"), (nan, "35.0 % (2025)")]
)
def test_the_finding_is_the_line_and_how_it_moved(before: float, words: str) -> None:
    assert words in trend_finding("K08", [(2025, cell(35.0)), (2024, cell(before))], None, "en")


def test_own_values_stand_in_the_row_of_their_year() -> None:
    own = {2025: (31.0, 44.0), 2024: (12.0,), 2023: (5.0,)}
    picture = published_trend("K08", [(2025, cell(35.0)), (2024, cell(30.0)), (2023, NOTHING)], (), None, "en", own=own)
    traces = {trace.name: trace for trace in picture.figure.data}
    assert list(traces["own"].x) == [31.0, 44.0, 12.0]
    latest, earlier = traces["line"].y
    assert list(traces["own"].y) == [latest, latest, earlier]
    assert "Triangles" in picture.caption
    assert "Triangles" not in published_trend("K08", [(2025, cell(35.0))], (), None, "en").caption


def test_illustrative_data_are_said_so_first_and_as_a_sentence() -> None:
    assert published_trend("K08", [(2025, cell(35.0))], (), None, "en", illustrative=True).caption.startswith(
        "Illustrative"
    )


def test_a_line_that_is_not_published_is_not_stated() -> None:
    assert "no leading line" in trend_finding("K08", [(2025, NOTHING)], None, "en")


def test_years_and_figures_of_others_have_a_row_each() -> None:
    others = reference_marks("K08")
    assert others
    picture = published_trend("K08", [(2025, cell(35.0)), (2024, cell(30.0)), (2023, NOTHING)], others, None, "en")
    traces = {trace.name: trace for trace in picture.figure.data}
    assert list(traces["line"].x) == [35.0, 30.0]
    assert list(traces["others"].x) == [other.value for other in others]
    rows = [*traces["line"].y, *traces["others"].y]
    assert len(set(rows)) == len(rows)
    assert "2024" in picture.alt
    assert "2023" not in picture.alt
