"""What to look at on a visit, for each scenario of annex 2: suggestions of ours, for the notice says nothing of it."""

from __future__ import annotations

from functools import cache

from kpi.catalogue.data_files import DATA, Checked, load_toml
from kpi.catalogue.load import catalogue
from kpi.errors import InvalidData
from kpi.model.language import Text


class VisitPoint(Checked):
    """``scenario`` is its number in annex 2; ``kpis`` are those that the scenario may move."""

    scenario: int
    look: Text
    kpis: tuple[str, ...]


class _VisitFile(Checked):
    point: tuple[VisitPoint, ...]


@cache
def visit_points() -> dict[int, VisitPoint]:
    """By the scenario's number, one for each. Raises ``InvalidData`` for a scenario or a KPI that there is not."""
    points = load_toml(DATA / "catalogue" / "visit.toml", _VisitFile).point
    known = [one.number for one in catalogue().scenarios]
    if [one.scenario for one in points] != known:
        raise InvalidData("visit.toml: scenario: one point for each scenario of annex 2, in its order")
    if unknown := {code for one in points for code in one.kpis} - {kpi.code for kpi in catalogue().kpis}:
        raise InvalidData(f"visit.toml: kpis: no such KPI: {sorted(unknown)}")
    return {one.scenario: one for one in points}
