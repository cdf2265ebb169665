"""What an enterprise confirmed about earlier files, so that the next one asks it no more."""

from __future__ import annotations

from dataclasses import replace

from kpi import queries, records
from kpi.access.scope import scope_of
from kpi.intake.answers import NO_ANSWERS, Answers
from kpi.model.viewer import Viewer
from kpi.services.unit_of_work import UnitOfWork
from kpi.store.cursor import Cursor


def remembered(cursor: Cursor, viewer: Viewer) -> Answers:
    """The enterprise's answers for earlier files; nothing if the viewer has several enterprises."""
    known = list(queries.confirmed_answers(cursor, scope_of(viewer)).values())
    return Answers.load(known[0]).for_other_files() if len(known) == 1 else NO_ANSWERS


def remember(change: UnitOfWork, viewer: Viewer, credit_code: str, answers: Answers) -> None:
    """Keep what was confirmed for this file for the next, in addition to earlier answers."""
    if answers == NO_ANSWERS:
        return
    known = queries.confirmed_answers(change.cursor, scope_of(viewer)).get(credit_code)
    both = _merged(Answers.load(known), answers) if known else answers
    records.confirm_answers(change.cursor, credit_code, both.dump(), viewer.account, change.at)


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
