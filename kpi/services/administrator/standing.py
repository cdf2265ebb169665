"""An administrator's home: baseline, policy, backup, applications and claims, each as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kpi import queries
from kpi.access.scope import Scope
from kpi.catalogue.load import catalogue
from kpi.model.claims import claims_of
from kpi.model.standing import Standing
from kpi.model.times import now, shanghai_date
from kpi.model.viewer import Viewer
from kpi.queries import ApplicationInHand
from kpi.services.administrator.policy_changes import policy_overview
from kpi.services.authorization import requires
from kpi.services.claims import rulings_for
from kpi.services.evaluation import newest_baseline
from kpi.services.operation.demonstration import is_demonstration
from kpi.store.cursor import Cursor
from kpi.store.store import Store


@requires("run_programme")
def administrator_standing(store: Store, viewer: Viewer, at: datetime | None = None) -> list[Standing]:
    """What waits for an administrator comes first in its own order: applications, policy, baseline, backup."""
    moment = at or now()
    drafts = sum(one.state == "draft" for one in policy_overview(store, viewer, moment).changes)
    with store.cursor() as cursor:
        in_hand = queries.applications_in_hand(cursor)
        return [
            _baseline(cursor, in_hand),
            Standing("policy_drafts" if drafts else "policy_settled", bool(drafts), "policy", {"count": drafts}),
            _applications(in_hand),
            _claims(cursor),
            _backup(cursor, needed=not is_demonstration(store)),
        ]


def _baseline(cursor: Cursor, in_hand: Sequence[ApplicationInHand]) -> Standing:
    baseline = newest_baseline(cursor)
    params: dict[str, object] = {"name": baseline.name, "year": baseline.year, "provenance": baseline.provenance}
    applied = max((one.year for one in in_hand), default=baseline.year)
    if applied > baseline.year:
        return Standing("baseline_missing", True, "baselines", params | {"applied": applied})
    return Standing("baseline_in_force", False, "baselines", params)


def _applications(in_hand: Sequence[ApplicationInHand]) -> Standing:
    listed = sum(one.state == "listed" for one in in_hand)
    waiting = sum(one.state in (None, "submitted") for one in in_hand)
    return Standing(
        "applications" if in_hand else "no_applications",
        waiting > 0,
        "progress",
        {"count": len(in_hand), "waiting": waiting, "listed": listed},
    )


def _claims(cursor: Cursor) -> Standing:
    """Reviewers rule on them: an administrator sees that they wait."""
    everywhere = Scope(industries=tuple(one.name.zh for one in catalogue().industries))
    applications = [release.application for release in queries.locked_applications(cursor, everywhere)]
    waiting = sum(
        rulings.on(key.kind, key.item) == "open"
        for application, rulings in zip(applications, rulings_for(cursor, applications), strict=True)
        for key in claims_of(application)
    )
    return Standing("claims_with_reviewers" if waiting else "no_claims", False, "accounts", {"count": waiting})


def _backup(cursor: Cursor, needed: bool) -> Standing:
    last = queries.latest_audit_entries(cursor, 1, action="backup_made")
    if last:
        return Standing("backup_made", False, "audit", {"date": shanghai_date(last[0].done_at).isoformat()})
    return Standing("backup_never" if needed else "backup_not_needed", needed)
