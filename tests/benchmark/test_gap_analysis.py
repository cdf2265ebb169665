"""What is missing to the published lines, in which order, and what moving values does and does not change."""

from __future__ import annotations

from math import inf, isnan, nan
from random import Random

import pytest

from kpi.benchmark.enterprise_view import enterprise_view
from kpi.benchmark.gap import apply_moves, gap_analysis, levers, what_if_view
from kpi.catalogue.catalogue import catalogue
from kpi.model.application import ReportedValue
from kpi.model.publication import GapAnalysis, PublishedCell
from tests.benchmark.reference_gaps import (
    AS_OF,
    BASELINE,
    CODES,
    POLICY,
    USED,
    application,
    nothing,
    reported,
    table,
    twin,
    view,
)


def of(reported: dict[str, ReportedValue], published: dict[str, PublishedCell]) -> GapAnalysis:
    return gap_analysis(view(application(**reported), published), POLICY)


def _drawn(random: Random) -> tuple[dict[str, float], dict[str, PublishedCell]]:
    values, published = {}, {}
    for code in CODES:
        whole = catalogue().kpi(code).whole
        p20, width, step = random.randrange(0, 60), random.randrange(0, 40), random.choice([1.0, 2.0, 5.0])
        whole_table = table(code, float(p20), p20 + width / 2, float(p20 + width), step)
        lesser = PublishedCell("上海市", "高端装备", code, "10-14", p20 + 1.0, nan, nan, nan, step, None, 0.2, 0.8)
        published[code] = random.choice([whole_table, whole_table, whole_table, lesser, nothing(code)])
        if random.random() < 0.85:
            values[code] = float(random.randrange(0, 100)) if whole else random.randrange(0, 1000) / 10
    return values, published


@pytest.mark.parametrize("seed", range(40))
def test_gaps_and_order_are_those_of_the_slow_twin(seed: int) -> None:
    values, published = _drawn(Random(seed))
    found = of({code: reported(code, value) for code, value in values.items()}, published)
    expected = twin(values, published)
    assert [(kpi.code, kpi.standing) for kpi in found.kpis] == [(code, standing) for code, standing, _ in expected]
    for kpi, (_, _, missing) in zip(found.kpis, expected, strict=True):
        assert isnan(kpi.distance) if missing is None else kpi.distance == pytest.approx(float(missing), abs=1e-12)


def test_equal_to_the_line_is_reached_and_a_hair_below_is_not() -> None:
    found = of({"K08": reported("K08", 30.0), "K16": reported("K16", 29.9)}, {c: table(c, 10, 15, 30) for c in CODES})
    assert found.of("K08").standing == "reached"
    assert (found.of("K16").standing, found.of("K16").to_line) == ("below", 0.1)


def test_gaps_are_as_written_and_not_as_floats_subtract() -> None:
    assert 12.1 - 9.5 != 2.6
    found = of({"K08": reported("K08", 9.5)}, {"K08": table("K08", 2, 12.1, 12.1)})
    assert (found.of("K08").to_line, found.of("K08").to_median) == (2.6, 2.6)


def test_kpis_of_different_units_compare_by_published_widths() -> None:
    """6 of a width of 60 is nearer than 2 of a width of 4."""
    found = of(
        {"K16": reported("K16", 54.0), "K17": reported("K17", 8.0)},
        {"K16": table("K16", 0, 20, 60), "K17": table("K17", 6, 8, 10)},
    )
    assert [kpi.code for kpi in found.standing("below")] == ["K16", "K17"]


def test_one_published_number_for_p20_and_p80_is_one_step_wide() -> None:
    found = of({"K08": reported("K08", 9.0)}, {"K08": table("K08", 10, 10, 10, step=2.0)})
    assert (found.of("K08").spread, found.of("K08").distance) == (2.0, 0.5)


def test_a_high_start_that_cannot_reach_the_line_is_said_so_with_its_best() -> None:
    known = reported("K09", 2.0, before=90.0, after=91.8)
    found = of({"K09": known}, {"K09": table("K09", 2, 6, 14)}).of("K09")
    assert found.standing == "no_room"
    assert found.limit == pytest.approx(100 / 9)
    reachable = of({"K09": known}, {"K09": table("K09", 2, 6, 11)}).of("K09")
    assert (reachable.standing, reachable.needed_after) == ("below", 99.9)


def test_a_line_at_the_physical_bound_can_be_reached_and_one_above_it_cannot() -> None:
    at, above = (of({"K19": reported("K19", 99.0)}, {"K19": table("K19", 80, 90, line)}) for line in (100, 102))
    assert (at.of("K19").standing, at.of("K19").limit) == ("below", 100)
    assert above.of("K19").standing == "no_room"
    assert of({"K08": reported("K08", 1.0)}, {"K08": table("K08", 2, 6, 14)}).of("K08").limit == inf


def test_a_whole_number_kpi_needs_the_next_whole_one() -> None:
    found = of({"K05": reported("K05", 3.0)}, {"K05": table("K05", 1, 2.5, 4.5)})
    assert (found.of("K05").to_median, found.of("K05").to_line) == (0.0, 2.0)
    assert of({"K05": reported("K05", 5.0)}, {"K05": table("K05", 1, 2.5, 4.5)}).of("K05").standing == "reached"


def test_what_is_not_published_or_not_reported_has_no_gap() -> None:
    median = PublishedCell("上海市", "高端装备", "K21", "30-59", 2.0, nan, nan, nan, 2.0, None, 0.2, 0.8)
    stated_otherwise = ReportedValue("K11", "reported", 5.0, "points")
    found = of(
        {"K21": reported("K21", 1.0), "K01": reported("K01", 50.0), "K11": stated_otherwise},
        {"K21": median, "K11": table("K11", 1, 2, 3), "K02": table("K02", 1, 2, 3)},
    )
    assert (found.of("K21").standing, found.of("K21").to_median) == ("median_only", 1.0)
    assert found.of("K01").standing == "withheld"
    assert (found.of("K11").standing, found.of("K02").standing) == ("no_value", "no_value")
    assert all(isnan(found.of(code).to_line) for code in ("K21", "K01", "K11", "K02"))
    assert found.with_line == ()


def test_main_kpis_are_counted_by_policy() -> None:
    main = USED.main_kpis
    found = of({code: reported(code, 20.0) for code in main[:4]}, {c: table(c, 5, 10, 20) for c in CODES})
    assert {kpi.code for kpi in found.main} == set(main)
    assert (found.main_reached, found.coverage, found.main_share) == (4, 4 / len(main), POLICY.clause_coverage)


def test_a_moved_view_is_the_view_of_an_application_that_had_reported_those_values() -> None:
    published = {c: table(c, 5, 10, 20) for c in CODES}
    own = application(
        K08=reported("K08", 12.0),
        K11=ReportedValue("K11", "reported", 24.0, "relative", before=62.5, after=77.5),
        K13=ReportedValue("K13", "not_reported"),
    )
    stated = application(
        K08=reported("K08", 25.0),
        K11=ReportedValue("K11", "reported", 12.0, "relative", before=62.5, after=70.0),
        K13=ReportedValue("K13", "reported", 21.0, "relative"),
    )
    other = apply_moves(own, {"K08": 25.0, "K11": 70.0, "K13": 21.0}, POLICY)
    assert other == stated
    expected = enterprise_view(stated, published, BASELINE, POLICY, USED, AS_OF)
    # Told in full, because what is not published is NaN, and equals not even itself.
    assert repr(what_if_view(view(own, published), other, POLICY)) == repr(expected)


def test_an_end_is_moved_where_the_start_is_known_and_the_start_stays() -> None:
    known = ReportedValue("K14", "reported", 6.5, "points", before=91.0, after=97.5)
    lever = levers(application(K14=known), POLICY)["K14"]
    assert (lever.moves, lever.start, lever.before, lever.low, lever.high) == ("after", 97.5, 91.0, 0.0, 100.0)
    value = apply_moves(application(K14=known), {"K14": 100.0}, POLICY).values["K14"]
    assert value.before == 91.0
    assert value.value == pytest.approx(9 / 91 * 100)


def test_a_lever_left_where_it_stands_changes_nothing() -> None:
    own = application(K08=reported("K08", 12.0), K14=ReportedValue("K14", "reported", 6.5, "points", 91.0, 97.5))
    assert apply_moves(own, {"K08": 12.0, "K14": 97.5}, POLICY) == own


@pytest.mark.parametrize(
    ("code", "value"), [("K01", 100.1), ("K01", -0.1), ("K08", nan), ("K08", inf), ("K02", 5.0), ("K99", 1.0)]
)
def test_a_lever_goes_nowhere_that_cannot_be(code: str, value: float) -> None:
    own = application(K02=ReportedValue("K02", "not_applicable", note="离散型"))
    with pytest.raises(ValueError, match=code):
        apply_moves(own, {code: value}, POLICY)


def test_a_known_start_without_an_end_still_bounds_the_value() -> None:
    lever = levers(application(K09=reported("K09", 5.0, before=80.0)), POLICY)["K09"]
    assert (lever.moves, lever.high) == ("value", 25.0)
