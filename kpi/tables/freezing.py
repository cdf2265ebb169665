"""What is frozen of a panel: cells and published figures asked of its records, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kpi.store.database import Cursor
from kpi.tables.sql_runner import (
    BoundRecords,
    SqlRow,
    query_batches,
    query_columns,
    query_frame,
    query_reader,
    query_relation,
    query_rows,
    sql_text,
)

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa


# Questions for freezing and verification.


ROWS_OF_A_PIECE = 250_000


@dataclass(frozen=True, slots=True)
class RepeatedInParts:
    """A record that repeats another: part and row of both; ``repeated`` is how many of its KPI do."""

    part: int
    row: int
    first_part: int
    first_row: int
    repeated: int


@dataclass(frozen=True, slots=True)
class DisagreeingParts:
    """What two rows say of one enterprise, None for a blank; ``differing`` is how many rows do so."""

    part: int
    row: int
    first_part: int
    first_row: int
    told_group: str | None
    first_group: str | None
    industry: str
    first_industry: str
    sub_industry: str | None
    first_sub_industry: str | None
    body: str | None
    first_body: str | None
    differing: int


def freeze_cells(cursor: Cursor, records: BoundRecords) -> pd.DataFrame:
    """The snapshot of the cells of records about to be frozen (``sql/freeze_cells.sql``)."""
    return query_frame(cursor, "freeze_cells", record=records)


def freeze_stored_cells(cursor: Cursor, baseline: str) -> pd.DataFrame:
    """As ``freeze_cells`` of all records of a baseline, where they lie.

    An industry at a time: quantiles hold all values that they are asked of.
    """
    import pandas as pd  # here and not above: most queries are about no panel

    found = []
    for row in query_rows(cursor, "baseline_industries", {"baseline": baseline}):
        records = query_relation(cursor, "stored_records_of_industry", {"baseline": baseline, **row})
        found.append(freeze_cells(cursor, records))
    return pd.concat(found).sort_values(["region", "industry", "kpi", "basis"], ignore_index=True)


def changed_groups(
    cursor: Cursor, earlier: Sequence[str], records: BoundRecords
) -> dict[tuple[str, str, str, str], int]:
    """In how many groups records differ from earlier baselines, by baseline, industry, KPI and basis; 0 is left out.

    Added, removed or of another value (``sql/changed_groups.sql``).
    """
    found = query_frame(cursor, "changed_groups", {"earlier": list(earlier)}, record=records)
    keys = found[["baseline", "industry", "kpi", "basis"]].itertuples(index=False, name=None)
    return dict(zip(keys, found["groups"].tolist(), strict=True))


def observations(cursor: Cursor, baseline: str) -> pd.DataFrame:
    """All frozen records of a baseline."""
    return query_frame(cursor, "observations", {"baseline": baseline})


def stored_records(cursor: Cursor, baseline: str) -> BoundRecords:
    """The records of a baseline where they lie, to be bound to another query of the same cursor."""
    return query_relation(cursor, "stored_records", {"baseline": baseline})


def observation_pieces(cursor: Cursor, baseline: str) -> pa.RecordBatchReader:
    """All records of a baseline, to be read once, by another database."""
    return query_reader(cursor, "observation_pieces", ROWS_OF_A_PIECE, {"baseline": baseline})


def record_pieces(cursor: Cursor, baseline: str) -> pa.RecordBatchReader:
    """As ``stored_records``, to be read once, by another database."""
    return query_reader(cursor, "stored_records", ROWS_OF_A_PIECE, {"baseline": baseline})


class StoredCells:
    """The records of a baseline by cell. Those of one industry are held: of the one that was last asked about.

    To be asked about one industry after the other. A cell at a time would read all records for each.
    """

    def __init__(self, cursor: Cursor, baseline: str) -> None:
        self._cursor = cursor
        self._baseline = baseline
        self._industry: str | None = None
        self._places: dict[tuple[str, str], slice] = {}
        self._columns: Mapping[str, np.ndarray] = {}

    @property
    def held(self) -> int:
        """How many records."""
        return sum(place.stop - place.start for place in self._places.values())

    def cell(self, industry: str, kpi: str, basis: str) -> pd.DataFrame:
        """Columns own_group, a number, and value, by credit code."""
        import pandas as pd  # here and not above: most queries are about no panel

        if industry != self._industry:
            self._read(industry)
        place = self._places.get((kpi, basis), slice(0, 0))
        return pd.DataFrame({name: column[place] for name, column in self._columns.items()})

    def _read(self, industry: str) -> None:
        # The last one's are let go of before the next one's come.
        self._industry, self._places, self._columns = None, {}, {}
        values = {"baseline": self._baseline, "industry": industry}
        start = 0
        for kpi, basis, count in query_frame(self._cursor, "industry_cells", values).itertuples(index=False):
            self._places[kpi, basis] = slice(start, start + count)
            start += count
        self._columns = query_columns(self._cursor, "industry_records", values)
        self._industry = industry


def panel_counts(cursor: Cursor, baseline: str) -> dict[str, tuple[int, int]]:
    """The enterprises and groups of each industry that have a record."""
    found = query_rows(cursor, "panel_counts", {"baseline": baseline})
    return {row["industry"]: (row["enterprises"], row["groups"]) for row in found}


def sub_industries_of_parts(cursor: Cursor) -> pd.DataFrame:
    """credit_code and code, of the enterprises that state one and have a record."""
    return query_frame(cursor, "parts/sub_industries_of_parts")


def hashed_records(cursor: Cursor, baseline: str) -> Iterator[pa.RecordBatch]:
    """The records of a baseline as they are hashed, piece by piece (``sql/hashed_records.sql``)."""
    yield from query_batches(cursor, "hashed_records", ROWS_OF_A_PIECE, {"baseline": baseline})


def records_elsewhere(cursor: Cursor, baseline: str, region: str) -> int:
    """How many records of a baseline are not of its region."""
    return int(query_rows(cursor, "other_regions", {"baseline": baseline, "region": region})[0]["records"])


def stated_groups(cursor: Cursor, baseline: str, names: Sequence[str] = ()) -> pd.DataFrame:
    """The enterprises that state a group, belong to one, or are among ``names``: credit_code, group, own_group."""
    return query_frame(cursor, "stated_groups", {"baseline": baseline, "names": list(names)})


def records_of_enterprises(cursor: Cursor, baseline: str, enterprises: Sequence[str]) -> pd.DataFrame:
    """What a baseline has of these credit codes: credit_code, group, industry, body, kpi, basis, value."""
    return query_frame(cursor, "records_of_enterprises", {"baseline": baseline, "enterprises": list(enterprises)})


def industry_sizes(cursor: Cursor, baseline: str) -> pd.DataFrame:
    return query_frame(cursor, "industry_sizes", {"baseline": baseline})


def group_register(cursor: Cursor, baseline: str) -> pd.DataFrame:
    """A baseline's register of groups: credit_code, group (None: it stands alone), own_group."""
    return query_frame(cursor, "group_register", {"baseline": baseline})


def sub_industries(cursor: Cursor, baseline: str) -> pd.DataFrame:
    """The sub-industries a panel stated: credit_code, code."""
    return query_frame(cursor, "sub_industries", {"baseline": baseline})


def store_files(cursor: Cursor) -> list[str]:
    """The hashes of all originals that must exist."""
    return [row["sha256"] for row in query_rows(cursor, "store_files")]


def repeated_in_parts(cursor: Cursor, kpi: str, most: int) -> list[RepeatedInParts]:
    """The first ``most`` records of a KPI that repeat an enterprise's (``sql/parts/repeated_in_parts.sql``)."""
    return [RepeatedInParts(**row) for row in _of_parts(cursor, "parts/repeated_in_parts", {"kpi": kpi, "most": most})]


def disagreeing_parts(cursor: Cursor, most: int) -> list[DisagreeingParts]:
    """The first ``most`` rows that say otherwise of an enterprise (``sql/parts/disagreeing_parts.sql``)."""
    return [DisagreeingParts(**row) for row in _of_parts(cursor, "parts/disagreeing_parts", {"most": most})]


def _of_parts(cursor: Cursor, query: str, values: Mapping[str, Any]) -> list[SqlRow]:
    """Of tables that no store has: such an answer is never kept."""
    return [row for piece in query_batches(cursor, query, ROWS_OF_A_PIECE, values) for row in piece.to_pylist()]


def groups_in_parts(cursor: Cursor, names: Sequence[str] = ()) -> pd.DataFrame:
    """The enterprises of a panel in parts that state a group, or whose code is among ``names``: credit_code, group."""
    return query_frame(cursor, "parts/groups_in_parts", {"names": list(names)})


# A panel in parts, put into a database of its own (``kpi/store/scratch.sql``).


def add_part_piece(cursor: Cursor, part: int, records: pd.DataFrame, facts: pd.DataFrame) -> None:
    """A piece of the part with this number, as ``PartPiece`` has it."""
    for table, frame, columns in (
        ("part_record", records, "\"row\", credit_code, kpi, coalesce(basis, 'only'), value"),
        ("part_fact", facts, '"row", credit_code, "group", industry, sub_industry, body'),
    ):
        cursor.register("piece", frame)
        try:
            cursor.execute(f"insert into {table} select $1, {columns} from piece", [part])  # noqa: S608 - our own names
        finally:
            cursor.unregister("piece")


def add_records_of_parts(cursor: Cursor, baseline: str, region: str, owners: pd.DataFrame) -> None:
    """All records of the parts as observations. ``owners``: credit_code and own_group of who does not stand alone."""
    cursor.register("owner", owners)
    try:
        values = {"baseline": baseline, "region": region}
        cursor.execute(f"insert into observation {sql_text('parts/records_of_parts')}", values)
    finally:
        cursor.unregister("owner")
