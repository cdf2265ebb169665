"""Common to all changes of an application: an audit entry, a query log entry, no change once locked."""

from __future__ import annotations

import hashlib
from pathlib import Path

from kpi import tables
from kpi.access.roles import scope_of
from kpi.errors import NotFound, UserError
from kpi.intake.answers import NO_ANSWERS, Answers
from kpi.model.application import Application, dump_application
from kpi.model.audit import AuditAction
from kpi.model.viewer import Viewer
from kpi.services.lifecycle import TrailEntry, add_entry
from kpi.services.unit_of_work import UnitOfWork
from kpi.store.database import Cursor
from kpi.store.store import Store


def audit_values(change: UnitOfWork, action: AuditAction, kind: str, application: Application, **also: str) -> None:
    """In the trail by hash only, as its readers are not the values' readers, and in the query log."""
    add_entry(change, values_entry(action, application, **also))
    log_values(change, kind, application)


def values_entry(action: AuditAction, application: Application, **also: str) -> TrailEntry:
    """The entry of ``audit_values``, for what writes its own."""
    subject = f"{application.credit_code} {application.year}"
    return TrailEntry(action, subject, None, {"sha256": application_sha256(application), **also})


def log_values(change: UnitOfWork, kind: str, application: Application) -> None:
    """In the query log: who asked for a verdict or an estimate of which values."""
    code, year, sha256 = application.credit_code, application.year, application_sha256(application)
    tables.applications.log_probe(change.cursor, change.at, change.actor.account, code, year, kind, sha256)


def application_sha256(application: Application) -> str:
    """Of the application as stored."""
    return hashlib.sha256(dump_application(application).encode()).hexdigest()


def original_file(store: Store, cursor: Cursor, upload: str, account: str | None) -> tuple[str, Path]:
    """Name and path of an uploaded file: by this account, or - where the scope was checked before - by anybody.

    Raises:
        NotFound: no such upload, or its original is missing.
    """
    sent = tables.applications.uploads(cursor, account, upload)
    if not sent or not store.folder.original(sent[0].file_sha256).exists():
        raise NotFound("upload")
    return sent[0].file_name, store.folder.original(sent[0].file_sha256)


def answers_of(cursor: Cursor, upload: str) -> Answers:
    """What was answered for a file that was sent, by whoever sent it. Scope is checked by the caller."""
    sent = tables.applications.uploads(cursor, None, upload)
    return answers_of_content(cursor, sent[0].sent_by, sent[0].file_sha256) if sent else NO_ANSWERS


def answers_of_content(cursor: Cursor, account: str, file_sha256: str) -> Answers:
    """The same by the file's content: sent again, it is the same file."""
    known = tables.sheets.file_answers(cursor, account, file_sha256)
    return Answers.load(known) if known else NO_ANSWERS


def refuse_locked(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> None:
    """Raises ``UserError`` if that year of the viewer's factory is locked."""
    locked = {
        (application.application.credit_code, application.application.year)
        for application in tables.applications.locked_applications(cursor, scope_of(viewer))
    }
    if (credit_code, year) in locked:
        raise UserError("already_locked", year=year)


def require_in_hand(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> None:
    """Refuse whatever is not an open application of the viewer's own.

    Raises:
        NotFound: the viewer has no such application.
        UserError: that year is locked.
    """
    scope = scope_of(viewer)
    refuse_locked(cursor, viewer, credit_code, year)
    at_work = {
        (draft.application.credit_code, draft.application.year) for draft in tables.applications.drafts(cursor, scope)
    }
    at_work |= {(worksheet.credit_code, worksheet.year) for worksheet in tables.sheets.worksheets(cursor, scope)}
    if (credit_code, year) not in at_work:
        raise NotFound("draft")
