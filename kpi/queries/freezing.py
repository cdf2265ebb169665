"""Questions for freezing and verification."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kpi.queries.sql_runner import query_frame, query_rows, unequal_rows
from kpi.store.cursor import Cursor

if TYPE_CHECKING:
    import pandas as pd


def freeze_cells(cursor: Cursor, records: pd.DataFrame) -> pd.DataFrame:
    """The snapshot of the cells of records about to be frozen (``sql/freeze_cells.sql``)."""
    return query_frame(cursor, "freeze_cells", record=records)


def changed_groups(
    cursor: Cursor, earlier: Sequence[str], records: pd.DataFrame
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


def industry_sizes(cursor: Cursor, baseline: str) -> pd.DataFrame:
    return query_frame(cursor, "industry_sizes", {"baseline": baseline})


def group_register(cursor: Cursor, baseline: str) -> pd.DataFrame:
    """A baseline's register of groups: credit_code, group (None: it stands alone), own_group."""
    return query_frame(cursor, "group_register", {"baseline": baseline})


def sub_industries(cursor: Cursor, baseline: str) -> pd.DataFrame:
    """The sub-industries a panel stated: credit_code, code."""
    return query_frame(cursor, "sub_industries", {"baseline": baseline})


def ladders(cursor: Cursor, baseline: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cells that placing knows of a baseline: as its records and rungs give them, and as written at freeze."""
    kept = query_frame(cursor, "kept_ladders", {"baseline": baseline})
    first = int(kept["cell"].min()) if len(kept) else 1
    return query_frame(cursor, "ladders", {"baseline": baseline, "first_cell": first}), kept


def misplaced_rows(cursor: Cursor, baseline: str, ladders: pd.DataFrame) -> int:
    """How many rungs and filed records of a baseline its records do not give, or give and are missing.

    ``ladders`` are its cells, as written and as they must be.
    """
    if ladders.empty:
        return 0
    start = {"first_cell": int(ladders["cell"].min()), "first_block": int(ladders["first_block"].min())}
    kept = {"first": int(ladders["cell"].min()), "last": int(ladders["cell"].max())}
    return unequal_rows(cursor, "rungs", "kept_rungs", {"baseline": baseline, **start, **kept}) + unequal_rows(
        cursor, "filed_records", "kept_filed_records", {"baseline": baseline, **kept}
    )


def store_files(cursor: Cursor) -> list[str]:
    """The hashes of all originals that must exist."""
    return [row["sha256"] for row in query_rows(cursor, "store_files")]
