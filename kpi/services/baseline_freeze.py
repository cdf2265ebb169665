"""Importing a baseline: checked like any upload, then frozen - records, cells, published table - or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from kpi import queries, records
from kpi.baseline.content_hash import baseline_sha256
from kpi.baseline.group_register import NO_GROUPS, read_groups
from kpi.baseline.industry_sizes import NO_SIZES, PanelCount
from kpi.baseline.ownership_groups import own_groups, registered_groups
from kpi.baseline.panel import read_panel, read_sizes
from kpi.baseline.publication import publish
from kpi.baseline.republication import corrects_same_year, republish
from kpi.baseline.word_exposure import rows_to_publish
from kpi.benchmark.peer_rank import NO_BASIS
from kpi.errors import InvalidFile, UserError
from kpi.model.baseline import Baseline, Provenance
from kpi.model.problem import Problem
from kpi.model.times import now
from kpi.model.viewer import SYSTEM, Actor
from kpi.records.baselines import BaselineContent
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


@dataclass(frozen=True, slots=True)
class PreparedBaseline:
    """Files that were read and have no error; nothing is written. ``sha256`` is that of the content to be frozen."""

    content: BaselineContent
    sha256: str
    warnings: tuple[Problem, ...]


def prepare_baseline(
    incoming: IncomingBaseline, sizes: tuple[str, bytes] | None = None, groups: tuple[str, bytes] | None = None
) -> PreparedBaseline:
    """Check the files and bring their content into the form in which it is frozen.

    ``sizes`` is the name and bytes of a file of industry sizes, ``groups`` of a register of groups.

    Raises:
        InvalidFile: a file has errors: those of all files are reported.
    """
    panel = read_panel(incoming.file_name, incoming.data, incoming.region)
    grouped = read_groups(*groups) if groups else None
    registered = grouped.groups if grouped else NO_GROUPS
    owners = own_groups(panel.records, registered)
    sized = read_sizes(*sizes, _counted(panel.records, owners, incoming.region)) if sizes else None
    problems = tuple(problem for reading in (panel, sized, grouped) if reading for problem in reading.problems)
    if any(problem.blocks for problem in problems):
        raise InvalidFile(problems)
    content = BaselineContent(
        observations=_observations(panel.records, owners, incoming.region),
        sizes=sized.sizes if sized else NO_SIZES,
        groups=registered.assign(own_group=registered_groups(registered, panel.records)),
    )
    sha256 = baseline_sha256(panel.records, content.sizes, incoming.region, incoming.year, registered)
    return PreparedBaseline(content, sha256, problems)


def import_baseline(
    store: Store,
    incoming: IncomingBaseline,
    sizes: tuple[str, bytes] | None = None,
    at: datetime | None = None,
    by: Actor = SYSTEM,
    groups: tuple[str, bytes] | None = None,
    smaller_because: str = "",
) -> Baseline:
    """Check and freeze. Importing the same content under the same name again changes nothing.

    ``smaller_because`` is kept in the trail: why the panel is much smaller than an earlier one.

    Raises:
        InvalidFile: a file has errors: those of all files are reported.
        UserError: a baseline of that name has other content.
    """
    prepared = prepare_baseline(incoming, sizes, groups)
    baseline = Baseline(
        name=incoming.name,
        region=incoming.region,
        year=incoming.year,
        provenance=incoming.provenance,
        sha256=prepared.sha256,
        source=incoming.source,
        original_sha256=store.folder.keep_original(incoming.data),
        imported_at=at or now(),
        shipped=incoming.shipped,
        groups_sha256=store.folder.keep_original(groups[1]) if groups else None,
    )
    return _freeze(store, baseline, prepared.content, by, smaller_because)


def _freeze(store: Store, baseline: Baseline, content: BaselineContent, by: Actor, smaller_because: str) -> Baseline:
    with store.cursor() as asking:
        policy = policy_of_year(asking, baseline.year, baseline.imported_at)
    observations = content.observations
    tables = publish(observations, baseline.region, policy)
    fresh = rows_to_publish(tables, observations, content.sizes, baseline.name, policy)
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
            published = republish(cursor, observations, fresh, earlier, policy)
            cells = queries.freeze_cells(cursor, observations)
            records.add_baseline(cursor, baseline, content, cells, published)
            entry = {"sha256": baseline.sha256, "year": baseline.year}
            if baseline.groups_sha256:
                entry |= {"groups": baseline.groups_sha256}
            if smaller_because:
                entry |= {"smaller_because": smaller_because}
            change.audit("baseline_frozen", baseline.name, after=entry)
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


def _counted(panel: pd.DataFrame, owners: pd.Series, region: str) -> dict[tuple[str, str], PanelCount]:
    """The enterprises and groups in the panel, by region and industry."""
    cells = panel.assign(owner=owners).groupby("industry")[["credit_code", "owner"]].nunique()
    return {(region, str(row.Index)): PanelCount(int(row.credit_code), int(row.owner)) for row in cells.itertuples()}


def _observations(panel: pd.DataFrame, owners: pd.Series, region: str) -> pd.DataFrame:
    """The panel's records as stored."""
    return pd.DataFrame(
        {
            "region": region,
            "industry": panel["industry"],
            "kpi": panel["kpi"],
            "basis": panel["basis"].fillna(NO_BASIS),
            "credit_code": panel["credit_code"],
            "told_group": panel["group"],
            "own_group": owners,
            "body": panel["body"],
            "value": panel["value"].astype(float),
        }
    )
