"""Files that an enterprise's own systems ask about: checked or compared, and not kept."""

from __future__ import annotations

from datetime import datetime

from kpi import queries
from kpi.access.roles import scope_of
from kpi.errors import InvalidFile, UserError
from kpi.intake.read import read
from kpi.intake.result import ReadResult
from kpi.model.application import Application
from kpi.model.publication import EnterpriseView
from kpi.model.viewer import Viewer
from kpi.services.authorization import requires
from kpi.services.enterprise.what_if import note_what_if
from kpi.services.evaluation import enterprise_evaluation, evaluation_context
from kpi.store.store import Store


@requires("submit_own")
def check_file(_store: Store, _viewer: Viewer, name: str, data: bytes) -> ReadResult:
    """Every problem of the file, as its enterprise would see them after an upload."""
    return read(name, data)


@requires("see_own_result")
def evaluate_file(store: Store, viewer: Viewer, name: str, data: bytes, at: datetime | None = None) -> EnterpriseView:
    """The enterprise's view of the file's one factory. It is logged like a what-if: the probing alert counts it.

    Raises:
        InvalidFile: the file has errors or open questions.
        UserError: it has several factories, another enterprise's, or one of a year that no baseline covers.
    """
    reading = read(name, data)
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
        locked = queries.locked_applications(cursor, scope_of(viewer))
        release = next((one for one in locked if (one.application.credit_code, one.application.year) == named), None)
        return enterprise_evaluation(cursor, application, on, release)
