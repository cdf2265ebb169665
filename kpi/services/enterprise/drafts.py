"""Drafts that go nowhere: of a year that no baseline or policy covers, or that its enterprise no longer wants."""

from __future__ import annotations

from datetime import datetime

from kpi import tables
from kpi.access.roles import scope_of
from kpi.errors import NotFound, UserError
from kpi.model.viewer import Viewer
from kpi.services.application_audit import refuse_locked
from kpi.services.authorization import reads, requires
from kpi.services.enterprise.uploads import forget
from kpi.services.evaluation import evaluation_context
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.applications import Draft
from kpi.tables.sheets import Worksheet

NOT_COVERED = frozenset({"no_baseline", "no_policy"})


def is_covered(cursor: Cursor, year: int) -> bool:
    """Whether a baseline and a policy are in force for applications of that year. Later years have the latest."""
    try:
        evaluation_context(cursor, year)
    except UserError as error:
        if error.code not in NOT_COVERED:
            raise
        return False
    return True


def refuse_uncovered_year(cursor: Cursor, year: int) -> None:
    """Raises ``UserError`` for a year that nothing could be said of: such an application is not taken, unless values
    of that year are asked for to make a baseline of them.
    """
    if not is_covered(cursor, year) and tables.campaign.campaign_of(cursor, year) is None:
        raise UserError("year_not_covered", year=year)


def next_version(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> int:
    """Beyond all that a discarded sheet had: its changes are not somebody's changes of this one, and what was begun on
    it is no edit of this one.
    """
    scope = scope_of(viewer)
    changed = (change.version for change in tables.sheets.worksheet_changes(cursor, scope, credit_code, year))
    return max((tables.sheets.discarded_versions(cursor, scope, credit_code, year), *changed)) + 1


def kept_sheet(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> Worksheet | None:
    """The viewer's answer sheet of that factory and year; None where there is none in scope."""
    found = tables.sheets.worksheets(cursor, scope_of(viewer))
    return next(
        (worksheet for worksheet in found if (worksheet.credit_code, worksheet.year) == (credit_code, year)), None
    )


def refuse_changed_since(seen: int | None, sheet: Worksheet | None) -> None:
    """Raises ``UserError`` where the sheet is at another version than was read; 0: there was none, None: unread."""
    if seen not in (None, sheet.version if sheet else 0):
        raise UserError("changed_since_read")


def own_draft(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> Draft:
    """The viewer's draft of that factory and year. Raises ``NotFound`` where there is none in scope."""
    for draft in tables.applications.drafts(cursor, scope_of(viewer)):
        if (draft.application.credit_code, draft.application.year) == (credit_code, year):
            return draft
    raise NotFound("draft")


@reads("submit_own")
def open_drafts(cursor: Cursor, viewer: Viewer) -> list[tuple[str, int]]:
    """Credit code and year of the viewer's sheets and drafts that are not locked, the latest year first."""
    return _open(cursor, viewer)


@reads("submit_own")
def uncovered_drafts(cursor: Cursor, viewer: Viewer) -> list[tuple[str, int]]:
    """Those of the open drafts that no result can be given for."""
    found = _open(cursor, viewer)
    years = {year: is_covered(cursor, year) for _, year in found}
    return [item for item in found if not years[item[1]]]


@requires("fill_own")
def discard_draft(
    store: Store, viewer: Viewer, credit_code: str, year: int, at: datetime | None = None, seen: int | None = None
) -> None:
    """Give up what has not been locked: its answer sheet and draft, and what was answered for its file and before.

    Files that were sent and recorded changes stay.

    ``seen`` is the sheet's version as it was read, 0 for none.

    Raises:
        NotFound: the viewer has no such sheet or draft.
        UserError: that year is locked, or somebody has changed the sheet since ``seen``.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        refuse_locked(change.cursor, viewer, credit_code, year)
        if (credit_code, year) not in _open(change.cursor, viewer):
            raise NotFound("draft")
        kept = kept_sheet(change.cursor, viewer, credit_code, year)
        refuse_changed_since(seen, kept)
        _forget_answers(change, viewer, credit_code, kept)
        tables.sheets.drop_draft(change.cursor, credit_code, year)
        tables.sheets.drop_worksheet(change.cursor, credit_code, year)
        change.audit("draft_discarded", f"{credit_code} {year}")


def _forget_answers(change: UnitOfWork, viewer: Viewer, credit_code: str, kept: Worksheet | None) -> None:
    """Who begins again is asked again."""
    for sent in tables.applications.uploads(change.cursor, None, kept.upload) if kept else []:
        tables.sheets.drop_file_answers(change.cursor, sent.sent_by, sent.file_sha256)
    if credit_code in tables.sheets.confirmed_answers(change.cursor, scope_of(viewer)):
        forget(change, credit_code)


def _open(cursor: Cursor, viewer: Viewer) -> list[tuple[str, int]]:
    scope = scope_of(viewer)
    found = {
        (draft.application.credit_code, draft.application.year) for draft in tables.applications.drafts(cursor, scope)
    }
    found |= {(worksheet.credit_code, worksheet.year) for worksheet in tables.sheets.worksheets(cursor, scope)}
    locked = tables.applications.locked_applications(cursor, scope)
    found -= {(application.application.credit_code, application.application.year) for application in locked}
    return sorted(found, key=lambda item: (-item[1], item[0]))
