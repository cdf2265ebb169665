"""The JSON contract: numbers as computed, unrounded, null where undefined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from math import isfinite
from typing import Any

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.i18n import reason_text
from kpi.intake.result import ReadResult
from kpi.model.application import Application, ReportedValue
from kpi.model.comparison import ComparedCandidate, ComparedKpi, Comparison
from kpi.model.evaluation import (
    Baseline,
    Evaluation,
    GroupScore,
    KpiEvaluation,
    PolicyUsed,
    Reason,
    RuleResult,
    SensitivityRow,
)
from kpi.model.language import Lang
from kpi.model.problem import Problem
from kpi.model.publication import EnterpriseKpiView, EnterpriseView, PublishedCell, PublishedTable

Json = dict[str, Any]


def evaluation_json(answer: Evaluation, lang: Lang) -> Json:
    """The authority's view of an answer."""
    return {
        "factory": _factory(answer.application),
        "baseline": baseline_reference_json(answer.baseline),
        "policy": policy_json(answer.policy),
        "kpis": [_kpi(kpi, lang) for kpi in answer.kpis],
        "groups": [_group(group, lang) for group in answer.groups],
        "clause": {
            "verdict": answer.clause.verdict,
            "coverage": json_number(answer.clause.coverage),
            "expected_power": json_number(answer.clause.expected_power),
            "conditional": answer.clause.conditional,
            "reasons": _reasons(answer.clause.reasons, lang),
        },
        "leading_list": list(answer.leading_list),
        "at_least_leading": answer.at_least_leading,
        "sensitivity": [_sensitivity(row) for row in answer.sensitivity],
        "eligibility": _eligibility(answer.eligibility, lang),
    } | _peers(answer, lang)


def enterprise_json(answer: EnterpriseView, lang: Lang) -> Json:
    """The enterprise's view, without counts, p-values, bounds or lists: its input has none."""
    return {
        "factory": _factory(answer.application),
        "baseline": baseline_reference_json(answer.baseline),
        "policy": policy_json(answer.policy),
        "kpis": [_enterprise_kpi(kpi, lang) for kpi in answer.kpis],
        "groups": [
            {
                "code": group.code,
                "name": catalogue().group(group.code).name.in_(lang),
                "score": json_number(group.score),
                "reported": group.reported,
            }
            for group in answer.groups
        ],
        "clause": {
            "verdict": answer.clause,
            "coverage": json_number(answer.coverage),
            "reasons": _reasons(answer.clause_reasons, lang),
        },
        "eligibility": _eligibility(answer.eligibility, lang),
    } | _peers(answer, lang)


def check_json(readings: Iterable[ReadResult], lang: Lang) -> Json:
    """What was read and every problem found, over all files."""
    readings = list(readings)
    return {
        "files": [
            {
                "name": reading.file.name,
                "sha256": reading.file.sha256,
                "encoding": reading.file.encoding,
                "sheets": list(reading.file.sheets),
            }
            for reading in readings
        ],
        "factories": [_application(application) for reading in readings for application in reading.applications],
        "problems": [problem_json(problem, lang) for reading in readings for problem in reading.problems],
    }


def published_json(table: PublishedTable, lang: Lang) -> Json:
    """What is published of one industry: the same for everybody."""
    return {
        "baseline": baseline_reference_json(table.baseline),
        "industry": table.industry,
        "kpis": [
            {
                "code": cell.kpi,
                "name": catalogue().kpi(cell.kpi).name.in_(lang),
                "unit": catalogue().kpi(cell.kpi).unit.in_(lang),
                "basis": table.bases.get(cell.kpi),
                "published": _published(cell),
                "withheld": cell.withheld,
            }
            for cell in table.cells
        ],
    } | _peers(table, lang)


def _peers(answer: Evaluation | EnterpriseView | PublishedTable, lang: Lang) -> Json:
    """Whom the peers stand for, in words; nothing for the baseline that ships, whose enterprises are invented."""
    said = i18n.peers_sentence(answer, lang)
    return {"peers": said} if said else {}


def problem_json(problem: Problem, lang: Lang) -> Json:
    message, remedy = i18n.problem_message(problem, lang)
    whole: Json = {
        "severity": problem.severity,
        "code": problem.code,
        "file": problem.file,
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "message": message,
        "remedy": remedy,
    }
    return whole | {"items": list(problem.items)} if problem.items else whole


def baseline_json(baseline: Baseline) -> Json:
    """A baseline's full provenance."""
    return baseline_reference_json(baseline) | {
        "source": baseline.source,
        "original_sha256": baseline.original_sha256,
        "groups_sha256": baseline.groups_sha256,
        "imported_at": baseline.imported_at.isoformat(),
        "shipped": baseline.shipped,
    }


def _factory(application: Application) -> Json:
    return {
        "enterprise": application.text("enterprise"),
        "name": application.text("factory_name"),
        "credit_code": application.credit_code,
        "group": application.group,
        "industry": application.industry,
        "body": application.body,
        "year": application.year,
    }


def baseline_reference_json(baseline: Baseline) -> Json:
    """Which baseline it was."""
    return {
        "name": baseline.name,
        "region": baseline.region,
        "year": baseline.year,
        "provenance": baseline.provenance,
        "sha256": baseline.sha256,
    }


def policy_json(policy: PolicyUsed) -> Json:
    """The policy values that decided."""
    return {
        "in_force_from": policy.in_force_from.isoformat(),
        "leading_quantile": policy.leading_quantile,
        "confidence": policy.confidence,
        "main_kpis": list(policy.main_kpis),
        "reference": policy.reference,
    }


def _kpi(kpi: KpiEvaluation, lang: Lang) -> Json:
    return _reported(kpi, lang) | {
        "main": kpi.main,
        "peers": {
            "region": kpi.peers.region,
            "industry": kpi.peers.industry,
            "n": kpi.peers.n,
            "industry_size": kpi.peers.industry_size,
        },
        "worse": kpi.worse,
        "tied": kpi.tied,
        "better": kpi.better,
        "percentile": {
            "strict": json_number(kpi.percentile.strict),
            "mid": json_number(kpi.percentile.mid),
            "lower": json_number(kpi.percentile.lower),
            "upper": json_number(kpi.percentile.upper),
        },
        "tested": asdict(kpi.tested),
        "tests": [test.content() for test in kpi.tests if test.tested.n],
        "p_value": json_number(kpi.p_value),
        "p_value_not": json_number(kpi.p_value_not),
        "p_value_median": json_number(kpi.p_value_median),
        "gamma": json_number(kpi.gamma),
        "mean": json_number(kpi.mean),
        "median": json_number(kpi.median),
        "leading_line": json_number(kpi.leading_line),
        "gap_to_line": json_number(kpi.gap_to_line),
        "verdict": kpi.verdict,
        "reasons": _reasons(kpi.reasons, lang),
    }


def _enterprise_kpi(kpi: EnterpriseKpiView, lang: Lang) -> Json:
    published = kpi.published
    return _reported(kpi, lang) | {
        "main": kpi.main,
        "peers": {"region": published.region, "industry": published.industry},
        "published": _published(published),
        "place": {
            "low": kpi.place.low,
            "high": kpi.place.high,
            "estimate": json_number(kpi.place.estimate),
        },
        "gap_to_line": json_number(kpi.gap_to_line),
        "verdict": kpi.verdict,
        "reasons": _reasons(kpi.reasons, lang),
    }


def _published(cell: PublishedCell) -> Json:
    whole: Json = {
        "n_band": cell.band,
        "median": json_number(cell.median),
        "mean": json_number(cell.mean),
        "p20": json_number(cell.p20),
        "p80": json_number(cell.p80),
        "unit": json_number(cell.step),
    }
    at = {"lower_quantile": cell.lower_quantile, "upper_quantile": cell.upper_quantile}
    # The keys of the two outer numbers are of the first policy; a table of another line says so.
    return whole if tuple(at.values()) == (0.2, 0.8) else whole | at


def _reported(kpi: KpiEvaluation | EnterpriseKpiView, lang: Lang) -> Json:
    known = catalogue().kpi(kpi.code)
    return {
        "code": kpi.code,
        "name": known.name.in_(lang),
        "unit": known.unit.in_(lang),
        "state": kpi.state,
        "value": json_number(kpi.value),
        "basis": kpi.basis,
        "cell": str(kpi.cell) if kpi.cell else None,
    }


def _group(group: GroupScore, lang: Lang) -> Json:
    return {
        "code": group.code,
        "name": catalogue().group(group.code).name.in_(lang),
        "score": json_number(group.score),
        "highest": json_number(group.highest),
        "leading": group.leading,
        "reported": group.reported,
    }


def _sensitivity(row: SensitivityRow) -> Json:
    return {
        "rule": row.rule,
        "leading_quantile": row.leading_quantile,
        "at_least": row.at_least,
        "of": row.of,
        "p_value": json_number(row.p_value),
        "verdict": row.verdict,
    }


def _eligibility(rules: Iterable[RuleResult], lang: Lang) -> list[Json]:
    return [
        {
            "rule": rule.rule,
            "source": rule.source,
            "state": rule.state,
            "why": i18n.reason_text(rule.why, lang),
        }
        for rule in rules
    ]


def _reasons(reasons: Iterable[Reason], lang: Lang) -> list[Json]:
    return [{"code": reason.code, "text": i18n.reason_text(reason, lang)} for reason in reasons]


def _application(application: Application) -> Json:
    facts = {code: list(fact) if isinstance(fact, tuple) else fact for code, fact in application.facts.items()}
    return {"facts": facts, "values": [_value(value) for value in application.values.values()]}


def _value(value: ReportedValue) -> Json:
    return {
        "code": value.code,
        "state": value.state,
        "value": value.value,
        "basis": value.basis,
        "before": value.before,
        "after": value.after,
        "year": value.year,
        "cell": str(value.cell) if value.cell else None,
    }


def json_number(value: float) -> float | None:
    """The number, or null where it is undefined."""
    return value if isfinite(value) else None


# A comparison as the JSON contract has it: numbers as computed, null where undefined, indices from 0.


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
        "candidates": [_candidate(candidate) for candidate in found.candidates],
        "kpis": [_compared_kpi(kpi) for kpi in found.kpis],
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


def _compared_kpi(one: ComparedKpi) -> Json:
    return {
        "code": one.code,
        "values": [json_number(value) for value in one.values],
        "scores": [json_number(score) for score in one.scores],
        "verdicts": list(one.verdicts),
        "ties": [list(pair) for pair in one.ties],
    }


# What is wrong with a call, or with the store, as JSON.


def error_json(code: str, message: str, remedy: str) -> dict[str, Any]:
    """What is wrong with a call, or with the store, in the form of a file's problem: it has no place in one."""
    nowhere = dict.fromkeys(("file", "sheet", "row", "column", "value"))
    return {"severity": "error", "code": code, **nowhere, "message": message, "remedy": remedy}
