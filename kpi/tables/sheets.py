"""The enterprise's workspace: answer sheets, their changes, confirmed layouts and answers, locks taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kpi.access.roles import Scope
from kpi.model.times import from_stored, to_stored
from kpi.store.database import Cursor
from kpi.tables.sql_runner import insert, query_rows

# The enterprise's workspace: answer sheets, their changes, confirmed layouts, steps of an application.


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A stored answer sheet: ``sheet`` is its text (``kpi.intake.form.answer_sheet``)."""

    credit_code: str
    year: int
    upload: str
    sheet: str
    version: int
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class SheetChange:
    """One field changed: who, when, from what to what, and why."""

    version: int
    item: str
    field: str
    was: str
    becomes: str
    why: str
    changed_by: str
    changed_at: datetime


def worksheets(cursor: Cursor, scope: Scope) -> list[Worksheet]:
    found = query_rows(cursor, "worksheets", {"own": list(scope.own)})
    return [Worksheet(**(row | {"changed_at": from_stored(row["changed_at"])})) for row in found]


def worksheet_changes(cursor: Cursor, scope: Scope, credit_code: str, year: int, after: int = 0) -> list[SheetChange]:
    """Changes of one sheet made after version ``after``, the latest first."""
    values = {"own": list(scope.own), "credit_code": credit_code, "year": year, "after": after}
    found = query_rows(cursor, "worksheet_changes", values)
    return [SheetChange(**(row | {"changed_at": from_stored(row["changed_at"])})) for row in found]


@dataclass(frozen=True, slots=True)
class DraftCheck:
    """Who of its enterprise checked a draft, by hash, at which version of its sheet (0: it had none), and when."""

    sha256: str
    version: int
    checked_by: str
    checked_at: datetime


def last_check(cursor: Cursor, scope: Scope, credit_code: str, year: int) -> DraftCheck | None:
    values = {"own": list(scope.own), "credit_code": credit_code, "year": year}
    found = query_rows(cursor, "draft_check", values)
    return DraftCheck(**(found[0] | {"checked_at": from_stored(found[0]["checked_at"])})) if found else None


def add_check(
    cursor: Cursor, credit_code: str, year: int, sha256: str, version: int, checked_by: str, checked_at: datetime
) -> None:
    insert(
        cursor,
        "draft_check",
        credit_code=credit_code,
        year=year,
        sha256=sha256,
        version=version,
        checked_by=checked_by,
        checked_at=checked_at,
    )


def discarded_versions(cursor: Cursor, scope: Scope, credit_code: str, year: int) -> int:
    """How many versions of that factory and year's sheet were discarded, at most: each was saved by an act."""
    values = {"own": list(scope.own), "credit_code": credit_code, "subject": f"{credit_code} {year}"}
    return int(query_rows(cursor, "discarded_versions", values)[0]["versions"])


@dataclass(frozen=True, slots=True)
class ConfirmedAnswers:
    """What an enterprise has answered for its files so far, as dumped; by whom and when last."""

    credit_code: str
    answers: str
    confirmed_by: str
    confirmed_at: datetime


def confirmed_answers(cursor: Cursor, scope: Scope) -> dict[str, ConfirmedAnswers]:
    """By credit code."""
    found = query_rows(cursor, "confirmed_answers", {"own": list(scope.own)})
    return {
        row["credit_code"]: ConfirmedAnswers(**(row | {"confirmed_at": from_stored(row["confirmed_at"])}))
        for row in found
    }


def file_answers(cursor: Cursor, account: str, file_sha256: str) -> str | None:
    """What an account has answered for one file, as dumped."""
    found = query_rows(cursor, "file_answers", {"account": account, "file_sha256": file_sha256})
    return found[0]["answers"] if found else None


# The enterprise's workspace: answer sheets and their changes, confirmed layouts, withdrawn locks, steps.


def keep_worksheet(
    cursor: Cursor,
    credit_code: str,
    year: int,
    upload: str,
    sheet: str,
    version: int,
    changed_by: str,
    changed_at: datetime,
) -> None:
    """Replace the sheet of that factory and year; its changes stay."""
    cursor.execute("delete from worksheet where credit_code = $1 and year = $2", [credit_code, year])
    insert(
        cursor,
        "worksheet",
        credit_code=credit_code,
        year=year,
        upload=upload,
        sheet=sheet,
        version=version,
        changed_by=changed_by,
        changed_at=changed_at,
    )


def log_sheet_changes(
    cursor: Cursor,
    credit_code: str,
    year: int,
    version: int,
    changes: Sequence[tuple[str, str, str, str]],
    why: str,
    changed_by: str,
    changed_at: datetime,
) -> None:
    """``changes``: item, field, was, becomes."""
    for item, field, was, becomes in changes:
        insert(
            cursor,
            "worksheet_change",
            credit_code=credit_code,
            year=year,
            version=version,
            item=item,
            field=field,
            was=was,
            becomes=becomes,
            why=why,
            changed_by=changed_by,
            changed_at=changed_at,
        )


def confirm_answers(cursor: Cursor, credit_code: str, answers: str, confirmed_by: str, confirmed_at: datetime) -> None:
    cursor.execute("delete from confirmed_answers where credit_code = $1", [credit_code])
    insert(
        cursor,
        "confirmed_answers",
        credit_code=credit_code,
        answers=answers,
        confirmed_by=confirmed_by,
        confirmed_at=confirmed_at,
    )


def forget_confirmed_answers(cursor: Cursor, credit_code: str) -> None:
    cursor.execute("delete from confirmed_answers where credit_code = $1", [credit_code])


def keep_file_answers(cursor: Cursor, account: str, file_sha256: str, answers: str, confirmed_at: datetime) -> None:
    """In place of earlier ones for the same file."""
    drop_file_answers(cursor, account, file_sha256)
    insert(cursor, "file_answers", account=account, file_sha256=file_sha256, answers=answers, confirmed_at=confirmed_at)


def drop_file_answers(cursor: Cursor, account: str, file_sha256: str) -> None:
    cursor.execute("delete from file_answers where account = $1 and file_sha256 = $2", [account, file_sha256])


def drop_draft(cursor: Cursor, credit_code: str, year: int) -> None:
    """The answer sheet has errors: nothing can be locked until they are fixed."""
    cursor.execute("delete from draft where credit_code = $1 and year = $2", [credit_code, year])


def drop_worksheet(cursor: Cursor, credit_code: str, year: int) -> None:
    """The answer sheet is given up; its recorded changes stay."""
    cursor.execute("delete from worksheet where credit_code = $1 and year = $2", [credit_code, year])


def withdraw_lock(
    cursor: Cursor, credit_code: str, year: int, reopened_by: str, reopened_at: datetime, reason: str
) -> None:
    """Withdraw the lock; the application is kept whole among the withdrawn."""
    cursor.execute(
        """insert into withdrawn
           select credit_code, year, industry, body, upload, application, locked_by, locked_at, baseline,
                  record, sha256, $3, $4, $5
           from release
           where credit_code = $1 and year = $2""",
        [credit_code, year, reopened_by, to_stored(reopened_at), reason],
    )
    cursor.execute("delete from release where credit_code = $1 and year = $2", [credit_code, year])
