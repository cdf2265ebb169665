"""Invented answers for the pictures: a fictitious factory among fictitious peers, as in the reference strip."""

from __future__ import annotations

from datetime import UTC, date, datetime
from math import nan

from scipy.stats import beta

from kpi.catalogue.catalogue import catalogue
from kpi.model.application import Application, ReportedValue, ValueState
from kpi.model.evaluation import (
    Baseline,
    ClauseResult,
    Evaluation,
    KpiEvaluation,
    Peers,
    Percentile,
    PolicyUsed,
    Reason,
    TestedCounts,
    Verdict,
)
from kpi.model.publication import EnterpriseKpiView, EnterpriseView, PublishedCell, PublishedPlace

INDUSTRY = "高端装备"
BASELINE = Baseline(
    "演示基准 2025", "上海市", 2025, "illustrative", "0" * 64, "演示", "0" * 64, datetime(2026, 1, 5, tzinfo=UTC), True
)
MAIN = ("K08", "K10", "K11", "K15", "K16", "K17")
POLICY = PolicyUsed(date(2025, 1, 1), 0.8, 0.95, MAIN, "沪经信制〔2025〕514 号", 0.65, 0, ())
N = 62

PLACES: dict[str, tuple[float, float, float, Verdict]] = {
    "K01": (92.0, 0.94, 0.58, "leading"),
    "K02": (nan, nan, nan, "not_applicable"),
    "K03": (81.5, 0.78, 0.54, "undecided"),
    "K04": (42.5, 0.95, 0.61, "leading"),
    "K05": (36, 0.91, 0.66, "leading"),
    "K06": (31.0, 0.73, 0.55, "undecided"),
    "K07": (12.4, 0.47, 0.57, "not_leading"),
    "K08": (38.2, 0.97, 0.60, "leading"),
    "K09": (9.1, nan, nan, "basis_mismatch"),
    "K10": (52.0, 0.985, 0.58, "leading"),
    "K11": (14.6, 0.81, 0.56, "undecided"),
    "K12": (27.3, 0.79, 0.59, "undecided"),
    "K13": (6.25, 0.50, 0.55, "not_leading"),
    "K14": (3.1, 0.33, 0.52, "not_leading"),
    "K15": (18.9, 0.89, 0.57, "leading"),
    "K16": (41.0, 0.95, 0.61, "leading"),
    "K17": (16.2, 0.78, 0.56, "undecided"),
    "K18": (15.0, 0.75, 0.58, "undecided"),
    "K19": (100.0, 0.89, 0.50, "no_discrimination"),
    "K20": (nan, nan, nan, "not_reported"),
    "K21": (7, 0.80, 0.62, "too_few_peers"),
}
"""Code -> value, mid percentile, the mean's place, verdict."""


def application(name: str = "演示企业001（虚构）") -> Application:
    """A fictitious factory whose code lies in the unassigned division 000000."""
    facts = {"enterprise": name, "credit_code": "91000000MA00000016", "industry": INDUSTRY, "year": 2025}
    return Application(facts, {code: ReportedValue(code, _state(PLACES[code][3]), PLACES[code][0]) for code in PLACES})


def answer(shift: float = 0.0, name: str = "演示企业001（虚构）", *, mixed_n: bool = True) -> Evaluation:
    """An authority's answer; ``shift`` moves every place, for several candidates on one strip."""
    kpis = tuple(_kpi(code, shift, mixed_n=mixed_n) for code in PLACES)
    leading = tuple(kpi.code for kpi in kpis if kpi.verdict == "leading" and kpi.code != "K15")
    clause = ClauseResult("undecided", 1.0, 0.22, False, (Reason("blocked_undecided", {"kpi": "K11"}),))
    return Evaluation(
        application(name), date(2025, 12, 31), BASELINE, POLICY, kpis, (), clause, leading, len(leading), (), (), 2
    )


def enterprise(*, released: bool = True) -> EnterpriseView:
    """The same factory as its enterprise sees it."""
    kpis = tuple(_enterprise_kpi(code, released=released) for code in PLACES)
    clause = "undecided" if released else None
    return EnterpriseView(application(), date(2025, 12, 31), BASELINE, POLICY, kpis, (), clause, 1.0, (), ())


def published(code: str, *, p20: float = 8.0, p80: float = 35.0) -> PublishedCell:
    return PublishedCell("上海市", INDUSTRY, code, "30-59", 20.0, 22.0, p20, p80, 1.0, None, 0.2, 0.8)


def _kpi(code: str, shift: float, *, mixed_n: bool) -> KpiEvaluation:
    value, mid, mean_place, verdict = PLACES[code]
    n = 9 if verdict == "too_few_peers" else N - (catalogue().kpi(code).number % 5 if mixed_n else 0)
    mid = min(max(mid + shift * (1 + catalogue().kpi(code).number % 4), 0), 1)
    if shift and mid == mid and verdict in ("leading", "undecided", "not_leading"):
        verdict = "leading" if mid >= 0.89 else "undecided" if mid > 0.68 else "not_leading"
    worse = round(mid * n) if mid == mid else 0
    bounds = Percentile(mid, mid, *_bounds(worse, n)) if mid == mid else Percentile(nan, nan, nan, nan)
    return KpiEvaluation(
        code=code,
        state=_state(verdict),
        value=value,
        basis="relative" if catalogue().kpi(code).bases else None,
        cell=None,
        peers=Peers("上海市", INDUSTRY, n, None),
        worse=worse,
        tied=0,
        better=n - worse,
        percentile=bounds,
        tested=TestedCounts("records", worse, worse, n, None),
        p_value=0.01,
        p_value_not=0.9,
        p_value_median=0.01,
        gamma=1.4,
        mean=20.0,
        median=18.0,
        leading_line=30.0,
        gap_to_line=value - 30.0,
        verdict=verdict,
        reasons=(Reason("leading_shown", {"p": 0.01}),),
        main=code in MAIN,
        mean_place=mean_place,
    )


def _enterprise_kpi(code: str, *, released: bool) -> EnterpriseKpiView:
    value, mid, _, verdict = PLACES[code]
    place = PublishedPlace(nan, nan, nan)
    if mid == mid:
        low, high = next((a, b) for a, b in ((0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1)) if mid <= b)
        place = PublishedPlace(low, high, nan if code in ("K05", "K21", "K12") else mid)
    return EnterpriseKpiView(
        code=code,
        state=_state(verdict),
        value=value,
        basis="relative" if catalogue().kpi(code).bases else None,
        cell=None,
        published=published(code),
        place=place,
        gap_to_line=value - 35.0,
        verdict=verdict if released else None,
        reasons=(),
        main=code in MAIN,
    )


def _state(verdict: Verdict) -> ValueState:
    return verdict if verdict in ("not_applicable", "not_reported") else "reported"


def _bounds(worse: int, n: int) -> tuple[float, float]:
    lower = float(beta.ppf(0.05, worse, n - worse + 1)) if worse else 0.0
    upper = float(beta.ppf(0.95, worse + 1, n - worse)) if worse < n else 1.0
    return lower, upper
