"""Of which year a reviewer's pages are where nobody has chosen one."""

from __future__ import annotations

from collections.abc import Collection

from kpi.services.programme_year import dates_of, year_at_work
from kpi.store.cursor import Cursor


def review_year(cursor: Cursor, applied: Collection[int], unread: Collection[int]) -> int:
    """The year before the latest until the last day that is set for it is over; without dates, until all is read.

    ``applied``: the years of the candidates in reach; ``unread``: those of which one is not yet looked at.
    """
    return year_at_work(cursor, applied, lambda year: year in unread or dates_of(cursor, year) is not None)
