"""Bringing in a year's baseline from a page: what it is worth is seen before it is frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from kpi import queries, stats
from kpi.baseline.panel_settings import panel_settings
from kpi.baseline.publication import publish
from kpi.benchmark.peer_rank import NO_BASIS
from kpi.catalogue.load import catalogue
from kpi.errors import UserError
from kpi.files.printable import plain_line
from kpi.model.baseline import Baseline
from kpi.model.problem import Problem
from kpi.model.publication import PublishedCell
from kpi.model.viewer import Viewer
from kpi.policy.policy import Policy
from kpi.services.authorization import requires
from kpi.services.baseline_freeze import IncomingBaseline, import_baseline, prepare_baseline
from kpi.services.policies import policy_of_year
from kpi.store.cursor import Cursor
from kpi.store.store import Store

LONGEST_NAME, LONGEST_SOURCE, LONGEST_REASON = 60, 200, 200
_FENCE = 3.0
"""A value so many times the middle half beyond it is far out (Tukey 1977): worth a look, and never removed."""

File = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class PreviewedCell:
    """One cell of policy's basis: its records and groups, where they lie (in the KPI's unit), how many are far out.

    ``decides``: enough groups that a factory which beats them all can be shown to be leading. ``withheld`` is why
    nothing would be published, None where something would.
    """

    industry: str
    kpi: str
    records: int
    groups: int
    lowest: float
    median: float
    highest: float
    far_out: int
    decides: bool
    withheld: str | None


@dataclass(frozen=True, slots=True)
class EarlierPanel:
    """The panel that this one follows, and whether this one is so much smaller that it needs a reason."""

    name: str
    enterprises: int
    much_smaller: bool


@dataclass(frozen=True, slots=True)
class BaselinePreview:
    """A panel as it would be frozen. ``missing``: enterprises without a value, by KPI; ``other_basis``: values that
    are no peers because policy compares the KPI on the other basis.
    """

    sha256: str
    enterprises: int
    values: int
    needed: int
    cells: tuple[PreviewedCell, ...]
    missing: Mapping[str, int]
    other_basis: int
    earlier: EarlierPanel | None
    warnings: tuple[Problem, ...]


@requires("run_programme")
def preview_baseline(
    store: Store, _: Viewer, incoming: IncomingBaseline, sizes: File | None = None, groups: File | None = None
) -> BaselinePreview:
    """Read the files and say what freezing them would come to. Nothing is written.

    Published rows of the same year may be carried over at freezing (``baseline.republication``), which is not tried.

    Raises:
        InvalidFile: a file has errors: those of all files are reported.
    """
    prepared = prepare_baseline(incoming, sizes, groups)
    records = prepared.content.observations
    enterprises = int(records["credit_code"].nunique())
    with store.cursor() as cursor:
        policy = policy_of_year(cursor, incoming.year)
        earlier = _earlier(cursor, incoming, enterprises)
    reporting = records.groupby("kpi")["credit_code"].nunique()
    compared = records[records["basis"] == records["kpi"].map(lambda kpi: policy.basis(kpi) or NO_BASIS)]
    return BaselinePreview(
        sha256=prepared.sha256,
        enterprises=enterprises,
        values=len(records),
        needed=stats.smallest_n(policy.leading_quantile, policy.alpha),
        cells=_cells(records, compared, incoming.region, policy),
        missing={kpi.code: enterprises - int(reporting.get(kpi.code, 0)) for kpi in catalogue().kpis},
        other_basis=len(records) - len(compared),
        earlier=earlier,
        warnings=prepared.warnings,
    )


@requires("run_programme")
def freeze_baseline(
    store: Store,
    viewer: Viewer,
    incoming: IncomingBaseline,
    sizes: File | None = None,
    groups: File | None = None,
    smaller_because: str = "",
    at: datetime | None = None,
) -> Baseline:
    """Freeze what was previewed. Unless somebody has decided otherwise, it is in force for its year from then on.

    Raises:
        InvalidFile: a file has errors: those of all files are reported.
        UserError: name or source is missing, a baseline of that name has other content, or the panel is much smaller
            than the one before and nobody says why.
    """
    name, source = plain_line(incoming.name, LONGEST_NAME), plain_line(incoming.source, LONGEST_SOURCE)
    if not name or not source:
        raise UserError("baseline_needs_words")
    because = plain_line(smaller_because, LONGEST_REASON)
    if not because:
        enterprises = prepare_baseline(incoming, sizes, groups).content.observations["credit_code"].nunique()
        with store.cursor() as cursor:
            earlier = _earlier(cursor, incoming, int(enterprises))
        if earlier and earlier.much_smaller:
            raise UserError("panel_much_smaller", name=earlier.name, before=earlier.enterprises, now=int(enterprises))
    described = replace(incoming, name=name, source=source)
    return import_baseline(store, described, sizes, at, viewer.actor, groups, because)


def _earlier(cursor: Cursor, incoming: IncomingBaseline, enterprises: int) -> EarlierPanel | None:
    """The latest panel of the region up to that year, but for the one that ships: it describes nobody."""
    known = [
        one
        for one in queries.baselines(cursor)
        if one.region == incoming.region and one.year <= incoming.year and not one.shipped and one.name != incoming.name
    ]
    if not known:
        return None
    before = sum(queries.baseline_enterprises(cursor, known[0].name, incoming.region).values())
    return EarlierPanel(known[0].name, before, enterprises < panel_settings().year_on_year.least_share * before)


def _cells(records: pd.DataFrame, compared: pd.DataFrame, region: str, policy: Policy) -> tuple[PreviewedCell, ...]:
    """All cells of all industries and KPIs, those without a record included."""
    needed = stats.smallest_n(policy.leading_quantile, policy.alpha)
    by_cell = dict(iter(compared.groupby(["industry", "kpi"])))
    return tuple(
        _cell(by_cell.get((table.industry, table.kpi), compared.iloc[:0]), table, needed)
        for table in publish(records, region, policy)
    )


def _cell(records: pd.DataFrame, published: PublishedCell, needed: int) -> PreviewedCell:
    values = records["value"].to_numpy(dtype=float)
    groups = int(records["own_group"].nunique())
    lowest, lower, median, upper, highest = (float(one) for one in stats.type7(values, (0, 0.25, 0.5, 0.75, 1)))
    fence = _FENCE * (upper - lower)
    return PreviewedCell(
        industry=published.industry,
        kpi=published.kpi,
        records=len(values),
        groups=groups,
        lowest=lowest,
        median=median,
        highest=highest,
        far_out=int(((values < lower - fence) | (values > upper + fence)).sum()),
        decides=groups >= needed,
        withheld=published.withheld,
    )
