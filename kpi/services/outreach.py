"""A factory on the final list writes down what it will do to spread its experience, and later that it did.

Its recommending body and the authority see what is promised, done and overdue.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import date, datetime
from pathlib import Path

from kpi import tables
from kpi.access.roles import scope_of, whole_programme
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.outreach import OUTREACH_KINDS, ListedFactory, OutreachKind, Promise
from kpi.model.times import just_after, shanghai_date
from kpi.model.viewer import Viewer
from kpi.services.application_audit import original_file
from kpi.services.authorization import reads, requires
from kpi.services.sent_files import SentFile, keep_original, name_original, refuse_large
from kpi.services.unit_of_work import unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store

LONGEST_PROMISE = 300
"""Characters, of what is promised and of what shows that it was done."""


@reads("submit_own")
def own_outreach(cursor: Cursor, viewer: Viewer) -> list[ListedFactory]:
    """The viewer's own factories that are listed, with their promises, the latest year first."""
    return tables.outreach.listed_factories(cursor, scope_of(viewer))


@requires("fill_own")
def promise_outreach(
    store: Store,
    viewer: Viewer,
    credit_code: str,
    year: int,
    kind: OutreachKind,
    what: str,
    due: date,
    at: datetime | None = None,
) -> str:
    """Write down what will be done until ``due``, a day in Shanghai, and return the promise's number.

    Raises:
        NotFound: the viewer has no such factory on the final list, or there is no such kind.
        UserError: nothing is promised, or the day is over.
    """
    promise = Promise(uuid.uuid4().hex, kind, plain_line(what, LONGEST_PROMISE), due)
    with unit_of_work(store, viewer.actor, at) as change:
        own = [
            (item.credit_code, item.year) for item in tables.outreach.listed_factories(change.cursor, scope_of(viewer))
        ]
        if (credit_code, year) not in own or kind not in OUTREACH_KINDS:
            raise NotFound("application")
        if not promise.what:
            raise UserError("outreach_what_needed")
        if due < shanghai_date(change.at):
            raise UserError("outreach_due_over", day=due.isoformat())
        tables.outreach.add_promise(change.cursor, credit_code, year, promise, viewer.account, change.at)
        entry = {"promise": promise.id, "due": due.isoformat(), "sha256": _sha256(promise.what)}
        change.audit("outreach_promised", f"{credit_code} {year}", after=entry)
    return promise.id


@requires("fill_own")
def report_outreach(
    store: Store,
    viewer: Viewer,
    promise: str,
    done_on: date,
    evidence: str,
    file: SentFile | None = None,
    at: datetime | None = None,
) -> None:
    """Write down that it was done, and what shows it, with a file where one is sent. Reported again, the latest holds.

    Raises:
        NotFound: no listed factory of the viewer's has promised that.
        UserError: no words show it, the day is still to come, or the file is larger than any upload may be.
    """
    said = plain_line(evidence, LONGEST_PROMISE)
    if not said:
        raise UserError("outreach_evidence_needed")
    refuse_large(file)
    with store.cursor() as cursor:
        _found(tables.outreach.listed_factories(cursor, scope_of(viewer)), promise)
    sha256 = keep_original(store, file)
    with unit_of_work(store, viewer.actor, at) as change:
        factory, found = _found(tables.outreach.listed_factories(change.cursor, scope_of(viewer)), promise)
        if done_on > shanghai_date(change.at):
            raise UserError("outreach_done_ahead", day=done_on.isoformat())
        upload = name_original(change, store, file, sha256)
        # After what was reported before, also where a clock was put back.
        at = just_after(change.at, found.reported_at)
        tables.outreach.add_report(change.cursor, promise, done_on, said, upload, viewer.account, at)
        entry = {"promise": promise, "done_on": done_on.isoformat(), "sha256": _sha256(said), "file": sha256}
        change.audit("outreach_reported", f"{factory.credit_code} {factory.year}", after=entry)


@reads("see_outreach")
def outreach_in_reach(cursor: Cursor, viewer: Viewer) -> list[ListedFactory]:
    """The listed factories that the viewer's body has put forward, or all for the authority, the latest year first."""
    return _in_reach(cursor, viewer)


@requires("see_outreach")
def outreach_file(store: Store, viewer: Viewer, promise: str) -> tuple[str, Path]:
    """Name and place of the file that shows that a promise was kept.

    Raises:
        NotFound: there is no such promise within reach, or no file was sent.
    """
    with store.cursor() as cursor:
        _, found = _found(_in_reach(cursor, viewer), promise)
        if found.upload is None:
            raise NotFound("upload")
        return original_file(store, cursor, found.upload, None)


def _in_reach(cursor: Cursor, viewer: Viewer) -> list[ListedFactory]:
    scope = whole_programme(viewer) if viewer.role == "administrator" else scope_of(viewer)
    return tables.outreach.listed_factories(cursor, scope)


def _found(factories: list[ListedFactory], promise: str) -> tuple[ListedFactory, Promise]:
    every = ((factory, item) for factory in factories for item in factory.promises)
    found = next(((factory, item) for factory, item in every if item.id == promise), None)
    if found is None:
        raise NotFound("outreach")
    return found


def _sha256(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
