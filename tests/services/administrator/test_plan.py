"""What the plan says of an industry: what it can decide, and what a register would change."""

from __future__ import annotations

from math import isnan

import pytest

from kpi.model.evaluation import Baseline
from kpi.model.times import now
from kpi.policy.load import policies
from kpi.services.administrator.plan import REGISTER_SIZES, Plan, PlannedIndustry, plan_from_counts
from kpi.tables.baselines import BaselineCell, IndustrySize

INDUSTRY = "汽车"
POLICY = policies().of_year(2025)
BASELINE = Baseline("planned", "上海市", 2025, "panel", "0" * 64, "", "0" * 64, now(), shipped=False)


def planned(records: int, groups: int | None = None, size: IndustrySize | None = None) -> Plan:
    cells = [
        BaselineCell(
            "上海市", INDUSTRY, code, POLICY.basis(code) or "only", records, groups or records, 0.1, *[0.0] * 5
        )
        for code in POLICY.main_kpis(INDUSTRY)
    ]
    return plan_from_counts(BASELINE, POLICY, cells, [size] if size else [])


def industry(plan: Plan) -> PlannedIndustry:
    return next(item for item in plan.industries if item.industry == INDUSTRY)


@pytest.mark.parametrize(
    ("n", "capability"), [(0, "nothing"), (13, "nothing"), (14, "seldom"), (53, "words"), (100, "clause")]
)
def test_an_industry_is_said_to_decide_what_it_has_peers_for(n: int, capability: str) -> None:
    assert industry(planned(n)).capability == capability


def test_the_peers_that_an_industry_is_short_of_are_what_the_clause_needs() -> None:
    plan = planned(50)
    short = plan.peers_short(industry(plan))
    assert short
    assert industry(planned(50 + short)).capability == "clause"
    assert industry(planned(50 + short - 1)).capability == "words"
    enough = planned(100)
    assert enough.peers_short(industry(enough)) == 0
    known = planned(40, size=IndustrySize("上海市", INDUSTRY, 900, None))
    assert known.peers_short(industry(known)) is None, "N decides as well"


def test_a_register_changes_the_clause_as_the_method_says() -> None:
    """Six main KPIs among 35 peers, a factory truly at P95: 17 % without a register."""
    [effect] = [register for register in planned(35).registers if register.industry == INDUSTRY]
    assert not effect.in_use
    assert round(effect.without, 2) == 0.17
    assert dict(zip(REGISTER_SIZES, (round(power, 2) for power in effect.known), strict=True)) == {
        200: 0.62,
        100: 0.74,
        60: 1.0,
    }
    assert effect.best_gain == pytest.approx(1.0 - effect.without)


def test_a_register_smaller_than_the_panel_is_no_register() -> None:
    [effect] = [register for register in planned(70).registers if register.industry == INDUSTRY]
    assert [isnan(power) for power in effect.known] == [False, False, True]


@pytest.mark.parametrize(("groups", "in_use"), [(None, False), (50, True)])
def test_where_groups_are_tested_the_register_must_count_groups(groups: int | None, in_use: bool) -> None:
    plan = planned(40, 35, IndustrySize("上海市", INDUSTRY, 90, groups))
    assert {kpi.n for kpi in industry(plan).kpis} == {35}
    [effect] = [register for register in plan.registers if register.industry == INDUSTRY]
    assert effect.in_use == in_use
