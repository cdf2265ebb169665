"""What everybody may know of a baseline cell: one table, made once at freeze, the same for every viewer (method 5).

The own group is in, nothing is finer than the median and a quantile on either side, of which the upper one is policy's
leading line, every number is rounded to a unit that grows with the spread, and a cell of few or lopsided groups
publishes nothing. Before a table goes out it is attacked as a rival would, and only one that gives nobody away stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import isnan, nan
from typing import Protocol

import numpy as np
import pandas as pd

from kpi import stats
from kpi import tables as store_tables
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi
from kpi.model.evaluation import Baseline
from kpi.model.publication import PublishedCell, PublishedRow
from kpi.model.representation import Band
from kpi.policy.policy import DisclosureRules, Policy
from kpi.stats.reconstruction import PhysicalBounds, PublishedBounds, first_exposed
from kpi.store.database import Cursor
from kpi.tables.sql_runner import BoundRecords

EMPTY_ROW = pd.DataFrame({"own_group": pd.Series(dtype=str), "value": pd.Series(dtype=float)})
COUNT_RULES = ("few_groups", "dominant_group")
"""Why a cell may publish nothing, whatever its values: too few groups, or one too large."""


Progress = Callable[[float], None]
"""Is given the share that is done, 0..1."""


def progress_unseen(_: float) -> None:
    """The progress of what nobody watches."""


class RecordCells(Protocol):
    """Records by cell, in memory or asked for one by one."""

    def cell(self, industry: str, kpi: str, basis: str) -> pd.DataFrame:
        """Columns own_group, a name or a number, and value; ``basis`` is "only" where the KPI has one.

        No row where nobody reported it.
        """


class _HeldRecords:
    """Each cell is taken from the panel when it is asked for: a large one is not held twice."""

    def __init__(self, records: pd.DataFrame) -> None:
        # Which group is which is all that counts: numbers are taken and compared sooner than names.
        self._groups = pd.factorize(records["own_group"])[0]
        self._values = records["value"].to_numpy(dtype=float)
        self._places = records.groupby(["industry", "kpi", "basis"]).indices

    def cell(self, industry: str, kpi: str, basis: str) -> pd.DataFrame:
        places = self._places.get((industry, kpi, basis))
        if places is None:
            return EMPTY_ROW
        return pd.DataFrame({"own_group": self._groups[places], "value": self._values[places]})


def records_by_cell(records: pd.DataFrame | RecordCells) -> RecordCells:
    """``records`` as ``publish`` takes them."""
    return _HeldRecords(records) if isinstance(records, pd.DataFrame) else records


def records_on_basis(cells: RecordCells, industry: str, kpi: Kpi, policy: Policy) -> pd.DataFrame:
    """Columns own_group and value of one cell, on policy's basis."""
    return cells.cell(industry, kpi.code, policy.basis(kpi.code) or "only")


def publish(
    records: pd.DataFrame | RecordCells,
    region: str,
    policy: Policy,
    progress: Progress = progress_unseen,
    industries: Sequence[str] | None = None,
    quantiles: tuple[float, float] | None = None,
) -> list[PublishedCell]:
    """The published table of all KPIs and ``industries``, None for all.

    ``records``: columns industry, kpi, basis, own_group, value; one row an enterprise's value. Or the same by cell.
    ``quantiles``: lower and upper, policy's if None; for a table that was published at others, to be made again.
    """
    cells = records_by_cell(records)
    asked = [industry.name.zh for industry in catalogue().industries] if industries is None else industries
    places = [(industry, kpi) for industry in asked for kpi in catalogue().kpis]
    tables = []
    for done, (industry, kpi) in enumerate(places, 1):
        tables.append(
            publish_cell(kpi, region, industry, records_on_basis(cells, industry, kpi, policy), policy, quantiles)
        )
        progress(done / len(places))
    return tables


def publish_cell(
    kpi: Kpi,
    region: str,
    industry: str,
    cell: pd.DataFrame,
    policy: Policy,
    quantiles: tuple[float, float] | None = None,
) -> PublishedCell:
    """One cell. ``cell``: columns own_group and value, the records on policy's basis; ``quantiles`` as in ``publish``.

    What would let a rival read somebody's value back gives way to less, and at last to nothing.
    """
    rules = policy.disclosure
    at = quantiles or policy.published_quantiles
    nothing = PublishedCell(region, industry, kpi.code, None, nan, nan, nan, nan, nan, None, *at)
    if why := _withheld(np.bincount(pd.factorize(cell["own_group"])[0]), rules):
        return replace(nothing, withheld=why)
    values = np.sort(cell["value"].to_numpy(dtype=float))
    for table in _tables(replace(nothing, band=_band(len(values), rules)), kpi, cell, rules):
        if not _gives_away(table, kpi, values, policy):
            return table
    return replace(nothing, withheld="would_reveal")


def _tables(bare: PublishedCell, kpi: Kpi, cell: pd.DataFrame, rules: DisclosureRules) -> Iterator[PublishedCell]:
    """What could be published, less and less: in the cell's unit, in twice that, and then the median alone."""
    values = np.sort(cell["value"].to_numpy(dtype=float))
    unit = stats.rounding_unit(_spread(values), rules.rounding_divisor)
    quantiles = _quantiles_allowed(kpi, cell["own_group"].nunique(), rules)
    exact = (
        stats.harrell_davis(values, 0.5),
        float(cell["value"].to_numpy(dtype=float).mean()) if _mean_allowed(kpi, cell, rules) else nan,
        stats.harrell_davis(values, bare.lower_quantile) if quantiles else nan,
        stats.harrell_davis(values, bare.upper_quantile) if quantiles else nan,
    )
    for step in (unit, 2 * unit):
        median, mean, p20, p80 = (float(stats.round_to(item, step)) for item in exact)
        yield replace(bare, median=median, mean=mean, p20=p20, p80=p80, step=step)
    yield replace(bare, median=median, step=step)


def _gives_away(table: PublishedCell, kpi: Kpi, values: np.ndarray, policy: Policy) -> bool:
    """Whether a rival can tell somebody's value to within less than the policy's part of the middle half."""
    known = public_knowledge(table, values, policy)
    return first_exposed(values, known, *protected_width(kpi, values, policy), kpi.whole) is not None


def gives_away_to_member(table: PublishedCell, kpi: Kpi, values: np.ndarray, policy: Policy, own: int) -> bool:
    """The same for a member of the cell that knows its own value and its place among all, ``own`` from 0 ascending."""
    known = public_knowledge(table, values, policy)
    return first_exposed(values, known, *protected_width(kpi, values, policy), kpi.whole, own) is not None


def protected_width(kpi: Kpi, values: np.ndarray, policy: Policy) -> tuple[PhysicalBounds, float]:
    """The physical bounds, and the width of the interval that everybody keeps."""
    return kpi.bounds(policy.basis(kpi.code)), _spread(values) / policy.disclosure.protection_divisor


def public_knowledge(table: PublishedCell, values: np.ndarray, policy: Policy) -> list[PublishedBounds]:
    """What a rival knows of a cell's sorted values.

    More than is published: n itself, and the unit before any doubling, which shows the spread.
    """
    rules, n, spread = policy.disclosure, len(values), _spread(values)
    unit = stats.rounding_unit(spread, rules.rounding_divisor)
    middle_half = stats.type7_weights(n, 0.75) - stats.type7_weights(n, 0.25)
    published = [
        (table.median, stats.harrell_davis_weights(n, 0.5)),
        (table.mean, np.full(n, 1 / n)),
        (table.p20, stats.harrell_davis_weights(n, table.lower_quantile)),
        (table.p80, stats.harrell_davis_weights(n, table.upper_quantile)),
    ]
    return [PublishedBounds(middle_half, *stats.spreads_behind(unit, rules.rounding_divisor))] + [
        PublishedBounds(weights, number - table.step / 2, number + table.step / 2)
        for number, weights in published
        if not isnan(number)
    ]


def _spread(values: np.ndarray) -> float:
    return float(stats.type7(values, 0.75) - stats.type7(values, 0.25))


def _withheld(per_group: np.ndarray, rules: DisclosureRules) -> str | None:
    if len(per_group) < rules.min_groups:
        return "few_groups"
    if per_group.max() > rules.max_group_share * per_group.sum():
        return "dominant_group"
    return None


def _quantiles_allowed(kpi: Kpi, groups: int, rules: DisclosureRules) -> bool:
    if kpi.code in rules.median_only:
        return False
    return groups >= (rules.quantile_groups if _bounded(kpi) else rules.quantile_groups_unbounded)


def _mean_allowed(kpi: Kpi, cell: pd.DataFrame, rules: DisclosureRules) -> bool:
    if kpi.code in rules.median_only:
        return False
    # A group knows all its records: it is one contributor.
    contributions = cell["value"].abs().groupby(cell["own_group"]).sum()
    return _bounded(kpi) or bool(stats.p_percent_safe(contributions.to_numpy(dtype=float), rules.p_percent))


def _bounded(kpi: Kpi) -> bool:
    return kpi.maximum is not None


def _band(n: int, rules: DisclosureRules) -> Band:
    for band in rules.bands:
        if band.covers(n):
            return band.name
    raise ValueError(f"no band for n = {n}")


# One snapshot a year: a correction republishes a cell only where too much changed for anybody to be told apart.
#
# Two tables of a year that differ by one factory would give its value away. So a cell's row is computed again only
# where enough groups changed, against every snapshot of the year from which a rival has numbers; else the row in force
# is carried on as it was. Small corrections add up: they are counted from those snapshots, not from the last import.


EarlierBaseline = Mapping[str, Sequence[PublishedRow]]
"""What the earlier baselines of a year publish, by name, the one in force first."""


def corrects_same_year(one: Baseline, other: Baseline) -> bool:
    """Whether the later corrects the earlier. What ships is invented, and corrects nothing."""
    return (one.region, one.year) == (other.region, other.year) and not one.shipped and not other.shipped


def republish(
    cursor: Cursor,
    records: BoundRecords,
    fresh: Sequence[PublishedRow],
    earlier: EarlierBaseline,
    policy: Policy,
) -> list[PublishedRow]:
    """What a baseline publishes: rows of ``fresh``, computed from its ``records``, or earlier ones.

    ``earlier`` are the baselines frozen before it that are ``corrects_same_year`` with it.
    """
    if not earlier:
        return list(fresh)
    changed = store_tables.freezing.changed_groups(cursor, list(earlier), records)
    tables = {source: {(row.table.industry, row.table.kpi): row for row in rows} for source, rows in earlier.items()}
    kept = []
    for row in fresh:
        cell = (row.table.industry, row.table.kpi)
        before = {source: table[cell] for source, table in tables.items()}
        basis = policy.basis(row.table.kpi) or "only"
        moved = {source: changed.get((source, *cell, basis), 0) for source in before}
        kept.append(_row(row, before, moved, policy.disclosure.correction_groups))
    return kept


def _row(
    fresh: PublishedRow, before: Mapping[str, PublishedRow], moved: Mapping[str, int], needed: int
) -> PublishedRow:
    """One cell: ``before`` is its row in each earlier baseline, ``moved`` in how many groups its records differ."""
    # Where nothing was ever published there is nothing to compare with.
    published_before = {row.computed_from for row in before.values() if before[row.computed_from].table.band}
    if all(moved[source] >= needed for source in published_before):
        return fresh
    in_force = before[next(iter(before.values())).computed_from]
    if fresh.table.withheld not in COUNT_RULES:
        return in_force
    # All rows of one snapshot are at its quantiles, also those that a later count takes away.
    at = in_force.table
    table = replace(fresh.table, lower_quantile=at.lower_quantile, upper_quantile=at.upper_quantile)
    return replace(fresh, table=table, computed_from=in_force.computed_from)
