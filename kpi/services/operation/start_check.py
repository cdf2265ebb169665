"""What is looked at before a server is started: apart from the whole verification, which loads pandas and SciPy."""

from __future__ import annotations

import os

from kpi import queries
from kpi.services.audit_head import refuse_lost_acts
from kpi.services.audit_keys import audit_keys
from kpi.services.unit_of_work import has_unnoted_key
from kpi.store.store import Store

BLOCKS_READ_BY = "KPI_BLOCKS_READ_BY"
"""In the environment: the process that has read every block of the store that it is about to serve."""


def refuse_unsound(store: Store) -> None:
    """What would break on the first click is reported before a server is started.

    Every block is read once at a start: ``kpi serve`` becomes the app, which asks too, under the same process number.

    Raises:
        StoreUnavailable: the database is damaged, acts are missing from its trail, or the secret is another.
    """
    if os.environ.pop(BLOCKS_READ_BY, "") != str(os.getpid()):
        store.refuse_damage()
    with store.cursor() as cursor:
        refuse_lost_acts(store, cursor)
        if last := queries.last_act(cursor):
            has_unnoted_key(store, cursor, last, audit_keys(store.folder))
