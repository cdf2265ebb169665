"""Questions for freezing and verification."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kpi.queries.sql_runner import query_frame, query_rows
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


def store_files(cursor: Cursor) -> list[str]:
    """The hashes of all originals that must exist."""
    return [row["sha256"] for row in query_rows(cursor, "store_files")]
