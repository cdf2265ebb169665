"""Of which year the list and the coverage are where nobody has chosen one."""

from __future__ import annotations

from collections.abc import Callable, Collection

from kpi import queries
from kpi.access.roles import Scope
from kpi.model.lifecycle import is_public
from kpi.services.evaluation import newest_baseline
from kpi.services.lifecycle import last_stages
from kpi.services.programme_year import dates_of, list_over, year_at_work
from kpi.store.cursor import Cursor


def city_year(cursor: Cursor, applied: Collection[int]) -> int:
    """For those who run the programme: the year before the latest until the last day that is set for it is over.

    ``applied`` are the years that have an application; the newest baseline's counts too.

    Raises:
        UserError: there is no baseline, so nothing can be judged.
    """
    return _year_shown(cursor, applied, lambda year: dates_of(cursor, year) is not None)


def body_year(cursor: Cursor, body: str, applied: Collection[int]) -> int:
    """For a recommending body: the year before the latest until its list is sent, or taken or waited for no more.

    Raises:
        UserError: there is no baseline.
    """

    def unfinished(year: int) -> bool:
        awaited = list_over(cursor, year, body) is None and not list_sent(cursor, body, year)
        return awaited and not _published(cursor, body, year)

    return _year_shown(cursor, applied, unfinished)


def list_sent(cursor: Cursor, body: str, year: int) -> bool:
    editions = queries.nomination_lists(cursor, Scope(bodies=(body,)), year)
    return bool(editions) and editions[0].state == "sent"


def _published(cursor: Cursor, body: str, year: int) -> bool:
    """Whether a candidate of the body stands on a public list: its own list reached the authority on paper."""
    return any(is_public(stage) for stage in last_stages(cursor, Scope(bodies=(body,)), year).values())


def years_in_reach(applied: Collection[int], shown: int) -> tuple[int, ...]:
    """Those to choose from, the latest first."""
    return tuple(sorted({*applied, shown}, reverse=True))


def _year_shown(cursor: Cursor, applied: Collection[int], unfinished: Callable[[int], bool]) -> int:
    known = {*applied, newest_baseline(cursor).year}
    return year_at_work(cursor, known, lambda year: year in applied and unfinished(year))
