"""The tables that peers are counted in, written once at freeze."""

from __future__ import annotations

from collections.abc import Callable

from kpi.queries.sql_runner import sql_text
from kpi.records.baselines import unseen
from kpi.store.cursor import Cursor


def add_placing(cursor: Cursor, baseline: str, year: int, progress: Callable[[float], None] = unseen) -> None:
    """Number the cells and enterprises of a baseline just added, and lay its records out by cell and value.

    ``progress`` is given the share that is done, 0..1: laying out the records is most of the work.
    """
    values = {"baseline": baseline}
    cursor.execute(f"insert into peer_cell {sql_text('peer_cells')}", values)
    cursor.execute(f"insert into peer_enterprise {sql_text('peer_enterprises')}", values | {"year": str(year)})
    progress(0.2)
    cursor.execute(f"insert into peer_record {sql_text('peer_records')}", values)
    progress(1)
