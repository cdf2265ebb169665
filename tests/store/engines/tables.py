"""Which tables hold frozen records, for DuckDB alone, and which are operational, for either engine."""

from __future__ import annotations

import re
from pathlib import Path

from kpi.queries.sql_runner import SQL, sql_text
from kpi.store.migrations import table_names

FROZEN = frozenset({"observation", "industry_size", "group_register", "sub_industry", "ladder", "rung", "filed_record"})
"""A baseline's records and what is made of them at freeze: many rows, never changed, counted in whole columns."""


def operational_tables() -> list[str]:
    return sorted(table_names() - FROZEN - {"schema_version"})


def tables_read(text: str) -> set[str]:
    """The store's tables that a question reads, as it says after "from" and "join"; not its own, made with "with"."""
    said = re.sub(r"--.*", "", text)
    own = set(re.findall(r"(?:with\s+|,\s+)(\w+) as (?:not )?(?:materialized )?\(", said))
    return {name for name in re.findall(r"\b(?:from|join)\s+(\w+)", said) if name not in own} & table_names()


def operational_questions() -> list[str]:
    """The questions that read operational tables."""
    return [path.stem for path in questions() if tables_read(sql_text(path.stem)) - FROZEN]


def questions() -> list[Path]:
    return sorted(SQL.glob("*.sql"))
