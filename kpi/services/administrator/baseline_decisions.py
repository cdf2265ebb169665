"""Which baseline of a year is in force: by decision, with a reason, in the trail."""

from __future__ import annotations

from datetime import datetime

from kpi import queries, records
from kpi.baseline.publication import corrects_same_year
from kpi.errors import UserError
from kpi.files.text import plain_line
from kpi.model.evaluation import HOME_REGION, Baseline
from kpi.model.viewer import Viewer
from kpi.queries import BaselineDecision
from kpi.services.authorization import requires
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store

LONGEST_REASON = 200


def may_be_in_force(baseline: Baseline) -> bool:
    """Whether it can be decided upon: of the home region, and no invented one that ships, which gives way for good."""
    return baseline.region == HOME_REGION and not baseline.shipped


@requires("run_programme")
def put_baseline_in_force(
    store: Store, viewer: Viewer, name: str, reason: str, at: datetime | None = None, seen: int | None = None
) -> None:
    """Decide that of its year this baseline is in force: applications locked from now on are judged against it.

    Verdicts that are sealed stay as they are. ``seen`` is how many decisions there were when this one was made up.

    Raises:
        NotFound: there is no baseline of that name.
        UserError: no reason is given, it is of another region, it is the illustrative one that ships, somebody has
            decided since, or the same was decided in these words.
    """
    said = plain_line(reason, LONGEST_REASON)
    if not said:
        raise UserError("decision_needs_reason")
    with unit_of_work(store, viewer.actor, at) as change:
        baseline = queries.baseline_named(change.cursor, name)
        if not may_be_in_force(baseline):
            raise UserError("baseline_not_for_force", name=name)
        decided = queries.baseline_decisions(change.cursor)
        if seen not in (None, len(decided)):
            raise UserError("baseline_decided_meanwhile")
        of_year = [one for one in queries.baselines(change.cursor) if corrects_same_year(one, baseline)]
        before = next((one.name for one in of_year), name)
        stands = next((one for one in reversed(decided) if one.name == before), None)
        if stands and (stands.name, stands.reason) == (name, said):
            raise UserError("baseline_decided_already", name=name)
        records.add_baseline_decision(change.cursor, name, said, viewer.account, change.at)
        change.audit("baseline_in_force", name, before={"baseline": before}, after={"reason": said})


@requires("see_baselines")
def list_baseline_decisions(store: Store, _: Viewer) -> list[BaselineDecision]:
    """All decisions, the latest first."""
    with store.cursor() as cursor:
        return list(reversed(queries.baseline_decisions(cursor)))
