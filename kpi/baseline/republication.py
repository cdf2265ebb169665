"""One snapshot a year: a correction republishes a cell only where too much changed for anybody to be told apart.

Two tables of a year that differ by one factory would give its value away. So a cell's row is computed again only where
enough groups changed, against every snapshot of the year from which a rival has numbers; else the row in force is
carried on as it was. Small corrections add up: they are counted from those snapshots, not from the last import.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kpi import queries
from kpi.baseline.publication import COUNT_RULES
from kpi.model.baseline import Baseline
from kpi.model.publication import PublishedRow
from kpi.policy.policy import Policy
from kpi.queries.sql_runner import BoundRecords
from kpi.store.cursor import Cursor

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
    changed = queries.changed_groups(cursor, list(earlier), records)
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
