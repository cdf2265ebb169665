"""One snapshot a year: what a correction republishes, and that corrections cannot be subtracted from one another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kpi import tables
from kpi.catalogue.catalogue import catalogue
from kpi.model.evaluation import Baseline
from kpi.model.publication import PublishedRow
from kpi.model.viewer import Viewer
from kpi.policy.load import policies
from kpi.services.administrator.baselines import baseline_overview, put_baseline_in_force
from kpi.services.freeze import import_baseline
from kpi.services.operation.verification import verify_store
from kpi.services.preparation import IncomingBaseline
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.store import Store
from tests.benchmark.panels import HOME_REGION, INDUSTRY, Record, as_csv, credit_code, freeze, records, seeded
from tests.services.sample_store import ADMINISTRATOR

pytestmark = pytest.mark.slow

NEEDED = policies().of_year(2025).disclosure.correction_groups
LEVEL = "K01"


@pytest.fixture
def store(fresh: Store) -> Store:
    return fresh


def panel(n: int = 40, groups: Sequence[str | None] = ()) -> list[Record]:
    draw = seeded("corrected")
    return records({LEVEL: [round(draw.uniform(5, 55), 1) for _ in range(n)]}, groups)


def corrected(rows: Iterable[Record], who: Iterable[int], by: float = 45.0) -> list[Record]:
    """The same panel with the values of the numbered enterprises (from 1) raised."""
    codes = {credit_code(number) for number in who}
    return [replace(row, value=row.value + by) if row.credit_code in codes else row for row in rows]


def row(store: Store, name: str, industry: str = INDUSTRY) -> PublishedRow:
    with store.cursor() as cursor:
        [found] = [
            published
            for published in tables.baselines.published_rows(cursor, name)
            if (published.table.industry, published.table.kpi) == (industry, LEVEL)
        ]
    return found


def reported(store: Store, name: str) -> tuple[str, str]:
    """Whose numbers, and which."""
    found = row(store, name)
    return found.computed_from, repr(found.table)


def test_nine_changed_groups_are_carried_on_byte_for_byte_and_ten_are_not(store: Store) -> None:
    freeze(store, "first", panel())
    freeze(store, "nine", corrected(panel(), range(1, NEEDED)))
    assert reported(store, "nine") == reported(store, "first")
    freeze(store, "ten", corrected(panel(), range(1, NEEDED + 1)))
    assert row(store, "ten").computed_from == "ten"
    assert row(store, "ten").table.mean > row(store, "first").table.mean


def test_small_corrections_add_up_until_they_are_ten(store: Store) -> None:
    """They are counted from the snapshot in force, not from the last import."""
    names = []
    for count in range(0, NEEDED + 1, 2):
        names.append(f"upto{count}")
        freeze(store, names[-1], corrected(panel(), range(1, count + 1)))
    assert [row(store, name).computed_from for name in names] == ["upto0"] * (len(names) - 1) + [names[-1]]


@pytest.mark.campaign
@pytest.mark.parametrize("change", ["added", "removed"])
def test_coming_and_going_count_as_changes(store: Store, change: str) -> None:
    without_nine = [item for item in panel() if item.credit_code >= credit_code(NEEDED)]
    before, after = (panel(), without_nine) if change == "removed" else (without_nine, panel())
    freeze(store, "first", before)
    freeze(store, "nine", after)
    assert row(store, "nine").computed_from == "first"
    freeze(store, "ten", [item for item in after if item.credit_code != credit_code(39)])
    assert row(store, "ten").computed_from == "ten"


def test_a_group_of_many_subsidiaries_is_one_change(store: Store) -> None:
    rows = panel(60, ["演示集团01（虚构）"] * 12)
    freeze(store, "first", rows)
    freeze(store, "twelve", corrected(rows, range(1, 13)))
    assert row(store, "twelve").computed_from == "first"


def test_no_two_published_snapshots_of_a_year_differ_by_a_few(store: Store) -> None:
    """There and almost back again: the third is a step of ten from the second, but of one from the first."""
    freeze(store, "first", panel())
    freeze(store, "there", corrected(panel(), range(1, 13)))
    freeze(store, "back", corrected(panel(), [40]))
    assert row(store, "there").computed_from == "there"
    assert reported(store, "back") == reported(store, "there")


def test_a_cell_that_must_now_be_withheld_is(store: Store) -> None:
    """And when its groups come back with one changed, it is not published beside the numbers of before."""
    freeze(store, "first", panel(14))
    freeze(store, "nine", panel(9))
    assert (row(store, "nine").table.withheld, row(store, "nine").computed_from) == ("few_groups", "first")
    freeze(store, "again", corrected(panel(14), [14]))
    assert reported(store, "again") == reported(store, "first")


def test_where_nothing_was_reported_there_is_nothing_to_wait_for(store: Store) -> None:
    freeze(store, "nine", panel(9))
    freeze(store, "ten", panel(10))
    assert (row(store, "ten").computed_from, row(store, "ten").table.band) == ("ten", "10-14")


def _bring(store: Store, name: str, year: int, region: str) -> Baseline:
    rows = corrected(panel(), [1])
    return import_baseline(
        store, IncomingBaseline("p.csv", as_csv(rows), name, year, region, "panel", "invented for a test")
    )


@pytest.mark.parametrize(("year", "region"), [(2026, HOME_REGION), (2025, "江苏省")])
def test_another_year_or_region_is_another_table(store: Store, year: int, region: str) -> None:
    freeze(store, "first", panel())
    _bring(store, "other", year, region)
    assert row(store, "other").computed_from == "other"


def test_what_ships_is_no_snapshot(store: Store) -> None:
    ensure_baseline(store)
    _bring(store, "real", 2025, HOME_REGION)
    with store.cursor() as cursor:
        assert {published.computed_from for published in tables.baselines.published_rows(cursor, "real")} == {"real"}


def test_verify_follows_what_was_carried_on(store: Store) -> None:
    freeze(store, "first", panel())
    freeze(store, "second", corrected(panel(), [1]))
    freeze(store, "third", corrected(panel(), range(1, 20)))
    assert verify_store(store).sound
    with store.transaction() as cursor:
        cursor.execute("update published set computed_from = 'second' where baseline = 'second'")
    assert [(finding.code, finding.name) for finding in verify_store(store).findings] == [
        ("published_changed", "second")
    ]


def test_the_administrator_sees_which_rows_are_carried_on(store: Store) -> None:
    freeze(store, "first", panel())
    freeze(store, "second", corrected(panel(), [1]))
    administrator = Viewer("administrator", "演示管理员", "administrator", ())
    [second, first] = baseline_overview(store, administrator)
    assert [(cell.kpi, cell.band, cell.carried_from) for cell in second.cells] == [(LEVEL, "30-59", "first")]
    assert [cell.carried_from for cell in first.cells] == [None]


def test_cells_of_the_shipped_panel_do_not_nest(tmp_path: Path) -> None:
    """An enterprise is in one industry, so no cell of a KPI can be subtracted from another."""
    with Store.open(tmp_path / "shipped") as store:
        ensure_baseline(store)
        with store.cursor() as cursor:
            observed = tables.freezing.observations(cursor, "illustrative-2025")
    cells = observed.groupby(["industry", "kpi"])["credit_code"].agg(set)
    for kpi in catalogue().kpis:
        sizes = [len(codes) for codes in cells.xs(kpi.code, level="kpi")]
        assert len(set.union(*cells.xs(kpi.code, level="kpi"))) == sum(sizes)
    assert len(cells) == 126


def test_a_decision_between_two_corrections_is_no_change_of_what_was_published(store: Store) -> None:
    """Which row was in force at a freeze is read off the trail, whatever was put in force since."""
    rows = panel()
    freeze(store, "first", rows)
    freeze(store, "second", corrected(rows, range(1, NEEDED + 5)))
    assert reported(store, "second") != reported(store, "first"), "the control: two tables"
    put_baseline_in_force(store, ADMINISTRATOR, "first", "核对后更正")
    assert verify_store(store).findings == ()
    freeze(store, "third", corrected(rows, [1]))
    assert reported(store, "third") == reported(store, "first")
    assert verify_store(store).findings == ()
    for name in ("second", "third", "first"):
        put_baseline_in_force(store, ADMINISTRATOR, name, "核对后更正")
        assert verify_store(store).findings == ()
