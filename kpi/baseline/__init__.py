"""A baseline from panel file to published table: reading and checking, its content hash, what may be published of it.

Storing it is ``kpi.tables``; comparing a factory with it is ``kpi.benchmark``.
"""
