"""An administrator's view of the baselines: provenance, cells, and whether each supports a verdict."""

from __future__ import annotations

from dataclasses import dataclass

from kpi import queries, stats
from kpi.benchmark.peer_rank import NO_BASIS
from kpi.errors import UserError
from kpi.model.evaluation import Baseline
from kpi.model.publication import PublishedRow
from kpi.model.times import year_end
from kpi.model.viewer import Viewer
from kpi.policy.policy import Policy
from kpi.services.authorization import requires
from kpi.services.evaluation import baseline_in_force
from kpi.services.policies import policy_of_year
from kpi.store.cursor import Cursor
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class CellOverview:
    """One cell: how many records and groups, whether it can show "leading" at all, and its published band.

    ``carried_from`` names the earlier baseline whose published row is still valid, if not the cell's own.
    """

    industry: str
    kpi: str
    basis: str
    records: int
    groups: int
    can_decide: bool
    band: str | None
    carried_from: str | None


@dataclass(frozen=True, slots=True)
class BaselineOverview:
    """A baseline with its cells; ``needed``: so many groups to beat show "leading".

    ``in_force`` names the baseline that applications of this one's year are held against; None where none is of the
    home region. ``same_as`` are the other names under which its content is frozen.
    """

    baseline: Baseline
    in_force: str | None
    same_as: tuple[str, ...]
    needed: int
    cells: tuple[CellOverview, ...]


@requires("see_baselines")
def baseline_overview(store: Store, _: Viewer) -> list[BaselineOverview]:
    """All baselines, the one in force first."""
    with store.cursor() as cursor:
        return [_overview(cursor, baseline) for baseline in queries.baselines(cursor)]


def _overview(cursor: Cursor, baseline: Baseline) -> BaselineOverview:
    policy = policy_of_year(cursor, baseline.year)
    needed = stats.smallest_n(policy.leading_quantile, policy.alpha)
    published = {(row.table.industry, row.table.kpi): row for row in queries.published_rows(cursor, baseline.name)}
    cells = tuple(
        CellOverview(
            industry=cell.industry,
            kpi=cell.kpi,
            basis=cell.basis,
            records=cell.records,
            groups=cell.groups,
            can_decide=can_decide(cell, policy, needed),
            band=published[cell.industry, cell.kpi].table.band,
            carried_from=_carried_from(published[cell.industry, cell.kpi], baseline.name),
        )
        for cell in queries.cells(cursor, baseline.name)
    )
    same_as = queries.baselines_of_content(cursor, baseline.sha256, but=baseline.name)
    return BaselineOverview(baseline, _in_force(cursor, baseline.year), same_as, needed, cells)


def _in_force(cursor: Cursor, year: int) -> str | None:
    try:
        return baseline_in_force(cursor, year_end(year)).name
    except UserError:
        return None


def can_decide(cell: queries.BaselineCell, policy: Policy, needed: int) -> bool:
    """One record a group is tested, ``needed`` at least; a record on another basis than the policy's is not a peer."""
    return cell.groups >= needed and cell.basis in (NO_BASIS, policy.basis(cell.kpi))


def _carried_from(row: PublishedRow, name: str) -> str | None:
    return None if row.computed_from == name else row.computed_from
