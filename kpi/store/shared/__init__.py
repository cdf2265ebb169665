"""A store that several processes share: operational rows in PostgreSQL, frozen records as files, counted in DuckDB.

Only this package imports psycopg, and nothing imports this package but ``kpi.store.open_store``, when it is asked for.
"""
