"""What comes first for the clause, from the enterprise's own view alone."""

from __future__ import annotations

from kpi.model.advice import ClauseWay
from kpi.model.publication import EnterpriseView, GapAnalysis, KpiGap


def clause_way(answer: EnterpriseView, own: GapAnalysis) -> ClauseWay:
    """``own``: the gaps of ``answer``. What it says an enterprise could read off its own view by hand."""
    found: dict[str, list[str]] = {"counted": [], "missing": [], "unsaid": []}
    words = {kpi.code: kpi.verdict for kpi in answer.kpis}
    # Of "at least so many", what does not discriminate is none (method 4).
    passing = {"leading"} if own.main_at_least else {"leading", "no_discrimination"}
    for kpi in own.main:
        found[_stands(kpi, words[kpi.code], passing)].append(kpi.code)
    blank = {kpi.code for kpi in own.main if kpi.standing == "no_value"}
    missing = sorted(found["missing"], key=lambda code: code in blank)
    required = own.main_at_least or len(own.main)
    return ClauseWay(
        answer.clause, required, len(own.main), tuple(found["counted"]), tuple(missing), tuple(found["unsaid"])
    )


def _stands(kpi: KpiGap, word: str | None, passing: set[str]) -> str:
    if word in passing or (kpi.standing == "reached" and word is None):
        return "counted"
    if kpi.standing == "below" or (kpi.standing == "no_value" and kpi.reported.state != "not_applicable"):
        return "missing"
    return "unsaid"
