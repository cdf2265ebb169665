"""What each kind of rule finds, beyond what 514's own conditions ask: several rules in one, and other parameters."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter

from kpi.catalogue.catalogue import catalogue, known_notices, notice_in_hand, shipped_notice
from kpi.catalogue.conditions import RuleKind
from kpi.catalogue.names import check_digit
from kpi.eligibility.kinds import length_in_hanzi, rule_finding, worst_of
from kpi.eligibility.rules import FOR_PEOPLE, Case, CaseFacts, RuleFinding
from kpi.model.application import ReportedValue
from kpi.model.claims import ConditionOutcome, ConditionRuling
from tests.eligibility.sample_application import POLICY, application, stated

AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
ENDS: tuple[tuple[ConditionOutcome, str], ...] = (("met", "ok"), ("not_met", "fails"))
_RULE: TypeAdapter[RuleKind] = TypeAdapter(RuleKind)


def found(rule: dict[str, Any], known: CaseFacts | None = None, **facts: Any) -> RuleFinding:
    return rule_finding(_RULE.validate_python(rule), "own", Case(application(**facts), POLICY, known or CaseFacts()))


def level(limit: float | str) -> dict[str, Any]:
    return {"kind": "at_least", "fact": "maturity_level", "limit": limit}


def test_the_worst_of_several_decides_and_of_equals_the_first() -> None:
    good, open_, bad = RuleFinding("ok", "a"), RuleFinding("unknown", "b"), RuleFinding("fails", "c")
    assert worst_of([good, open_, bad]) is bad
    assert worst_of([good, open_]) is open_
    assert worst_of([good]) is good
    assert worst_of([bad, RuleFinding("fails", "d")]) is bad


def test_equal_to_the_limit_is_enough_and_nothing_is_rounded() -> None:
    assert found(level(3), maturity_level=3).state == "ok"
    assert found(level(3.0000001), maturity_level=3).state == "fails"
    assert found(level("maturity.body_advanced"), maturity_level=3).state == "ok"
    stricter = replace(POLICY, maturity=replace(POLICY.maturity, body_advanced=4))
    rule = _RULE.validate_python(level("maturity.body_advanced"))
    assert rule_finding(rule, "own", Case(application(maturity_level=3), stricter, CaseFacts())).state == "fails"


def test_a_kpi_can_have_a_floor_and_is_open_where_it_was_not_reported() -> None:
    rule = {"kind": "at_least", "kpi": "K04", "limit": 20}
    assert found(rule) == RuleFinding("unknown", "not_reported", {"kpi": "K04"})
    assert [found(rule, ai=share).state for share in (19.99, 20.0, 60.0)] == ["fails", "ok", "ok"]
    claimed = replace(application(), values={"K04": ReportedValue("K04", "not_applicable")})
    assert rule_finding(_RULE.validate_python(rule), "own", Case(claimed, POLICY, CaseFacts())).state == "unknown"


def test_one_of_several_is_enough() -> None:
    rule = {"kind": "any_of", "of": [level(3), {"kind": "ending", "fact": "factory_name", "ends": ["智能工厂"]}]}
    assert found(rule, maturity_level=1).state == "ok"
    assert found(rule, maturity_level=1, factory_name="传动车间").state == "fails"
    assert found(rule, maturity_level=None, factory_name="传动车间").state == "unknown"
    assert found(rule, maturity_level=3, factory_name=None).state == "ok"


def test_another_way_is_open_until_it_is_ruled_on_and_says_both() -> None:
    rule = {"kind": "any_of", "of": [level(3), {"kind": "ruling", "stated_by": "guidance"}]}
    assert found(rule, stated(guidance=True), maturity_level=2) == RuleFinding(
        "unknown",
        "to_be_ruled_on",
        {"fact": "maturity_level", "number": 2.0, "other": "guidance"},
        "guidance 证明 1 号",
    )
    assert found(rule, stated(guidance=False), maturity_level=2).why == "at_least_fails"
    assert found(rule, stated(guidance=True), maturity_level=None).why == "blank"


@pytest.mark.parametrize(
    ("said", "state", "why"),
    [
        ({}, "unknown", "not_stated"),
        ({"own": True}, "ok", "stated"),
        ({"own": False}, "fails", "denied"),
        ({"graver": False, "own": True}, "fails", "by_graver"),
        ({"stricter": True}, "ok", "by_stricter"),
        ({"stricter": True, "own": False}, "fails", "denied"),
        ({"stricter": False}, "unknown", "not_stated"),
        ({"graver": True}, "unknown", "not_stated"),
    ],
)
def test_a_stricter_statement_carries_and_a_graver_denial_refutes(said: dict[str, bool], state: str, why: str) -> None:
    rule = {"kind": "statement", "implied_by": "stricter", "refuted_by": "graver"}
    given = found(rule, stated(**said))
    assert (given.state, given.why) == (state, why)


def ruled(**outcomes: ConditionOutcome) -> CaseFacts:
    given = {
        code: ConditionRuling(code, outcome, "现场核实", "申报书", "reviewer", "r", AT)
        for code, outcome in outcomes.items()
    }
    return replace(stated(own=True, guidance=True), rulings=given)


@pytest.mark.parametrize(
    ("rule", "rulings", "state", "why"),
    [
        ({"kind": "statement"}, {"own": "not_met"}, "fails", "ruled_not_met"),
        ({"kind": "statement", "refuted_by": "graver"}, {"graver": "not_met"}, "fails", "by_graver"),
        ({"kind": "statement", "refuted_by": "graver"}, {"graver": "appealed"}, "ok", "stated"),
        ({"kind": "statement", "refuted_by": "graver"}, {"graver": "not_met", "own": "met"}, "ok", "ruled_met"),
        ({"kind": "ruling"}, {}, "unknown", "reviewed"),
        ({"kind": "ruling"}, {"own": "met"}, "ok", "ruled_met"),
        ({"kind": "ruling"}, {"own": "not_met"}, "fails", "ruled_not_met"),
        ({"kind": "ruling"}, {"own": "appealed"}, "unknown", "appealed"),
        ({"kind": "ruling", "stated_by": "guidance"}, {"own": "met"}, "ok", "ruled_met"),
        ({"kind": "ruling", "stated_by": "guidance"}, {"guidance": "met"}, "unknown", "to_be_ruled_on"),
        ({"kind": "any_of", "of": [level(3), {"kind": "ruling"}]}, {"own": "met"}, "ok", "ruled_met"),
        ({"kind": "any_of", "of": [level(2), {"kind": "ruling"}]}, {"own": "not_met"}, "ok", "at_least_ok"),
        (level(3), {"own": "met"}, "fails", "at_least_fails"),
    ],
)
def test_a_ruling_stands_before_a_statement_and_overrules_no_fact(
    rule: dict[str, Any], rulings: dict[str, ConditionOutcome], state: str, why: str
) -> None:
    given = found(rule, ruled(**rulings), maturity_level=2)
    assert (given.state, given.why) == (state, why)


@pytest.mark.parametrize("notice", known_notices())
def test_whatever_waits_for_a_ruling_can_be_brought_to_either_end(notice: str) -> None:
    with notice_in_hand(shipped_notice(notice)):
        known = stated(**dict.fromkeys((item.code for item in catalogue().conditions), True))
        case, waited = Case(application(maturity_level=1), POLICY, known), 0
        for condition in catalogue().judged_conditions:
            for rule in condition.tests:
                if rule_finding(rule, condition.code, case).why not in ("reviewed", "to_be_ruled_on"):
                    continue
                assert condition.open_to_rulings
                waited += 1
                for outcome, state in ENDS:
                    decided = ConditionRuling(condition.code, outcome, "现场核实", "申报书", "reviewer", "r", AT)
                    after = replace(case, known=replace(known, rulings={condition.code: decided}))
                    assert rule_finding(rule, condition.code, after).state == state
        by_people = [
            item for item in catalogue().judged_conditions if any(rule.kind == "ruling" for rule in item.rules)
        ]
        assert waited == len(by_people)


@pytest.mark.parametrize(
    ("division", "rulings", "state", "why"),
    [
        ("31", {}, "ok", "ok"),
        ("310115", {}, "ok", "ok"),
        ("32", {}, "unknown", "registered_elsewhere"),
        ("310116", {}, "unknown", "registered_elsewhere"),
        ("32", {"own": "met"}, "ok", "ruled_met"),
        ("32", {"own": "not_met"}, "fails", "ruled_not_met"),
    ],
)
def test_a_code_given_elsewhere_asks_and_people_decide(
    division: str, rulings: dict[str, ConditionOutcome], state: str, why: str
) -> None:
    pudong = "91310115MA1K" + "0" * 5
    code = pudong + check_digit(pudong)
    rule = {"kind": "registered_in", "division": division}
    given = found(rule, ruled(**rulings), credit_code=code)
    assert (given.state, given.why) == (state, why)
    assert (why in FOR_PEOPLE) == (state == "unknown")
    assert found(rule).state == "ok", "an invented enterprise"


BRANCH = {"kind": "legal_person", "fact": "enterprise", "branches": ["分公司", "分厂"], "allowed_in": ["先进材料"]}


@pytest.mark.parametrize(
    ("name", "industry", "rulings", "state", "why"),
    [
        ("演示石化股份有限公司（虚构）", "先进材料", {}, "ok", "ok"),
        ("演示石化股份有限公司金山分公司（虚构）", "先进材料", {}, "unknown", "branch_of_allowed"),
        ("演示汽车有限公司第二分厂", "汽车", {}, "unknown", "branch"),
        ("演示汽车有限公司第二分厂", "汽车", {"own": "met"}, "ok", "ruled_met"),
        ("演示汽车有限公司第二分厂", "汽车", {"own": "not_met"}, "fails", "ruled_not_met"),
        (None, "汽车", {}, "unknown", "blank"),
    ],
)
def test_a_branch_asks_and_people_decide(
    name: str | None, industry: str, rulings: dict[str, ConditionOutcome], state: str, why: str
) -> None:
    given = found(BRANCH, ruled(**rulings), enterprise=name, industry=industry)
    assert (given.state, given.why) == (state, why)


@pytest.mark.parametrize("kind", [{"kind": "registered_in", "division": "32"}, BRANCH])
def test_a_bodys_check_settles_nothing_that_is_asked(kind: dict[str, object]) -> None:
    pudong = "91310115MA1K" + "0" * 5
    asked = {"credit_code": pudong + check_digit(pudong), "enterprise": "演示汽车有限公司第二分厂"}
    rulings = {name: replace(item, role="leader") for name, item in ruled(own="met").rulings.items()}
    assert found(kind, CaseFacts(rulings=rulings), **asked).why in FOR_PEOPLE
    assert found(kind, ruled(own="met"), **asked).state == "ok"


def test_a_fact_is_one_of_the_notices_names_or_of_the_rules_own() -> None:
    assert found({"kind": "one_of", "fact": "district"}, district="外滩").state == "fails"
    own = {"kind": "one_of", "fact": "honours", "among": ["国家级", "省级"]}
    assert [found(own, honours=said).state for said in ("省级", "市级", None)] == ["ok", "fails", "unknown"]


@pytest.mark.parametrize(("narrow_in_one", "length"), [(1, "7"), (2, "11/2"), (3, "5")])
def test_a_notice_says_how_many_half_width_characters_are_one(narrow_in_one: int, length: str) -> None:
    assert str(length_in_hanzi("ABC智能工厂", narrow_in_one)) == length
    limit = {"kind": "length", "fact": "factory_name", "limit": 5, "narrow_in_one": narrow_in_one}
    assert found(limit, factory_name="ABC智能工厂").state == ("ok" if narrow_in_one == 3 else "fails")


def test_scenarios_cover_what_the_tier_that_is_named_must_cover() -> None:
    assert found({"kind": "covers", "tier": "basic"}, scenarios=("在线智能检测",)).state == "ok"
    assert found({"kind": "covers", "tier": "excellent"}, scenarios=("在线智能检测",)).state == "fails"
