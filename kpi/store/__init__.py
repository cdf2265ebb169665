"""The store: one folder with the database, the originals of everything sent, and this installation's secret.

It is the only importer of duckdb. Questions are asked through a cursor of one's own (``Store.cursor``), because a
connection shared by threads hands one thread another's rows; changes go through ``Store.transaction``, one at a time.
"""
