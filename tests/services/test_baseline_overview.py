"""Whether a cell can decide is a matter of its groups: one record a group is tested."""

from __future__ import annotations

from kpi.services.administrator.baseline_overview import baseline_overview
from kpi.store.store import Store
from tests.benchmark.panels import freeze, records
from tests.services.sample_store import ADMINISTRATOR

GROUP = "演示集团01（虚构）"


def test_records_of_one_group_do_not_make_a_cell_decide(store: Store) -> None:
    values = [float(place) for place in range(20)]
    freeze(store, "grouped", records({"K08": values, "K16": values[:14]}, [None] * 12 + [GROUP] * 8), year=2026)
    overview = next(one for one in baseline_overview(store, ADMINISTRATOR) if one.baseline.name == "grouped")
    found = {cell.kpi: (cell.records, cell.groups, cell.can_decide) for cell in overview.cells}
    assert found == {"K08": (20, 13, False), "K16": (14, 13, False)}
    freeze(store, "alone", records({"K08": values[:14]}), year=2027)
    overview = next(one for one in baseline_overview(store, ADMINISTRATOR) if one.baseline.name == "alone")
    assert [(cell.groups, cell.can_decide) for cell in overview.cells] == [(14, True)]
