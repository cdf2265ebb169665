"""Baselines in the store, their cells, and what is published of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from math import nan
from typing import Any, TypeVar

from kpi.errors import NotFound
from kpi.model.evaluation import Baseline
from kpi.model.publication import PublishedCell, PublishedRow
from kpi.model.times import from_stored, to_stored
from kpi.queries.sql_runner import SqlRow, query_rows
from kpi.store.cursor import Cursor
from kpi.store.moment import kept_for_good, kept_until_decided, within_kept_moment

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class BaselineCell:
    """One KPI of one industry on one basis in a baseline; lines are type-7 quantiles in the KPI's unit."""

    region: str
    industry: str
    kpi: str
    basis: str
    records: int
    groups: int
    largest_share: float
    mean: float
    p50: float
    p75: float
    p80: float
    p90: float


@dataclass(frozen=True, slots=True)
class IndustrySize:
    """How many enterprises the register counts in an industry; ``groups`` None where it does not count them."""

    region: str
    industry: str
    size: int
    groups: int | None


@dataclass(frozen=True, slots=True)
class CellChanges:
    """How one cell's records differ between two baselines; ``regrouped`` have another group, whatever their value."""

    region: str
    industry: str
    kpi: str
    basis: str
    added: int
    removed: int
    changed: int
    unchanged: int
    regrouped: int


@dataclass(frozen=True, slots=True)
class BaselineDecision:
    """Somebody decided that of its year the baseline ``name`` is in force."""

    name: str
    reason: str
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class BaselineRecipe:
    """The recipe, as JSON, by which the panel of ``baseline`` was read, and the SHA-256 of the panel's file."""

    baseline: str
    name: str
    recipe: str
    original_sha256: str


def baseline_recipes(cursor: Cursor) -> list[BaselineRecipe]:
    """The latest first."""
    return [BaselineRecipe(**row) for row in query_rows(cursor, "baseline_recipes")]


def baseline_changes(cursor: Cursor, before: str, after: str) -> list[CellChanges]:
    """How the records differ, for each cell of either."""
    return [CellChanges(**row) for row in query_rows(cursor, "baseline_changes", {"before": before, "after": after})]


def baseline_decisions(cursor: Cursor) -> list[BaselineDecision]:
    """The earliest first."""
    return [
        BaselineDecision(**(row | {"decided_at": from_stored(row["decided_at"])}))
        for row in query_rows(cursor, "baseline_decisions")
    ]


def baselines(cursor: Cursor, before: datetime | None = None) -> list[Baseline]:
    """All baselines, preferred ones first: imported before shipped, later years, of a year the one decided upon.

    ``before`` a moment: those that were there then, by what had been decided until then.
    """
    values = {"before": None if before is None else to_stored(before)}
    return list(
        kept_until_decided(
            ("baselines", before), lambda: [_baseline(row) for row in query_rows(cursor, "baselines", values)]
        )
    )


def baseline_named(cursor: Cursor, name: str) -> Baseline:
    """The baseline of that name.

    Raises:
        NotFound: there is none.
    """
    for baseline in baselines(cursor):
        if baseline.name == name:
            return baseline
    raise NotFound("baseline", name)


def baselines_of_content(cursor: Cursor, sha256: str, but: str) -> tuple[str, ...]:
    """The names under which the same content is frozen, ``but`` one."""
    return tuple(one.name for one in baselines(cursor) if one.sha256 == sha256 and one.name != but)


def kept_of(cursor: Cursor, baseline: str, part: Hashable, ask: Callable[[], Answer]) -> Answer:
    """A ``part`` of a frozen baseline, kept in memory under its name and the hashes of its content."""
    if within_kept_moment():
        for one in baselines(cursor):
            if one.name == baseline:
                return kept_for_good((one.name, one.sha256, one.groups_sha256, part), ask)
    return ask()


def cells(cursor: Cursor, baseline: str) -> list[BaselineCell]:
    """The snapshot of every cell of a baseline."""
    asked = {"baseline": baseline}
    return list(
        kept_of(cursor, baseline, "cells", lambda: [BaselineCell(**row) for row in query_rows(cursor, "cells", asked)])
    )


def register_sizes(cursor: Cursor, baseline: str, region: str) -> list[IndustrySize]:
    """The industries of a region that a baseline's register counts."""
    found = (IndustrySize(**row) for row in query_rows(cursor, "industry_sizes", {"baseline": baseline}))
    return [one for one in found if one.region == region]


def published_table(cursor: Cursor, baseline: str, region: str, industry: str) -> dict[str, PublishedCell]:
    """What is published of one industry, by KPI code."""
    found = published_rows(cursor, baseline)
    return {row.table.kpi: row.table for row in found if (row.table.region, row.table.industry) == (region, industry)}


def published_rows(cursor: Cursor, baseline: str) -> list[PublishedRow]:
    """Everything a baseline publishes, with the baseline from whose records each row was computed."""
    return list(kept_of(cursor, baseline, "published", lambda: _published_rows(cursor, baseline)))


def kpis_of_exposing_words(cursor: Cursor, baseline: str, industry: str) -> frozenset[str]:
    """The KPIs of an industry of which some word would expose peers of a baseline."""
    return frozenset(
        row.table.kpi for row in published_rows(cursor, baseline) if row.words_expose and row.table.industry == industry
    )


def _published_rows(cursor: Cursor, baseline: str) -> list[PublishedRow]:
    return [
        PublishedRow(
            computed_from=row.pop("computed_from"), words_expose=row.pop("words_expose"), table=_published(row)
        )
        for row in query_rows(cursor, "published_rows", {"baseline": baseline})
    ]


def _published(row: SqlRow) -> PublishedCell:
    numbers: dict[str, Any] = {
        name: nan if row[name] is None else row[name] for name in ("median", "mean", "p20", "p80", "step")
    }
    return PublishedCell(**(row | numbers))


def _baseline(row: SqlRow) -> Baseline:
    return Baseline(**(row | {"imported_at": from_stored(row["imported_at"])}))
