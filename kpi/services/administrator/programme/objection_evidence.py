"""Evidence that comes in after an objection was recorded: added while it is open, with its own day and original."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from kpi import queries, records
from kpi.errors import UserError
from kpi.files.text import plain_line
from kpi.model.programme import Objection, ObjectionAddition
from kpi.model.times import shanghai_date
from kpi.model.viewer import Viewer
from kpi.services.administrator.programme.objections import (
    LONGEST_OBJECTION,
    SentFile,
    find_objection,
    keep_file,
    refuse_large,
)
from kpi.services.authorization import requires
from kpi.services.unit_of_work import unit_of_work
from kpi.store.cursor import Cursor
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class LateEvidence:
    """As it is entered: words, a file, or both."""

    received_on: date
    words: str
    file: SentFile | None = None


@requires("run_programme")
def add_to_objection(
    store: Store, viewer: Viewer, number: str, given: LateEvidence, at: datetime | None = None
) -> None:
    """Add late evidence to an open objection; what is recorded stays as it is.

    Raises:
        NotFound: there is no such objection within reach.
        UserError: it is answered, there are neither words nor a file, it holds the same already, the file is too
            large, or the day is before the objection's or to come.
    """
    words = plain_line(given.words, LONGEST_OBJECTION)
    if not (words or given.file):
        raise UserError("objection_addition_empty")
    refuse_large(given.file)
    with store.cursor() as cursor:
        _open(cursor, viewer, number)
    sha256 = store.folder.keep_original(given.file[1]) if given.file else None
    with unit_of_work(store, viewer.actor, at) as change:
        found = _open(change.cursor, viewer, number)
        if not found.received_on <= given.received_on <= shanghai_date(change.at):
            raise UserError("objection_addition_day", day=found.received_on.isoformat())
        if {words, sha256} - {"", None} <= _held(change.cursor, found):
            raise UserError("objection_addition_same")
        upload = keep_file(change, store.folder, given.file, sha256) if given.file and sha256 else None
        added = ObjectionAddition(uuid.uuid4().hex, given.received_on, words, upload, viewer.account, change.at)
        records.add_objection_addition(change.cursor, number, added)
        noted = {"objection": number, "received_on": given.received_on.isoformat(), "file": sha256}
        change.audit("objection_added_to", f"{found.credit_code} {found.year}", after=noted)


def _open(cursor: Cursor, viewer: Viewer, number: str) -> Objection:
    found = find_objection(cursor, viewer, number)
    if found.state != "open":
        raise UserError("objection_answered")
    return found


def _held(cursor: Cursor, found: Objection) -> set[str | None]:
    """Words, and files by their hashes, of all that the objection holds by now."""
    files = [queries.uploads(cursor, None, upload)[0].file_sha256 for upload in found.uploads.values()]
    return {found.objection, *(one.words for one in found.additions), *files}
