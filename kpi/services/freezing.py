"""A baseline comes in: checked like any upload, then frozen - records, cells, published table - or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd

from kpi import queries, records
from kpi.benchmark.placing import NO_BASIS
from kpi.benchmark.publishing import publish
from kpi.errors import FileRefused, Told
from kpi.intake.canonical import content_sha256
from kpi.intake.panel import read_panel, read_sizes
from kpi.intake.panel_groups import own_groups
from kpi.model.baseline import Baseline, Provenance
from kpi.model.times import now
from kpi.policy import policy_of_year
from kpi.store import Store

DATA = Path(__file__).resolve().parents[2] / "data" / "baselines"
SHIPPED = DATA / "illustrative-2025.csv"
SHIPPED_NAME = "illustrative-2025"
SHIPPED_YEAR = 2025
HOME_REGION = "上海市"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A baseline file as it was sent, and what its sender says of it."""

    file_name: str
    data: bytes
    name: str
    year: int
    region: str
    provenance: Provenance
    source: str
    shipped: bool = False


def import_baseline(
    store: Store, incoming: Incoming, sizes: tuple[str, bytes] | None = None, at: datetime | None = None
) -> Baseline:
    """Check and freeze. Importing the same content under the same name again changes nothing.

    ``sizes`` is the name and bytes of a file of industry sizes.

    Raises:
        FileRefused: either file has errors: all of both are told.
        Told: a baseline of that name holds something else.
    """
    panel = read_panel(incoming.file_name, incoming.data, incoming.region)
    sized = read_sizes(*sizes) if sizes else None
    problems = (*panel.problems, *(sized.problems if sized else ()))
    if any(problem.blocks for problem in problems):
        raise FileRefused(problems)
    register = sized.sizes if sized else pd.DataFrame({"region": [], "industry": [], "size": []})
    baseline = Baseline(
        name=incoming.name,
        region=incoming.region,
        year=incoming.year,
        provenance=incoming.provenance,
        sha256=content_sha256(panel.records, register, incoming.region, incoming.year),
        source=incoming.source,
        original_sha256=store.folder.keep_original(incoming.data),
        imported_at=at or now(),
        shipped=incoming.shipped,
    )
    return _freeze(store, baseline, _observations(panel.records, incoming.region), register)


def ensure_baseline(store: Store) -> None:
    """A store without any baseline gets the illustrative panel that ships, which says what it is wherever seen."""
    with store.cursor() as cursor:
        if queries.baselines(cursor):
            return
    import_baseline(
        store,
        Incoming(
            file_name=SHIPPED.name,
            data=SHIPPED.read_bytes(),
            name=SHIPPED_NAME,
            year=SHIPPED_YEAR,
            region=HOME_REGION,
            provenance="illustrative",
            source="演示数据，由程序按固定种子生成 / invented by a seeded program: data/baselines/make_illustrative.py",
            shipped=True,
        ),
    )


def _freeze(store: Store, baseline: Baseline, observations: pd.DataFrame, register: pd.DataFrame) -> Baseline:
    published = publish(observations, baseline.region, policy_of_year(baseline.year))
    with store.writing() as cursor:
        for known in queries.baselines(cursor):
            if known.name == baseline.name:
                if (known.sha256, known.provenance) == (baseline.sha256, baseline.provenance):
                    return known
                raise Told("baseline_exists", name=baseline.name)
        cells = queries.freeze_cells(cursor, observations)
        records.add_baseline(cursor, baseline, observations, register, cells, published)
    return baseline


def _observations(panel: pd.DataFrame, region: str) -> pd.DataFrame:
    """The panel's records as the store keeps them."""
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
