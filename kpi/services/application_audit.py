"""What every change of an application shares: a word in the trail, a line in the query log, no change once locked."""

from __future__ import annotations

import hashlib
from pathlib import Path

from kpi import queries, records
from kpi.access import scope_of
from kpi.errors import NotThere, Told
from kpi.model.application import Application
from kpi.model.application_text import dump
from kpi.model.audit_entry import Action
from kpi.model.viewer import Viewer
from kpi.services.unit_of_work import Change
from kpi.store import Cursor, Store


def log_values(change: Change, action: Action, kind: str, application: Application, **also: str) -> None:
    """In the trail by hash alone - its readers are not the values' readers - and in the log of what was asked."""
    sha256 = content_sha256(application)
    code, year = application.credit_code, application.year
    change.note(action, f"{code} {year}", after={"sha256": sha256, **also})
    records.log_asked(change.cursor, change.at, change.actor.account, code, year, kind, sha256)


def content_sha256(application: Application) -> str:
    """Of the application as it is kept."""
    return hashlib.sha256(dump(application).encode()).hexdigest()


def original_of(store: Store, cursor: Cursor, upload: str, account: str | None) -> tuple[str, Path]:
    """Name and place of a file that was sent: by this account, or - where its reach was checked before - by anybody.

    Raises:
        NotThere: no such file was sent, or its original is gone.
    """
    sent = queries.uploads(cursor, account, upload)
    if not sent or not store.folder.original(sent[0].file_sha256).exists():
        raise NotThere("upload")
    return sent[0].file_name, store.folder.original(sent[0].file_sha256)


def refuse_locked(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> None:
    """Raises ``Told`` where that year of the viewer's own factory is locked."""
    locked = {(one.application.credit_code, one.application.year) for one in queries.releases(cursor, scope_of(viewer))}
    if (credit_code, year) in locked:
        raise Told("already_locked", year=year)
