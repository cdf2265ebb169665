"""The baseline that ships: what a store has until another is imported."""

from __future__ import annotations

from kpi import tables
from kpi.catalogue.catalogue import catalogue
from kpi.store.store import Store

SHIPPED_NAME = "illustrative-2025"
SHIPPED_YEAR = 2025


def has_baseline(store: Store) -> bool:
    with store.cursor() as cursor:
        return bool(tables.baselines.baselines(cursor))


def ensure_baseline(store: Store) -> None:
    """A store without any baseline gets the illustrative panel that ships, which says what it is wherever seen."""
    if has_baseline(store):
        return
    # Here and not above: what freezing needs takes seconds to load, and nearly every store has its baseline.
    from kpi.baseline.panel import SHIPPED
    from kpi.services.freeze import import_baseline
    from kpi.services.preparation import IncomingBaseline

    import_baseline(
        store,
        IncomingBaseline(
            file_name=SHIPPED.name,
            data=SHIPPED.read_bytes(),
            name=SHIPPED_NAME,
            year=SHIPPED_YEAR,
            region=catalogue().notice.region,
            provenance="illustrative",
            source="演示数据，由程序按固定种子生成 / invented by a seeded program",
            shipped=True,
        ),
    )
