"""Documents attached to an application. Only ever added to."""

from __future__ import annotations

from datetime import datetime

from kpi.model.application import DocumentKind
from kpi.model.times import to_stored
from kpi.store.cursor import Cursor


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
    cursor.execute(
        "insert into attached_document values ($1, $2, $3, $4, $5, $6)",
        [credit_code, year, kind, upload, attached_by, to_stored(attached_at)],
    )
