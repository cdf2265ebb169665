"""Taking persons out of what is kept of an application: the only writes that change what was sealed."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.store.cursor import Cursor


def replace_application_text(cursor: Cursor, credit_code: str, year: int, before: str, after: str) -> None:
    """Wherever that text of the application is kept: locked, reopened or drafted."""
    for table in ("release", "withdrawn", "draft"):
        cursor.execute(
            f"update {table} set application = $4 where credit_code = $1 and year = $2 and application = $3",  # noqa: S608 - names of our own
            [credit_code, year, before, after],
        )


def replace_sheet_text(cursor: Cursor, credit_code: str, year: int, sheet: str) -> None:
    cursor.execute("update worksheet set sheet = $3 where credit_code = $1 and year = $2", [credit_code, year, sheet])


def blank_changes(cursor: Cursor, year: int, items: Sequence[str]) -> None:
    """Of that year and before: that these items were changed stays, what they were does not."""
    cursor.execute(
        "update worksheet_change set was = '', becomes = '' where year <= $1 and list_contains($2, item)",
        [year, list(items)],
    )
