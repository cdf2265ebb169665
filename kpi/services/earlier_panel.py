"""The panel that a new one follows: far fewer enterprises than it has are seldom the same enterprises."""

from __future__ import annotations

from dataclasses import dataclass

from kpi import queries
from kpi.policy.policy import Policy
from kpi.services.baseline_preparation import IncomingBaseline
from kpi.store.cursor import Cursor


@dataclass(frozen=True, slots=True)
class EarlierPanel:
    """``much_smaller``: the new one is so much smaller than this that policy asks for a reason."""

    name: str
    enterprises: int
    much_smaller: bool


def earlier_panel(cursor: Cursor, incoming: IncomingBaseline, enterprises: int, policy: Policy) -> EarlierPanel | None:
    """The latest panel of the region up to that year, but for the one that ships: it describes nobody."""
    known = [
        one
        for one in queries.baselines(cursor)
        if one.region == incoming.region and one.year <= incoming.year and not one.shipped and one.name != incoming.name
    ]
    if not known or incoming.shipped:
        return None
    before = sum(queries.baseline_enterprises(cursor, known[0].name, incoming.region).values())
    return EarlierPanel(known[0].name, before, enterprises < policy.panel_least_share * before)
