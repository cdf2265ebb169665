"""What freezing refuses, whatever came through intake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kpi import tables as store_tables
from kpi.baseline.publication import publish, records_by_cell
from kpi.catalogue.catalogue import catalogue
from kpi.policy.load import policies
from kpi.store.store import Store
from kpi.tables import baselines, freezing
from kpi.tables.baselines import BaselineContent

POLICY = policies().of_year(2025)


@pytest.mark.parametrize("change", [{}, {"basis": "points"}, {"industry": "汽车"}, {"value": 3.0}], ids=str)
def test_an_enterprise_with_two_records_of_a_kpi_is_not_frozen(store: Store, change: dict[str, object]) -> None:
    """Placing takes one record an enterprise and KPI for granted: a second would count a peer twice."""
    with store.cursor() as cursor:
        observed = store_tables.freezing.observations(cursor, "illustrative-2025")
        sizes = store_tables.freezing.industry_sizes(cursor, "illustrative-2025")
        groups = store_tables.freezing.group_register(cursor, "illustrative-2025")
        stated = store_tables.freezing.sub_industries(cursor, "illustrative-2025")
    first = observed[observed["kpi"] == "K10"].head(1)
    doubled = pd.concat([observed, first.assign(**change)], ignore_index=True)
    content = BaselineContent(doubled, sizes, groups, stated)
    with pytest.raises(ValueError, match="two records of one enterprise and KPI"), store.transaction() as cursor:
        store_tables.baselines.add_baseline_records(cursor, "doubled", content)
    with store.cursor() as cursor:
        assert [baseline.name for baseline in store_tables.baselines.baselines(cursor)] == ["illustrative-2025"]
        assert len(store_tables.freezing.observations(cursor, "doubled")) == 0


def test_records_written_in_pieces_are_all_of_them_and_the_share_rises_to_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.cursor() as cursor:
        observed = store_tables.freezing.observations(cursor, "illustrative-2025")
    size = len(observed) // 3 + 1
    monkeypatch.setattr(baselines, "ROWS_OF_A_PIECE", size)
    shares: list[float] = []
    with store.transaction() as cursor:
        baselines.add_observations(cursor, "in pieces", observed, shares.append)
        pd.testing.assert_frame_equal(store_tables.freezing.observations(cursor, "in pieces"), observed)
    assert shares == [size / len(observed), 2 * size / len(observed), 1]


def test_of_a_stored_baseline_one_industry_is_held_at_a_time_and_read_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What freezing a panel in parts, and verifying a large baseline, hold in memory."""
    read: list[int] = []

    def noted(*asked: Any) -> Mapping[str, np.ndarray]:
        answer = query_columns(*asked)
        read.append(len(answer["value"]))
        return answer

    query_columns = freezing.query_columns
    monkeypatch.setattr(freezing, "query_columns", noted)
    with store.cursor() as cursor:
        observed = store_tables.freezing.observations(cursor, "illustrative-2025")
        whole, stored = records_by_cell(observed), store_tables.freezing.StoredCells(cursor, "illustrative-2025")
        counts = observed.groupby("industry").size()
        for industry in catalogue().industries:
            for kpi in catalogue().kpis:
                for basis in ("only", "relative", "points"):
                    asked = (industry.name.zh, kpi.code, basis)
                    there, here = stored.cell(*asked), whole.cell(*asked)
                    assert there["value"].tolist() == here["value"].tolist(), asked
                    assert pd.factorize(there["own_group"])[0].tolist() == pd.factorize(here["own_group"])[0].tolist()
                    assert stored.held == counts.get(industry.name.zh, 0)
        assert (len(read), sum(read), max(read)) == (len(catalogue().industries), len(observed), counts.max())
        assert max(read) < len(observed)
        tables = publish(store_tables.freezing.StoredCells(cursor, "illustrative-2025"), "上海市", POLICY)
        assert repr(tables) == repr(publish(observed, "上海市", POLICY))
        assert len(read) == 2 * len(catalogue().industries)
