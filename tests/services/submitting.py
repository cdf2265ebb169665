"""Sending an application as an enterprise does, in one word."""

from __future__ import annotations

from datetime import datetime

from kpi.model.viewer import Viewer
from kpi.services.enterprise.before_lock import lock_outlook
from kpi.services.enterprise.lock import lock_application
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import ReceivedFile, receive_file
from kpi.services.reviewer.conflicts import candidates_to_declare_on, state_conflicts
from kpi.store.store import Store
from tests.services.sample_store import AT, REVIEWER, file_of

YEAR = 2025


def received(store: Store, viewer: Viewer, code: str, efficiency: str = "45") -> ReceivedFile:
    return receive_file(store, viewer, "a.csv", file_of(code, efficiency), AT)


def accepted(store: Store, viewer: Viewer, code: str, efficiency: str = "45") -> None:
    accept_application(store, viewer, received(store, viewer, code, efficiency), at=AT)


def lock_as_it_stands(store: Store, viewer: Viewer, code: str, year: int = YEAR, at: datetime | None = None) -> None:
    """Locked by somebody who looked at what is missing, and confirmed all of it."""
    lock_application(store, viewer, code, year, lock_outlook(store, viewer, code, year).points, at)


def say_no_conflict(store: Store, viewer: Viewer = REVIEWER) -> None:
    """What a reviewer is asked before it reads a candidate, of all in its reach."""
    if asked := candidates_to_declare_on(store, viewer):
        state_conflicts(store, viewer, [record.key for record in asked], at=AT)


def locked(store: Store, viewer: Viewer, code: str) -> None:
    accepted(store, viewer, code)
    lock_as_it_stands(store, viewer, code, YEAR, AT)
