"""From what a panel handed in to mean, median and spread, the reviewers' severity, and how far they agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import nan
from statistics import fmean, median, stdev
from typing import Literal

from kpi import stats
from kpi.model.scoring import (
    CandidateScores,
    GivenScore,
    Occasion,
    ReviewerSeverity,
    ReviewPanelAgreement,
    ReviewPanelResults,
    ScoreContent,
    ScoreVersion,
)
from kpi.policy.score_sheet import ScoreSheet, ScoringRules

Totals = Mapping[str, Mapping[str, int]]
"""By reviewer, then by candidate."""


def review_panel_results(
    handed_in: Sequence[ScoreVersion],
    candidates: Sequence[str],
    names: Mapping[str, str],
    rules: ScoringRules,
) -> ReviewPanelResults:
    """``handed_in``: one version a reviewer and candidate. ``candidates`` gives the order; others are left out."""
    by_candidate: dict[str, list[GivenScore]] = {code: [] for code in candidates}
    totals: dict[str, dict[str, int]] = defaultdict(dict)
    for version in handed_in:
        if version.credit_code not in by_candidate:
            continue
        by_candidate[version.credit_code].append(GivenScore(names.get(version.reviewer, version.reviewer), version))
        if version.state == "handed_in":
            totals[version.reviewer][version.credit_code] = version.content.total
    return ReviewPanelResults(
        tuple(_candidate(code, given) for code, given in by_candidate.items()),
        tuple(_severity(reviewer, totals, names) for reviewer in sorted(totals)),
        _agreement(totals, rules),
    )


def _candidate(code: str, given: Sequence[GivenScore]) -> CandidateScores:
    totals = [given_score.total for given_score in given if given_score.total is not None]
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


def _agreement(totals: Totals, rules: ScoringRules) -> ReviewPanelAgreement:
    judges, shared = _complete_block(totals, rules)
    if len(totals) < rules.fewest_judges:
        return ReviewPanelAgreement(tuple(sorted(totals)), len(shared), nan, nan, "too_few_judges")
    if len(shared) < rules.fewest_candidates:
        return ReviewPanelAgreement(judges, len(shared), nan, nan, "too_few_candidates")
    found = stats.kendall_w([[totals[judge][code] for code in shared] for judge in judges])
    if found.w != found.w:
        return ReviewPanelAgreement(judges, len(shared), nan, nan, "all_alike")
    if len(shared) < rules.fewest_candidates_for_test:
        return ReviewPanelAgreement(judges, len(shared), found.w, nan, "no_test")
    return ReviewPanelAgreement(judges, len(shared), found.w, found.p_value, None)


def _complete_block(totals: Totals, rules: ScoringRules) -> tuple[tuple[str, ...], list[str]]:
    """Reviewers and the candidates that all of them scored: as many scores as possible, the scores themselves unseen.

    Reviewers are left out one after another, whoever scored the fewest first.
    """
    judges = sorted(totals, key=lambda total: (-len(totals[total]), total))
    best: tuple[tuple[str, ...], list[str]] = ((), [])
    for count in range(len(judges), rules.fewest_judges - 1, -1):
        chosen = tuple(sorted(judges[:count]))
        shared = sorted(set.intersection(*(set(totals[item]) for item in chosen)))
        if len(chosen) * len(shared) > len(best[0]) * len(best[1]):
            best = chosen, shared
    return best


# The order of a meeting in which those with a conflict of interest leave the room least often.


People = frozenset[str]

EXACT_UP_TO = 10
"""So many different groups of people are put in order exactly, in a tenth of a second; more by improvement."""


def agenda_order(away: Mapping[str, People]) -> list[str]:
    """The items in order; ``away``: who leaves for each. Items alike in that keep the order given, side by side."""
    groups: dict[People, list[str]] = {}
    for item, people in away.items():
        groups.setdefault(people, []).append(item)
    sets = list(groups)
    order = _exact(sets) if len(sets) <= EXACT_UP_TO else _improved(sets)
    return [item for at in order for item in groups[sets[at]]]


def count_leavings(away: Sequence[People]) -> int:
    """How often somebody leaves, in an order of items: staying out from one item to the next is leaving once."""
    return sum(len(now - before) for before, now in pairwise([frozenset(), *away]))


def _exact(sets: Sequence[People]) -> list[int]:
    """The shortest path through all sets (Held and Karp): by the sets visited and the last of them."""
    best: dict[tuple[int, int], tuple[int, list[int]]] = {
        (1 << at, at): (len(people), [at]) for at, people in enumerate(sets)
    }
    for _ in range(len(sets) - 1):
        longer: dict[tuple[int, int], tuple[int, list[int]]] = {}
        for (visited, last), (cost, path) in best.items():
            for at, people in enumerate(sets):
                if visited & 1 << at:
                    continue
                step = (cost + len(people - sets[last]), [*path, at])
                key = (visited | 1 << at, at)
                if key not in longer or step < longer[key]:
                    longer[key] = step
        best = longer
    return min(best.values())[1] if best else []


def _improved(sets: Sequence[People]) -> list[int]:
    """The nearest next from every start, then any one set moved while that helps. Not always the best."""

    def cost(order: Sequence[int]) -> int:
        return count_leavings([sets[at] for at in order])

    starts = [_nearest(sets, at) for at in range(len(sets))]
    order = min(starts, key=cost)
    better = True
    while better:
        better = False
        for at in range(len(order)):
            rest = order[:at] + order[at + 1 :]
            moved = min(([*rest[:to], order[at], *rest[to:]] for to in range(len(order))), key=cost)
            if cost(moved) < cost(order):
                order, better = moved, True
    return order


def _nearest(sets: Sequence[People], first: int) -> list[int]:
    order, left = [first], [at for at in range(len(sets)) if at != first]
    while left:
        nearest = min(left, key=lambda at: len(sets[at] - sets[order[-1]]))
        left.remove(nearest)
        order.append(nearest)
    return order


# Whether a score can be handed in: every criterion has a level, and the ends of the scale their justification.


ScoreFaultCode = Literal["no_level", "not_justified"]


def score_faults(content: ScoreContent, sheet: ScoreSheet, occasion: Occasion) -> Iterator[tuple[str, ScoreFaultCode]]:
    """Every criterion that stands in the way of handing in, by its code."""
    for criterion in sheet.criteria(occasion):
        level = content.levels.get(criterion.code)
        if level is None:
            yield criterion.code, "no_level"
        elif level in sheet.justified_levels and len(content.reasons.get(criterion.code, "")) < sheet.fewest_characters:
            yield criterion.code, "not_justified"


def fits_sheet(content: ScoreContent, sheet: ScoreSheet, occasion: Occasion) -> bool:
    """Whether every level is one of the sheet's, and nothing is said of a criterion that it does not ask for."""
    criteria = {criterion.code: len(criterion.levels) for criterion in sheet.criteria(occasion)}
    return set(content.reasons) <= set(criteria) and all(
        code in criteria and 1 <= level <= criteria[code] for code, level in content.levels.items()
    )
