"""An enterprise's answer sheets: created from a file, edited on the page, kept with every change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from kpi import tables
from kpi.access.roles import Scope, scope_of
from kpi.catalogue.catalogue import Catalogue, catalogue, notice_in_hand
from kpi.errors import InvalidFile, NotFound, UserError
from kpi.intake.answers import ANSWER_FIELDS
from kpi.intake.form.answer_sheet import (
    AnswerRow,
    AnswerSheet,
    dump_sheet,
    load_sheet,
    read_sheet,
    sheet_items,
    sheet_of,
)
from kpi.intake.form.carried_over import without_source
from kpi.intake.read import read
from kpi.intake.result import ReadResult, own_problems, unassigned_problems
from kpi.intake.values.plausibility import (
    check_against_calendar,
    check_against_earlier_years,
    check_against_published,
    check_facts,
)
from kpi.model.application import Application
from kpi.model.problem import Problem
from kpi.model.times import now, shanghai_date
from kpi.model.viewer import Viewer
from kpi.services.application_audit import answers_of, audit_values, original_file, refuse_locked
from kpi.services.authorization import reads, requires
from kpi.services.enterprise.drafts import kept_sheet, next_version, refuse_changed_since, refuse_uncovered_year
from kpi.services.enterprise.uploads import ReceivedFile, remember
from kpi.services.evaluation import evaluation_context
from kpi.services.notices import under_notice_of
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.sheets import SheetChange, Worksheet

# What an editor changes of an answer sheet, and what differs between two.


LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class SheetEdit:
    """Set one field of one item to this text."""

    item: str
    field: str
    text: str


def edited(rows: AnswerSheet, edits: Sequence[SheetEdit]) -> AnswerSheet:
    """Raises ``NotFound`` for what is not in the sheet, ``UserError`` for a text that is too long."""
    known = {row.item: row for row in rows}
    for edit in edits:
        # Another code or year would be another sheet.
        if edit.item not in known or edit.field not in ANSWER_FIELDS or edit.item in ("credit_code", "year"):
            raise NotFound("item", edit.item[:40])
        if len(edit.text) > LONGEST_TEXT:
            raise UserError("text_too_long", limit=LONGEST_TEXT)
        if known[edit.item].text(edit.field) != edit.text:
            row = known[edit.item].with_text(edit.field, edit.text)
            # Another value is the editor's own, and no longer that of the year before.
            known[edit.item] = row if edit.field == "note" else replace(row, note=without_source(row.note))
    return tuple(known[row.item] for row in rows)


def differences_of(before: Iterable[AnswerRow], after: Iterable[AnswerRow]) -> list[tuple[str, str, str, str]]:
    """Item, field, and its text before and after."""
    was = {row.item: row for row in before}
    return [
        (row.item, field, was[row.item].text(field), row.text(field))
        for row in after
        for field in ANSWER_FIELDS
        if was[row.item].text(field) != row.text(field)
    ]


# An enterprise's answer sheets: created from a file, edited on the page, kept with every change.


LONGEST_WHY = 200


@dataclass(frozen=True)
class OwnAnswerSheet:
    """An answer sheet as its enterprise sees it."""

    credit_code: str
    year: int
    upload: str
    rows: AnswerSheet
    version: int
    changed_by: str
    changed_at: datetime

    @cached_property
    def reading(self) -> ReadResult:
        """Of the sheet as it stands; read when it is asked for, as a page shows one sheet of several."""
        return read_sheet(self.rows)


@requires("fill_own")
def accept_application(
    store: Store,
    viewer: Viewer,
    received: ReceivedFile,
    which: int | None = None,
    at: datetime | None = None,
    seen: int | None = None,
) -> Application:
    """Create answer sheet and draft from an application of a file without errors; ``which`` of several.

    ``seen`` as ``create_sheet`` takes it.

    Raises:
        InvalidFile: the file has errors or open questions.
        UserError: several factories and none is named, another enterprise's factory, that year is locked, or somebody
            has changed the sheet since ``seen``.
    """
    application = only_application(received) if which is None else _applications(received)[which]
    create_sheet(store, viewer, received, which or 0, application.credit_code, application.year, at, seen)
    return application


def only_application(received: ReceivedFile) -> Application:
    """Of a file without errors. Raises ``InvalidFile``, or ``UserError`` where it has several."""
    applications = _applications(received)
    if len(applications) > 1:
        raise UserError("many_factories", count=len(applications))
    return applications[0]


def _applications(received: ReceivedFile) -> tuple[Application, ...]:
    if not received.usable:
        raise InvalidFile(received.reading.problems)
    return received.reading.applications


@requires("fill_own")
def create_sheet(
    store: Store,
    viewer: Viewer,
    received: ReceivedFile,
    which: int,
    credit_code: str,
    year: int,
    at: datetime | None = None,
    seen: int | None = None,
) -> OwnAnswerSheet:
    """Create the answer sheet of a factory and year from one of a file's applications, errors included.

    Code and year are those given, whatever the file contains. An existing sheet is replaced, and the differences are
    kept as changes. ``seen`` is the version that it takes the place of, as it was read, 0 for none.

    Raises:
        NotFound: the file has no such application.
        UserError: the enterprise is not the viewer's, that year is locked or covered by no baseline, somebody has
            changed the sheet since ``seen``, or what the file asked is not answered: what is not certain was not read,
            and would be missing from the sheet unseen.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        new = new_sheet(change, viewer, received, which, credit_code, year)
        refuse_changed_since(seen, new.before)
        return keep_new_sheet(change, viewer, received, new)


@dataclass(frozen=True, slots=True)
class NewSheet:
    """A sheet that may take its place. ``before`` is what is in it now."""

    credit_code: str
    year: int
    rows: AnswerSheet
    version: int
    before: Worksheet | None


def new_sheet(
    change: UnitOfWork, viewer: Viewer, received: ReceivedFile, which: int, credit_code: str, year: int
) -> NewSheet:
    """As ``create_sheet``, within the caller's change, in which nothing is written yet."""
    reading = received.reading
    with under_notice_of(change.cursor, year):
        _refuse_unfit(viewer, received, which, credit_code, year)
        rows = _named(sheet_of(reading.applications[which], own_problems(reading, which)), credit_code, year)
    refuse_locked(change.cursor, viewer, credit_code, year)
    before = kept_sheet(change.cursor, viewer, credit_code, year)
    refuse_uncovered_year(change.cursor, year)
    version = before.version + 1 if before else next_version(change.cursor, viewer, credit_code, year)
    return NewSheet(credit_code, year, rows, version, before)


def keep_new_sheet(change: UnitOfWork, viewer: Viewer, received: ReceivedFile, new: NewSheet) -> OwnAnswerSheet:
    """Write it within the caller's change."""
    code, year, name = new.credit_code, new.year, received.reading.file.name
    differences = differences_of(load_sheet(new.before.sheet), new.rows) if new.before else []
    with under_notice_of(change.cursor, year):
        _keep(change, code, year, received.upload, new.rows, new.version, differences, name)
    remember(change, viewer, code, received.answers)
    return _own_sheet(change.cursor, viewer, code, year)


def _refuse_unfit(viewer: Viewer, received: ReceivedFile, which: int, credit_code: str, year: int) -> None:
    if credit_code not in viewer.scope:
        raise UserError("not_your_enterprise", credit_code=credit_code)
    if not catalogue().fact("year").allows(year):
        raise UserError("no_such_year", year=str(year)[:20])
    if not 0 <= which < len(received.reading.applications):
        raise NotFound("application")
    if received.reading.questions:
        raise UserError("questions_open", count=len(received.reading.questions))


@reads("submit_own")
def own_sheets(cursor: Cursor, viewer: Viewer) -> list[OwnAnswerSheet]:
    """All answer sheets of the viewer's enterprises, the latest year first."""
    return [_shown(worksheet) for worksheet in tables.sheets.worksheets(cursor, scope_of(viewer))]


@reads("submit_own")
def own_sheet(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> OwnAnswerSheet:
    """One answer sheet.

    Raises:
        NotFound: none in the viewer's scope.
    """
    return _own_sheet(cursor, viewer, credit_code, year)


def _own_sheet(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> OwnAnswerSheet:
    if (kept := kept_sheet(cursor, viewer, credit_code, year)) is None:
        raise NotFound("draft")
    return _shown(kept)


@reads("submit_own")
def sheet_changes(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> list[SheetChange]:
    """Every change of a sheet, the latest first."""
    return tables.sheets.worksheet_changes(cursor, scope_of(viewer), credit_code, year)


@requires("submit_own")
def unimported_problems(store: Store, viewer: Viewer, credit_code: str, year: int) -> tuple[Problem, ...]:
    """What is in the sheet's file but not in the sheet: errors of no item, such as an unrecognised row.

    Raises:
        NotFound: no such sheet in the viewer's scope, or its file is missing.
    """
    with store.cursor() as cursor:
        kept = kept_sheet(cursor, viewer, credit_code, year)
        if kept is None:
            raise NotFound("draft")
        name, original = original_file(store, cursor, kept.upload, None)
        answers = answers_of(cursor, kept.upload)
    return unassigned_problems(read(name, original.read_bytes(), answers))


@requires("fill_own")
def edit_sheet(
    store: Store,
    viewer: Viewer,
    credit_code: str,
    year: int,
    version: int,
    edits: Sequence[SheetEdit],
    why: str = "",
    at: datetime | None = None,
) -> OwnAnswerSheet:
    """Change fields of the sheet that was at ``version`` when its editor saw it.

    Others' changes since then stay; if one changed the same field, nothing is saved.

    Raises:
        NotFound: no such sheet in scope, or no such item or field.
        UserError: that year is locked, a text is too long, nothing differs, or somebody changed a field meanwhile, or
            gave the sheet up and began another.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        refuse_locked(change.cursor, viewer, credit_code, year)
        kept = kept_sheet(change.cursor, viewer, credit_code, year)
        if kept is None:
            raise NotFound("draft")
        _refuse_unseen(change.cursor, viewer, kept, version, edits)
        before = load_sheet(kept.sheet)
        rows = edited(before, edits)
        differences = differences_of(before, rows)
        if not differences:
            raise UserError("nothing_changed")
        _keep(change, credit_code, year, kept.upload, rows, kept.version + 1, differences, why[:LONGEST_WHY])
        return _own_sheet(change.cursor, viewer, credit_code, year)


def take_sheets_over(change: UnitOfWork, notices: Mapping[int, Catalogue]) -> int:
    """Answer sheets of these years go on under the notice that is theirs from now on; how many there are.

    What it does not ask for leaves the sheet, on record as any change of it, and the draft is read again.
    """
    cursor, count = change.cursor, 0
    for year, notice in notices.items():
        with notice_in_hand(notice):
            codes = [sheet.credit_code for sheet in tables.contacts.kept_sheets(cursor, year) if sheet.year == year]
            for kept in tables.sheets.worksheets(cursor, Scope(own=tuple(codes))):
                if kept.year == year:
                    before = {row.item: row for row in load_sheet(kept.sheet)}
                    after = {item: before.get(item, AnswerRow(item)) for item in sheet_items()}
                    every = dict.fromkeys([*before, *after])
                    differences = differences_of(
                        [before.get(item, AnswerRow(item)) for item in every],
                        [after.get(item, AnswerRow(item)) for item in every],
                    )
                    rows, number, why = tuple(after.values()), kept.version + 1, notice.notice.number.zh
                    _keep(change, kept.credit_code, year, kept.upload, rows, number, differences, why)
                    count += 1
    return count


def _keep(
    change: UnitOfWork,
    credit_code: str,
    year: int,
    upload: str,
    rows: AnswerSheet,
    version: int,
    differences: Sequence[tuple[str, str, str, str]],
    why: str,
) -> None:
    """Save the sheet and its changes, and the draft unless it has errors."""
    cursor, by, at = change.cursor, change.actor.account, change.at
    tables.sheets.keep_worksheet(cursor, credit_code, year, upload, dump_sheet(rows), version, by, at)
    tables.sheets.log_sheet_changes(cursor, credit_code, year, version, differences, why, by, at)
    reading = read_sheet(rows)
    if reading.blocked or not reading.applications:
        tables.sheets.drop_draft(cursor, credit_code, year)
        items = sorted({item for item, *_ in differences})
        change.audit("sheet_changed", f"{credit_code} {year}", after={"version": version, "items": items})
        return
    application = reading.applications[0]
    tables.applications.accept_draft(cursor, application, upload, by, at)
    audit_values(change, "draft_accepted", "accepted" if version == 1 else "edited", application)


def _shown(kept: Worksheet) -> OwnAnswerSheet:
    return OwnAnswerSheet(
        kept.credit_code,
        kept.year,
        kept.upload,
        load_sheet(kept.sheet),
        kept.version,
        kept.changed_by,
        kept.changed_at,
    )


def _named(rows: AnswerSheet, credit_code: str, year: int) -> AnswerSheet:
    fixed: Mapping[str, str] = {"credit_code": credit_code, "year": str(year)}
    return tuple(row.with_text("value", fixed[row.item]) if row.item in fixed else row for row in rows)


def _refuse_unseen(cursor: Cursor, viewer: Viewer, kept: Worksheet, version: int, edits: Sequence[SheetEdit]) -> None:
    """Somebody's change of the same field, made after ``version`` was shown, must be seen before it is replaced."""
    scope = scope_of(viewer)
    if version < kept.version and version <= tables.sheets.discarded_versions(
        cursor, scope, kept.credit_code, kept.year
    ):
        raise UserError("sheet_begun_again", account=kept.changed_by)
    mine = {(edit.item, edit.field) for edit in edits}
    since = tables.sheets.worksheet_changes(cursor, scope, kept.credit_code, kept.year, version)
    if others := [change for change in since if (change.item, change.field) in mine]:
        kpis = ",".join(dict.fromkeys(other.item for other in others))
        raise UserError("changed_meanwhile", kpi=kpis, account=others[0].changed_by)


# Checking an answer sheet against the calendar, the enterprise's own other years and the published table.
#
# Warnings with reasons, never blocking: an odd value may be true.


@reads("submit_own")
def plausibility_warnings(
    cursor: Cursor, viewer: Viewer, sheet: OwnAnswerSheet, at: datetime | None = None
) -> tuple[Problem, ...]:
    """Warnings on a sheet against the calendar, earlier years of the same factory and published figures."""
    if sheet.credit_code not in viewer.scope or not sheet.reading.applications:
        return ()
    application = sheet.reading.applications[0]
    scope = scope_of(viewer)
    applications = [locked.application for locked in tables.applications.locked_applications(cursor, scope)]
    applications += [draft.application for draft in tables.applications.drafts(cursor, scope)]
    industry = application.text("industry")
    try:
        on = evaluation_context(cursor, sheet.year)
    except UserError:  # no baseline or policy to compare with
        return ()
    published = (
        tables.baselines.published_table(cursor, on.baseline.name, on.baseline.region, industry) if industry else {}
    )
    own = (item for item in applications if item.credit_code == sheet.credit_code)
    earlier = {item.year: item for item in own if item.year < sheet.year}
    return (
        *check_facts(application, earlier),
        *check_against_calendar(sheet.year, shanghai_date(at or now()).year),
        *check_against_earlier_years(application.values, {year: item.values for year, item in earlier.items()}),
        *check_against_published(application.values, published),
    )
