"""What every change of an application shares: a word in the trail, a line in the query log, no change once locked."""

from __future__ import annotations

import hashlib

from kpi import queries, records
from kpi.access import scope_of
from kpi.errors import Told
from kpi.model.application_text import dump
from kpi.model.audit import Action
from kpi.model.reported import Application
from kpi.model.viewer import Viewer
from kpi.services.changing import Change
from kpi.store import Cursor


def log_values(change: Change, action: Action, kind: str, application: Application, **also: str) -> None:
    """In the trail by hash alone - its readers are not the values' readers - and in the log of what was asked."""
    sha256 = content_sha256(application)
    code, year = application.credit_code, application.year
    change.note(action, f"{code} {year}", after={"sha256": sha256, **also})
    records.log_asked(change.cursor, change.at, change.actor.account, code, year, kind, sha256)


def content_sha256(application: Application) -> str:
    """Of the application as it is kept."""
    return hashlib.sha256(dump(application).encode()).hexdigest()


def refuse_locked(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> None:
    """Raises ``Told`` where that year of the viewer's own factory is locked."""
    locked = {(one.application.credit_code, one.application.year) for one in queries.releases(cursor, scope_of(viewer))}
    if (credit_code, year) in locked:
        raise Told("already_locked", year=year)
