"""The documents that go with an application, within the caller's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from kpi.access.roles import Scope
from kpi.model.application import AttachedDocument, DocumentKind, SelfAssessment
from kpi.model.times import from_stored
from kpi.store.database import Cursor
from kpi.tables.sql_runner import fields_of, insert, query_rows

# The documents that go with an application, within the caller's scope.


def attached_documents(
    cursor: Cursor, scope: Scope, credit_code: str, year: int
) -> dict[DocumentKind, AttachedDocument]:
    """The latest of each kind. Others reach them only through an application in their scope."""
    return documents_of(cursor, scope, [credit_code], year)[credit_code]


def documents_of(
    cursor: Cursor, scope: Scope, credit_codes: Sequence[str], year: int
) -> dict[str, dict[DocumentKind, AttachedDocument]]:
    """As ``attached_documents``, of each of several factories."""
    found: dict[str, dict[DocumentKind, AttachedDocument]] = {code: {} for code in credit_codes}
    asked = {"own": list(scope.own), "credit_codes": list(credit_codes), "year": year}
    for row in query_rows(cursor, "attached_documents", asked):
        of = found[row.pop("credit_code")]
        read = {field.name: row.pop(field.name) for field in fields(SelfAssessment)}
        assessment = None if read["has_text"] is None else SelfAssessment(**read)
        row |= {"attached_at": from_stored(row["attached_at"]), "assessment": assessment}
        of[row["kind"]] = AttachedDocument(**row)
    return found


# Documents attached to an application. Only ever added to.


def attach_document(
    cursor: Cursor,
    credit_code: str,
    year: int,
    kind: DocumentKind,
    upload: str,
    attached_by: str,
    attached_at: datetime,
) -> None:
    """The latest of its kind counts; earlier ones stay."""
    insert(
        cursor,
        "attached_document",
        credit_code=credit_code,
        year=year,
        kind=kind,
        upload=upload,
        attached_by=attached_by,
        attached_at=attached_at,
    )


def add_self_assessment(cursor: Cursor, upload: str, credit_code: str, year: int, read: SelfAssessment) -> None:
    """What was typed with the PDF sent as ``upload``, and what it says; stands as long as the file does."""
    insert(cursor, "self_assessment", upload=upload, credit_code=credit_code, year=year, **fields_of(read))
