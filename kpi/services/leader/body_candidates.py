"""The own candidates as their recommending body may see them: words, conditions, the composite score to two digits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from kpi import queries
from kpi.access.roles import scope_of
from kpi.model.application import Application
from kpi.model.evaluation import ClauseVerdict, RuleResult
from kpi.model.lifecycle import ApplicationState, stage_of
from kpi.model.viewer import Viewer
from kpi.queries import LockedApplication
from kpi.recommendation.choice import composite_hundredths, failed_conditions
from kpi.services.authorization import requires
from kpi.services.leader.body_judgement import judged_for_body
from kpi.store.cursor import Cursor
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class StateReached:
    """A stage of an application, and when it was reached."""

    state: ApplicationState
    at: datetime


@dataclass(frozen=True, slots=True)
class JudgedCandidate:
    """No count, p-value or peer's value is in it. ``failed`` conditions bar it, ``open_points`` are not known yet.

    ``as_first_locked``: clause and composite are of values that have been changed since (``body_judgement``).
    ``states`` in the order of time, from its lock on.
    """

    application: Application
    clause: ClauseVerdict
    composite: Fraction
    as_first_locked: bool
    failed: tuple[RuleResult, ...]
    open_points: tuple[RuleResult, ...]
    states: tuple[StateReached, ...]

    @property
    def state(self) -> ApplicationState:
        return self.states[-1].state


@requires("see_coverage")
def body_candidates(store: Store, viewer: Viewer, year: int) -> list[JudgedCandidate]:
    """The candidates of the leader's body in that year, by credit code."""
    with store.cursor() as cursor:
        releases = queries.locked_applications(cursor, scope_of(viewer), year=year)
        reached = _reached(cursor, viewer, releases)
        answers = judged_for_body(cursor, releases, year)
    found = []
    for release, (answer, as_first_locked) in zip(releases, answers, strict=True):
        failed = tuple(failed_conditions(answer))
        found.append(
            JudgedCandidate(
                application=release.application,
                clause=answer.clause.verdict,
                composite=composite_hundredths(answer),
                as_first_locked=as_first_locked,
                failed=failed,
                open_points=tuple(rule for rule in answer.eligibility if rule.state != "ok" and rule not in failed),
                states=reached[release.application.credit_code],
            )
        )
    return found


def _reached(cursor: Cursor, viewer: Viewer, releases: list[LockedApplication]) -> dict[str, tuple[StateReached, ...]]:
    """From the lock that holds on: a step before it belongs to a lock that was opened again."""
    steps = queries.application_steps(cursor, scope_of(viewer))
    found = {}
    for release in releases:
        code, year, locked = release.application.credit_code, release.application.year, release.locked_at
        later = [one for one in steps if (one.credit_code, one.year) == (code, year) and one.taken_at >= locked]
        taken = [StateReached(one.state, one.taken_at) for one in later]
        found[code] = tuple(
            taken if taken and taken[0].state == stage_of(None) else [StateReached(stage_of(None), locked), *taken]
        )
    return found
