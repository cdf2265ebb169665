"""Operational questions and writes on DuckDB and on PostgreSQL: one text, equal results."""
