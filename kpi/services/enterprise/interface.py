"""A file that another system sends: kept, made a draft of, and answered, in one change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from kpi import tables
from kpi.access.roles import scope_of
from kpi.errors import InvalidFile, StoreUnavailable, UserError
from kpi.intake.result import ReadResult
from kpi.model.application import Application
from kpi.model.publication import EnterpriseView
from kpi.model.viewer import Viewer
from kpi.services.authorization import requires
from kpi.services.enterprise.sheets import NewSheet, OwnAnswerSheet, keep_new_sheet, new_sheet, only_application
from kpi.services.enterprise.uploads import ReceivedFile, keep_received, may_be_kept, read_by_notice, read_sent
from kpi.services.enterprise.what_if import note_what_if
from kpi.services.evaluation import enterprise_evaluation, evaluation_context
from kpi.services.operation.authentication import keep_answer
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.store import Store
from kpi.tables.api import KeptAnswer

# A file that another system sends: kept, made a draft of, and answered, in one change.


AnswerInWords = Callable[[OwnAnswerSheet], tuple[int, str]]
"""Status and body, of the sheet that was made."""


class _AnsweredMeanwhile(Exception):
    """Another process has taken the same key since it was looked for."""

    def __init__(self, earlier: KeptAnswer) -> None:
        self.earlier = earlier


@requires("fill_own")
def submit_file(
    store: Store,
    viewer: Viewer,
    name: str,
    data: bytes,
    key: str,
    request: str,
    answer: AnswerInWords,
    at: datetime | None = None,
) -> tuple[KeptAnswer, bool]:
    """Keep the file, make a draft of it, and keep the answer for who sends it again with ``key``.

    Where the store cannot be written nothing of it is kept. A file that is refused, for what is in it or for what is
    there already, is kept alone. Returns the answer, and whether it is one that another process gave meanwhile.

    Raises:
        InvalidFile: the file has errors or open questions.
        UserError: several factories, another enterprise's factory, that year is locked or covered by no baseline, or
            the key was used for another request.
    """
    with store.cursor() as cursor:
        received = read_sent(cursor, viewer, name, data)
    if not may_be_kept(data):
        raise InvalidFile(received.reading.problems)
    store.folder.keep_original(data)
    try:
        with unit_of_work(store, viewer.actor, at) as change:
            if earlier := tables.api.kept_answer(change.cursor, viewer.account, key):
                raise _AnsweredMeanwhile(earlier)
            received = keep_received(store.folder, change, viewer.account, received, data)
            new = _new_or_refused(change, viewer, received)
            if isinstance(new, NewSheet):
                answered = KeptAnswer(request, *answer(keep_new_sheet(change, viewer, received, new)))
                keep_answer(change, viewer, key, answered)
    except _AnsweredMeanwhile as meanwhile:
        return meanwhile.earlier, True
    if isinstance(new, UserError):
        raise new
    return answered, False


def _new_or_refused(change: UnitOfWork, viewer: Viewer, received: ReceivedFile) -> NewSheet | UserError:
    """Nothing is written yet: what is refused leaves the file that was kept."""
    try:
        application = only_application(received)
        return new_sheet(change, viewer, received, 0, application.credit_code, application.year)
    except StoreUnavailable:
        raise
    except UserError as refused:
        return refused


# Files that an enterprise's own systems ask about: checked or compared, and not kept.


# The same for everybody: reads what the asker brings, and nothing of the store
@requires("submit_own")
def check_file(store: Store, _viewer: Viewer, name: str, data: bytes) -> ReadResult:
    """Every problem of the file, as its enterprise would see them after an upload."""
    with store.cursor() as cursor:
        return read_by_notice(cursor, name, data)


@requires("see_own_result")
def evaluate_file(store: Store, viewer: Viewer, name: str, data: bytes, at: datetime | None = None) -> EnterpriseView:
    """The enterprise's view of the file's one factory. It is logged like a what-if: the probing alert counts it.

    Raises:
        InvalidFile: the file has errors or open questions.
        UserError: it has several factories, another enterprise's, or one of a year that no baseline covers.
    """
    with store.cursor() as cursor:
        reading = read_by_notice(cursor, name, data)
    if any(problem.blocks for problem in reading.problems) or not reading.applications:
        raise InvalidFile(reading.problems)
    if len(reading.applications) > 1:
        raise UserError("many_factories", count=len(reading.applications))
    [application] = reading.applications
    if application.credit_code not in viewer.scope:
        raise UserError("not_your_enterprise", credit_code=application.credit_code)
    answer = _answer(store, viewer, application)
    note_what_if(store, viewer.actor, application, at)
    return answer


def _answer(store: Store, viewer: Viewer, application: Application) -> EnterpriseView:
    named = (application.credit_code, application.year)
    with store.cursor() as cursor:
        on = evaluation_context(cursor, application.year)
        locked_applications = tables.applications.locked_applications(cursor, scope_of(viewer))
        locked = next(
            (item for item in locked_applications if (item.application.credit_code, item.application.year) == named),
            None,
        )
        return enterprise_evaluation(cursor, application, on, locked)
