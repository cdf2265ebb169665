"""Another frozen baseline under the same name: for tests of what may and what may not follow its records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.placing import add_placing

MADE_OF_RECORDS = ("peer_cell", "peer_enterprise", "peer_record")


@contextmanager
def frozen_otherwise(store: Store) -> Iterator[Cursor]:
    """Records are changed inside, as nothing of the product does; what is counted along them is made again after it.

    What the open store keeps in memory of the baselines as they were is forgotten: otherwise pages would be the same
    because they never looked.
    """
    with store.transaction() as cursor:
        yield cursor
        for table in MADE_OF_RECORDS:
            cursor.execute(f"delete from {table}")
        for name, year in cursor.execute("select name, year from baseline order by name").fetchall():
            add_placing(cursor, name, year)
    store.cache.empty()
