"""The documents that go with an application, within the caller's scope."""

from __future__ import annotations

from kpi.access.scope import Scope
from kpi.model.attached_document import AttachedDocument, DocumentKind
from kpi.model.times import from_stored
from kpi.queries.sql_runner import query_rows
from kpi.store.cursor import Cursor


def attached_documents(
    cursor: Cursor, scope: Scope, credit_code: str, year: int
) -> dict[DocumentKind, AttachedDocument]:
    """The latest of each kind. Others reach them only through an application in their scope."""
    found = query_rows(cursor, "attached_documents", {"own": list(scope.own), "credit_code": credit_code, "year": year})
    return {row["kind"]: AttachedDocument(**(row | {"attached_at": from_stored(row["attached_at"])})) for row in found}
