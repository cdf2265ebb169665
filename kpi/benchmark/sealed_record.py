"""The sealed record of a released verdict: enough to reproduce every word of it, for appeals.

Its hash is of its text, so a record that was changed no longer matches its seal. It holds counts, and is therefore
for reviewers and the authority; an enterprise is given the words in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from math import isnan, nan
from typing import Any

from kpi.benchmark.enterprise_view import OTHER_INDUSTRY, OWN_STATE, ReleasedVerdicts
from kpi.benchmark.method import METHODS, Method
from kpi.catalogue.catalogue import NoticeEdition
from kpi.model.application import DocumentKind, dump_application
from kpi.model.claims import NO_RULINGS, ClaimKey, Rulings
from kpi.model.evaluation import Evaluation, KpiEvaluation, MethodVersion, PolicyUsed, TestResult


def seal(
    answer: Evaluation,
    rulings: Rulings = NO_RULINGS,
    documents: Mapping[DocumentKind, str] | None = None,
    application_sha256: str | None = None,
    notice: NoticeEdition | None = None,
) -> tuple[str, str]:
    """The record as JSON text, and the SHA-256 of it. ``rulings`` are those that ``answer`` was decided by.

    ``documents`` are the hashes of those that go with the application; they decide nothing. ``application_sha256`` is
    given where the application was sealed with contacts that have been deleted since. ``notice`` is the edition that
    the answer was asked under; records of before there were several name none.
    """
    content = _content(answer, rulings)
    if application_sha256:
        content["application"] = application_sha256
    if documents:
        content["documents"] = dict(documents)
    if notice:
        content["notice"] = asdict(notice)
    if METHODS[answer.method].rules_claims:
        content |= {"method": answer.method, "rulings": _rulings(rulings)}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text, sealed_hash(text)


def sealed_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def sealed_by_method(text: str) -> Method:
    """The method that decided a sealed record: the first where it names none."""
    version: MethodVersion = json.loads(text).get("method", 1)
    return METHODS[version]


def sealed_rulings(text: str) -> Rulings:
    """The rulings that a sealed record was decided by."""
    return Rulings({ClaimKey(kind, item): ruling for kind, item, ruling in json.loads(text).get("rulings", ())})


def sealed_policy(text: str, industry: str, as_of: date, used: PolicyUsed) -> PolicyUsed:
    """What a sealed record of that industry and day was decided by; ``used`` where the record names nothing else."""
    content = json.loads(text)
    if (content["factory"]["industry"], content["as_of"]) != (industry, as_of.isoformat()):
        return used
    sealed = content["policy"]
    by = replace(
        used,
        leading_quantile=sealed["leading_quantile"],
        confidence=sealed["confidence"],
        main_kpis=tuple(sealed["main_kpis"]),
    )
    return by if by == used else replace(by, in_force_from=date.fromisoformat(sealed["in_force_from"]))


def sealed_notice(text: str) -> NoticeEdition | None:
    """The edition of the notice that a sealed record names."""
    named = json.loads(text).get("notice")
    return NoticeEdition(**named) if named else None


def sealed_application(text: str) -> str:
    """The SHA-256 of the application as it was sealed."""
    return str(json.loads(text)["application"])


def sealed_documents(text: str) -> dict[DocumentKind, str]:
    """The SHA-256 of each document that was sealed with the application."""
    found: dict[DocumentKind, str] = json.loads(text).get("documents", {})
    return found


def released_verdicts(
    text: str, groups_enough: frozenset[str], industry: str, later: frozenset[str] = frozenset()
) -> ReleasedVerdicts:
    """The words of a sealed record that may be given out: those of cells with enough groups (method 5, rule 4).

    ``later``: KPIs whose words wait for the close of the window.

    Words among another ``industry``'s peers are none here, nor is what was said of how a value was reported.
    """
    content = json.loads(text)
    if content["factory"]["industry"] != industry:
        return OTHER_INDUSTRY
    words = {
        kpi["code"]: kpi["verdict"]
        for kpi in content["kpis"]
        if kpi["code"] in groups_enough - later and kpi["verdict"] not in OWN_STATE
    }
    values = {kpi["code"]: nan if kpi["value"] is None else kpi["value"] for kpi in content["kpis"]}
    main = set(content["policy"]["main_kpis"])
    clause = content["clause"] if main <= groups_enough else None
    return ReleasedVerdicts(words, values, clause, year=content["factory"]["year"], later=later & groups_enough)


def _content(answer: Evaluation, rulings: Rulings) -> dict[str, Any]:
    return {
        "factory": {
            "credit_code": answer.application.credit_code,
            "industry": answer.application.industry,
            "year": answer.application.year,
        },
        "application": sealed_hash(dump_application(answer.application)),
        "as_of": answer.as_of.isoformat(),
        "baseline": {"name": answer.baseline.name, "sha256": answer.baseline.sha256},
        "policy": _policy(answer.policy, answer.method),
        "kpis": [_kpi(kpi, answer.method, rulings) for kpi in answer.kpis],
        "clause": answer.clause.verdict,
        "leading_list": list(answer.leading_list),
        "at_least_leading": answer.at_least_leading,
    }


def _policy(used: PolicyUsed, method: MethodVersion) -> dict[str, Any]:
    content: dict[str, Any] = {
        "in_force_from": used.in_force_from.isoformat(),
        "leading_quantile": used.leading_quantile,
        "confidence": used.confidence,
        "main_kpis": list(used.main_kpis),
    }
    if METHODS[method].tests_both:
        content |= {
            "clause_coverage": used.clause_coverage,
            "clause_at_least": used.clause_at_least,
            "may_leave": list(used.may_leave),
        }
    return content


def _rulings(rulings: Rulings) -> list[list[str]]:
    return sorted([key.kind, key.item, ruling] for key, ruling in rulings.given.items())


def _kpi(kpi: KpiEvaluation, method: MethodVersion, rulings: Rulings) -> dict[str, Any]:
    content: dict[str, Any] = {
        "code": kpi.code,
        "state": kpi.state,
        "value": _number(kpi.value),
        "basis": kpi.basis,
        "worse": kpi.worse,
        "tied": kpi.tied,
        "better": kpi.better,
        "tested": asdict(kpi.tested),
        "p_value": _number(kpi.p_value),
        "p_value_not": _number(kpi.p_value_not),
        "verdict": kpi.verdict,
        "reasons": [reason.code for reason in kpi.reasons],
    }
    if METHODS[method].tests_both:
        room = {"tests": _tests(kpi.room_tests), "ruling": rulings.on("start", kpi.code)} if kpi.room_tests else None
        content |= {"tests": _tests(kpi.tests), "room": room, "at_ceiling": kpi.at_ceiling}
    return content


def _tests(results: Sequence[TestResult]) -> list[dict[str, Any]]:
    """Without those of no peers, which say nothing."""
    return [result.content() for result in results if result.tested.n]


def _number(value: float) -> float | None:
    return None if isnan(value) else value
