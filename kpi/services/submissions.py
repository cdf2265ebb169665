"""An enterprise's way: send a file, see every fault, accept what was read, see the estimate, lock it."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from kpi import queries, records
from kpi.access import scope_of
from kpi.benchmark.record import seal
from kpi.errors import FileRefused, NotThere, Told
from kpi.intake import Reading, read
from kpi.intake.settings import limits
from kpi.model.application_text import dump
from kpi.model.audit import Action
from kpi.model.published import EnterpriseAnswer
from kpi.model.reported import Application
from kpi.model.viewer import Viewer
from kpi.queries import Draft, Release
from kpi.services.changing import Change, changing
from kpi.services.deciding import enterprise_answer, full_answer, ground
from kpi.services.guarding import guarded
from kpi.store import Cursor, Store


@dataclass(frozen=True, slots=True)
class Received:
    """A file kept and read. ``usable`` says whether its application can be accepted as it is."""

    upload: str
    reading: Reading

    @property
    def usable(self) -> bool:
        return bool(self.reading.applications) and not any(problem.blocks for problem in self.reading.problems)


@dataclass(frozen=True, slots=True)
class OwnResult:
    """What an enterprise sees of one factory and year: ``locked_at`` is None for a draft."""

    answer: EnterpriseAnswer
    upload: str
    locked_at: datetime | None


@guarded("submit_own")
def receive(store: Store, viewer: Viewer, name: str, data: bytes, at: datetime | None = None) -> Received:
    """Keep the file as it came, then read it. Nothing else changes; what is larger than any upload is not kept."""
    reading = read(name, data)
    if len(data) > limits().file_bytes:
        return Received("", reading)
    sha256 = store.folder.keep_original(data)
    upload = uuid.uuid4().hex
    faults = sum(problem.blocks for problem in reading.problems)
    with changing(store, viewer.actor, at) as change:
        records.add_upload(change.cursor, upload, reading.file.name, sha256, viewer.account, change.at, faults)
        change.note("file_received", upload, after={"sha256": sha256, "faults": faults})
    return Received(upload, reading)


@guarded("submit_own")
def accept(store: Store, viewer: Viewer, received: Received, at: datetime | None = None) -> Application:
    """Make what was read the draft of its factory and year.

    Raises:
        FileRefused: the file has errors.
        Told: the file is of an enterprise that is not the viewer's, or that year is locked, or it holds several.
    """
    if not received.usable:
        raise FileRefused(received.reading.problems)
    if len(received.reading.applications) > 1:
        raise Told("many_factories", count=len(received.reading.applications))
    application = received.reading.applications[0]
    if application.credit_code not in viewer.scope:
        raise Told("not_your_enterprise", credit_code=application.credit_code)
    with changing(store, viewer.actor, at) as change:
        if _find_release(queries.releases(change.cursor, scope_of(viewer)), application):
            raise Told("already_locked", year=application.year)
        records.accept_draft(change.cursor, application, received.upload, viewer.account, change.at)
        _log(change, "draft_accepted", "accepted", application)
    return application


@guarded("submit_own")
def lock(store: Store, viewer: Viewer, credit_code: str, year: int, at: datetime | None = None) -> None:
    """Lock the draft: its verdict is decided once, sealed, and its released words can be read from then on.

    Raises:
        NotThere: there is no such draft within the viewer's reach.
    """
    with changing(store, viewer.actor, at) as change:
        cursor = change.cursor
        draft = _find_draft(queries.drafts(cursor, scope_of(viewer)), credit_code, year)
        on = ground(cursor, year)
        record, sha256 = seal(full_answer(cursor, draft.application, on))
        records.add_release(
            cursor, draft.application, draft.upload, viewer.account, change.at, on.baseline.name, record, sha256
        )
        _log(change, "application_locked", "locked", draft.application, record=sha256)


@guarded("see_own_result")
def own_results(store: Store, viewer: Viewer) -> list[OwnResult]:
    """Everything of the viewer's own enterprises, locked or not, the latest year first."""
    scope = scope_of(viewer)
    with store.cursor() as cursor:
        found = [_locked(cursor, release) for release in queries.releases(cursor, scope)]
        found += [_draft(cursor, draft) for draft in queries.drafts(cursor, scope)]
    return sorted(found, key=lambda result: result.answer.application.year, reverse=True)


def _log(change: Change, action: Action, kind: str, application: Application, **also: str) -> None:
    """In the trail by hash alone - its readers are not the values' readers - and in the log of what was asked."""
    sha256 = hashlib.sha256(dump(application).encode()).hexdigest()
    code, year = application.credit_code, application.year
    change.note(action, f"{code} {year}", after={"sha256": sha256, **also})
    records.log_asked(change.cursor, change.at, change.actor.account, code, year, kind, sha256)


def _locked(cursor: Cursor, release: Release) -> OwnResult:
    on = ground(cursor, release.application.year, release.baseline)
    answer = enterprise_answer(cursor, release.application, on, release)
    return OwnResult(answer, release.upload, release.locked_at)


def _draft(cursor: Cursor, draft: Draft) -> OwnResult:
    on = ground(cursor, draft.application.year)
    return OwnResult(enterprise_answer(cursor, draft.application, on), draft.upload, None)


def _find_release(releases: list[Release], application: Application) -> Release | None:
    key = (application.credit_code, application.year)
    return next((one for one in releases if (one.application.credit_code, one.application.year) == key), None)


def _find_draft(drafts: list[Draft], credit_code: str, year: int) -> Draft:
    for draft in drafts:
        if (draft.application.credit_code, draft.application.year) == (credit_code, year):
            return draft
    raise NotThere("draft")
