"""Where persons' names and telephones of an application are kept: asked to delete them when their years are over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpi.queries.sql_runner import query_rows
from kpi.store.cursor import Cursor


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
