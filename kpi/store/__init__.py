"""The store: one folder with the database, the originals of all uploads, and this installation's secret.

Only this package imports duckdb. Each reader takes its own cursor (``Store.cursor``), because a connection shared by
threads gives one thread another's rows; changes go through ``Store.transaction``, one at a time.
"""
