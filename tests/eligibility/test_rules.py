"""Each condition of 沪经信制〔2025〕514 号 against facts that meet it, miss it, or leave it open."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from kpi.catalogue.catalogue import catalogue
from kpi.eligibility.award_names import alike_awards
from kpi.eligibility.checklist import eligibility_checklist
from kpi.eligibility.kinds import length_in_hanzi
from kpi.eligibility.rules import CaseFacts
from kpi.i18n import reason_text, text
from kpi.model.claims import Award, AwardList, ConditionRuling
from tests.eligibility.sample_application import CODE, GOOD, POLICY, application, judged, state_of, stated

FACTS = [item.code for item in catalogue().conditions if item.rests_on == "fact"]


def test_every_condition_is_judged_in_the_order_of_the_notice() -> None:
    """All but the industry's guidance, which is another way to meet the maturity that the body asks for."""
    judged_ones = [rule_result.rule for rule_result in eligibility_checklist(application(), POLICY)]
    assert judged_ones == [item.code for item in catalogue().conditions if item.code != "industry_guidance"]


def test_a_good_application_meets_every_condition_that_rests_on_facts() -> None:
    assert {item.rule for item in judged().values() if item.state == "ok"} == set(FACTS)
    assert {item.state for item in judged().values() if item.rule not in FACTS} == {"unknown"}


def test_where_an_application_tells_only_what_is_needed_nothing_is_met_or_failed_by_a_blank() -> None:
    bare = replace(application(), facts={name: GOOD[name] for name in ("credit_code", "industry", "year")})
    found = {rule_result.rule: rule_result.state for rule_result in eligibility_checklist(bare, POLICY)}
    assert {rule for rule, state in found.items() if state == "ok"} == {"industry_of_six", "credit_code_valid"}
    assert "fails" not in found.values()


def test_the_six_conditions_of_the_body_are_all_there() -> None:
    """正文一.1 to 一.6."""
    sources = "".join(item.source for item in judged().values())
    assert all(f"正文 一.{number}" in sources for number in range(1, 7))
    assert all(f"附件 1 一.{number}" in sources for number in range(1, 6))


@pytest.mark.parametrize(
    ("name", "hanzi"),
    [
        ("智能工厂", "4"),
        ("一二三四五六七八九十智能工厂", "14"),
        ("一二三四五六七八九十一智能工厂", "15"),
        ("ABC智能工厂", "5"),
        ("AB智能工厂", "14/3"),
        ("A1-. 智能工厂", "17/3"),  # letter, digit, hyphen, full stop, blank: all half width
        ("ＡＢＣ智能工厂", "7"),  # full width: as wide as a Chinese character
        ("中·欧，智能工厂", "8"),
        ("  智能工厂 ", "4"),
    ],
)
def test_the_length_of_a_name_counts_three_half_width_characters_as_one(name: str, hanzi: str) -> None:
    assert str(length_in_hanzi(name, 3)) == hanzi


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("一二三四五六七八九ABC智能工厂", "ok"),  # 9 + 1 + 4 = 14
        ("一二三四五六七八九ABCD智能工厂", "fails"),  # 14 and a third: nothing is rounded
        ("一二三四五六七八AB智能工厂", "ok"),  # 12 and two thirds
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZABCD智能工厂", "ok"),  # 30 / 3 + 4
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDE智能工厂", "fails"),
    ],
)
def test_a_name_of_14_is_let_in_and_a_third_more_is_not(name: str, state: str) -> None:
    """附件 3：字数控制在 14 个汉字以内（含 14 个）；英文字符每 3 个计一个汉字字节."""
    assert state_of("factory_name_length", factory_name=name) == state


@pytest.mark.parametrize("name", ["精密传动车间", "智能工厂项目", "智能工厂车间", "智能 工厂", "智慧工厂"])
def test_a_name_ends_in_smart_factory(name: str) -> None:
    assert state_of("factory_name_ending", factory_name=name) == "fails"


def test_an_industry_is_one_of_six() -> None:
    for industry in catalogue().industries:
        assert state_of("industry_of_six", industry=industry.name.zh) == "ok"
    assert state_of("industry_of_six", industry="铁路") == "fails"


@pytest.mark.parametrize(
    ("district", "body", "state"),
    [
        ("松江区", "松江区", "ok"),
        ("松江区", "嘉定区", "fails"),
        ("浦东新区", "临港新片区", "ok"),
        ("奉贤区", "临港新片区", "ok"),
        ("松江区", "临港新片区", "fails"),
        ("崇明区", "长兴岛", "ok"),
        ("浦东新区", "长兴岛", "fails"),
        (None, "松江区", "unknown"),
        ("松江区", None, "unknown"),
    ],
)
def test_a_body_puts_forward_the_factories_of_its_own_area(district: str | None, body: str | None, state: str) -> None:
    """正文二.1：各区域主管部门负责组织对本地区申报项目进行推荐."""
    assert state_of("body_of_district", district=district, body=body) == state


def test_a_credit_code_has_the_check_digit_of_gb_32100() -> None:
    other = "0" if CODE[-1] != "0" else "1"
    assert state_of("credit_code_valid", credit_code=CODE[:-1] + other) == "fails"


@pytest.mark.parametrize(
    ("number", "state"),
    [
        ("13800000001", "ok"),
        ("+86 138-0000-0001", "ok"),
        ("１３８００００００01", "ok"),
        ("02112345678", "fails"),
        ("12800000001", "fails"),
        ("1380000001", "fails"),
        ("13800000001转2", "fails"),
        (None, "unknown"),
    ],
)
@pytest.mark.parametrize(
    ("rule", "fact"),
    [("leader_mobile", "leader_phone"), ("contact_mobile", "phone"), ("filler_mobile", "filler_phone")],
)
def test_annex_3_asks_three_people_for_a_mobile_number(rule: str, fact: str, number: str | None, state: str) -> None:
    assert state_of(rule, **{fact: number}) == state


@pytest.mark.parametrize(
    ("level", "annex1", "body"),
    [(1, "fails", "fails"), (2, "ok", "fails"), (3, "ok", "ok"), (5, "ok", "ok"), (None, "unknown", "unknown")],
)
def test_maturity_is_asked_twice_and_both_answers_stand(level: int | None, annex1: str, body: str) -> None:
    """附件 1 一.5：二级及以上；正文一.3：三级及以上或满足相关行业智能制造指导性文件要求."""
    found = judged(maturity_level=level)
    assert (found["maturity_annex1"].state, found["maturity_body"].state) == (annex1, body)


def test_industry_guidance_opens_the_question_and_does_not_answer_it() -> None:
    assert state_of("maturity_body", stated(industry_guidance=True), maturity_level=2) == "unknown"
    assert state_of("maturity_body", stated(industry_guidance=False), maturity_level=2) == "fails"
    assert state_of("maturity_annex1", stated(industry_guidance=True), maturity_level=1) == "fails"


def test_accidents_are_asked_twice_and_the_stricter_answer_carries_the_other() -> None:
    """正文一.6：重大、特大；附件 1 一.2：较大及以上, which holds both of those."""
    reported = {
        (): ("unknown", "unknown"),
        (("accidents_annex1", True),): ("ok", "ok"),
        (("accidents_body", True),): ("unknown", "ok"),
        (("accidents_annex1", False),): ("fails", "unknown"),
        (("accidents_body", False),): ("fails", "fails"),
        (("accidents_annex1", True), ("accidents_body", False)): ("fails", "fails"),
    }
    for said, (annex1, body) in reported.items():
        found = judged(stated(**dict(said)))
        assert (found["accidents_annex1"].state, found["accidents_body"].state) == (annex1, body), said


def test_the_stricter_of_each_contradiction_is_named() -> None:
    pairs = {condition.code: condition.stricter_than for condition in catalogue().conditions if condition.stricter_than}
    assert pairs == {"maturity_body": "maturity_annex1", "accidents_annex1": "accidents_body"}


@pytest.mark.parametrize(
    "condition", [item.code for item in catalogue().judged_conditions if item.rests_on == "statement"]
)
def test_a_statement_decides_its_own_condition_with_its_evidence(condition: str) -> None:
    yes, no = judged(stated(**{condition: True}))[condition], judged(stated(**{condition: False}))[condition]
    assert (yes.state, no.state) == ("ok", "fails")
    assert yes.evidence == f"{condition} 证明 1 号"


def test_no_statement_makes_good_a_fact_that_fails() -> None:
    bad = {
        "factory_name": "一二三四五六七八九十一二三四五车间",
        "industry": "铁路",
        "district": "外滩",
        "body": "嘉定区",
        "maturity_level": 1,
        "leader_phone": "021",
        "phone": "021",
        "filler_phone": "021",
        "credit_code": CODE[:-1] + ("0" if CODE[-1] != "0" else "1"),
        "scenarios": ("在线智能检测",),
    }
    every = stated(
        **{condition.code: True for condition in catalogue().conditions if condition.code != "industry_guidance"}
    )
    assert {rule: state_of(rule, every, **bad) for rule in FACTS} == dict.fromkeys(FACTS, "fails")
    assert state_of("industry_leader", every) == "unknown", "reviewers decide"


@pytest.mark.parametrize(
    ("verdict", "state"),
    [("met", "ok"), ("not_met", "fails"), ("undecided", "unknown"), ("withheld", "unknown"), (None, "unknown")],
)
def test_the_verdict_on_the_main_indicators_is_taken_as_it_was_given(verdict: str | None, state: str) -> None:
    assert state_of("main_kpis_leading", CaseFacts(clause=verdict)) == state


def _awards(*years: int) -> CaseFacts:
    own = tuple(Award(CODE, "演示智能工厂（虚构）", "市级智能工厂", year, "演示名单（虚构）") for year in years)
    return CaseFacts(awards=AwardList(12, own))


def test_an_enterprise_on_the_list_does_not_apply_again() -> None:
    """正文一.1：已获评上海市级智能工厂的主体不再重复申报."""
    assert state_of("not_awarded_before") == "unknown", "no list was loaded"
    assert state_of("not_awarded_before", _awards()) == "ok"
    assert state_of("not_awarded_before", _awards(2023)) == "fails"
    assert state_of("not_awarded_before", _awards(2025)) == "fails"
    assert state_of("not_awarded_before", _awards(2026)) == "ok", "what became of a later application"
    why = reason_text(judged(_awards(2022, 2023))["not_awarded_before"].why, "zh")
    assert all(part in why for part in ("2023", "市级智能工厂", "演示名单（虚构）"))


NAMED = ("上海晨星精密机械有限公司", "晨星精密液压件智能工厂")


@pytest.mark.parametrize(
    ("listed", "asked"),
    [
        ("上海晨星精密机械有限公司", True),
        ("晨星精密机械股份有限公司", True),
        ("晨星精密液压件市级智能工厂", True),
        ("晨星精密机械", True),
        ("晨星精蜜机械有限公司", True),  # a slip
        ("上海晨星精密机械有限公司5G智能工厂", True),
        ("晨星精密机械第一工厂", True),  # whichever factory of the enterprise it is
        ("某集团晨星精密机械有限公司", True),
        ("晨晖精密机械有限公司", False),  # another trade name
        ("晨星第二精密机械有限公司", False),
        ("晨星食品有限公司", False),
        ("上海精密机械有限公司", False),  # what is left of it says nothing of anybody
        ("海达汽车零部件智能工厂", False),
        ("上海智能工厂有限公司", False),
    ],
)
@pytest.mark.parametrize("code", ["", "91000000MA0010176X"])
def test_a_name_near_one_on_the_list_is_asked(listed: str, asked: bool, code: str) -> None:
    applied = application(enterprise=NAMED[0], factory_name=NAMED[1])
    award = Award(code, listed, "市级智能工厂", 2021, "演示名单（虚构）")
    assert bool(alike_awards(applied, [award])) == asked
    assert alike_awards(applied, [replace(award, credit_code=CODE)]) == (), "its own, by code"


def test_numbers_in_names_are_compared_exactly() -> None:
    applied = application(factory_name="演示候选001智能工厂")
    listed = [Award("", f"演示候选{number}智能工厂", "先进级", 2024, "虚构") for number in ("001", "", "002", "0011")]
    assert alike_awards(applied, listed) == tuple(listed[:2])


def test_a_short_name_is_known_where_it_is_the_same() -> None:
    names = ("上海明光集团股份有限公司", "上海明光有限公司", "明晃")
    listed = [Award("", name, "先进级", 2024, "虚构") for name in names]
    assert alike_awards(application(enterprise=names[0]), listed) == tuple(listed[:2])


def test_a_near_name_is_open_until_people_rule_and_a_code_that_is_listed_fails_whatever_they_ruled() -> None:
    near = Award("", "演示候选001智能工厂", "先进级", 2024, "虚构")
    known = CaseFacts(awards=AwardList(12, (), (near,)))
    assert state_of("not_awarded_before", known) == "unknown"
    assert near.factory in reason_text(judged(known)["not_awarded_before"].why, "zh")
    later = CaseFacts(awards=AwardList(12, (), (replace(near, year=2026),)))
    assert state_of("not_awarded_before", later) == "ok"
    at = datetime(2025, 7, 1)
    for outcome, state in (("met", "ok"), ("not_met", "fails")):
        on = f"档案 [{near.factory}]"
        ruling = ConditionRuling("not_awarded_before", outcome, "核对营业执照", on, "administrator", "admin", at)
        ruled = replace(known, rulings={ruling.condition: ruling})
        assert state_of("not_awarded_before", ruled) == state
        more = AwardList(13, (), (near, replace(near, factory="演示候选001工厂")))
        assert state_of("not_awarded_before", replace(ruled, awards=more)) == ("unknown" if state == "ok" else state)
        assert state_of("not_awarded_before", replace(ruled, awards=None)) == state
        assert state_of("not_awarded_before", replace(ruled, awards=_awards(2023).awards)) == "fails"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_state_of_every_condition_is_reported_and_opens_with_its_state(lang: str) -> None:
    every = [
        judged(),
        judged(stated(**{condition.code: True for condition in catalogue().stated_conditions})),
        judged(_awards(2023)),
    ]
    every += [judged(factory_name=None, maturity_level=2, scenarios=("在线智能检测",), body="嘉定区", phone="021")]
    every += [judged(CaseFacts(clause=verdict)) for verdict in ("met", "not_met", "undecided", "withheld")]
    for found in every:
        for item in found.values():
            opening = text(f"report.eligibility.{item.state}", lang)
            assert reason_text(item.why, lang).startswith(opening)
            assert "{" not in reason_text(item.why, lang)


def test_a_condition_that_is_stated_says_what_shows_it() -> None:
    stated = {item.code for item in catalogue().stated_conditions}
    assert {item.code for item in catalogue().conditions if item.evidence} == stated
