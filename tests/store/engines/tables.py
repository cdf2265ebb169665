"""Which questions are for either engine."""

from __future__ import annotations

from pathlib import Path

from kpi.queries.sql_runner import SQL, sql_text
from kpi.store.frozen_tables import FROZEN, tables_used


def operational_questions() -> list[str]:
    """The questions that read operational tables."""
    return [path.stem for path in questions() if tables_used(sql_text(path.stem)) - FROZEN]


def questions() -> list[Path]:
    return sorted(SQL.glob("*.sql"))
