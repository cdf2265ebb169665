"""Arithmetic on numbers and arrays only: no peers, no policy, no texts.

``exact_test``  shares of a population without float fuzz; the exact tests of "leading" and "not leading", the fewest
                peers they need, one-sided bounds, and gamma: how robust a verdict is
``power``       the fewest beaten peers that show leading, and the probability of it
``multiple_testing``  many KPIs at once: Benjamini-Hochberg, Holm, at least u of m
``quantiles``   type 7, Harrell-Davis, and the strict, weak and mid percentile
``composite``   the composite score, its variants and its range; Kendall's W of several judges
``ranks``       places over drawn weights and drawn reference sets, and where true ranks may lie
``disclosure``  rounding for publication, the p% rule
``reconstruction``  the linear-programming attack on the published figures of a cell

All names but those of the last module are imported here: few calls attack a table.
"""

from __future__ import annotations

from kpi.stats.composite import (
    Agreement,
    composite,
    equal_weight,
    geometric,
    group_means,
    kendall_w,
    kpi_weights,
    leave_one_out,
    rank_score,
    score_range,
)
from kpi.stats.disclosure import nearest_step, p_percent_safe, round_to, rounding_unit, spreads_behind
from kpi.stats.exact_test import (
    Array,
    Direction,
    Population,
    ShareBounds,
    exact_alpha,
    gamma,
    lower_bound,
    p_leading,
    p_not_leading,
    share_count,
    smallest_n,
    strict_bounds,
    upper_bound,
)
from kpi.stats.multiple_testing import (
    alpha_with_ties,
    benjamini_hochberg,
    closed_testing_count,
    closed_testing_p,
    holm_count,
    smallest_tail,
)
from kpi.stats.power import clause_power, most_losing, peers_needed, power, smallest_winning
from kpi.stats.quantiles import (
    harrell_davis,
    harrell_davis_weights,
    percentile_mid,
    percentile_strict,
    percentile_weak,
    type7,
    type7_weights,
)
from kpi.stats.ranks import (
    DrawnWeights,
    RankDraws,
    RankIntervals,
    acceptability,
    central_weights,
    draw_ranks,
    draw_weights,
    drawn_shares,
    places,
    rank_intervals,
    sampling_covariance,
    weighted_composite,
    winning_shares,
)

__all__ = [
    "Agreement",
    "Array",
    "Direction",
    "DrawnWeights",
    "Population",
    "RankDraws",
    "RankIntervals",
    "ShareBounds",
    "acceptability",
    "alpha_with_ties",
    "benjamini_hochberg",
    "central_weights",
    "clause_power",
    "closed_testing_count",
    "closed_testing_p",
    "composite",
    "draw_ranks",
    "draw_weights",
    "drawn_shares",
    "equal_weight",
    "exact_alpha",
    "gamma",
    "geometric",
    "group_means",
    "harrell_davis",
    "harrell_davis_weights",
    "holm_count",
    "kendall_w",
    "kpi_weights",
    "leave_one_out",
    "lower_bound",
    "most_losing",
    "nearest_step",
    "p_leading",
    "p_not_leading",
    "p_percent_safe",
    "peers_needed",
    "percentile_mid",
    "percentile_strict",
    "percentile_weak",
    "places",
    "power",
    "rank_intervals",
    "rank_score",
    "round_to",
    "rounding_unit",
    "sampling_covariance",
    "score_range",
    "share_count",
    "smallest_n",
    "smallest_tail",
    "smallest_winning",
    "spreads_behind",
    "strict_bounds",
    "type7",
    "type7_weights",
    "upper_bound",
    "weighted_composite",
    "winning_shares",
]
