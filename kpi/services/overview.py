"""An administrator's view of the baselines: provenance, cells, and what each cell can decide."""

from __future__ import annotations

from dataclasses import dataclass

from kpi import queries, stats
from kpi.access import require
from kpi.catalogue import catalogue
from kpi.model.baseline import Baseline
from kpi.model.viewer import Viewer
from kpi.policy import policy_of_year
from kpi.store import Cursor, Store


@dataclass(frozen=True, slots=True)
class CellOverview:
    """One cell: how many records and groups, whether it can show "leading" at all, and its published band."""

    industry: str
    kpi: str
    basis: str
    records: int
    groups: int
    can_decide: bool
    band: str | None


@dataclass(frozen=True, slots=True)
class BaselineOverview:
    """A baseline with its cells; ``needed`` is the smallest n at which beating everybody shows "leading"."""

    baseline: Baseline
    needed: int
    cells: tuple[CellOverview, ...]


def baseline_overview(store: Store, viewer: Viewer) -> list[BaselineOverview]:
    """All baselines, the one in force first."""
    require(viewer, "see_baselines")
    with store.cursor() as cursor:
        return [_overview(cursor, baseline) for baseline in queries.baselines(cursor)]


def _overview(cursor: Cursor, baseline: Baseline) -> BaselineOverview:
    policy = policy_of_year(baseline.year)
    needed = stats.smallest_n(policy.leading_quantile, policy.alpha)
    bands = {
        (industry.name.zh, kpi): published.band
        for industry in catalogue().industries
        for kpi, published in queries.published_table(cursor, baseline.name, baseline.region, industry.name.zh).items()
    }
    cells = tuple(
        CellOverview(
            industry=cell.industry,
            kpi=cell.kpi,
            basis=cell.basis,
            records=cell.records,
            groups=cell.groups,
            # A record on another basis than policy's is nobody's peer.
            can_decide=cell.records >= needed and cell.basis in ("only", policy.basis(cell.kpi)),
            band=bands.get((cell.industry, cell.kpi)),
        )
        for cell in queries.cells(cursor, baseline.name)
    )
    return BaselineOverview(baseline, needed, cells)
