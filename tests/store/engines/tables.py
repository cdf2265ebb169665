"""Which questions and writes are for either engine."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from kpi import tables
from kpi.store.schema import FROZEN, tables_used
from kpi.tables.sql_runner import SQL, sql_text

WRITES = r'"(?:insert into|update|delete from) ([\w{}]+)|\binsert(?:_numbered)?\(\s*[\w.]+,\s*"(\w+)"'
"""The table that a statement, or a call of ``insert``, writes to."""

NOT_OPERATIONAL = ("sql_runner", "freezing", "placing")
"""What every table is written by, and what writes frozen records."""


def operational_questions() -> list[str]:
    """The questions that read operational tables."""
    return [path.stem for path in questions() if tables_used(sql_text(path.stem)) - FROZEN]


def questions() -> list[Path]:
    return sorted(SQL.glob("*.sql"))


def operational_writes() -> list[str]:
    """The functions that write a row of an operational table, as MODULE.FUNCTION of ``kpi.tables``."""
    return [
        f"{module}.{name}"
        for module in tables.__all__
        if module not in NOT_OPERATIONAL
        for name, function in vars(getattr(tables, module)).items()
        if inspect.isfunction(function)
        and function.__module__ == f"kpi.tables.{module}"
        and not name.startswith("_")
        and (written := {item or other for item, other in re.findall(WRITES, inspect.getsource(function))})
        and written - FROZEN
    ]
