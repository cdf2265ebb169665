"""Receiving a file: the original is kept, read, and read again with each answer to its questions."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from kpi import queries, records
from kpi.access.scope import scope_of
from kpi.files.limits import application_limits
from kpi.intake.answers import NO_ANSWERS, Answers
from kpi.intake.read import read
from kpi.intake.read_result import ReadResult
from kpi.model.viewer import Viewer
from kpi.services.application_audit import original_file
from kpi.services.authorization import requires
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store


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
    answers = _remembered(store, viewer)
    reading = read(name, data, answers)
    if len(data) > application_limits().file_bytes:
        return ReceivedFile("", reading, answers)
    sha256 = store.folder.keep_original(data)
    upload = uuid.uuid4().hex
    faults = sum(problem.blocks for problem in reading.problems)
    with unit_of_work(store, viewer.actor, at) as change:
        store.folder.keep_again(sha256, data)
        records.add_upload(change.cursor, upload, reading.file.name, sha256, viewer.account, change.at, faults)
        change.audit("file_received", upload, after={"sha256": sha256, "faults": faults})
    return ReceivedFile(upload, reading, answers)


@requires("submit_own")
def read_again(store: Store, viewer: Viewer, upload: str, answers: Answers | None = None) -> ReceivedFile:
    """An earlier file, read from its original with these answers (the stored ones if None).

    Raises:
        NotFound: the viewer has no such upload.
    """
    with store.cursor() as cursor:
        name, original = original_file(store, cursor, upload, viewer.account)
    used = _remembered(store, viewer) if answers is None else answers
    return ReceivedFile(upload, read(name, original.read_bytes(), used), used)


def _remembered(store: Store, viewer: Viewer) -> Answers:
    """The enterprise's answers for earlier files; nothing if the viewer has several enterprises."""
    with store.cursor() as cursor:
        known = list(queries.confirmed_answers(cursor, scope_of(viewer)).values())
    return Answers.load(known[0]).for_other_files() if len(known) == 1 else NO_ANSWERS
