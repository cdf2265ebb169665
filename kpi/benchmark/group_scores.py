"""Group scores: an order for display, never a verdict. Own formula of method 4, one reference set with everyone in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from statistics import fmean

from kpi.benchmark.peer_rank import PeerRank
from kpi.catalogue.schema import Kpi, KpiGroup
from kpi.model.evaluation import GroupScore, KpiEvaluation


def reference_score(placed: PeerRank) -> float:
    """(k + (e + 1)/2) / (n + 1), the candidate's siblings counted in: a mid-rank share, 0..1."""
    counts = placed.counts.with_siblings()
    return (counts.worse + (counts.tied + 1) / 2) / (counts.n + 1)


def group_scores(
    groups: Sequence[KpiGroup],
    kpis: Sequence[Kpi],
    answers: Mapping[str, KpiEvaluation],
    placed: Mapping[str, PeerRank],
    leading_list: Collection[str],
    left_out: Collection[str],
) -> tuple[GroupScore, ...]:
    """One score a group. A KPI without a comparable value counts 0, and up to 1 in ``highest``.

    ``left_out``: KPIs whose "not applicable" is accepted.
    """
    scores = []
    for group in groups:
        codes = [kpi.code for kpi in kpis if kpi.group == group.code]
        counted = [code for code in codes if code not in left_out]
        low = [reference_score(placed[code]) if code in placed else 0.0 for code in counted]
        high = [reference_score(placed[code]) if code in placed else 1.0 for code in counted]
        scores.append(
            GroupScore(
                code=group.code,
                score=fmean(low) if low else float("nan"),
                highest=fmean(high) if high else float("nan"),
                leading=sum(code in leading_list for code in codes),
                reported=sum(answers[code].state == "reported" for code in codes),
            )
        )
    return tuple(scores)
