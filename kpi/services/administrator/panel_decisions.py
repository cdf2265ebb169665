"""What the panel decided on a candidate, kept by an administrator with its reason, edition by edition."""

from __future__ import annotations

from datetime import datetime

from kpi import records
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.scoring import PANEL_OUTCOMES, PanelDecision, PanelOutcome
from kpi.model.viewer import Viewer
from kpi.services.authorization import requires
from kpi.services.panel import meeting_of
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store

LONGEST_DECISION_REASON = 500


@requires("run_panel")
def decide_candidate(
    store: Store,
    viewer: Viewer,
    round_id: str,
    credit_code: str,
    seen: int,
    outcome: PanelOutcome,
    reason: str,
    at: datetime | None = None,
) -> None:
    """Keep a decision; ``seen`` is the edition that it follows, 0 for none. The panel sees it at once.

    Raises:
        NotFound: no such round, it is not released, or the candidate is not in it or the viewer's to know.
        UserError: no reason is given, there is no such outcome, another decision was kept meanwhile, or the same
            stands in these words.
    """
    said = plain_line(reason, LONGEST_DECISION_REASON)
    if not said:
        raise UserError("why_needed")
    if outcome not in PANEL_OUTCOMES:
        raise UserError("no_such_outcome")
    with unit_of_work(store, viewer.actor, at) as change:
        found = meeting_of(change.cursor, viewer, round_id)
        if credit_code not in found.labels:
            raise NotFound("candidate")
        if found.edition(credit_code) != seen:
            raise UserError("decision_changed")
        before = found.decisions.get(credit_code)
        if before and (before.outcome, before.reason) == (outcome, said):
            raise UserError("decision_same")
        decided = PanelDecision(credit_code, seen + 1, outcome, said, viewer.account, change.at)
        records.add_panel_decision(change.cursor, round_id, decided)
        entry = {"round": round_id, "outcome": outcome, "reason": said, "edition": seen + 1}
        change.audit("panel_decided", f"{credit_code} {found.round.year}", after=entry)
