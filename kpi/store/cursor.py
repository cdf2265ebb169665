"""A cursor of the one connection to the database."""

from __future__ import annotations

import duckdb

Cursor = duckdb.DuckDBPyConnection
