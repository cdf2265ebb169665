"""Names as people write them: the same after normalisation is a match, merely alike is only suggested."""

from __future__ import annotations

import pytest

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import (
    match_body,
    match_fact,
    match_industry,
    match_kpi,
    match_scenario,
    nearest_name,
    normalise_name,
)


@pytest.mark.parametrize("kpi", catalogue().kpis, ids=lambda kpi: kpi.code)
def test_every_kpi_matches_with_or_without_number_unit_and_code(kpi: object) -> None:
    known = next(item for item in catalogue().kpis if item == kpi)
    name, unit, number = known.name.zh, known.unit.zh, known.number
    spellings = [name, f"{name}（{unit}）", f"{name} ({unit})", f"{number}.{name}", f"{number} {name}（{unit}）"]
    spellings += [f"{number}、{name}", f"（{number}）{name}", f"{known.code} {name}", known.code, f"k{number}"]
    spellings += [f"{known.code}（{unit}）", known.name.en.upper(), f" {name[:3]} {name[3:]}\n（{unit}）"]
    assert {text: match_kpi(text) for text in spellings} == dict.fromkeys(spellings, known)


@pytest.mark.parametrize(
    "text",
    [
        "单位产值二氧化碳(CO2)排放量降低(%)",
        "单位产值二氧化碳（CO₂）排放量降低",
        "单位产值二氧化碳（ＣＯ２）排放量降低（％）",
        "18 单位产值二氧化碳（co2）排放量降低（%）",
        "单位产值二氧化碳排放量降低",
        "单位产值CO₂排放量降低",
    ],
)
def test_carbon_dioxide_matches_however_it_is_typed(text: str) -> None:
    found = match_kpi(text)
    assert found is not None
    assert found.code == "K18"


@pytest.mark.parametrize(
    "text", ["", "1", "K22", "K00", "能力提升类指标", "设备利用率提升", "关键工序数控化率", "K17 生产效率提升", "K100"]
)
def test_what_is_not_a_kpi_does_not_match(text: str) -> None:
    assert match_kpi(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("企业名称", "enterprise"),
        ("单位名称", "enterprise"),
        ("credit_code", "credit_code"),
        ("统一社会信用代码：", "credit_code"),
        ("所属行业（电子信息、汽车、高端装备、生命健康、先进材料、时尚消费品）", "industry"),
        ("成熟度等级\n（自评估）", "maturity_level"),
        ("智能制造能力成熟度评估分数得分", "maturity_score"),
        ("企业负责人（姓名+职务）", "leader"),
        ("企业负责人（手机号码）", "leader_phone"),
        ("联系方式\n（手机号）", "phone"),
        ("智能制造典型场景名称（场景名称须来自附件2）", "scenarios"),
        ("推荐单位（盖章）：", "body"),
        ("8 所获荣誉", "honours"),
    ],
)
def test_facts_match_as_annexes_3_and_5_print_them(text: str, code: str) -> None:
    found = match_fact(text)
    assert found is not None
    assert found.code == code


def test_every_fact_matches_by_code_and_by_both_names() -> None:
    for fact in catalogue().facts:
        assert match_fact(fact.code) == match_fact(fact.name.zh) == match_fact(fact.name.en) == fact


def test_industries_bodies_and_scenarios_match_exactly_after_normalisation_only() -> None:
    assert match_industry(" 高端 装备 ") == catalogue().industry("高端装备")
    assert match_industry("高端装备制造") is None
    assert match_body("浦东新区") == catalogue().body("浦东新区")
    assert match_body("浦东") is None
    assert match_scenario("17.碳资产全生命周期管理") == catalogue().scenario("碳资产全生命周期管理")
    assert match_scenario("碳资产管理") is None


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("浦东", "body", "浦东新区"),
        ("临港新片区管理委员会", "body", "临港新片区"),
        ("汽车制造", "industry", "汽车"),
        ("设备利用率提升", "kpi", "设备综合利用率提升"),
        ("数字孪生工厂建设", "scenario", "数字孪生工厂构建"),
        ("黄浦", "district", "黄浦区"),
        ("天气", "industry", None),
        ("", "kpi", None),
    ],
)
def test_the_nearest_name_is_suggested_and_nothing_where_nothing_is_near(
    text: str, kind: str, name: str | None
) -> None:
    assert nearest_name(text, kind) == name


def test_normalising_twice_changes_nothing() -> None:
    names = [kpi.name.zh for kpi in catalogue().kpis] + [scenario.name.zh for scenario in catalogue().scenarios]
    assert all(normalise_name(normalise_name(name)) == normalise_name(name) for name in names)
    assert len({normalise_name(name) for name in names}) == len(names)
