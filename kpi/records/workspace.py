"""The enterprise's workspace: answer sheets and their changes, confirmed layouts, withdrawn locks, steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kpi.model.lifecycle import ApplicationState
from kpi.model.times import to_stored
from kpi.store.cursor import Cursor


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
    cursor.execute(
        "insert into worksheet values ($1, $2, $3, $4, $5, $6, $7)",
        [credit_code, year, upload, sheet, version, changed_by, to_stored(changed_at)],
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
        cursor.execute(
            "insert into worksheet_change values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            [credit_code, year, version, item, field, was, becomes, why, changed_by, to_stored(changed_at)],
        )


def confirm_answers(cursor: Cursor, credit_code: str, answers: str, confirmed_by: str, confirmed_at: datetime) -> None:
    cursor.execute("delete from confirmed_answers where credit_code = $1", [credit_code])
    cursor.execute(
        "insert into confirmed_answers values ($1, $2, $3, $4)",
        [credit_code, answers, confirmed_by, to_stored(confirmed_at)],
    )


def forget_confirmed_answers(cursor: Cursor, credit_code: str) -> None:
    cursor.execute("delete from confirmed_answers where credit_code = $1", [credit_code])


def keep_file_answers(cursor: Cursor, account: str, file_sha256: str, answers: str, confirmed_at: datetime) -> None:
    """In place of earlier ones for the same file."""
    drop_file_answers(cursor, account, file_sha256)
    cursor.execute(
        "insert into file_answers values ($1, $2, $3, $4)", [account, file_sha256, answers, to_stored(confirmed_at)]
    )


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


def add_application_step(
    cursor: Cursor,
    credit_code: str,
    year: int,
    state: ApplicationState,
    taken_by: str,
    taken_at: datetime,
    note: str = "",
) -> None:
    cursor.execute(
        "insert into step values ($1, $2, $3, $4, $5, $6)",
        [credit_code, year, state, to_stored(taken_at), taken_by, note],
    )
