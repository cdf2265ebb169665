"""An enterprise's draft is locked, its own results are seen, and a lock is taken back with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kpi import queries, records
from kpi.access import Scope, scope_of
from kpi.benchmark.sealed_record import seal
from kpi.errors import NotThere, Told
from kpi.intake.form.answer_sheet import dump as dump_sheet
from kpi.intake.form.answer_sheet import sheet_of
from kpi.model.application import Application
from kpi.model.application_state import State
from kpi.model.application_text import dump
from kpi.model.evaluation import Answer
from kpi.model.publication import EnterpriseAnswer
from kpi.model.viewer import Viewer
from kpi.queries import Draft, Release, Step
from kpi.services.application_audit import content_sha256, log_values
from kpi.services.authorization import guarded
from kpi.services.evaluation import Ground, enterprise_answer, full_answer, ground
from kpi.services.unit_of_work import changing
from kpi.store import Cursor, Store

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class OwnResult:
    """What an enterprise sees of one factory and year: ``locked_at`` is None for a draft."""

    answer: EnterpriseAnswer
    upload: str
    locked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """``text`` is the application as kept, and ``sha256`` is of its UTF-8: anybody can compute it again."""

    credit_code: str
    year: int
    locked_at: datetime
    locked_by: str
    text: str
    sha256: str


@guarded("submit_own")
def lock(store: Store, viewer: Viewer, credit_code: str, year: int, at: datetime | None = None) -> None:
    """Lock the draft: its verdict is decided once, sealed, and its released words can be read from then on.

    Whoever locks it vouches for its truth.

    Raises:
        NotThere: there is no such draft within the viewer's reach.
        Told: the register of the industry is too small to decide by.
    """
    with changing(store, viewer.actor, at) as change:
        cursor = change.cursor
        draft = _find_draft(queries.drafts(cursor, scope_of(viewer)), credit_code, year)
        on = ground(cursor, year)
        record, sha256 = seal(_decided(cursor, draft.application, on))
        records.add_release(
            cursor, draft.application, draft.upload, viewer.account, change.at, on.baseline.name, record, sha256
        )
        records.take_step(cursor, credit_code, year, "submitted", viewer.account, change.at)
        log_values(change, "application_locked", "locked", draft.application, record=sha256)


@guarded("submit_own")
def reopen(store: Store, viewer: Viewer, credit_code: str, year: int, reason: str, at: datetime | None = None) -> None:
    """Take a lock back, with a reason: the application is a draft again, and the lock stays on record.

    What the first lock gave out holds for its values; a value changed afterwards gets no new word that year.

    Raises:
        NotThere: nothing is locked for that factory and year within the viewer's reach.
        Told: no reason is given, or the application has come further than submitted.
    """
    if not reason.strip():
        raise Told("reopening_needs_reason")
    with changing(store, viewer.actor, at) as change:
        cursor, scope = change.cursor, scope_of(viewer)
        release = find_release(queries.releases(cursor, scope), credit_code, year)
        beyond = _state(queries.steps(cursor, scope), credit_code, year) not in ("submitted", None)
        if beyond or _put_forward(cursor, release):
            raise Told("too_far_to_reopen")
        said = reason.strip()[:LONGEST_REASON]
        records.withdraw_release(cursor, credit_code, year, viewer.account, change.at, said)
        records.accept_draft(cursor, release.application, release.upload, viewer.account, change.at)
        if (credit_code, year) not in {(one.credit_code, one.year) for one in queries.worksheets(cursor, scope)}:
            sheet = dump_sheet(sheet_of(release.application))
            records.keep_worksheet(cursor, credit_code, year, release.upload, sheet, 1, viewer.account, change.at)
        records.take_step(cursor, credit_code, year, "draft", viewer.account, change.at, said)
        log_values(change, "application_reopened", "reopened", release.application)


@guarded("see_own_result")
def receipt(store: Store, viewer: Viewer, credit_code: str, year: int) -> Receipt:
    """What proves that this application was handed in as it is.

    Raises:
        NotThere: nothing is locked for that factory and year within the viewer's reach.
    """
    with store.cursor() as cursor:
        release = find_release(queries.releases(cursor, scope_of(viewer)), credit_code, year)
    text = dump(release.application)
    return Receipt(credit_code, year, release.locked_at, release.locked_by, text, content_sha256(release.application))


@guarded("see_own_result")
def own_steps(store: Store, viewer: Viewer) -> list[Step]:
    """How far the viewer's own applications have come, the earliest step first."""
    with store.cursor() as cursor:
        return queries.steps(cursor, scope_of(viewer))


@guarded("see_own_result")
def own_results(store: Store, viewer: Viewer) -> list[OwnResult]:
    """Everything of the viewer's own enterprises, locked or not, the latest year first."""
    scope = scope_of(viewer)
    with store.cursor() as cursor:
        found = [_locked(cursor, release) for release in queries.releases(cursor, scope)]
        found += [_draft(cursor, draft) for draft in queries.drafts(cursor, scope)]
    return sorted(found, key=lambda result: result.answer.application.year, reverse=True)


def _decided(cursor: Cursor, application: Application, on: Ground) -> Answer:
    try:
        return full_answer(cursor, application, on)
    except Told as told:
        if told.code != "register_too_small":
            raise
        # Its message counts the peers, which is not for the enterprise to know.
        raise Told("register_unfit", industry=application.industry) from None


def _locked(cursor: Cursor, release: Release) -> OwnResult:
    on = ground(cursor, release.application.year, release.baseline)
    answer = enterprise_answer(cursor, release.application, on, release)
    return OwnResult(answer, release.upload, release.locked_at)


def _draft(cursor: Cursor, draft: Draft) -> OwnResult:
    on = ground(cursor, draft.application.year)
    return OwnResult(enterprise_answer(cursor, draft.application, on), draft.upload, None)


def find_release(releases: list[Release], credit_code: str, year: int) -> Release:
    for release in releases:
        if (release.application.credit_code, release.application.year) == (credit_code, year):
            return release
    raise NotThere("application")


def _put_forward(cursor: Cursor, release: Release) -> bool:
    """Whether a recommending body has put it on its list, which others rely on from then on."""
    application = release.application
    if application.body is None:
        return False
    listed = queries.nominations(cursor, Scope(bodies=(application.body,)), application.year)
    return application.credit_code in listed


def _state(steps: list[Step], credit_code: str, year: int) -> State | None:
    taken = [step.state for step in steps if (step.credit_code, step.year) == (credit_code, year)]
    return taken[-1] if taken else None


def _find_draft(drafts: list[Draft], credit_code: str, year: int) -> Draft:
    for draft in drafts:
        if (draft.application.credit_code, draft.application.year) == (credit_code, year):
            return draft
    raise NotThere("draft")
