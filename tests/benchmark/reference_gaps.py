"""Applications and published tables for the way to leading, and its slow twin in plain decimals."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from math import isnan, nan

from kpi.benchmark.enterprise_view import enterprise_view
from kpi.catalogue.catalogue import catalogue
from kpi.model.application import Application, ReportedValue
from kpi.model.evaluation import Baseline, PolicyUsed
from kpi.model.publication import EnterpriseView, PublishedCell
from kpi.policy.load import policies

INDUSTRY, AS_OF = "高端装备", date(2025, 12, 31)
POLICY = policies().on(AS_OF)
USED = PolicyUsed(POLICY.in_force_from, 0.8, 0.95, POLICY.main_kpis(INDUSTRY), POLICY.reference, 0.65, 0, ())
BASELINE = Baseline(
    "演示基准 2025", "上海市", 2025, "illustrative", "0" * 64, "演示", "0" * 64, datetime(2026, 1, 5, tzinfo=UTC), True
)
CODES = tuple(kpi.code for kpi in catalogue().kpis)


def application(**stated: ReportedValue) -> Application:
    """Everything blank but what is reported by code."""
    facts = {
        "enterprise": "演示企业001（虚构）",
        "credit_code": "91000000MA00000016",
        "industry": INDUSTRY,
        "year": 2025,
    }
    blank = {code: ReportedValue(code, "not_reported") for code in CODES}
    return Application(facts, blank | stated)


def reported(code: str, value: float, **more: float) -> ReportedValue:
    """A value on policy's basis."""
    return ReportedValue(code, "reported", value, POLICY.basis(code), **more)


def table(code: str, p20: float, median: float, p80: float, step: float = 1.0) -> PublishedCell:
    return PublishedCell("上海市", INDUSTRY, code, "30-59", median, nan, p20, p80, step, None, 0.2, 0.8)


def nothing(code: str) -> PublishedCell:
    return PublishedCell("上海市", INDUSTRY, code, None, nan, nan, nan, nan, nan, "few_groups", 0.2, 0.8)


def view(sent: Application, published: dict[str, PublishedCell]) -> EnterpriseView:
    every = {code: nothing(code) for code in CODES} | published
    return enterprise_view(sent, every, BASELINE, POLICY, USED, AS_OF)


def twin(values: dict[str, float], published: dict[str, PublishedCell]) -> list[tuple[str, str, Decimal | None]]:
    """Code, standing and what is missing to the line in spreads, by the words of the method alone."""
    stated = []
    for at, code in enumerate(CODES):
        line, value = published[code], values.get(code, nan)
        if line.band is None:
            stated.append((4, Decimal(0), at, code, "withheld", None))
        elif isnan(value):
            stated.append((5, Decimal(0), at, code, "no_value", None))
        elif isnan(line.p80):
            stated.append((3, Decimal(0), at, code, "median_only", None))
        else:
            width = max(Decimal(str(line.p80)) - Decimal(str(line.p20)), Decimal(str(line.step)))
            missing = (Decimal(str(line.p80)) - Decimal(str(value))) / width
            if missing <= 0:
                stated.append((2, -missing, at, code, "reached", missing))
            elif catalogue().kpi(code).maximum is not None and catalogue().kpi(code).maximum < line.p80:
                stated.append((1, missing, at, code, "no_room", missing))
            else:
                stated.append((0, missing, at, code, "below", missing))
    return [(code, standing, missing) for *_, code, standing, missing in sorted(stated, key=lambda item: item[:3])]
