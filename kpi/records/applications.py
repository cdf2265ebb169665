"""Uploads, drafts and locked applications."""

from __future__ import annotations

from datetime import datetime

from kpi.model.application import Application, dump_application
from kpi.model.times import to_stored
from kpi.store.cursor import Cursor


def add_upload(
    cursor: Cursor, upload: str, file_name: str, file_sha256: str, sent_by: str, sent_at: datetime, faults: int
) -> None:
    cursor.execute(
        "insert into upload values ($1, $2, $3, $4, $5, $6)",
        [upload, file_name, file_sha256, sent_by, to_stored(sent_at), faults],
    )


def accept_draft(
    cursor: Cursor, application: Application, upload: str, accepted_by: str, accepted_at: datetime
) -> None:
    """Replace the factory's draft of that year; the earlier file stays in ``upload``."""
    cursor.execute(
        "delete from draft where credit_code = $1 and year = $2", [application.credit_code, application.year]
    )
    cursor.execute(
        "insert into draft values ($1, $2, $3, $4, $5, $6, $7, $8)",
        [
            application.credit_code,
            application.year,
            application.industry,
            application.body,
            upload,
            dump_application(application),
            accepted_by,
            to_stored(accepted_at),
        ],
    )


def add_locked_application(
    cursor: Cursor,
    application: Application,
    upload: str,
    locked_by: str,
    locked_at: datetime,
    baseline: str,
    record: str,
    sha256: str,
) -> None:
    """Lock an application with its sealed record; one per factory and year."""
    cursor.execute(
        "insert into release values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        [
            application.credit_code,
            application.year,
            application.industry,
            application.body,
            upload,
            dump_application(application),
            locked_by,
            to_stored(locked_at),
            baseline,
            record,
            sha256,
        ],
    )
    cursor.execute(
        "delete from draft where credit_code = $1 and year = $2", [application.credit_code, application.year]
    )


def log_probe(cursor: Cursor, at: datetime, account: str, credit_code: str, year: int, kind: str, sha256: str) -> None:
    """Log one set of own values compared with the published table; ``sha256`` is of the values."""
    cursor.execute(
        "insert into asked values ($1, $2, $3, $4, $5, $6)", [to_stored(at), account, credit_code, year, kind, sha256]
    )
