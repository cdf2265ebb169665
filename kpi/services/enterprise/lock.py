"""Locking drafts, viewing own results, and reopening with a reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from kpi import tables
from kpi.access.roles import scope_of
from kpi.benchmark.enterprise_view import OWN_STATE
from kpi.benchmark.sealed_record import released_verdicts, seal
from kpi.catalogue.catalogue import notice_in_hand
from kpi.eligibility.rules import CaseFacts
from kpi.errors import InvalidFile, NotFound, UserError
from kpi.intake.form.answer_sheet import dump_sheet, read_sheet, sheet_of
from kpi.model.application import Application, AttachedDocument, DocumentKind, dump_application
from kpi.model.audit import CHANGES_ITS_OWN, CHANGES_NO_VERDICT
from kpi.model.claims import Award, Rulings
from kpi.model.evaluation import Verdict
from kpi.model.lifecycle import Facts, hindrances
from kpi.model.programme import OwnOutcome
from kpi.model.publication import EnterpriseView
from kpi.model.times import now
from kpi.model.viewer import Viewer
from kpi.services.application_audit import application_sha256, log_values, values_entry
from kpi.services.authorization import reads, requires
from kpi.services.claims import rulings_for
from kpi.services.enterprise.before_lock import LockPoint, lock_points, view_with_words
from kpi.services.enterprise.checks import against_lock, checked_sha256
from kpi.services.enterprise.drafts import is_covered, kept_sheet, next_version, own_draft
from kpi.services.evaluation import (
    EvaluationContext,
    case_facts,
    enterprise_evaluation,
    evaluation_context,
    full_evaluation,
    released_now,
)
from kpi.services.lifecycle import Move, move, present_stage, refuse
from kpi.services.notices import under_notice_of
from kpi.services.signatures import certify
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.services.year import lock_hindrance, window_hindrance
from kpi.store.cache import snapshot, uncached
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.applications import DecidingLock, Draft, LockedApplication
from kpi.tables.stages import StageEntered

# What a verdict is decided on at the lock, and whether it is still so when the verdict is to be kept.


@dataclass(frozen=True, slots=True)
class LockGrounds:
    """All that a verdict is decided on, but for the frozen baseline's own records, which never change.

    ``decided``: the lock that has decided about the factory already, of another year say; its words are given again.
    """

    draft: Draft
    on: EvaluationContext
    facts: CaseFacts
    rulings: Rulings
    documents: Mapping[DocumentKind, AttachedDocument]
    decided: DecidingLock | None


def lock_grounds(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> LockGrounds:
    """The grounds of locking the viewer's draft now.

    Raises:
        NotFound: there is no such draft in the viewer's scope.
        UserError: no baseline or no policy covers that year.
    """
    draft = own_draft(cursor, viewer, credit_code, year)
    on = evaluation_context(cursor, year)
    [rulings] = rulings_for(cursor, [draft.application])
    documents = tables.documents.attached_documents(cursor, scope_of(viewer), credit_code, year)
    decided = tables.applications.deciding_lock(cursor, scope_of(viewer), credit_code, year, on.baseline.name)
    return LockGrounds(draft, on, case_facts(cursor, draft.application, None), rulings, documents, decided)


def nothing_done_to(cursor: Cursor, credit_code: str, *, since: tuple[int, str] | None) -> bool:
    """Whether no act after that head of the trail can have changed the grounds of that factory's lock.

    Every change stands in the trail, so that one question takes the place of asking for all the grounds again.
    """
    return all(
        action in CHANGES_NO_VERDICT or (action in CHANGES_ITS_OWN and subject.split(" ")[0] != credit_code)
        for action, subject in tables.audit.acts_since(cursor, since[0] if since else 0)
    )


# Locking drafts, viewing own results, and reopening with a reason.


LONGEST_REASON = 200
TRIES = 3
"""So often a verdict is decided beforehand; after that others wait while it is."""


@dataclass(frozen=True, slots=True)
class OwnResult:
    """What an enterprise sees of one factory and year: ``locked_at`` is None for a draft.

    ``against_reopening``: what stands in the way of opening the lock again, but for a reason; of a lock alone.
    """

    answer: EnterpriseView
    upload: str
    locked_at: datetime | None
    against_reopening: tuple[UserError, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """``text`` is the application as stored, ``sha256`` of its UTF-8, so anybody can recompute it."""

    credit_code: str
    year: int
    locked_at: datetime
    locked_by: str
    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class WordsAtStake:
    """What changed values would cost after a reopening; each KPI stands in one of the four.

    ``words``: KPIs with the word that each has now. ``waiting``: whose word is still to come, for the close of the
    window or a ruling. Either is lost with the value that is locked now. ``after_changing_back``: whose value is not
    that of the first lock: no word now, one again at that value alone. ``without``: no word at any value.

    ``clause``: a verdict on the clause is there or to come. It is lost with any of the values, main or not.
    """

    words: tuple[tuple[str, Verdict], ...]
    waiting: tuple[str, ...]
    after_changing_back: tuple[str, ...]
    without: tuple[str, ...]
    clause: bool


@dataclass(frozen=True, slots=True)
class _Decided:
    """A verdict that is sealed, and kept only while its grounds are as they were."""

    grounds: LockGrounds
    record: str
    sha256: str


@requires("confirm_own")
def lock_application(
    store: Store,
    viewer: Viewer,
    credit_code: str,
    year: int,
    confirmed: Collection[LockPoint],
    at: datetime | None = None,
    seen: Application | None = None,
) -> None:
    """Lock the draft: its verdict is decided once and sealed, and released verdicts can be read from then on.

    The account that locks it confirms that it is true, ``seen`` being the draft as it was read, and that it has seen
    ``confirmed``: what decides and what is missing (``before_lock.lock_outlook``).

    Raises:
        NotFound: there is no such draft in the viewer's scope.
        InvalidFile: the draft was made under earlier rules and has an error under today's.
        UserError: something to be confirmed is not, somebody has changed the draft since ``seen`` or since it was
            checked, nobody has checked it, the viewer has more duties than policy lets one person have, the register of
            the industry is too small, or applications of that year are not taken on that day, or not yet.
    """
    for _ in range(TRIES):
        # Decided before anybody is kept from writing: fifty who lock at once wait milliseconds for each other.
        done = store.folder.head()  # of acts that whoever reads from now on knows of, though perhaps not the last
        # What the caller read before may be older. It is read again whatever comes of this: another may have locked it.
        with uncached(), snapshot(store.cache), store.cursor() as cursor:
            cursor.begin()  # one moment of the store, for what is decided on and what is decided
            decided = _decide(cursor, viewer, lock_grounds(cursor, viewer, credit_code, year), confirmed, seen)
        with store.write_lock():
            with store.cursor() as cursor:
                unchanged = (
                    nothing_done_to(cursor, credit_code, since=done)
                    or lock_grounds(cursor, viewer, credit_code, year) == decided.grounds
                )
            if unchanged:
                with unit_of_work(store, viewer.actor, at) as change:
                    _keep_lock(change, decided)
                return
    with unit_of_work(store, viewer.actor, at) as change:
        grounds = lock_grounds(change.cursor, viewer, credit_code, year)
        _keep_lock(change, _decide(change.cursor, viewer, grounds, confirmed, seen))


@requires("confirm_own")
def reopen_application(
    store: Store, viewer: Viewer, credit_code: str, year: int, reason: str, at: datetime | None = None
) -> None:
    """Reopen a locked application with a reason: it is a draft again, and the lock stays on record.

    Verdicts released at the first lock hold for its values; a value changed afterwards gets no new verdict that year.

    Raises:
        NotFound: nothing is locked for that factory and year in the viewer's scope.
        UserError: no reason is given, the application is past the submitted stage, or the year's window has closed: it
            could not be locked again.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        cursor, scope = change.cursor, scope_of(viewer)
        locked = find_locked(tables.applications.locked_applications(cursor, scope), credit_code, year)
        said = reason.strip()[:LONGEST_REASON]
        refuse(_against_reopening(cursor, locked, said, change.at))
        tables.sheets.withdraw_lock(cursor, credit_code, year, viewer.account, change.at, said)
        tables.applications.accept_draft(cursor, locked.application, locked.upload, viewer.account, change.at)
        kept = kept_sheet(cursor, viewer, credit_code, year)
        sheet = kept.sheet if kept else dump_sheet(sheet_of(locked.application))
        # Another version than before the lock: what was begun then, or on a sheet that was discarded, is none of this.
        version = kept.version + 1 if kept else next_version(cursor, viewer, credit_code, year)
        tables.sheets.keep_worksheet(
            cursor, credit_code, year, locked.upload, sheet, version, viewer.account, change.at
        )
        entry = values_entry("application_reopened", locked.application)
        move(change, [Move("reopen", credit_code, year, "submitted", "draft", said)], entry)
        log_values(change, "reopened", locked.application)


@reads("submit_own")
def words_at_stake(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> WordsAtStake:
    """The words that a locked application has or waits for, before it is reopened: by the rules that give them.

    Raises:
        NotFound: nothing is locked for that factory and year in the viewer's scope.
    """
    locked = find_locked(tables.applications.locked_applications(cursor, scope_of(viewer)), credit_code, year)
    application = locked.application
    on = evaluation_context(cursor, year, locked.baseline)
    _, enough, _ = released_now(cursor, locked.first_baseline, application, on.policy, now())
    first = released_verdicts(locked.first_record, enough, application.industry)
    # As if nothing waited any more: which words are to be had, of which only those that are out are passed on.
    due = view_with_words(cursor, application, on, first)
    out = enterprise_evaluation(cursor, application, on, locked)
    to_be_had = {kpi.code for kpi in due.kpis if kpi.verdict not in OWN_STATE and kpi.verdict is not None}
    words = {kpi.code: kpi.verdict for kpi in out.kpis if kpi.code in to_be_had and kpi.verdict is not None}
    every = [kpi.code for kpi in due.kpis]
    return WordsAtStake(
        words=tuple(words.items()),
        waiting=tuple(code for code in every if code in to_be_had and code not in words),
        after_changing_back=tuple(code for code in every if code in first.words and code not in to_be_had),
        without=tuple(code for code in every if code not in first.words and code not in to_be_had),
        clause=due.clause is not None,
    )


@reads("see_own_result")
def receipt(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> Receipt:
    """Proof that this application was submitted as it is.

    Raises:
        NotFound: nothing is locked for that factory and year in the viewer's scope.
    """
    locked = find_locked(tables.applications.locked_applications(cursor, scope_of(viewer)), credit_code, year)
    text = dump_application(locked.application)
    return Receipt(credit_code, year, locked.locked_at, locked.locked_by, text, application_sha256(locked.application))


@requires("see_own_result")
def receipt_certificate(store: Store, viewer: Viewer, credit_code: str, year: int) -> str:
    """The receipt as a statement that anybody can check with the published keys (``signatures.py``).

    Raises:
        NotFound: as for ``receipt``.
        StoreUnavailable: the secret is missing.
    """
    own = receipt(store, viewer, credit_code, year)
    locked_at = own.locked_at.isoformat()
    return certify(store.folder, "receipt", credit_code, year, own.text, locked_by=own.locked_by, locked_at=locked_at)


@reads("see_own_result")
def own_stages(cursor: Cursor, viewer: Viewer) -> list[StageEntered]:
    """The stages of the viewer's own applications, the earliest first, and whether each was come back to."""
    acts = tables.stages.acts_taken(cursor, scope_of(viewer).own)
    undone = {(key, taken.taken_at) for key, found in acts.items() for taken in found if taken.act == "undo"}
    return [
        replace(stage, undone=((stage.credit_code, stage.year), stage.taken_at) in undone)
        for stage in tables.stages.stages_entered(cursor, scope_of(viewer))
    ]


@reads("see_own_result")
def own_objection_outcomes(cursor: Cursor, viewer: Viewer) -> list[OwnOutcome]:
    """How objections to the viewer's own applications came out, as the public lists say it: not from whom, nor to what.

    The words of an answer are those of the authority to who objected; of an upheld one they are the last step's note.
    """
    return tables.objections.objection_outcomes(cursor, scope_of(viewer))


@reads("see_own_result")
def own_awards(cursor: Cursor, viewer: Viewer) -> list[Award]:
    """What the list of awards holds of the viewer's own enterprises."""
    return [award for code in scope_of(viewer).own for award in tables.awards.awarded(cursor, code)]


@reads("see_own_result")
def own_results(cursor: Cursor, viewer: Viewer) -> list[OwnResult]:
    """Everything of the viewer's own enterprises, locked or not, the latest year first.

    Drafts of a year that no baseline covers are left out: ``drafts.uncovered_drafts`` names them.
    """
    scope = scope_of(viewer)
    found = [_locked(cursor, locked) for locked in tables.applications.locked_applications(cursor, scope)]
    drafts = tables.applications.drafts(cursor, scope)
    covered = {year: is_covered(cursor, year) for year in {draft.application.year for draft in drafts}}
    # One of a year that nothing covers keeps nobody from the results of the others.
    found += [_draft(cursor, draft) for draft in drafts if covered[draft.application.year]]
    return sorted(found, key=lambda result: result.answer.application.year, reverse=True)


def _refuse_faulty(application: Application) -> None:
    """A draft from before a rule, or from a lock that was reopened, is held to the rules of today."""
    reading = read_sheet(sheet_of(application))
    if reading.blocked:
        raise InvalidFile(reading.problems)


def _decide(
    cursor: Cursor, viewer: Viewer, grounds: LockGrounds, confirmed: Collection[LockPoint], seen: Application | None
) -> _Decided:
    # By the notice of the grounds: another may have been approved since the caller read the draft.
    with notice_in_hand(grounds.on.notice):
        application = grounds.draft.application
        _refuse_faulty(application)
        found = []
        if seen and application_sha256(seen) != application_sha256(application):
            found.append(UserError("changed_since_read"))
        points = lock_points(cursor, scope_of(viewer), application, grounds.on, grounds.facts, grounds.documents)
        if not set(points) <= set(confirmed):
            found.append(UserError("lock_not_confirmed"))  # it came up since, or nobody looked
        last = tables.sheets.last_check(cursor, scope_of(viewer), application.credit_code, application.year)
        sha256 = checked_sha256(application, grounds.documents, grounds.facts.statements)
        found += against_lock(viewer, grounds.on.policy, last, sha256)
        refuse(hindrances("lock", Facts(["draft"], "submitted", found=found)))
        try:
            answer = full_evaluation(cursor, application, grounds.on, grounds.rulings)
        except UserError as error:
            if error.code not in ("register_too_small", "register_too_few_groups"):
                raise
            # Its message contains the number of peers, which the enterprise must not see.
            raise UserError("register_unfit", industry=application.industry) from None
        documents = {kind: document.sha256 for kind, document in grounds.documents.items()}
        return _Decided(grounds, *seal(answer, grounds.rulings, documents, notice=grounds.on.notice.edition))


def _keep_lock(change: UnitOfWork, decided: _Decided) -> None:
    cursor, draft, record, sha256 = change.cursor, decided.grounds.draft, decided.record, decided.sha256
    application, account = draft.application, change.actor.account
    closed = lock_hindrance(cursor, application.year, change.at)
    refuse(hindrances("lock", Facts(["draft"], "submitted", found=[closed] if closed else [])))
    baseline = decided.grounds.on.baseline.name
    tables.applications.add_locked_application(
        cursor, application, draft.upload, account, change.at, baseline, record, sha256
    )
    step = Move("lock", application.credit_code, application.year, "draft", "submitted")
    move(change, [step], values_entry("application_locked", application, record=sha256))
    log_values(change, "locked", application)


def _locked(cursor: Cursor, locked: LockedApplication) -> OwnResult:
    with under_notice_of(cursor, locked.application.year):
        on = evaluation_context(cursor, locked.application.year, locked.baseline)
        answer = enterprise_evaluation(cursor, locked.application, on, locked)
        against = _against_reopening(cursor, locked, None, now())
        return OwnResult(answer, locked.upload, locked.locked_at, tuple(against))


def _draft(cursor: Cursor, draft: Draft) -> OwnResult:
    with under_notice_of(cursor, draft.application.year):
        on = evaluation_context(cursor, draft.application.year)
        return OwnResult(enterprise_evaluation(cursor, draft.application, on), draft.upload, None)


def find_locked(locked_applications: list[LockedApplication], credit_code: str, year: int) -> LockedApplication:
    for locked in locked_applications:
        if (locked.application.credit_code, locked.application.year) == (credit_code, year):
            return locked
    raise NotFound("application")


def _against_reopening(cursor: Cursor, locked: LockedApplication, words: str | None, at: datetime) -> list[UserError]:
    """From the nomination on others rely on it; after the last day it could not be locked again."""
    application = locked.application
    stage = present_stage(cursor, application.body, application.credit_code, application.year)
    closed = window_hindrance(cursor, application.year, at)
    return hindrances("reopen", Facts([stage], "draft", words, [closed] if closed else []))
