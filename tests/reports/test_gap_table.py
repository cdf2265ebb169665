"""The way to leading as data: numbers unrounded, whatever their sign; a gap that is closed is a word."""

from __future__ import annotations

import pytest

from kpi.benchmark.gap import gap_analysis
from kpi.model.language import Lang
from kpi.reports.files import gap_report_table
from tests.benchmark.reference_gaps import POLICY, application, reported, table, view


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_value_below_zero_is_a_number_as_any_other(lang: Lang) -> None:
    own = application(K07=reported("K07", -12.3456789), K08=reported("K08", 45.0))
    published = {"K07": table("K07", -20, -8, -4), "K08": table("K08", 10, 20, 30)}
    way = gap_analysis(view(own, published), POLICY)
    rows = dict(zip([kpi.code for kpi in way.kpis], gap_report_table(way, lang).rows, strict=True))
    _, value, median, to_median, line, to_line, *_ = rows["K07"].cells
    assert [cell.value for cell in (value, median, line) if cell.is_number] == [-12.3456789, -8, -4]
    assert (to_median.is_number, to_line.is_number) == (True, True)
    reached = rows["K08"].cells[3:6]
    assert [cell.is_number for cell in reached] == [False, True, False]
