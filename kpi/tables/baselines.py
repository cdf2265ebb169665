"""Baselines in the store, their cells, and what is published of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from math import isnan, nan
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound
from kpi.model.evaluation import Baseline, Provenance
from kpi.model.publication import PublishedCell, PublishedRow
from kpi.model.times import from_stored, to_stored
from kpi.store.cache import cached_read
from kpi.store.database import Cursor
from kpi.tables.sql_runner import SqlRow, fields_of, insert, insert_numbered, query_rows

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


# Baselines in the store, their cells, and what is published of them.


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
class BaselineProposal:
    """A baseline that somebody has proposed: all that freezing it needs, its files by their hashes.

    ``recipe`` is JSON. ``sha256`` is of the content to be frozen, ``standing`` of what it was previewed beside.
    """

    id: str
    name: str
    region: str
    year: int
    provenance: Provenance
    source: str
    file_name: str
    file_sha256: str
    recipe: str | None
    sizes_name: str | None
    sizes_sha256: str | None
    groups_name: str | None
    groups_sha256: str | None
    smaller_because: str
    sha256: str
    standing: str
    proposed_by: str
    proposed_at: datetime


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


def waiting_baselines(cursor: Cursor) -> list[BaselineProposal]:
    """What was proposed and neither confirmed nor withdrawn, the earliest first."""
    return [
        BaselineProposal(**(row | {"proposed_at": from_stored(row["proposed_at"])}))
        for row in query_rows(cursor, "waiting_baselines")
    ]


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
    return [_baseline(row) for row in query_rows(cursor, "baselines", values)]


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
    return tuple(baseline.name for baseline in baselines(cursor) if baseline.sha256 == sha256 and baseline.name != but)


def part_of_baseline(baseline: str, part: Hashable, read: Callable[[], Answer]) -> Answer:
    """A ``part`` of a frozen baseline, cached. Its records are written with its row and never again: the table of
    baselines stands for all of them."""
    return cached_read(("part of baseline", baseline, part), ("baseline",), read)


def cells(cursor: Cursor, baseline: str) -> list[BaselineCell]:
    """The snapshot of every cell of a baseline."""
    asked = {"baseline": baseline}
    found = part_of_baseline(
        baseline, "cells", lambda: [BaselineCell(**row) for row in query_rows(cursor, "cells", asked)]
    )
    return list(found)


def register_sizes(cursor: Cursor, baseline: str, region: str) -> list[IndustrySize]:
    """The industries of a region that a baseline's register counts."""
    found = (IndustrySize(**row) for row in query_rows(cursor, "industry_sizes", {"baseline": baseline}))
    return [size for size in found if size.region == region]


def published_table(cursor: Cursor, baseline: str, region: str, industry: str) -> dict[str, PublishedCell]:
    """What is published of one industry, by KPI code: each that the notice asks for, also where the panel has none."""
    every = published_rows(cursor, baseline)
    found = {row.table.kpi: row.table for row in every if (row.table.region, row.table.industry) == (region, industry)}
    at = (every[0].table.lower_quantile, every[0].table.upper_quantile) if every else (nan, nan)
    nothing = PublishedCell(region, industry, "", None, nan, nan, nan, nan, nan, "few_groups", *at)
    return {kpi.code: found.get(kpi.code) or replace(nothing, kpi=kpi.code) for kpi in catalogue().kpis}


def published_rows(cursor: Cursor, baseline: str) -> list[PublishedRow]:
    """Everything a baseline publishes, with the baseline from whose records each row was computed."""
    return list(part_of_baseline(baseline, "published", lambda: _published_rows(cursor, baseline)))


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


# Freezing a baseline: records, sizes, cells and published table are written together and never changed.


OBSERVATION = ["region", "industry", "kpi", "basis", "credit_code", "told_group", "own_group", "body", "value"]
GROUP = ["credit_code", "group", "own_group"]
CELL = ["region", "industry", "kpi", "basis", "records", "groups", "largest_share", "mean", "p50", "p75", "p80", "p90"]

ROWS_OF_A_PIECE = 500_000


def unseen(_: float) -> None:
    """The progress of what nobody watches."""


@dataclass(frozen=True, slots=True)
class BaselineContent:
    """What a baseline holds: records, the registers of industry sizes and of groups, and stated sub-industries.

    The frames have the columns of their tables except ``baseline``; ``groups`` calls ``told_group`` group.
    """

    observations: pd.DataFrame
    sizes: pd.DataFrame
    groups: pd.DataFrame
    sub_industries: pd.DataFrame


def add_baseline(cursor: Cursor, baseline: Baseline, cells: pd.DataFrame, published: Sequence[PublishedRow]) -> None:
    """All of it but its records. ``cells`` has the columns of its table except ``baseline``."""
    insert_numbered(cursor, "baseline", **fields_of(baseline))
    _insert(cursor, "cell", baseline.name, cells[CELL])
    add_published(cursor, baseline.name, published)


def add_published(cursor: Cursor, baseline: str, published: Sequence[PublishedRow]) -> None:
    """What a baseline publishes, under its name."""
    cursor.executemany(
        """insert into published (baseline, region, industry, kpi, band, median, mean, p20, p80, step, withheld,
                                  lower_quantile, upper_quantile, computed_from, words_expose)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)""",
        [[baseline, *map(_null, astuple(row.table)), row.computed_from, row.words_expose] for row in published],
    )


def add_baseline_records(
    cursor: Cursor, baseline: str, content: BaselineContent, progress: Callable[[float], None] = unseen
) -> None:
    """What it holds, under its name. ``progress`` is given the share of its records that is written, 0..1.

    Raises:
        ValueError: an enterprise has two records of a KPI. Intake reports it; here it would count a peer twice.
    """
    if content.observations.duplicated(["credit_code", "kpi"]).any():
        raise ValueError(f"baseline {baseline}: two records of one enterprise and KPI")
    add_observations(cursor, baseline, content.observations, progress)
    _insert(cursor, "industry_size", baseline, content.sizes[["region", "industry", "size", "groups"]])
    _insert(cursor, "group_register", baseline, content.groups[GROUP])
    _insert(cursor, "sub_industry", baseline, content.sub_industries[["credit_code", "code"]])


def add_observations(
    cursor: Cursor, baseline: str, observations: pd.DataFrame, progress: Callable[[float], None] = unseen
) -> None:
    """The records alone, as they are in ``BaselineContent``. ``progress`` is given the share that is written, 0..1."""
    table = observation_table(observations)
    for first in range(0, len(table), ROWS_OF_A_PIECE):
        _insert(cursor, "observation", baseline, table[first : first + ROWS_OF_A_PIECE])
        progress(min(1.0, (first + ROWS_OF_A_PIECE) / len(table)))


def observation_table(observations: pd.DataFrame) -> pa.Table:
    """Records as DuckDB reads them soonest: where a column's words lie in one array, none is made or held again."""
    import pyarrow as pa  # here and not above: most of what is written is no panel

    return pa.Table.from_pandas(observations[OBSERVATION], preserve_index=False)


def add_observation_pieces(cursor: Cursor, baseline: str, pieces: pa.RecordBatchReader) -> None:
    """Records with the columns ``OBSERVATION``, as they come from another database: none is held longer than its piece.

    That no enterprise has two records of a KPI is for the caller to have seen.
    """
    cursor.register("incoming", pieces)
    try:
        cursor.execute("insert into observation select $1, * from incoming", [baseline])
    finally:
        cursor.unregister("incoming")


def add_baseline_recipe(cursor: Cursor, baseline: str, name: str, recipe: str) -> None:
    """``recipe`` is JSON."""
    insert(cursor, "baseline_recipe", baseline=baseline, name=name, recipe=recipe)


def add_baseline_decision(cursor: Cursor, name: str, reason: str, decided_by: str, decided_at: datetime) -> None:
    insert_numbered(cursor, "baseline_decision", name=name, reason=reason, decided_by=decided_by, decided_at=decided_at)


def add_baseline_proposal(cursor: Cursor, proposal: BaselineProposal) -> None:
    insert(cursor, "baseline_proposal", **fields_of(proposal))


def add_baseline_outcome(
    cursor: Cursor,
    proposal: str,
    outcome: Literal["confirmed", "withdrawn"],
    reason: str,
    noted_by: str,
    noted_at: datetime,
) -> None:
    """What became of a proposal, once and for good."""
    insert(
        cursor,
        "baseline_outcome",
        proposal=proposal,
        outcome=outcome,
        reason=reason,
        noted_by=noted_by,
        noted_at=noted_at,
    )


def _insert(cursor: Cursor, table: str, baseline: str, frame: pd.DataFrame | pa.Table) -> None:
    if not len(frame):
        return
    cursor.register("incoming", frame)
    try:
        # ``table`` is one of the five names above, never an external value.
        cursor.execute(f"insert into {table} select $1, * from incoming", [baseline])  # noqa: S608 - see above
    finally:
        cursor.unregister("incoming")


def _null(value: object) -> object:
    return None if isinstance(value, float) and isnan(value) else value
