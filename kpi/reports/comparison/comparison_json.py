"""A comparison as the JSON contract has it: numbers as computed, null where undefined, indices from 0."""

from __future__ import annotations

from kpi.i18n import reason_text
from kpi.model.comparison import ComparedCandidate, ComparedKpi, Comparison
from kpi.model.language import Lang
from kpi.reports.as_json import Json, baseline_reference_json, json_number, policy_json


def comparison_json(found: Comparison, lang: Lang) -> Json:
    """The authority's comparison."""
    answer = found.first
    return {
        "baseline": baseline_reference_json(answer.baseline),
        "policy": policy_json(answer.policy),
        "industry": answer.application.industry,
        "year": answer.application.year,
        "seed": found.seed,
        "draws": len(found.draws.places),
        "weights": None if found.weights is None else dict(found.weights),
        "candidates": [_candidate(one) for one in found.candidates],
        "kpis": [_kpi(one) for one in found.kpis],
        "dominance": [list(pair) for pair in found.dominance],
        "winning": [list(row) for row in found.winning],
        "not_run": [{"code": why.code, "text": reason_text(why, lang)} for why in found.not_run],
    }


def _candidate(one: ComparedCandidate) -> Json:
    application, composite = one.evaluation.application, one.composite
    return {
        "credit_code": application.credit_code,
        "factory": application.text("factory_name"),
        "clause": one.evaluation.clause.verdict,
        "leading": len(one.evaluation.leading_list),
        "composite": {
            "score": json_number(composite.score),
            "low": json_number(composite.low),
            "high": json_number(composite.high),
            "equal_weights": json_number(composite.equal_weights),
            "geometric": json_number(composite.geometric),
        },
        "place": one.place,
        "rank": {"best": one.rank.best, "worst": one.rank.worst},
        "acceptability": list(one.acceptability),
        "leave_one_out": dict(one.leave_one_out),
        "groups": {code: json_number(score) for code, score in one.groups.items()},
        "first_with": None if one.first_with is None else dict(one.first_with),
    }


def _kpi(one: ComparedKpi) -> Json:
    return {
        "code": one.code,
        "values": [json_number(value) for value in one.values],
        "scores": [json_number(score) for score in one.scores],
        "verdicts": list(one.verdicts),
        "ties": [list(pair) for pair in one.ties],
    }
