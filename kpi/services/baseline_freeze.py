"""Importing a baseline: checked like any upload, then frozen - records, cells, published table - or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from kpi import queries, records
from kpi.baseline.content_hash import baseline_sha256
from kpi.baseline.industry_sizes import NO_SIZES
from kpi.baseline.ownership_groups import own_groups
from kpi.baseline.panel import read_panel, read_sizes
from kpi.baseline.publication import publish
from kpi.baseline.republication import corrects_same_year, republish
from kpi.benchmark.peer_rank import NO_BASIS
from kpi.errors import InvalidFile, UserError
from kpi.model.baseline import Baseline, Provenance
from kpi.model.times import now
from kpi.model.viewer import SYSTEM, Actor
from kpi.services.policies import policy_of_year
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class IncomingBaseline:
    """A baseline file as sent, with the sender's description."""

    file_name: str
    data: bytes
    name: str
    year: int
    region: str
    provenance: Provenance
    source: str
    shipped: bool = False


def import_baseline(
    store: Store,
    incoming: IncomingBaseline,
    sizes: tuple[str, bytes] | None = None,
    at: datetime | None = None,
    by: Actor = SYSTEM,
) -> Baseline:
    """Check and freeze. Importing the same content under the same name again changes nothing.

    ``sizes`` is the name and bytes of a file of industry sizes.

    Raises:
        InvalidFile: either file has errors: all of both are reported.
        UserError: a baseline of that name has other content.
    """
    panel = read_panel(incoming.file_name, incoming.data, incoming.region)
    sized = read_sizes(*sizes, _enterprises(panel.records, incoming.region)) if sizes else None
    problems = (*panel.problems, *(sized.problems if sized else ()))
    if any(problem.blocks for problem in problems):
        raise InvalidFile(problems)
    register = sized.sizes if sized else NO_SIZES
    baseline = Baseline(
        name=incoming.name,
        region=incoming.region,
        year=incoming.year,
        provenance=incoming.provenance,
        sha256=baseline_sha256(panel.records, register, incoming.region, incoming.year),
        source=incoming.source,
        original_sha256=store.folder.keep_original(incoming.data),
        imported_at=at or now(),
        shipped=incoming.shipped,
    )
    return _freeze(store, baseline, _observations(panel.records, incoming.region), register, by)


def _freeze(
    store: Store, baseline: Baseline, observations: pd.DataFrame, register: pd.DataFrame, by: Actor
) -> Baseline:
    with store.cursor() as asking:
        policy = policy_of_year(asking, baseline.year, baseline.imported_at)
    fresh = publish(observations, baseline.region, policy)
    with store.write_lock():
        if known := _frozen_before(store, baseline):
            return known
        with unit_of_work(store, by, baseline.imported_at) as change:
            cursor = change.cursor
            earlier = {
                one.name: queries.published_rows(cursor, one.name)
                for one in queries.baselines(cursor)
                if corrects_same_year(one, baseline)
            }
            published = republish(cursor, baseline.name, observations, fresh, earlier, policy)
            cells = queries.freeze_cells(cursor, observations)
            records.add_baseline(cursor, baseline, observations, register, cells, published)
            change.audit("baseline_frozen", baseline.name, after={"sha256": baseline.sha256, "year": baseline.year})
    return baseline


def _frozen_before(store: Store, baseline: Baseline) -> Baseline | None:
    """The baseline of that name, if its content is the same.

    Raises:
        UserError: it has other content.
    """
    with store.cursor() as cursor:
        for known in queries.baselines(cursor):
            if known.name == baseline.name:
                if (known.sha256, known.provenance) == (baseline.sha256, baseline.provenance):
                    return known
                raise UserError("baseline_exists", name=baseline.name)
    return None


def _enterprises(panel: pd.DataFrame, region: str) -> dict[tuple[str, str], int]:
    """The number of enterprises in the panel, by region and industry."""
    counted = panel.groupby("industry")["credit_code"].nunique()
    return {(region, str(industry)): int(count) for industry, count in counted.items()}


def _observations(panel: pd.DataFrame, region: str) -> pd.DataFrame:
    """The panel's records as stored."""
    return pd.DataFrame(
        {
            "region": region,
            "industry": panel["industry"],
            "kpi": panel["kpi"],
            "basis": panel["basis"].fillna(NO_BASIS),
            "credit_code": panel["credit_code"],
            "told_group": panel["group"],
            "own_group": own_groups(panel),
            "body": panel["body"],
            "value": panel["value"].astype(float),
        }
    )
