"""Files sent, drafts accepted, applications locked."""

from __future__ import annotations

from datetime import datetime

from kpi.model.application import Application
from kpi.model.application_text import dump
from kpi.model.times import stored
from kpi.store import Cursor


def add_upload(
    cursor: Cursor, upload: str, file_name: str, file_sha256: str, sent_by: str, sent_at: datetime, faults: int
) -> None:
    cursor.execute(
        "insert into upload values ($1, $2, $3, $4, $5, $6)",
        [upload, file_name, file_sha256, sent_by, stored(sent_at), faults],
    )


def accept_draft(
    cursor: Cursor, application: Application, upload: str, accepted_by: str, accepted_at: datetime
) -> None:
    """The factory's draft of that year becomes this one; the file of the one before stays in ``upload``."""
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
            dump(application),
            accepted_by,
            stored(accepted_at),
        ],
    )


def add_release(
    cursor: Cursor,
    application: Application,
    upload: str,
    locked_by: str,
    locked_at: datetime,
    baseline: str,
    record: str,
    sha256: str,
) -> None:
    """Lock an application with its sealed record. There is one a factory and year."""
    cursor.execute(
        "insert into release values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        [
            application.credit_code,
            application.year,
            application.industry,
            application.body,
            upload,
            dump(application),
            locked_by,
            stored(locked_at),
            baseline,
            record,
            sha256,
        ],
    )
    cursor.execute(
        "delete from draft where credit_code = $1 and year = $2", [application.credit_code, application.year]
    )


def log_asked(cursor: Cursor, at: datetime, account: str, credit_code: str, year: int, kind: str, sha256: str) -> None:
    """One set of own values was put to the published table; ``sha256`` is of the values."""
    cursor.execute(
        "insert into asked values ($1, $2, $3, $4, $5, $6)", [stored(at), account, credit_code, year, kind, sha256]
    )
