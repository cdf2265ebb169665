"""The gap to leading, also with other values: an estimate from published figures.

Nothing is kept but an entry in the query log, which the probing alert counts, and the act that binds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kpi import tables
from kpi.benchmark.gap import Lever, apply_moves, gap_analysis, levers, what_if_view
from kpi.errors import NotFound
from kpi.model.application import Application
from kpi.model.publication import EnterpriseView, GapAnalysis
from kpi.model.viewer import Actor, Viewer
from kpi.services.application_audit import application_sha256
from kpi.services.authorization import requires
from kpi.services.unit_of_work import unit_of_work
from kpi.services.year import policy_on
from kpi.store.store import Store
from kpi.tables.audit import probe_is_logged


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The gaps as they are and would be, with the adjustable levers; ``changed`` are the adjusted codes."""

    own: GapAnalysis
    moved: GapAnalysis
    levers: Mapping[str, Lever]
    changed: tuple[str, ...]


@requires("see_own_result")
def what_if(
    store: Store, viewer: Viewer, answer: EnterpriseView, moves: Mapping[str, float], at: datetime | None = None
) -> WhatIf:
    """``answer``: the viewer's own. ``moves``: KPI code -> new position of its lever; impossible positions are ignored.

    Raises:
        NotFound: the answer is not of one of the viewer's enterprises.
    """
    application = answer.application
    if application.credit_code not in viewer.scope:
        raise NotFound("draft")
    with store.cursor() as cursor:
        policy = policy_on(cursor, answer.as_of)
    known, own = levers(application, policy), gap_analysis(answer, policy)
    possible = {code: value for code, value in moves.items() if code in known and known[code].allows(value)}
    other = apply_moves(application, possible, policy)
    changed = tuple(code for code in possible if other.values[code] != application.values[code])
    if not changed:
        return WhatIf(own, own, known, ())
    note_what_if(store, viewer.actor, other, at)
    return WhatIf(own, gap_analysis(what_if_view(answer, other, policy), policy), known, changed)


def note_what_if(store: Store, actor: Actor, application: Application, at: datetime | None) -> None:
    """Once per set of values, by its hash. Two tabs may write it twice: the alert counts sets.

    Looked up before writing, because a page asks on every run and a transaction costs 9 ms.
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
    with unit_of_work(store, actor, at) as change:
        tables.applications.log_probe(change.cursor, change.at, actor.account, *asked)
        change.audit("values_tried", f"{application.credit_code} {application.year}")
