"""What the review asks an enterprise, and its answers."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from kpi import queries, records
from kpi.access.roles import scope_of
from kpi.errors import NotFound, UserError
from kpi.files.limits import application_limits
from kpi.files.text import plain_line, printable_file_name
from kpi.model.claims import Enquiry, EnquiryAnswer
from kpi.model.viewer import Viewer
from kpi.services.authorization import requires
from kpi.services.unit_of_work import unit_of_work
from kpi.store.cursor import Cursor
from kpi.store.store import Store

LONGEST_ANSWER = 1000
LONGEST_FILE_NAME = 120


@dataclass(frozen=True, slots=True)
class OwnEnquiry:
    """A question as its enterprise reads it: what is asked and when, never by whom. ``kpi`` may be
    ``WHOLE_APPLICATION``. ``withdrawn_because``: the question was taken back, and need not be answered.
    """

    id: str
    credit_code: str
    year: int
    kpi: str
    question: str
    at: datetime
    answers: tuple[EnquiryAnswer, ...]
    withdrawn_because: str | None
    waiting: bool


@requires("submit_own")
def own_enquiries(store: Store, viewer: Viewer) -> list[OwnEnquiry]:
    """All that the viewer's factories were asked, those without an answer first, then the latest first.

    Of an application that was reopened and discarded nothing is waited for: its questions are there again with it.
    """
    scope = scope_of(viewer)
    with store.cursor() as cursor:
        found = queries.enquiries(cursor, scope.own)
        if found:
            there = {(one.credit_code, one.year) for one in queries.worksheets(cursor, scope)}
            known = [one.application for one in queries.drafts(cursor, scope)]
            known += [one.application for one in queries.locked_applications(cursor, scope)]
            there |= {(one.credit_code, one.year) for one in known}
            found = [one for one in found if (one.credit_code, one.year) in there]
    own = [
        OwnEnquiry(
            one.id,
            one.credit_code,
            one.year,
            one.kpi,
            one.question,
            one.at,
            one.answers,
            one.withdrawal.reason if one.withdrawal else None,
            one.waiting,
        )
        for one in reversed(found)
    ]
    return sorted(own, key=lambda one: not one.waiting)


@requires("submit_own")
def answer_enquiry(
    store: Store,
    viewer: Viewer,
    enquiry: str,
    answer: str,
    file: tuple[str, bytes] | None = None,
    at: datetime | None = None,
) -> None:
    """Answer a question, with a file where one is sent. A second answer stands beside the first, whose words stay.

    Possible after the lock: an answer changes no value.

    Raises:
        NotFound: no factory of the viewer's was asked so.
        UserError: the answer is empty, the question was taken back, or the file is larger than any upload may be.
    """
    said = plain_line(answer, LONGEST_ANSWER)
    if not said:
        raise UserError("answer_empty")
    most = application_limits().file_bytes
    if file and len(file[1]) > most:
        raise UserError("evidence_too_large", most=most // 2**20)
    with store.cursor() as cursor:
        _asked(cursor, viewer, enquiry)
    sha256 = store.folder.keep_original(file[1]) if file else None
    with unit_of_work(store, viewer.actor, at) as change:
        asked = _asked(change.cursor, viewer, enquiry)
        upload = uuid.uuid4().hex if file else None
        if file and upload and sha256:
            name = printable_file_name(file[0], LONGEST_FILE_NAME)
            store.folder.keep_again(sha256, file[1])
            records.add_upload(change.cursor, upload, name, sha256, viewer.account, change.at, 0)
        records.add_enquiry_answer(change.cursor, enquiry, EnquiryAnswer(said, upload, viewer.account, change.at))
        entry = {"kpi": asked.kpi, "sha256": hashlib.sha256(said.encode()).hexdigest(), "file": sha256}
        change.audit("enterprise_answered", f"{asked.credit_code} {asked.year}", after=entry)


def _asked(cursor: Cursor, viewer: Viewer, enquiry: str) -> Enquiry:
    found = [one for one in queries.enquiries(cursor, scope_of(viewer).own) if one.id == enquiry]
    if not found:
        raise NotFound("enquiry")
    if found[0].withdrawal:
        raise UserError("question_withdrawn")
    return found[0]
