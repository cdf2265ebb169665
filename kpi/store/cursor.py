"""What a question is asked through: a cursor of the one connection to the database."""

from __future__ import annotations

import duckdb

Cursor = duckdb.DuckDBPyConnection
