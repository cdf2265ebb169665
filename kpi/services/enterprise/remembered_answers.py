"""What an enterprise has answered: for one file, which is read with it; and for earlier files, which only proposes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from kpi import queries, records
from kpi.access.roles import scope_of
from kpi.intake.answers import NO_ANSWERS, Answers
from kpi.model.viewer import Viewer
from kpi.services.authorization import requires
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.cursor import Cursor
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class RememberedAnswers:
    """What was answered for earlier files, by whom and when last."""

    answers: Answers = NO_ANSWERS
    confirmed_by: str = ""
    confirmed_at: datetime | None = None


NOTHING_REMEMBERED = RememberedAnswers()


def remembered(cursor: Cursor, viewer: Viewer) -> RememberedAnswers:
    """The enterprise's answers for earlier files; nothing if the viewer has several enterprises."""
    known = list(queries.confirmed_answers(cursor, scope_of(viewer)).values())
    if len(known) != 1:
        return NOTHING_REMEMBERED
    answers = Answers.load(known[0].answers).for_other_files()
    return RememberedAnswers(answers, known[0].confirmed_by, known[0].confirmed_at)


def remember(change: UnitOfWork, viewer: Viewer, credit_code: str, answers: Answers) -> None:
    """Keep what was confirmed for this file as proposals for the next, in addition to earlier answers."""
    if answers == NO_ANSWERS:
        return
    known = queries.confirmed_answers(change.cursor, scope_of(viewer)).get(credit_code)
    both = _merged(Answers.load(known.answers), answers) if known else answers
    records.confirm_answers(change.cursor, credit_code, both.dump(), viewer.account, change.at)


@requires("submit_own")
def forget_answers(store: Store, viewer: Viewer, at: datetime | None = None) -> None:
    """Propose nothing of earlier files any more."""
    with store.cursor() as cursor:
        known = queries.confirmed_answers(cursor, scope_of(viewer))
    if known:
        with unit_of_work(store, viewer.actor, at) as change:
            for credit_code in known:
                forget(change, credit_code)


def forget(change: UnitOfWork, credit_code: str) -> None:
    """The same for one enterprise, within the caller's change."""
    records.forget_confirmed_answers(change.cursor, credit_code)
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
