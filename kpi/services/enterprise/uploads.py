"""Receiving a file: the original is kept, read, and read again with each answer to its questions."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from kpi import records
from kpi.files.limits import application_limits
from kpi.intake.answers import NO_ANSWERS, Answers
from kpi.intake.read import read
from kpi.intake.read_result import ReadResult
from kpi.model.viewer import Viewer
from kpi.services.application_audit import original_file
from kpi.services.authorization import requires
from kpi.services.enterprise.remembered_answers import remembered
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.store import Store
from kpi.store.store_folder import StoreFolder


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A stored file and its reading. ``usable``: its applications can be accepted as they are.

    ``answers`` are those it was read with: from an earlier file of the enterprise, or given since.
    """

    upload: str
    reading: ReadResult
    answers: Answers = NO_ANSWERS

    @property
    def usable(self) -> bool:
        return bool(self.reading.applications) and not self.reading.blocked


@requires("submit_own")
def receive_file(store: Store, viewer: Viewer, name: str, data: bytes, at: datetime | None = None) -> ReceivedFile:
    """Keep the original, and read it with the enterprise's earlier answers. Nothing else changes.

    A file above the size limit is reported and not kept; its ``upload`` is empty.
    """
    with store.cursor() as cursor:
        answers = remembered(cursor, viewer)
    received = read_sent(name, data, answers)
    if not may_be_kept(data):
        return received
    store.folder.keep_original(data)
    with unit_of_work(store, viewer.actor, at) as change:
        return keep_received(store.folder, change, viewer.account, received, data)


def read_sent(name: str, data: bytes, answers: Answers) -> ReceivedFile:
    """A file that is not kept yet: its ``upload`` is empty."""
    return ReceivedFile("", read(name, data, answers), answers)


def may_be_kept(data: bytes) -> bool:
    """Whether it is within the size limit."""
    return len(data) <= application_limits().file_bytes


def keep_received(
    folder: StoreFolder, change: UnitOfWork, account: str, received: ReceivedFile, data: bytes
) -> ReceivedFile:
    """Note the file within the caller's change. Its original has been kept before anybody was kept from writing."""
    upload = uuid.uuid4().hex
    reading = received.reading
    faults = sum(problem.blocks for problem in reading.problems)
    sha256 = hashlib.sha256(data).hexdigest()
    folder.keep_again(sha256, data)
    records.add_upload(change.cursor, upload, reading.file.name, sha256, account, change.at, faults)
    change.audit("file_received", upload, after={"sha256": sha256, "faults": faults})
    return replace(received, upload=upload)


@requires("submit_own")
def read_again(store: Store, viewer: Viewer, upload: str, answers: Answers | None = None) -> ReceivedFile:
    """An earlier file, read from its original with these answers (the stored ones if None).

    Raises:
        NotFound: the viewer has no such upload.
    """
    with store.cursor() as cursor:
        name, original = original_file(store, cursor, upload, viewer.account)
        used = remembered(cursor, viewer) if answers is None else answers
    return ReceivedFile(upload, read(name, original.read_bytes(), used), used)
