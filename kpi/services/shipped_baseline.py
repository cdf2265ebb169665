"""The baseline that ships with a notice: what a store has until another is imported."""

from __future__ import annotations

from kpi import tables
from kpi.catalogue.catalogue import catalogue, first_notice, notice_in_hand
from kpi.errors import UserError
from kpi.model.viewer import SYSTEM
from kpi.services.notices import chosen_notice
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store


def has_baseline(store: Store) -> bool:
    with store.cursor() as cursor:
        return bool(tables.baselines.baselines(cursor))


# Asked without rights: what ships, into a store without any baseline
def ensure_baseline(store: Store, *, to_try: bool = False) -> None:
    """A store without any baseline gets the illustrative panel of the notice in hand, which says what it is wherever
    seen; the store is that notice's from then on.

    Raises:
        UserError: the notice ships no panel, or is fictitious and the store is not merely ``to_try`` it.
    """
    if has_baseline(store):
        return
    # A store that was killed after a notice was chosen for it keeps that one.
    with notice_in_hand(chosen_notice(store) or catalogue()):
        if catalogue().notice.status == "fictitious" and not to_try:
            raise UserError("notice_is_fictitious", id=catalogue().notice.id)
        _import_shipped(store)


def _import_shipped(store: Store) -> None:
    # Here and not above: what freezing needs takes seconds to load, and nearly every store has its baseline.
    from kpi.baseline.panel import shipped_panel
    from kpi.services.freeze import import_baseline
    from kpi.services.preparation import IncomingBaseline

    notice, panel = catalogue().notice, shipped_panel()
    if panel is None:
        raise UserError("notice_without_panel", id=notice.id)
    if catalogue() != first_notice():
        with unit_of_work(store, SYSTEM) as change:
            tables.lists.set_mark(change.cursor, tables.lists.NOTICE, notice.id)
            change.audit("notice_chosen", notice.id, after={"sha256": catalogue().sha256})
    import_baseline(
        store,
        IncomingBaseline(
            file_name=f"illustrative-{notice.year}.csv",
            data=panel,
            name=f"illustrative-{notice.year}",
            year=notice.year,
            region=notice.region.zh,
            provenance="illustrative",
            source="演示数据，由程序按固定种子生成 / invented by a seeded program",
            shipped=True,
        ),
    )
