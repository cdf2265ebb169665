"""What annex 1 asks of each tier, and how scenarios cover it."""

from __future__ import annotations

from dataclasses import replace
from math import isnan, nan

import pytest

from kpi.catalogue.catalogue import catalogue
from kpi.eligibility.rules import CaseFacts
from kpi.eligibility.tiers import TierStanding, above_mean, segment_cover, tier_standings
from kpi.model.application import ReportedValue
from kpi.model.publication import PublishedCell
from tests.eligibility.sample_application import POLICY, application

ONE_OF_EACH = ("工厂数字化规划设计", "产品数字化设计", "在线智能检测", "车间智能排产", "供应商数字化管理")


def standing(tier: str, known: CaseFacts | None = None, ai: float | None = None, **facts) -> TierStanding:
    found = tier_standings(application(ai, **facts), POLICY, known or CaseFacts())
    assert [item.tier.code for item in found] == ["basic", "advanced", "excellent", "pilot"]
    return next(item for item in found if item.tier.code == tier)


def missing(tier: str, *scenarios: str) -> list[str]:
    return [item.segment for item in standing(tier, scenarios=scenarios).missing]


def test_a_basic_factory_covers_production_operations() -> None:
    assert missing("basic", "车间智能排产") == ["production"]
    assert missing("basic", "在线智能检测") == []


def test_an_advanced_factory_covers_three_segments() -> None:
    """附件 1 三（一）：至少覆盖生产作业、生产管理、运营管理三个环节."""
    assert missing("advanced", "在线智能检测") == ["production_management", "business_management"]
    assert missing("advanced", "在线智能检测", "车间智能排产", "远程运维服务") == []
    assert standing("advanced", scenarios=("在线智能检测",)).segments_state == "fails"


def test_an_excellent_factory_covers_five_in_principle_and_a_pilot_one_must() -> None:
    """附件 1 四（一）：原则上应覆盖全部五个环节；五（一）：须覆盖全部五个环节."""
    three = ("在线智能检测", "车间智能排产", "供应商数字化管理")
    assert missing("excellent", *three) == missing("pilot", *three) == ["construction", "design"]
    assert standing("excellent", scenarios=three).segments_state == "unknown"
    assert standing("pilot", scenarios=three).segments_state == "fails"
    assert standing("pilot", scenarios=ONE_OF_EACH).segments_state == "ok"


def test_no_scenarios_reported_is_not_known_rather_than_missing() -> None:
    assert standing("advanced", scenarios=None).segments_state == "unknown"


def test_a_missing_segment_names_the_scenarios_that_would_cover_it() -> None:
    [design] = segment_cover(["design"], ("车间智能排产",))
    assert design.open == ("产品数字化设计", "产品虚拟验证", "工艺数字化设计", "制造工程优化")
    [business] = segment_cover(["business_management"], ("远程运维服务",))
    assert (business.chosen, len(business.open)) == (("远程运维服务",), 10)
    assert sum(len(cover.open) for cover in segment_cover([segment.code for segment in catalogue().segments], ())) == 40


@pytest.mark.parametrize(
    ("share", "excellent", "pilot"),
    [
        (19.9, "fails", "fails"),
        (20, "ok", "fails"),
        (59.9, "ok", "fails"),
        (60, "ok", "ok"),
        (None, "unknown", "unknown"),
    ],
)
def test_the_share_of_scenarios_with_ai_is_k04(share: float | None, excellent: str, pilot: str) -> None:
    """附件 1 四（二）1：不低于 20%；五（二）1：不低于 60%."""
    assert catalogue().kpi("K04").name.zh == "应用人工智能技术场景比例"
    assert standing("excellent", ai=share).ai_state == excellent
    assert standing("pilot", ai=share).ai_state == pilot
    assert standing("advanced", ai=share).ai_state is None


def test_maturity_by_tier_and_the_bodys_stricter_level_for_an_advanced_factory() -> None:
    """附件 1 一.5：二、二、三、四级；正文一.3 asks level 3 of the tier that is applied for."""
    assert [tier.maturity_needed for tier in tier_standings(application(), POLICY)] == [2, 3, 3, 4]
    assert [tier.maturity for tier in tier_standings(application(maturity_level=3), POLICY)] == [
        "ok",
        "ok",
        "ok",
        "fails",
    ]
    assert standing("pilot", maturity_level=None).maturity == "unknown"


def test_only_the_advanced_tiers_clause_can_be_decided_here() -> None:
    found = tier_standings(application(), POLICY, CaseFacts(clause="met"))
    assert [tier.clause for tier in found] == [None, "met", None, None]
    assert standing("advanced").clause is None, "nothing was released"


def published(**means: float) -> dict[str, PublishedCell]:
    """The table of an industry, rounded to whole units: a mean of 40 but for those given."""
    cell = PublishedCell("上海市", "equipment", "", "15-29", 40, 40, 20, 60, 1.0, None, 0.2, 0.8)
    return {kpi.code: replace(cell, kpi=kpi.code, mean=means.get(kpi.code, 40.0)) for kpi in catalogue().kpis}


@pytest.mark.parametrize(
    ("value", "mean", "side"),
    [
        (41.0, 40.0, "above"),
        (40.5, 40.0, "above"),  # the mean before rounding was below 40.5
        (40.4, 40.0, "unknown"),
        (40.0, 40.0, "unknown"),  # 高于: equal is not enough, and the mean may have been 39.6
        (39.5, 40.0, "not_above"),
        (41.0, nan, "unknown"),
        (nan, 40.0, "unknown"),
    ],
)
def test_the_average_is_the_published_one_and_its_rounding_leaves_room(value: float, mean: float, side: str) -> None:
    applied = application()
    main = POLICY.main_kpis(applied.industry)
    values = {kpi: ReportedValue(kpi, "reported", 90.0, POLICY.basis(kpi)) for kpi in applied.values}
    code = main[0]
    values[code] = ReportedValue(code, "not_reported") if isnan(value) else replace(values[code], value=value)
    found = above_mean(replace(applied, values=values), POLICY, published(**{code: mean}))
    assert getattr(found, side) == 1 + (len(main) - 1) * (side == "above")
    assert found.clause == {"above": "met", "not_above": "not_met", "unknown": "undecided"}[side]
    standings = tier_standings(applied, POLICY, means=found)
    assert [tier.clause for tier in standings] == [found.clause, None, None, None]


def test_scenarios_being_tried_stand_in_for_the_applications_own() -> None:
    tried = tier_standings(application(), POLICY, scenarios=ONE_OF_EACH)[3]
    assert tried.segments_state == "ok"
    assert tier_standings(application(), POLICY)[3].segments_state == "fails"
