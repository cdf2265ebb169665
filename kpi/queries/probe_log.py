"""Which values were compared with the published table."""

from __future__ import annotations

from kpi.queries.sql_runner import query_rows
from kpi.store.cursor import Cursor


def probe_is_logged(cursor: Cursor, credit_code: str, year: int, kind: str, sha256: str) -> bool:
    """Whether the log contains this set of values of a factory and year, of this kind."""
    values = {"credit_code": credit_code, "year": year, "kind": kind, "sha256": sha256}
    return bool(query_rows(cursor, "was_asked", values)[0]["asked"])
