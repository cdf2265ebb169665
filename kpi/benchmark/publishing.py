"""What everybody may know of a baseline cell: one table, made once at freeze, the same for every viewer (method 5).

The own group is in, nothing is finer than the policy's quantiles, every number is rounded to a unit that grows with
the spread, and a cell of few or lopsided groups publishes nothing.
"""

from __future__ import annotations

from math import nan

import numpy as np
import pandas as pd

from kpi import stats
from kpi.catalogue import Kpi, catalogue
from kpi.model.published import Band, Published
from kpi.policy import Disclosure, Policy


def publish(records: pd.DataFrame, region: str, policy: Policy) -> list[Published]:
    """The published table of all KPIs and industries.

    ``records``: columns industry, kpi, basis, own_group, value; one row an enterprise's value.
    """
    cells = dict(iter(records.groupby(["industry", "kpi", "basis"])))
    return [
        publish_cell(kpi, region, industry.name.zh, _cell(cells, industry.name.zh, kpi, policy), policy.disclosure)
        for industry in catalogue().industries
        for kpi in catalogue().kpis
    ]


def _cell(cells: dict[tuple[str, str, str], pd.DataFrame], industry: str, kpi: Kpi, policy: Policy) -> pd.DataFrame:
    empty = pd.DataFrame({"own_group": pd.Series(dtype=str), "value": pd.Series(dtype=float)})
    return cells.get((industry, kpi.code, policy.basis(kpi.code) or "only"), empty)


def publish_cell(kpi: Kpi, region: str, industry: str, cell: pd.DataFrame, rules: Disclosure) -> Published:
    """One cell. ``cell``: columns own_group and value, the records on policy's basis."""
    values = cell["value"].to_numpy(dtype=float)
    per_group = cell["own_group"].value_counts()
    if why := _withheld(per_group.to_numpy(), rules):
        return Published(region, industry, kpi.code, None, nan, nan, nan, nan, nan, why)
    step = _step(values, rules)
    quantiles = _quantiles_allowed(kpi, len(per_group), rules)
    p20, median, p80 = (
        float(stats.round_to(stats.harrell_davis(values, share), step))
        for share in (rules.lower_quantile, 0.5, rules.upper_quantile)
    )
    return Published(
        region=region,
        industry=industry,
        kpi=kpi.code,
        band=_band(len(values), rules),
        median=median,
        mean=float(stats.round_to(values.mean(), step)) if _mean_allowed(kpi, cell, rules) else nan,
        p20=p20 if quantiles else nan,
        p80=p80 if quantiles else nan,
        step=step,
        withheld=None,
    )


def _withheld(per_group: np.ndarray, rules: Disclosure) -> str | None:
    if len(per_group) < rules.min_groups:
        return "few_groups"
    if per_group.max() > rules.max_group_share * per_group.sum():
        return "dominant_group"
    return None


def _step(values: np.ndarray, rules: Disclosure) -> float:
    spread = float(stats.type7(values, 0.75) - stats.type7(values, 0.25))
    return max(1.0, stats.nearest_step(spread / rules.rounding_divisor)) if spread > 0 else 1.0


def _quantiles_allowed(kpi: Kpi, groups: int, rules: Disclosure) -> bool:
    if kpi.code in rules.median_only:
        return False
    return groups >= (rules.quantile_groups if _bounded(kpi) else rules.quantile_groups_unbounded)


def _mean_allowed(kpi: Kpi, cell: pd.DataFrame, rules: Disclosure) -> bool:
    if kpi.code in rules.median_only:
        return False
    # A group knows all its records: it is one contributor.
    contributions = cell["value"].abs().groupby(cell["own_group"]).sum()
    return _bounded(kpi) or bool(stats.p_percent_safe(contributions.to_numpy(dtype=float), rules.p_percent))


def _bounded(kpi: Kpi) -> bool:
    return kpi.maximum is not None


def _band(n: int, rules: Disclosure) -> Band:
    for band in rules.bands:
        if band.covers(n):
            return band.name
    raise ValueError(f"no band for n = {n}")
