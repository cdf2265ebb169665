"""Freezing a baseline: records, sizes, cells and published table are written together and never changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from math import isnan
from typing import TYPE_CHECKING

from kpi.model.evaluation import Baseline
from kpi.model.publication import PublishedRow
from kpi.model.times import to_stored
from kpi.store.cursor import Cursor

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

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
    cursor.execute(
        """insert into baseline
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, (select coalesce(max(number), 0) + 1 from baseline))""",
        [
            baseline.name,
            baseline.region,
            baseline.year,
            baseline.provenance,
            baseline.sha256,
            baseline.source,
            baseline.original_sha256,
            to_stored(baseline.imported_at),
            baseline.shipped,
            baseline.groups_sha256,
        ],
    )
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
    cursor.execute("insert into baseline_recipe values ($1, $2, $3)", [baseline, name, recipe])


def add_baseline_decision(cursor: Cursor, name: str, reason: str, decided_by: str, decided_at: datetime) -> None:
    cursor.execute(
        """insert into baseline_decision
           values ($1, $2, $3, $4, (select coalesce(max(number), 0) + 1 from baseline_decision))""",
        [name, reason, decided_by, to_stored(decided_at)],
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
