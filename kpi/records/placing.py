"""What placing needs of a baseline, written once at freeze."""

from __future__ import annotations

from collections.abc import Callable

from kpi.queries.sql_runner import sql_text
from kpi.records.baselines import unseen
from kpi.store.cursor import Cursor

GREATEST_NUMBER = 2**31 - 1
"""A cell's number is an integer of the database."""


def add_placing(cursor: Cursor, baseline: str, progress: Callable[[float], None] = unseen) -> None:
    """Number the cells of a baseline just added, sort their values and count along them. Each table needs the last.

    ``progress`` is given the share that is done, 0..1: filing the records is most of the work.
    """
    ((cell, block),) = cursor.execute(
        "select (select coalesce(max(cell), 0) + 1 from ladder), (select coalesce(max(block), 0) + 1 from rung)"
    ).fetchall()
    start = {"baseline": baseline, "first_cell": cell}
    all_cells = {"first": cell, "last": GREATEST_NUMBER}
    cursor.execute(f"insert into rung {sql_text('rungs')}", start | all_cells | {"first_block": block})
    progress(0.1)
    cursor.execute(f"insert into ladder {sql_text('ladders')}", start)
    progress(0.3)
    cursor.execute(f"insert into filed_record {sql_text('filed_records')}", all_cells | {"baseline": baseline})
    progress(1)
