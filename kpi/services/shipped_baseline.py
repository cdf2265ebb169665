"""The baseline that ships: what a store has until another is imported."""

from __future__ import annotations

from kpi import queries
from kpi.catalogue.data_files import DATA
from kpi.model.baseline import HOME_REGION
from kpi.store.store import Store

SHIPPED = DATA / "baselines" / "illustrative-2025.csv"
SHIPPED_NAME = "illustrative-2025"
SHIPPED_YEAR = 2025


def ensure_baseline(store: Store) -> None:
    """A store without any baseline gets the illustrative panel that ships, marked as such everywhere."""
    with store.cursor() as cursor:
        if queries.baselines(cursor):
            return
    # Imported here: freezing takes seconds to load, and nearly every store already has its baseline.
    from kpi.services.baseline_freeze import IncomingBaseline, import_baseline

    import_baseline(
        store,
        IncomingBaseline(
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
