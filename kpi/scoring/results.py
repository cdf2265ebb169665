"""From what a panel handed in to mean, median and spread, the reviewers' severity, and how far they agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import nan
from statistics import fmean, median, stdev

from kpi import stats
from kpi.model.scoring.results import (
    CandidateScores,
    GivenScore,
    PanelAgreement,
    PanelResults,
    ReviewerSeverity,
)
from kpi.model.scoring.rounds import ScoreVersion
from kpi.policy.score_sheet import ScoringRules

Totals = Mapping[str, Mapping[str, int]]
"""By reviewer, then by candidate."""


def panel_results(
    handed_in: Sequence[ScoreVersion],
    candidates: Sequence[str],
    names: Mapping[str, str],
    rules: ScoringRules,
) -> PanelResults:
    """``handed_in``: one version a reviewer and candidate. ``candidates`` gives the order; others are left out."""
    by_candidate: dict[str, list[GivenScore]] = {code: [] for code in candidates}
    totals: dict[str, dict[str, int]] = defaultdict(dict)
    for one in handed_in:
        if one.credit_code not in by_candidate:
            continue
        by_candidate[one.credit_code].append(GivenScore(names.get(one.reviewer, one.reviewer), one))
        if one.state == "handed_in":
            totals[one.reviewer][one.credit_code] = one.content.total
    return PanelResults(
        tuple(_candidate(code, given) for code, given in by_candidate.items()),
        tuple(_severity(reviewer, totals, names) for reviewer in sorted(totals)),
        _agreement(totals, rules),
    )


def _candidate(code: str, given: Sequence[GivenScore]) -> CandidateScores:
    totals = [one.total for one in given if one.total is not None]
    return CandidateScores(
        credit_code=code,
        given=tuple(given),
        mean=fmean(totals) if totals else nan,
        median=median(totals) if totals else nan,
        spread=stdev(totals) if len(totals) > 1 else nan,
        lowest=min(totals, default=None),
        highest=max(totals, default=None),
    )


def _severity(reviewer: str, totals: Totals, names: Mapping[str, str]) -> ReviewerSeverity:
    differences = []
    for code, total in totals[reviewer].items():
        others = [given[code] for other, given in totals.items() if other != reviewer and code in given]
        if others:
            differences.append(total - fmean(others))
    return ReviewerSeverity(
        reviewer, names.get(reviewer, reviewer), len(differences), fmean(differences) if differences else nan
    )


def _agreement(totals: Totals, rules: ScoringRules) -> PanelAgreement:
    judges, shared = _complete_block(totals, rules)
    if len(totals) < rules.fewest_judges:
        return PanelAgreement(tuple(sorted(totals)), len(shared), nan, nan, "too_few_judges")
    if len(shared) < rules.fewest_candidates:
        return PanelAgreement(judges, len(shared), nan, nan, "too_few_candidates")
    found = stats.kendall_w([[totals[judge][code] for code in shared] for judge in judges])
    if found.w != found.w:
        return PanelAgreement(judges, len(shared), nan, nan, "all_alike")
    if len(shared) < rules.fewest_candidates_for_test:
        return PanelAgreement(judges, len(shared), found.w, nan, "no_test")
    return PanelAgreement(judges, len(shared), found.w, found.p_value, None)


def _complete_block(totals: Totals, rules: ScoringRules) -> tuple[tuple[str, ...], list[str]]:
    """Reviewers and the candidates that all of them scored: as many scores as possible, the scores themselves unseen.

    Reviewers are left out one after another, whoever scored the fewest first.
    """
    judges = sorted(totals, key=lambda one: (-len(totals[one]), one))
    best: tuple[tuple[str, ...], list[str]] = ((), [])
    for count in range(len(judges), rules.fewest_judges - 1, -1):
        chosen = tuple(sorted(judges[:count]))
        shared = sorted(set.intersection(*(set(totals[one]) for one in chosen)))
        if len(chosen) * len(shared) > len(best[0]) * len(best[1]):
            best = chosen, shared
    return best
