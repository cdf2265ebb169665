"""A new year begun from the one before: what its notice still asks for, as a file that is read like any other."""

from __future__ import annotations

import csv
import io

from kpi import i18n
from kpi.access.roles import scope_of
from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound
from kpi.intake.form.answer_sheet import LIST_SEPARATOR, AnswerRow, sheet_of
from kpi.model.application import Application
from kpi.model.viewer import Viewer
from kpi.services.authorization import reads, requires
from kpi.services.enterprise.uploads import ReceivedFile, receive_file
from kpi.services.notices import notice_in_force, under_notice_of, under_year
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.applications import drafts, locked_applications
from kpi.tables.sheets import worksheets

_HEADER = ("项目", "数值", "口径", "改造前", "改造后", "说明")
"""As the template's: on the wire, and so in Chinese alone."""


@reads("submit_own")
def year_to_begin(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> int | None:
    """The year of the notice in force, where that factory reported for an earlier one and has not begun it."""
    begun = notice_in_force(cursor).notice.year
    known = {(sheet.credit_code, sheet.year) for sheet in worksheets(cursor, scope_of(viewer))}
    known |= {(item.credit_code, item.year) for item in _reported(cursor, viewer)}
    return begun if begun > year and (credit_code, year) in known and (credit_code, begun) not in known else None


@requires("submit_own")
def carry_over(store: Store, viewer: Viewer, credit_code: str, into: int, before: int) -> ReceivedFile:
    """What was reported ``before`` for facts, scenarios and KPIs that the notice of ``into`` still has, as a file.

    It is kept and read as one that is sent: each value says in its remark of which year and file it is, and nothing is
    reported before its enterprise takes it into the answer sheet.

    Raises:
        NotFound: the viewer has no such application.
    """
    with store.cursor() as cursor:
        named = (item for item in _reported(cursor, viewer) if (item.credit_code, item.year) == (credit_code, before))
        earlier = next(named, None)
        if earlier is None:
            raise NotFound("application")
        with under_year(cursor, before):
            rows = {row.item: row for row in sheet_of(earlier)}
    with under_notice_of(store, into):
        data = _file(rows, into, before)
        return receive_file(store, viewer, i18n.text("carried_over.file_name", "zh", year=before), data)


def _reported(cursor: Cursor, viewer: Viewer) -> list[Application]:
    scope = scope_of(viewer)
    locked = [item.application for item in locked_applications(cursor, scope)]
    return [*locked, *(draft.application for draft in drafts(cursor, scope))]


def _file(rows: dict[str, AnswerRow], into: int, before: int) -> bytes:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(_HEADER)
    known = {scenario.name.zh for scenario in catalogue().scenarios}
    for fact in catalogue().facts:
        row = rows.get(fact.code, AnswerRow(fact.code))
        value = str(into) if fact.code == "year" else row.value
        if fact.code == "scenarios":
            value = LIST_SEPARATOR.join(name for name in value.split(LIST_SEPARATOR) if name in known)
        table.writerow((fact.name.zh, value))
    for kpi in catalogue().kpis:
        told = rows.get(kpi.code)
        if told and told.value:
            source = f"{told.cell.file} {told.cell}" if told.cell else ""
            said = i18n.text("carried_over.source", "zh", year=before, source=source)
            note = "；".join(part for part in (told.note, said) if part)
            table.writerow((kpi.name.zh, told.value, told.basis, told.before, told.after, note))
    return out.getvalue().encode("utf-8-sig")
