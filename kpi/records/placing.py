"""What placing needs of a baseline, written once at freeze."""

from __future__ import annotations

from kpi.queries.sql_runner import sql_text
from kpi.store.cursor import Cursor


def add_placing(cursor: Cursor, baseline: str) -> None:
    """Number the cells of a baseline just added, sort their values and count along them. Each table needs the last."""
    ((cell, block),) = cursor.execute(
        "select (select coalesce(max(cell), 0) + 1 from ladder), (select coalesce(max(block), 0) + 1 from rung)"
    ).fetchall()
    start = {"baseline": baseline, "first_cell": cell}
    cursor.execute(f"insert into rung {sql_text('rungs')}", start | {"first_block": block})
    cursor.execute(f"insert into ladder {sql_text('ladders')}", start)
    cursor.execute(f"insert into filed_record {sql_text('filed_records')}", {"baseline": baseline})
