"""A panel in parts, put into a database of its own (``kpi/store/scratch.sql``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi.queries.sql_runner import sql_text
from kpi.store.cursor import Cursor

if TYPE_CHECKING:
    import pandas as pd


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
