"""Answers with numbers planted so that each can be found, or found missing, in a report's text."""

from __future__ import annotations

from dataclasses import replace
from math import nan

from kpi.model.application import CellReference
from kpi.model.evaluation import (
    Baseline,
    Evaluation,
    GroupScore,
    KpiEvaluation,
    Percentile,
    Reason,
    RuleResult,
    SensitivityRow,
    TestedCounts,
)
from kpi.model.publication import EnterpriseGroupView, EnterpriseKpiView, EnterpriseView
from tests.charts import sample_evaluations

HOSTILE = (
    '=HYPERLINK("http://e.invalid","x") <script>alert(1)</script> #import "x": * [ ] *b* $x$ \\ & 演\x01示（虚构）'
)
HOSTILE_SHOWN = HOSTILE.replace("\x01", "")

COUNTED = {"n": "7717", "worse": "6131", "tied": "353", "better": "1233", "gamma": "41.37", "p": "0.017"}
"""Numbers that only the counted answer of K08 holds, as they are written."""
BOUNDS = ("71.9 %", "83.3 %")


def authority() -> Evaluation:
    whole = sample_evaluations.answer()
    kpis = tuple(_planted(kpi) if kpi.code == "K08" else kpi for kpi in whole.kpis)
    return replace(
        whole,
        kpis=kpis,
        baseline=replace(whole.baseline, sha256="ab" * 32),
        groups=(GroupScore("G1", 0.413, 0.987, 2, 5), GroupScore("G2", nan, nan, 0, 0)),
        sensitivity=(
            SensitivityRow("quantile", 0.75, None, 6, nan, "met"),
            SensitivityRow("at_least", 0.8, 3, 6, 0.0234, "undecided"),
        ),
        eligibility=_eligibility(),
    )


def enterprise(*, released: bool = True) -> EnterpriseView:
    whole = sample_evaluations.enterprise(released=released)
    return replace(
        whole,
        kpis=tuple(_withheld(kpi) if kpi.code == "K03" else kpi for kpi in whole.kpis),
        baseline=replace(whole.baseline, sha256="ab" * 32),
        groups=(EnterpriseGroupView("G1", 0.413, 5), EnterpriseGroupView("G2", nan, 0)),
        clause_reasons=() if released else (Reason("not_released"),),
        eligibility=_eligibility(),
    )


def hostile(view: Evaluation | EnterpriseView) -> Evaluation | EnterpriseView:
    """Every word that comes from outside, set to something that would like to be code."""
    facts = dict.fromkeys(("enterprise", "factory_name", "group", "body"), HOSTILE)
    application = replace(view.application, facts=dict(view.application.facts) | facts)
    baseline = replace(view.baseline, name=HOSTILE, source=HOSTILE)
    reason = Reason("na_reason", {"note": HOSTILE})
    cell = CellReference(HOSTILE, HOSTILE, 3, "C")
    if isinstance(view, Evaluation):
        first = replace(view.kpis[1], reasons=(reason,), cell=cell)
        return replace(view, application=application, baseline=baseline, kpis=(view.kpis[0], first, *view.kpis[2:]))
    reported = replace(view.kpis[1], reasons=(reason,), cell=cell)
    return replace(view, application=application, baseline=baseline, kpis=(view.kpis[0], reported, *view.kpis[2:]))


def official(baseline: Baseline) -> Baseline:
    return replace(baseline, provenance="official")


def _planted(kpi: KpiEvaluation) -> KpiEvaluation:
    return replace(
        kpi,
        peers=replace(kpi.peers, n=7717, industry_size=8219),
        worse=6131,
        tied=353,
        better=1233,
        percentile=Percentile(0.795, 0.817, 0.719, 0.833),
        tested=TestedCounts("groups", 4423, 4561, 5501, 5701),
        p_value=0.017,
        p_value_not=0.983,
        p_value_median=0.0004,
        gamma=41.37,
        mean=19.125,
        median=17.375,
        leading_line=31.25,
        gap_to_line=kpi.value - 31.25,
    )


def _withheld(kpi: EnterpriseKpiView) -> EnterpriseKpiView:
    """A cell with too few groups: nothing of it is published."""
    published = replace(
        kpi.published, band=None, median=nan, mean=nan, p20=nan, p80=nan, step=nan, withheld="few_groups"
    )
    return replace(kpi, published=published, place=replace(kpi.place, low=0.0, high=1.0, estimate=nan), gap_to_line=nan)


def _eligibility() -> tuple[RuleResult, ...]:
    return tuple(
        RuleResult(rule, "附件 1", state, Reason(f"rule.{why}", {"rule": rule, "fact": "scenarios"}))
        for rule, state, why in (
            ("maturity_body", "ok", "ok"),
            ("maturity_annex1", "fails", "fails"),
            ("segments_covered", "unknown", "blank"),
        )
    )
