"""A new year begun from the one before: what its notice still asks for, as a file that is read like any other."""

from __future__ import annotations

from kpi.access.roles import scope_of
from kpi.errors import NotFound
from kpi.intake.form.answer_sheet import sheet_of
from kpi.intake.form.carried_over import carried_over
from kpi.model.application import Application
from kpi.model.viewer import Viewer
from kpi.services.authorization import reads, requires
from kpi.services.enterprise.uploads import ReceivedFile, receive_file
from kpi.services.notices import notice_in_force, under_notice_of
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.applications import drafts, locked_applications
from kpi.tables.sheets import worksheets


@reads("submit_own")
def year_to_begin(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> int | None:
    """The year of the notice in force, where that factory reported for an earlier one and has not begun it."""
    begun = notice_in_force(cursor).notice.year
    known = {(sheet.credit_code, sheet.year) for sheet in worksheets(cursor, scope_of(viewer))}
    known |= {(item.credit_code, item.year) for item in _reported(cursor, viewer)}
    return begun if begun > year and (credit_code, year) in known and (credit_code, begun) not in known else None


@requires("fill_own")
def carry_over(store: Store, viewer: Viewer, credit_code: str, year: int, into: int) -> ReceivedFile:
    """What was reported for ``year`` of facts, scenarios and KPIs that the notice of ``into`` still has, as a file.

    It is kept and read as one that is sent: each value says in its remark of which year and file it is, and nothing is
    reported before its enterprise takes it into the answer sheet.

    Raises:
        NotFound: the viewer has no such application.
    """
    with store.cursor() as cursor:
        named = (item for item in _reported(cursor, viewer) if (item.credit_code, item.year) == (credit_code, year))
        earlier = next(named, None)
        if earlier is None:
            raise NotFound("application")
        with under_notice_of(cursor, year):
            sheet = sheet_of(earlier)
    with under_notice_of(store, into):
        name, data = carried_over(sheet, year, into)
        return receive_file(store, viewer, name, data)


def _reported(cursor: Cursor, viewer: Viewer) -> list[Application]:
    scope = scope_of(viewer)
    locked = [item.application for item in locked_applications(cursor, scope)]
    return [*locked, *(draft.application for draft in drafts(cursor, scope))]
