"""A body's own list as it stands: the latest edition, what it lacks, and what has changed since it was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kpi import queries
from kpi.access.roles import Scope
from kpi.errors import UserError
from kpi.model.application import Application
from kpi.model.evaluation import Reason
from kpi.model.programme import Deadline, ListContent, ListEdition, ListState, Placement
from kpi.model.times import now
from kpi.model.viewer import Viewer
from kpi.queries import BodyStanding, LockedApplication
from kpi.services.authorization import requires
from kpi.services.evaluation import evaluation_context
from kpi.services.leader.list_checks import (
    ListFault,
    against_change,
    against_nomination,
    against_withdrawal,
    attached_kinds,
    body_applications,
    judged_applications,
    list_faults,
)
from kpi.services.leader.recommendation import Quota, quota_of
from kpi.services.leader.year_shown import body_year, years_in_reach
from kpi.services.policies import policy_of_year
from kpi.services.programme_year import list_deadline, list_over
from kpi.store.cursor import Cursor
from kpi.store.store import Store

ListAct = Literal["put_forward", "withdraw"]
"""What hinders either is asked before it is offered."""


@dataclass(frozen=True, slots=True)
class OwnList:
    """The latest edition with all that a decision needs. ``forward`` are the codes that are put forward now.

    ``hindered``: what stands in the way of each act on it, but for a reason that is still to be given.

    ``weights`` are the policy's, by name. ``illustrative``: the baseline's enterprises are invented.

    ``late``: it is taken no more, and nothing of it changes.

    ``outdated``: what has changed since a list was sent; texts ``nomination.outdated.<code>``.

    ``years``: of which there is a list, or something to put on one; the latest first.
    """

    latest: ListEdition
    years: tuple[int, ...]
    earlier: tuple[ListEdition, ...]
    applications: dict[str, Application]
    forward: tuple[str, ...]
    hindered: Mapping[ListAct, list[UserError]]
    quota: Quota
    weights: tuple[tuple[str, float], ...]
    illustrative: bool
    faults: tuple[ListFault, ...]
    outdated: tuple[Reason, ...]
    deadline: Deadline | None
    late: bool

    @property
    def unplaced(self) -> list[str]:
        """The candidates that are not on the list, by credit code."""
        return sorted(set(self.applications) - set(self.latest.content.order))


@requires("see_coverage")
def own_list(store: Store, viewer: Viewer, year: int | None = None) -> OwnList:
    """The leader's own list of the year, by default of the one at work (``body_year``)."""
    body = viewer.scope[0]
    with store.cursor() as cursor:
        applied = {one.application.year for one in queries.locked_applications(cursor, Scope(bodies=(body,)))}
        shown = body_year(cursor, body, applied)
        year = year or shown
        editions = _editions(cursor, body, year)
        releases = body_applications(cursor, body, year)
        quota = list_quota(cursor, body, year)
        latest = editions[0]
        placed = [one for one in latest.content.placements if one.credit_code in releases]
        answers = judged_applications(cursor, [releases[one.credit_code] for one in placed], year)
        forward = queries.nominations(cursor, Scope(bodies=(body,)), year)
        against = against_change(cursor, latest, None, now())
        return OwnList(
            latest=latest,
            years=years_in_reach(applied, shown),
            earlier=tuple(editions[1:]),
            applications={code: one.application for code, one in releases.items()},
            forward=tuple(forward),
            hindered={
                "put_forward": against_nomination(cursor, latest, releases, answers, quota.allowed, forward, against),
                "withdraw": against_withdrawal(cursor, latest, forward, against),
            },
            quota=quota,
            weights=_weights(cursor, year),
            illustrative=evaluation_context(cursor, year).baseline.illustrative,
            faults=list_faults(
                placed, answers, quota.allowed, attached_kinds(cursor, [one.credit_code for one in placed], year)
            ),
            outdated=tuple(_outdated(latest, releases, quota)),
            deadline=list_deadline(cursor, year, body),
            late=list_over(cursor, year, body) is not None,
        )


def current_list(cursor: Cursor, body: str, year: int) -> ListEdition:
    """The latest edition of a body's list."""
    return _editions(cursor, body, year)[0]


def _editions(cursor: Cursor, body: str, year: int) -> list[ListEdition]:
    """The latest first. What was nominated before there were lists is edition 0."""
    scope = Scope(bodies=(body,))
    found = queries.nomination_lists(cursor, scope, year)
    if found:
        return found
    placements = tuple(map(Placement, queries.nominations(cursor, scope, year)))
    state: ListState = "put_forward" if placements else "draft"
    return [ListEdition(body, year, 0, state, ListContent(placements), None, "", "", now())]


def list_quota(cursor: Cursor, body: str, year: int) -> Quota:
    standing = queries.programme(cursor, year).get(body, BodyStanding(body, 0, 0))
    return quota_of(standing, policy_of_year(cursor, year))


def _weights(cursor: Cursor, year: int) -> tuple[tuple[str, float], ...]:
    rules = policy_of_year(cursor, year).recommendation
    return (
        ("quality", rules.weight_quality),
        ("industry", rules.weight_industry),
        ("scenario", rules.weight_scenario),
    )


def _outdated(latest: ListEdition, releases: dict[str, LockedApplication], quota: Quota) -> list[Reason]:
    if latest.state != "sent":
        return []
    changed = [
        one.credit_code
        for one in latest.content.inputs
        if one.credit_code not in releases or releases[one.credit_code].sha256 != one.record
    ]
    found = [Reason("record", {"codes": ", ".join(changed)})] if changed else []
    if (quota.awarded, quota.allowed) != (latest.content.awarded, latest.content.allowed):
        found.append(Reason("quota", {"awarded": quota.awarded, "allowed": quota.allowed}))
    return found
