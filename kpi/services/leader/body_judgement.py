"""How candidates are judged for their recommending body: once a factory and year, while values can still be chosen.

An application can be reopened and locked again as often as its enterprise likes. Were each lock judged for the body, an
enterprise and its body together could move one value step by step and read words, clause and composite score each time:
where every peer stands. So until the close that is set for its year a body sees the answer to the values that were
locked first, and after it to those that stand.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from kpi.model.application import Application
from kpi.model.evaluation import Evaluation
from kpi.model.times import now, shanghai_date
from kpi.queries import LockedApplication
from kpi.services.evaluation import answer_with_facts_of, evaluation_context, full_evaluations
from kpi.services.programme_year import dates_of
from kpi.store.cursor import Cursor


def judged_for_body(cursor: Cursor, releases: Sequence[LockedApplication], year: int) -> list[tuple[Evaluation, bool]]:
    """The authority's answer for each, with the facts and conditions of what is locked now.

    Beside it, whether it is the answer to values that were locked first and have been changed since.
    """
    if not releases:
        return []
    on, closed = evaluation_context(cursor, year), _closed(cursor, year)
    earlier = [not closed and _deciding(one.first_of_year) != _deciding(one.application) for one in releases]
    judged = [one.first_of_year if old else one.application for one, old in zip(releases, earlier, strict=True)]
    answers = full_evaluations(cursor, judged, on)
    return [
        (answer_with_facts_of(cursor, one.application, answer, on.policy) if old else answer, old)
        for one, answer, old in zip(releases, answers, earlier, strict=True)
    ]


def _closed(cursor: Cursor, year: int) -> bool:
    """Whether no value of that year can be chosen any more: a day that nobody has set refuses nothing."""
    dates = dates_of(cursor, year)
    return dates is not None and shanghai_date(now()) > dates.closes


def _deciding(application: Application) -> Hashable:
    """What an answer follows from, without the cells that it was read from."""
    values = tuple(
        (one.code, one.state, one.value, one.basis, one.before, one.after) for one in application.values.values()
    )
    return application.industry, application.group, values
