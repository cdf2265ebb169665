"""The way to leading, and what it would be with other values: an estimate from published numbers.

Nothing is kept of a question but a line in the log of what was asked. That line is the one thing written without a
word in the audit trail, because nothing of anybody's changes by it; it is what the alert on probing counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kpi import records
from kpi.benchmark.gap_analysis import gap_analysis
from kpi.benchmark.what_if import Lever, apply_moves, levers, what_if_view
from kpi.errors import NotFound
from kpi.model.application import Application
from kpi.model.gap_analysis import GapAnalysis
from kpi.model.publication import EnterpriseView
from kpi.model.times import now
from kpi.model.viewer import Viewer
from kpi.policy.in_force import policy_on
from kpi.queries.probe_log import probe_is_logged
from kpi.services.application_audit import application_sha256
from kpi.services.authorization import requires
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The way as it is and as it would be, with the levers that can be moved; ``changed`` are the codes moved."""

    own: GapAnalysis
    moved: GapAnalysis
    levers: Mapping[str, Lever]
    changed: tuple[str, ...]


@requires("see_own_result")
def what_if(
    store: Store, viewer: Viewer, answer: EnterpriseView, moves: Mapping[str, float], at: datetime | None = None
) -> WhatIf:
    """``answer``: the viewer's own. ``moves``: KPI code -> where its lever is moved to; where it cannot go is left out.

    Raises:
        NotFound: the answer is not of an enterprise of the viewer's.
    """
    application, policy = answer.application, policy_on(answer.as_of)
    if application.credit_code not in viewer.scope:
        raise NotFound("draft")
    known, own = levers(application, policy), gap_analysis(answer, policy)
    possible = {code: value for code, value in moves.items() if code in known and known[code].allows(value)}
    other = apply_moves(application, possible, policy)
    changed = tuple(code for code in possible if other.values[code] != application.values[code])
    if not changed:
        return WhatIf(own, own, known, ())
    _log(store, viewer, other, at or now())
    return WhatIf(own, gap_analysis(what_if_view(answer, other, policy), policy), known, changed)


def _log(store: Store, viewer: Viewer, application: Application, at: datetime) -> None:
    """Once for each set of values, by its hash alone. Two tabs at once may write it twice: the alert counts the sets.

    Looked up before it is written, because a page asks again at every run and a transaction costs 9 ms.
    """
    asked = (
        application.credit_code,
        application.year,
        "what_if",
        application_sha256(application),
    )
    with store.cursor() as cursor:
        if probe_is_logged(cursor, *asked):
            return
    with store.transaction() as cursor:
        records.log_probe(cursor, at, viewer.account, *asked)
