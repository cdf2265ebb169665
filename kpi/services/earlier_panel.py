"""The panel that a new one follows: far fewer enterprises than it has are seldom the same enterprises."""

from __future__ import annotations

from dataclasses import dataclass

from kpi import queries
from kpi.model.evaluation import Baseline
from kpi.policy.policy import Policy
from kpi.services.baseline_preparation import IncomingBaseline
from kpi.store.cursor import Cursor


@dataclass(frozen=True, slots=True)
class EarlierPanel:
    """``much_smaller``: the new one is so much smaller than this that policy asks for a reason."""

    name: str
    enterprises: int
    much_smaller: bool


def earlier_panel(
    cursor: Cursor, incoming: IncomingBaseline | Baseline, enterprises: int, policy: Policy
) -> EarlierPanel | None:
    """The latest panel of the region up to that year, but for the one that ships: it describes nobody.

    To count its enterprises takes seconds where it is large.
    """
    name = earlier_panel_name(cursor, incoming)
    if name is None:
        return None
    before = sum(queries.baseline_enterprises(cursor, name, incoming.region).values())
    return EarlierPanel(name, before, enterprises < policy.panel_least_share * before)


def earlier_panel_name(cursor: Cursor, incoming: IncomingBaseline | Baseline) -> str | None:
    """Which panel ``earlier_panel`` is of, without looking into it."""
    known = (
        one.name
        for one in queries.baselines(cursor)
        if one.region == incoming.region and one.year <= incoming.year and not one.shipped and one.name != incoming.name
    )
    return None if incoming.shipped else next(known, None)
