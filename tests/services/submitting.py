"""Sending an application as an enterprise does, in one word."""

from __future__ import annotations

from kpi.model.viewer import Viewer
from kpi.services.enterprise.answer_sheets import accept_application
from kpi.services.enterprise.submissions import lock_application
from kpi.services.enterprise.uploads import ReceivedFile, receive_file
from kpi.store.store import Store
from tests.services.sample_store import AT, file_of

YEAR = 2025


def received(store: Store, viewer: Viewer, code: str, efficiency: str = "45") -> ReceivedFile:
    return receive_file(store, viewer, "a.csv", file_of(code, efficiency), AT)


def accepted(store: Store, viewer: Viewer, code: str, efficiency: str = "45") -> None:
    accept_application(store, viewer, received(store, viewer, code, efficiency), at=AT)


def locked(store: Store, viewer: Viewer, code: str) -> None:
    accepted(store, viewer, code)
    lock_application(store, viewer, code, YEAR, AT)
