"""Where persons' names and telephones of an application are kept: asked to delete them when their years are over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpi.store.database import Cursor
from kpi.tables.sql_runner import query_rows

# Where persons' names and telephones of an application are kept: asked to delete them when their years are over.


@dataclass(frozen=True, slots=True)
class KeptText:
    """The text of an application or of an answer sheet, as it is stored."""

    credit_code: str
    year: int
    text: str


def kept_applications(cursor: Cursor, year: int) -> list[KeptText]:
    """Each different text of every application of that year or before: locked, reopened or drafted."""
    found = query_rows(cursor, "contact_applications", {"year": year})
    return [KeptText(row["credit_code"], row["year"], row["application"]) for row in found]


def kept_sheets(cursor: Cursor, year: int) -> list[KeptText]:
    """The answer sheets of that year or before."""
    found = query_rows(cursor, "contact_sheets", {"year": year})
    return [KeptText(row["credit_code"], row["year"], row["sheet"]) for row in found]


def originals_until(cursor: Cursor, year: int) -> list[str]:
    """The hashes of the files that serve applications of that year or before only."""
    return [row["sha256"] for row in query_rows(cursor, "contact_originals", {"year": year})]


def changes_of_contacts(cursor: Cursor, year: int, items: Sequence[str]) -> int:
    """How many recorded changes of answer sheets hold one of these items."""
    return int(query_rows(cursor, "contact_changes", {"year": year, "items": list(items)})[0]["changes"])


# Taking persons out of what is kept of an application: the only writes that change what was sealed.


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
