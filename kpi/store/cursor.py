"""A cursor of the one connection to the database, and what it would answer."""

from __future__ import annotations

import duckdb

Cursor = duckdb.DuckDBPyConnection
Relation = duckdb.DuckDBPyRelation
