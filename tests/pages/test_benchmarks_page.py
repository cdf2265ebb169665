"""Industry benchmarks: the same published figures for every role, an industry and a KPI by address."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from kpi.catalogue.load import catalogue
from kpi.model.viewer import Role
from kpi.services.published_tables import published_years
from tests.pages.app_runs import Office, opened, strings
from tests.services.sample_store import A

pytestmark = pytest.mark.slow


def test_every_role_sees_the_same_published_figures(office_here: Office) -> None:
    seen = set()
    for role in get_args(Role):
        office_here.sit(role)
        said = "\n".join(strings(opened("benchmarks", "en", published_industry="汽车", published_kpi="K08")))
        [figures, *_] = re.findall(r"<tbody>(.*?)</tbody>", said)
        assert figures.count("<tr ") == len(catalogue().kpis)
        seen.add(figures)
    assert len(seen) == 1


def test_the_table_is_what_is_published_and_nothing_counted(office_here: Office) -> None:
    office_here.sit("enterprise")
    [table] = published_years(office_here.store, A, "汽车")
    said = "\n".join(strings(opened("benchmarks", "en", published_industry="汽车", published_kpi="K08")))
    cell = table.cell("K08")
    assert cell
    assert f">K08 {catalogue().kpi('K08').short.en}</td>" in said
    assert f"{cell.p80:.1f} %" in said
    assert table.baseline.sha256[:12] in said
    assert "illustrative" in said


def test_an_industry_that_is_not_there_gives_the_first(office_here: Office) -> None:
    office_here.sit("leader")
    first = catalogue().industries[0].name.en
    assert f"{first}: a leading line" in "\n".join(strings(opened("benchmarks", "en", published_industry="没有")))
