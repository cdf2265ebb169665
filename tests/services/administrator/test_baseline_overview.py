"""Of each baseline: whether its cells can decide, which its groups say, and which one is in force for its year."""

from __future__ import annotations

from kpi.services.administrator.baselines import baseline_overview, put_baseline_in_force
from kpi.store.store import Store
from tests.benchmark.panels import freeze, records
from tests.services.sample_store import ADMINISTRATOR

GROUP = "演示集团01（虚构）"


def test_records_of_one_group_do_not_make_a_cell_decide(store: Store) -> None:
    values = [float(place) for place in range(20)]
    freeze(store, "grouped", records({"K08": values, "K16": values[:14]}, [None] * 12 + [GROUP] * 8), year=2026)
    overview = next(
        baseline for baseline in baseline_overview(store, ADMINISTRATOR) if baseline.baseline.name == "grouped"
    )
    found = {cell.kpi: (cell.records, cell.groups, cell.can_decide) for cell in overview.cells}
    assert found == {"K08": (20, 13, False), "K16": (14, 13, False)}
    freeze(store, "alone", records({"K08": values[:14]}), year=2027)
    overview = next(
        baseline for baseline in baseline_overview(store, ADMINISTRATOR) if baseline.baseline.name == "alone"
    )
    assert [(cell.groups, cell.can_decide) for cell in overview.cells] == [(14, True)]


def test_each_says_which_one_is_in_force_for_its_year(store: Store) -> None:
    def in_force() -> dict[str, str | None]:
        return {overview.baseline.name: overview.in_force for overview in baseline_overview(store, ADMINISTRATOR)}

    assert in_force() == {"illustrative-2025": "illustrative-2025"}
    values = records({"K08": [float(place) for place in range(14)]})
    freeze(store, "first", values, year=2025)
    freeze(store, "later", values, year=2026)
    freeze(store, "second", values, year=2025)
    assert in_force() == {"illustrative-2025": "second", "first": "second", "second": "second", "later": "later"}
    put_baseline_in_force(store, ADMINISTRATOR, "first", "the second is faulty")
    assert in_force() == {"illustrative-2025": "first", "first": "first", "second": "first", "later": "later"}
