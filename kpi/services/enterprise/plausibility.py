"""Checking an answer sheet against the calendar, the enterprise's own other years and the published table.

Warnings with reasons, never blocking: an odd value may be true.
"""

from __future__ import annotations

from datetime import datetime

from kpi import queries
from kpi.access.roles import scope_of
from kpi.errors import UserError
from kpi.intake.values.plausibility import (
    check_against_calendar,
    check_against_earlier_years,
    check_against_published,
)
from kpi.model.problem import Problem
from kpi.model.times import now, shanghai_date
from kpi.model.viewer import Viewer
from kpi.services.authorization import requires
from kpi.services.enterprise.answer_sheets import OwnAnswerSheet
from kpi.services.evaluation import evaluation_context
from kpi.store.store import Store


@requires("submit_own")
def plausibility_warnings(
    store: Store, viewer: Viewer, sheet: OwnAnswerSheet, at: datetime | None = None
) -> tuple[Problem, ...]:
    """Warnings on a sheet against the calendar, earlier years of the same factory and published figures."""
    if sheet.credit_code not in viewer.scope or not sheet.reading.applications:
        return ()
    application = sheet.reading.applications[0]
    with store.cursor() as cursor:
        scope = scope_of(viewer)
        applications = [release.application for release in queries.locked_applications(cursor, scope)]
        applications += [draft.application for draft in queries.drafts(cursor, scope)]
        industry = application.text("industry")
        try:
            on = evaluation_context(cursor, sheet.year)
        except UserError:  # no baseline or policy to compare with
            return ()
        published = queries.published_table(cursor, on.baseline.name, on.baseline.region, industry) if industry else {}
    own = (one for one in applications if one.credit_code == sheet.credit_code)
    earlier = {one.year: one.values for one in own if one.year < sheet.year}
    return (
        *check_against_calendar(sheet.year, shanghai_date(at or now()).year),
        *check_against_earlier_years(application.values, earlier),
        *check_against_published(application.values, published),
    )
