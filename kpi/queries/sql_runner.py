"""Asking a question: its SQL lies in ``kpi/sql/<question>.sql``, values are bound, never written into the text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from kpi.store.cursor import Cursor

SQL = Path(__file__).resolve().parents[1] / "sql"

SqlRow = dict[str, Any]


@cache
def sql_text(question: str) -> str:
    return (SQL / f"{question}.sql").read_text("utf-8")


def query_rows(cursor: Cursor, question: str, values: Mapping[str, Any] | None = None) -> list[SqlRow]:
    """The answer as one dict a row; for questions whose answer is small."""
    cursor.execute(sql_text(question), dict(values or {}))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def query_frame(
    cursor: Cursor, question: str, values: Mapping[str, Any] | None = None, **tables: pd.DataFrame
) -> pd.DataFrame:
    """The answer as a frame; ``tables`` are bound by name for the length of the question."""
    for name, table in tables.items():
        cursor.register(name, table)
    try:
        answer: pd.DataFrame = cursor.execute(sql_text(question), dict(values or {})).df()
    finally:
        for name in tables:
            cursor.unregister(name)
    return answer
