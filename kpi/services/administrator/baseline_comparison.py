"""Two frozen baselines compared: what moved, cell by cell, and whose words would change and why."""

from __future__ import annotations

from dataclasses import dataclass

from kpi import queries
from kpi.access.roles import whole_programme
from kpi.benchmark.evaluation import evaluate_all
from kpi.model.evaluation import HOME_REGION, Baseline
from kpi.model.times import year_end
from kpi.model.viewer import Viewer
from kpi.queries import BaselineCell, CellChanges
from kpi.services.administrator.changed_verdicts import ChangedWords, changed_words
from kpi.services.authorization import requires
from kpi.services.claims import rulings_for
from kpi.services.policies import policy_on
from kpi.services.programme_year import begun_years
from kpi.store.cursor import Cursor
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class ComparedCell:
    """A cell of either baseline: how its records changed, and its snapshot in each, None where it is not there."""

    changes: CellChanges
    before: BaselineCell | None
    after: BaselineCell | None

    @property
    def moved(self) -> bool:
        """Whether anything of it is another: a record, its value, its group or its basis."""
        changes = self.changes
        return bool(changes.added or changes.removed or changes.changed or changes.regrouped)


@dataclass(frozen=True, slots=True)
class BaselineComparison:
    """``words``: of the ``applications`` locked for ``year``, judged against each; None where nothing is locked."""

    before: Baseline
    after: Baseline
    cells: tuple[ComparedCell, ...]
    year: int | None
    applications: int
    words: ChangedWords


@requires("see_baselines")
def compare_baselines(store: Store, viewer: Viewer, before: str, after: str) -> BaselineComparison:
    """The records, cells and lines of two baselines, and the latest locked applications judged against each.

    Raises:
        NotFound: there is no baseline of that name.
        UserError: no policy is in force, or a register is smaller than its known peers.
    """
    with store.cursor() as cursor:
        old, new = queries.baseline_named(cursor, before), queries.baseline_named(cursor, after)
        cells = tuple(_cells(cursor, old, new))
        year, applications, words = _words(cursor, viewer, old, new)
    return BaselineComparison(old, new, cells, year, applications, words)


def _cells(cursor: Cursor, old: Baseline, new: Baseline) -> list[ComparedCell]:
    known = [
        {(one.region, one.industry, one.kpi, one.basis): one for one in queries.cells(cursor, baseline.name)}
        for baseline in (old, new)
    ]
    found = []
    for changes in queries.baseline_changes(cursor, old.name, new.name):
        key = (changes.region, changes.industry, changes.kpi, changes.basis)
        found.append(ComparedCell(changes, known[0].get(key), known[1].get(key)))
    return found


def _words(cursor: Cursor, viewer: Viewer, old: Baseline, new: Baseline) -> tuple[int | None, int, ChangedWords]:
    locked = [one.application for one in queries.locked_applications(cursor, whole_programme(viewer))]
    if not locked or {old.region, new.region} != {HOME_REGION}:
        return None, 0, ChangedWords()
    year = begun_years(cursor, {one.year for one in locked})[-1]
    judged = [one for one in locked if one.year == year]
    day = year_end(year)
    policy, rulings = policy_on(cursor, day), rulings_for(cursor, judged)
    answers = [evaluate_all(cursor, judged, baseline, policy, day, rulings) for baseline in (old, new)]
    return year, len(judged), changed_words(*answers)
