"""Values that are ordinary one by one and unlike anybody's together."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri
from scipy.stats import chi2, rankdata

from kpi.model.screening import Flag, FlagCode
from kpi.screening.peer_rows import Floats, PeerRows, codes_at, enough_rows, share_at_least
from kpi.screening.rules import ScreeningRules

FEWEST_KPIS = 3
NAMED = 4
"""So many KPIs are named: those that add most to the distance."""


def outlier_flag(row: Floats, industry: str, peers: PeerRows, rules: ScreeningRules) -> Flag | FlagCode | None:
    """The candidate is one row among its peers': ranked, correlated and measured with them, so that all are alike
    before they are compared.

    The distance is Mahalanobis' of normal scores within the industry, which no single large value can stretch; rows
    with different KPIs missing are compared by the tail of chi-squared with as many degrees of freedom as they have.
    """
    rows = np.vstack([peers.values, row])
    industries = np.append(peers.industries, industry)
    scores = normal_scores(rows, industries)
    known = ~np.isnan(scores)
    inverse_product, parts = _distances(np.where(known, scores, 0.0), known, rules.shrinkage)
    degrees = known.sum(axis=1)
    unlikely = np.where(degrees >= FEWEST_KPIS, -chi2.logsf(inverse_product, np.maximum(degrees, 1)), np.nan)
    of_peers, own = unlikely[:-1], float(unlikely[-1])
    if np.isnan(own):
        return None
    if not enough_rows(of_peers, rules.level):
        return "outlier"
    chance = share_at_least(of_peers, own)
    if chance > rules.level:
        return None
    largest = np.argsort(-parts[-1], kind="stable")[:NAMED]
    return Flag("outlier", codes_at(np.sort(largest[known[-1][largest]])), chance)


def normal_scores(rows: Floats, industries: np.ndarray) -> Floats:
    """Each value's rank within its industry and KPI as a quantile of the normal distribution; NaN stays."""
    scores = np.full_like(rows, np.nan)
    for industry in np.unique(industries):
        own = industries == industry
        ranks = rankdata(rows[own], axis=0, nan_policy="omit")
        scores[own] = ndtri(ranks / (1 + np.count_nonzero(~np.isnan(rows[own]), axis=0)))
    return scores


def _distances(scores: Floats, known: np.ndarray, shrinkage: float) -> tuple[Floats, Floats]:
    """Squared distances, and each KPI's part in them; a missing KPI takes no part."""
    both = known.T.astype(float) @ known.astype(float)
    covariance = (1 - shrinkage) * (scores.T @ scores) / np.maximum(both, 1) + shrinkage * np.eye(scores.shape[1])
    present = known[:, :, None] & known[:, None, :]
    matrices = np.where(present, covariance, np.eye(scores.shape[1]))
    solved = np.linalg.solve(matrices, scores[:, :, None])[:, :, 0]
    parts = scores * solved
    return parts.sum(axis=1), parts
