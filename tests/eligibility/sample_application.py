"""An application whose every fact meets the notice, to be changed one fact at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime

from kpi.catalogue.catalogue import catalogue
from kpi.eligibility.checklist import eligibility_checklist
from kpi.eligibility.rules import CaseFacts
from kpi.model.application import Application, FactValue, ReportedValue
from kpi.model.claims import EnterpriseStatement
from kpi.model.evaluation import RuleResult
from kpi.policy.load import policies
from tests.benchmark.panels import credit_code

POLICY = policies().on(date(2025, 12, 31))
CODE = credit_code(8_100_001)
GOOD: dict[str, FactValue] = {
    "enterprise": "演示企业（虚构）",
    "factory_name": "精密传动部件智能工厂",
    "credit_code": CODE,
    "industry": "高端装备",
    "district": "松江区",
    "body": "松江区",
    "maturity_level": 3,
    "year": 2025,
    "leader": "李示例 总经理",
    "leader_phone": "13800000001",
    "phone": "13900000002",
    "filler_phone": "15000000003",
    "scenarios": ("在线智能检测", "车间智能排产", "供应商数字化管理"),
}
VALUES = {kpi.code: ReportedValue(kpi.code, "not_reported") for kpi in catalogue().kpis}


def application(ai: float | None = None, **facts: FactValue | None) -> Application:
    """The good one with these facts instead (None leaves one blank); ``ai`` is its K04, in per cent."""
    listed = {name: fact for name, fact in {**GOOD, **facts}.items() if fact is not None}
    values = VALUES if ai is None else {**VALUES, "K04": ReportedValue("K04", "reported", ai)}
    return Application(listed, values)


def judged(known: CaseFacts | None = None, **facts: FactValue | None) -> dict[str, RuleResult]:
    return {
        rule_result.rule: rule_result
        for rule_result in eligibility_checklist(application(**facts), POLICY, known or CaseFacts())
    }


def state_of(rule: str, known: CaseFacts | None = None, **facts: FactValue | None) -> str:
    return judged(known, **facts)[rule].state


def stated(**holds: bool) -> CaseFacts:
    at = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    return CaseFacts(
        {name: EnterpriseStatement(name, said, f"{name} 证明 1 号", "a", at) for name, said in holds.items()}
    )
