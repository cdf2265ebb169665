"""Values beside earlier years and the published table: what is odd is reported, what is usual is not."""

from __future__ import annotations

import math

import pytest

from kpi.i18n import problem_message
from kpi.intake.values.plausibility import check_against_earlier_years, check_against_published, check_facts
from kpi.model.application import CellReference, ReportedValue
from kpi.model.publication import PublishedCell
from tests.eligibility.sample_application import application

CELL = CellReference("a.xlsx", "填报", 9, "B")


def reported(year: int | None = 2025, basis=None, **values: float | None) -> dict[str, ReportedValue]:
    return {
        code: ReportedValue(code, "not_reported" if value is None else "reported", value, basis, year=year, cell=CELL)
        for code, value in values.items()
    }


def table(kpi: str, median: float, p20: float, p80: float) -> dict[str, PublishedCell]:
    return {kpi: PublishedCell("上海市", "汽车", kpi, "30-59", median, median, p20, p80, 0.1, None, 0.2, 0.8)}


@pytest.mark.parametrize(
    ("now", "before", "codes"),
    [
        ({"K01": 95}, {"K01": 90}, []),
        ({"K01": 0.95}, {"K01": 95}, ["unit_slip_since"]),
        ({"K01": 90}, {"K01": 45}, ["jump_since"]),
        ({"K05": 8}, {"K05": 1}, []),
        ({"K05": 60}, {"K05": 10}, ["jump_since"]),
        ({"K05": 0}, {"K05": 30}, []),
        ({"K01": None}, {"K01": 95}, []),
        ({"K01": 95}, {"K01": None}, []),
        ({"K02": 1}, {}, []),
    ],
)
def test_a_year_beside_the_one_before(now, before, codes):
    assert [
        year.code for year in check_against_earlier_years(reported(**now), {2024: reported(2024, **before)})
    ] == codes


def test_the_latest_earlier_year_counts_and_no_later_one():
    earlier = {2023: reported(2023, K01=10), 2024: reported(2024, K01=80), 2026: reported(2026, K01=1)}
    assert check_against_earlier_years(reported(K01=85), earlier) == ()
    [found] = check_against_earlier_years(reported(K01=15), earlier)
    assert (found.params["year"], found.params["earlier"], found.row, found.value) == (2024, 80, 9, "15")


def test_another_basis_is_another_quantity():
    assert (
        check_against_earlier_years(reported(basis="points", K10=2), {2024: reported(2024, basis="relative", K10=60)})
        == ()
    )


def test_a_form_sent_again_is_reported_once():
    values = {"K01": 90, "K03": 80, "K05": 4, "K19": 99, "K20": 70}
    assert [
        year.code for year in check_against_earlier_years(reported(**values), {2024: reported(2024, **values)})
    ] == ["same_as_year"]
    assert check_against_earlier_years(reported(**values | {"K20": 71}), {2024: reported(2024, **values)}) == ()
    assert check_against_earlier_years(reported(K01=90), {2024: reported(2024, K01=90)}) == ()


@pytest.mark.parametrize(("value", "far"), [(50, 0), (79, 0), (81, 1), (30, 0), (-200, 1)])
def test_the_published_percentiles_are_the_measure_of_their_own_side(value, far):
    # Above: (55 - 50) / 0.8416 = 5.94 a step, so five steps end at 79.7; below a step is 11.9.
    found = check_against_published(reported(K08=value), table("K08", 50, 40, 55))
    assert [problem.code for problem in found] == ["far_from_published"] * far


def test_what_is_not_published_is_not_looked_at():
    nan = math.nan
    assert check_against_published(reported(K08=900), table("K08", nan, nan, nan)) == ()
    assert check_against_published(reported(K08=900), {}) == ()
    assert check_against_published(reported(basis="points", K10=90), table("K10", 5, 4, 6)) == ()


def test_equal_percentiles_leave_the_step_as_measure():
    assert check_against_published(reported(K19=100), table("K19", 100, 100, 100)) == ()
    [found] = check_against_published(reported(K19=98), table("K19", 100, 100, 100))
    for lang in ("zh", "en"):
        assert "{" not in "".join(problem_message(found, lang))


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, []),
        ({"leader": "李示例"}, ["position_missing"]),
        ({"leader": "李示例 智能制造部部长"}, []),
        ({"leader": "李示例副总经理"}, []),
        ({"leader": "Li Shili, plant manager"}, []),
        ({"contact": "王二", "filler": "张三"}, ["position_missing"] * 2),
        ({"address": "松江区"}, ["address_incomplete"]),
        ({"address": "松江区虚构路"}, ["address_incomplete"]),
        ({"address": "上海市松江区示例街道虚构路 1 号"}, []),
        ({"address": "松江区虚构路１２弄３号楼"}, []),
        ({"enterprise": "演示企业（虚构）"}, []),
        ({"enterprise": "演示企业 (虚构)"}, []),
        ({"enterprise": "更名企业（虚构）"}, ["name_changed"]),
    ],
)
def test_what_annex_3_asks_beside_what_is_stated_is_asked(facts: dict[str, str], found: list[str]) -> None:
    before = application(enterprise="演示企业（虚构）", year=2024)
    stated = application(**{"enterprise": "演示企业（虚构）", "leader": "甲 厂长", "address": None, **facts})
    assert [problem.code for problem in check_facts(stated, {2024: before})] == found
    assert "name_changed" not in [problem.code for problem in check_facts(stated, {2026: before})]
