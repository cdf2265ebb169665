"""Receiving a file: the original is kept, read, and read again with each answer to its questions."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from kpi import tables
from kpi.access.roles import scope_of
from kpi.catalogue.catalogue import Catalogue, notice_in_hand
from kpi.files.limits import application_limits
from kpi.intake.answers import NO_ANSWERS, Answers
from kpi.intake.how_read import KpiReading, how_read
from kpi.intake.read import read
from kpi.intake.result import ReadResult
from kpi.model.viewer import Viewer
from kpi.services.application_audit import answers_of, answers_of_content, original_file
from kpi.services.authorization import requires
from kpi.services.notices import notice_in_force, notice_of_year
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.database import Cursor
from kpi.store.folder import StoreFolder
from kpi.store.store import Store

# What an enterprise has answered: for one file, which is read with it; and for earlier files, which only proposes.


@dataclass(frozen=True, slots=True)
class RememberedAnswers:
    """What was answered for earlier files, by whom and when last."""

    answers: Answers = NO_ANSWERS
    confirmed_by: str = ""
    confirmed_at: datetime | None = None


NOTHING_REMEMBERED = RememberedAnswers()


def remembered(cursor: Cursor, viewer: Viewer) -> RememberedAnswers:
    """The enterprise's answers for earlier files; nothing if the viewer has several enterprises."""
    known = list(tables.sheets.confirmed_answers(cursor, scope_of(viewer)).values())
    if len(known) != 1:
        return NOTHING_REMEMBERED
    answers = Answers.load(known[0].answers).for_other_files()
    return RememberedAnswers(answers, known[0].confirmed_by, known[0].confirmed_at)


def remember(change: UnitOfWork, viewer: Viewer, credit_code: str, answers: Answers) -> None:
    """Keep what was confirmed for this file as proposals for the next, in addition to earlier answers."""
    if answers == NO_ANSWERS:
        return
    known = tables.sheets.confirmed_answers(change.cursor, scope_of(viewer)).get(credit_code)
    both = _merged(Answers.load(known.answers), answers) if known else answers
    tables.sheets.confirm_answers(change.cursor, credit_code, both.dump(), viewer.account, change.at)


@requires("fill_own")
def forget_answers(store: Store, viewer: Viewer, at: datetime | None = None) -> None:
    """Propose nothing of earlier files any more."""
    with store.cursor() as cursor:
        known = tables.sheets.confirmed_answers(cursor, scope_of(viewer))
    if known:
        with unit_of_work(store, viewer.actor, at) as change:
            for credit_code in known:
                forget(change, credit_code)


def forget(change: UnitOfWork, credit_code: str) -> None:
    """The same for one enterprise, within the caller's change."""
    tables.sheets.forget_confirmed_answers(change.cursor, credit_code)
    change.audit("answers_forgotten", credit_code)


def _merged(before: Answers, after: Answers) -> Answers:
    """Both; the later answer if a question was answered twice."""
    return replace(
        before,
        header={**before.header, **after.header},
        unit={**before.unit, **after.unit},
        basis={**before.basis, **after.basis},
        mark={**before.mark, **after.mark},
        sheet={**before.sheet, **after.sheet},
        direction={**before.direction, **after.direction},
    )


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A stored file and its reading. ``usable``: its applications can be accepted as they are.

    ``answers`` are those it was read with, given for this very file; ``remembered`` those of earlier files, which stand
    beside its questions.
    """

    upload: str
    reading: ReadResult
    answers: Answers = NO_ANSWERS
    remembered: RememberedAnswers = NOTHING_REMEMBERED

    @property
    def usable(self) -> bool:
        return bool(self.reading.applications) and not self.reading.blocked


@requires("fill_own")
def receive_file(store: Store, viewer: Viewer, name: str, data: bytes, at: datetime | None = None) -> ReceivedFile:
    """Keep the original and read it. Nothing else changes.

    A file above the size limit is reported and not kept; its ``upload`` is empty.
    """
    with store.cursor() as cursor:
        received = read_sent(cursor, viewer, name, data)
    if not may_be_kept(data):
        return received
    store.folder.keep_original(data)
    with unit_of_work(store, viewer.actor, at) as change:
        return keep_received(store.folder, change, viewer.account, received, data)


def read_sent(cursor: Cursor, viewer: Viewer, name: str, data: bytes) -> ReceivedFile:
    """A file that is not kept yet: its ``upload`` is empty. Sent before, it is read with what was answered then."""
    before = remembered(cursor, viewer)
    answers = answers_of_content(cursor, viewer.account, hashlib.sha256(data).hexdigest())
    return ReceivedFile("", read_by_notice(cursor, name, data, answers, before.answers), answers, before)


def read_by_notice(
    cursor: Cursor, name: str, data: bytes, answers: Answers = NO_ANSWERS, remembered: Answers = NO_ANSWERS
) -> ReadResult:
    """As ``read``, by the notice of the latest year that the file states; by the one in force where it states none."""
    begun = notice_in_force(cursor)
    with notice_in_hand(begun):
        reading = read(name, data, answers, remembered)
    its = notice_of_reading(cursor, reading)
    if its == begun:
        return reading
    with notice_in_hand(its):
        return read(name, data, answers, remembered)


def notice_of_reading(cursor: Cursor, reading: ReadResult) -> Catalogue:
    """That of the latest year it states: earlier ones are for comparison. Without any, the one in force."""
    year = latest_year(reading)
    return notice_in_force(cursor) if year is None else notice_of_year(cursor, year)


def latest_year(reading: ReadResult) -> int | None:
    """The latest that an application of the file states, None where none states any."""
    stated = [application.facts.get("year") for application in reading.applications]
    return max((year for year in stated if isinstance(year, int)), default=None)


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
    tables.applications.add_upload(change.cursor, upload, reading.file.name, sha256, account, change.at, faults)
    change.audit("file_received", upload, after={"sha256": sha256, "faults": faults})
    return replace(received, upload=upload)


@requires("submit_own")
def read_again(store: Store, viewer: Viewer, upload: str) -> ReceivedFile:
    """An earlier file, read from its original with what was answered for it.

    Raises:
        NotFound: the viewer has no such upload.
    """
    with store.cursor() as cursor:
        return _read_again(store, cursor, viewer, upload, answers_of(cursor, upload))


@requires("fill_own")
def answer_questions(
    store: Store, viewer: Viewer, upload: str, answers: Answers, at: datetime | None = None
) -> ReceivedFile:
    """Keep what is answered to the questions of a file, for this file alone, and read it with that.

    Raises:
        NotFound: the viewer has no such upload.
    """
    with store.cursor() as cursor:
        received = _read_again(store, cursor, viewer, upload, answers)
    with unit_of_work(store, viewer.actor, at) as change:
        sha256 = received.reading.file.sha256
        tables.sheets.keep_file_answers(change.cursor, viewer.account, sha256, answers.dump(), change.at)
        change.audit(
            "file_answered", upload, after={"faults": sum(problem.blocks for problem in received.reading.problems)}
        )
    return received


@requires("submit_own")
def kpi_readings(store: Store, viewer: Viewer, upload: str, which: int) -> tuple[KpiReading, ...]:
    """How each KPI of one of a file's applications is read: what stands in its cell, and what becomes of it.

    What is asked about is shown as it would be read if what stands chosen were confirmed.

    Raises:
        NotFound: the viewer has no such upload.
    """
    with store.cursor() as cursor:
        received = _read_again(store, cursor, viewer, upload, answers_of(cursor, upload))
        name, original = original_file(store, cursor, upload, viewer.account)
        its = notice_of_reading(cursor, received.reading)
    data, presumed = original.read_bytes(), received.answers
    for question in received.reading.questions:
        presumed = presumed.give(question, question.preset) if question.preset else presumed
    with notice_in_hand(its):
        return how_read(data, received.reading, read(name, data, presumed), which)


def _read_again(store: Store, cursor: Cursor, viewer: Viewer, upload: str, answers: Answers) -> ReceivedFile:
    name, original = original_file(store, cursor, upload, viewer.account)
    before = remembered(cursor, viewer)
    reading = read_by_notice(cursor, name, original.read_bytes(), answers, before.answers)
    return ReceivedFile(upload, reading, answers, before)
