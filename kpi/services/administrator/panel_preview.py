"""What a panel is worth before it is frozen, cell by cell; computed from files and policy alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from kpi import stats
from kpi.baseline.publication import publish
from kpi.baseline.recipe import PanelShape, RowAccount
from kpi.benchmark.peer_rank import NO_BASIS
from kpi.catalogue.catalogue import catalogue
from kpi.model.problem import Problem
from kpi.model.publication import PublishedCell
from kpi.policy.policy import Policy
from kpi.services.baseline_preparation import (
    File,
    IncomingBaseline,
    Report,
    prepare_baseline,
    refuse_invented,
)

FENCE = 3.0
"""A value so many times the middle half beyond it is far out (Tukey 1977): worth a look, and never removed."""


@dataclass(frozen=True, slots=True)
class PreviewedCell:
    """One cell of policy's basis: its records and groups, where they lie (in the KPI's unit), how many are far out.

    ``lower`` and ``upper`` are the quartiles. ``decides``: enough groups that a factory which beats them all can be
    shown to be leading. ``withheld`` is why nothing would be published, None where something would.
    """

    industry: str
    kpi: str
    records: int
    groups: int
    lowest: float
    lower: float
    median: float
    upper: float
    highest: float
    far_out: int
    decides: bool
    withheld: str | None


@dataclass(frozen=True, slots=True)
class PanelPreview:
    """A panel as it would be frozen. ``missing``: enterprises without a value, by KPI; ``other_basis``: values that
    are no peers because policy compares the KPI on the other basis; ``sub_industries``: enterprises by stated code.
    """

    sha256: str
    enterprises: int
    values: int
    needed: int
    cells: tuple[PreviewedCell, ...]
    missing: Mapping[str, int]
    other_basis: int
    sub_industries: Mapping[str, int]
    rows: RowAccount
    shape: PanelShape
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class PreviewTask:
    """Reading a panel and saying what it is worth."""

    incoming: IncomingBaseline
    sizes: File | None
    groups: File | None
    policy: Policy

    def run(self, report: Report) -> PanelPreview:
        """Raises ``InvalidPanel``, or ``UserError`` where it is invented and said to be official."""
        report("reading", 0)
        prepared = prepare_baseline(self.incoming, self.sizes, self.groups)
        records, policy = prepared.content.observations, self.policy
        enterprises = int(records["credit_code"].nunique())
        refuse_invented(self.incoming.provenance, records, prepared.shape.illustrative)
        tables = publish(records, self.incoming.region, policy, lambda share: report("publishing", share))
        reporting = records.groupby("kpi")["credit_code"].nunique()
        asked = records["kpi"].astype("str").map(lambda kpi: policy.basis(kpi) or NO_BASIS)
        compared = records[records["basis"].astype("str") == asked]
        by_cell = dict(iter(compared.groupby(["industry", "kpi"])))
        needed = stats.smallest_n(policy.leading_quantile, policy.alpha)
        parts = prepared.content.sub_industries["code"].value_counts().sort_index()
        return PanelPreview(
            sha256=prepared.sha256,
            enterprises=enterprises,
            values=len(records),
            needed=needed,
            cells=tuple(
                _cell(by_cell.get((table.industry, table.kpi), compared.iloc[:0]), table, needed) for table in tables
            ),
            missing={kpi.code: enterprises - int(reporting.get(kpi.code, 0)) for kpi in catalogue().kpis},
            other_basis=len(records) - len(compared),
            sub_industries={str(code): int(count) for code, count in parts.items()},
            rows=prepared.rows,
            shape=prepared.shape,
            warnings=prepared.warnings,
        )


def _cell(records: pd.DataFrame, published: PublishedCell, needed: int) -> PreviewedCell:
    values = records["value"].to_numpy(dtype=float)
    groups = int(records["own_group"].nunique())
    lowest, lower, median, upper, highest = (float(one) for one in stats.type7(values, (0, 0.25, 0.5, 0.75, 1)))
    fence = FENCE * (upper - lower)
    return PreviewedCell(
        industry=published.industry,
        kpi=published.kpi,
        records=len(values),
        groups=groups,
        lowest=lowest,
        lower=lower,
        median=median,
        upper=upper,
        highest=highest,
        far_out=int(((values < lower - fence) | (values > upper + fence)).sum()),
        decides=groups >= needed,
        withheld=published.withheld,
    )
