"""The snapshot of a panel's cells, of records that lie in a database: as of records in memory, within bounds."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from kpi import tables
from kpi.store.scratch import scratch_database
from kpi.store.store import Store
from tests.shipped import SHIPPED_NAME

A_MILLION = """
    insert into observation
    select 'panel', 'somewhere', 'industry ' || number % 20, 'k' || number % 3, 'only', number::text, null,
           number::text, null, hash(number) / 1e19
    from (select unnest(range(1000000)) as number)
"""


def test_an_industry_at_a_time_they_are_those_of_all_records(demonstration: Path) -> None:
    with Store.open_to_read(demonstration) as store, store.cursor() as cursor:
        whole = tables.freezing.freeze_cells(cursor, tables.freezing.observations(cursor, SHIPPED_NAME))
        found = tables.freezing.freeze_stored_cells(cursor, SHIPPED_NAME)
    assert len(found) > 100
    pd.testing.assert_frame_equal(found, whole, rtol=1e-14)


@pytest.mark.slow
def test_no_more_is_held_than_an_industry(tmp_path: Path) -> None:
    """All values at once would not fit."""
    with scratch_database(tmp_path, "40MB") as cursor:
        cursor.execute(A_MILLION)
        found = tables.freezing.freeze_stored_cells(cursor, "panel")
        assert found["records"].sum() == 1_000_000
        assert len(found) == 60
        ((p80,),) = cursor.execute(
            "select quantile_cont(value, 0.8) from observation where industry = 'industry 7' and kpi = 'k2'"
        ).fetchall()
    assert found.set_index(["industry", "kpi"]).loc[("industry 7", "k2"), "p80"] == p80
