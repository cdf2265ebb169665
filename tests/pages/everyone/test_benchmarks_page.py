"""Industry benchmarks: the same published figures for every role, an industry and a KPI by address."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from typing import get_args

import pytest

from kpi.catalogue.catalogue import catalogue
from kpi.i18n import text
from kpi.model.evaluation import Baseline
from kpi.model.publication import PublishedTable
from kpi.model.viewer import Role
from kpi.policy.policy import Policy
from kpi.services import published as publishing
from kpi.services.freeze import import_baseline
from kpi.services.preparation import IncomingBaseline
from kpi.services.published import published_years
from kpi.store.database import Cursor
from tests.pages.app_runs import Office, opened, specs, strings, submitted
from tests.services.sample_store import A
from tests.shipped import SHIPPED

pytestmark = pytest.mark.slow


def published(said: str) -> str:
    """The rows of the table that has one for every KPI."""
    [table] = [
        body for body in re.findall(r"<tbody>(.*?)</tbody>", said) if body.count("<tr ") == len(catalogue().kpis)
    ]
    return table


@pytest.mark.campaign
def test_every_role_sees_the_same_published_figures(office_here: Office) -> None:
    seen = set()
    for role in get_args(Role):
        office_here.sit(role)
        said = "\n".join(strings(opened("benchmarks", "en", published_industry="汽车", published_kpi="K08")))
        figures = published(said)
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
    assert "/published?lang=en" in said


def shifted(year: int, by: Decimal) -> IncomingBaseline:
    """The shipped panel's enterprises of one industry a year on, each K08 higher by so much."""
    head, *rows = SHIPPED.read_text("utf-8-sig").splitlines()
    names = head.split(",")
    place, industry = names.index("K08"), names.index("industry")
    kept = []
    for row in (line.split(",") for line in rows):
        if row[industry] == "汽车":
            row[place] = str(Decimal(row[place]) + by) if row[place] else ""
            kept.append(",".join(row))
    data = "\n".join([head, *kept]).encode()
    return IncomingBaseline("p.csv", data, f"trial-{year}", year, "上海市", "illustrative", "演示（虚构）")


@pytest.fixture
def two_years(copied_office: Office) -> Office:
    import_baseline(copied_office.store, shifted(2026, Decimal(3)))
    return copied_office


def test_two_years_stand_beside_each_other_and_the_finding_says_which_way_the_line_went(two_years: Office) -> None:
    two_years.sit("enterprise")
    later, earlier = published_years(two_years.store, A, "汽车")
    assert (later.baseline.year, earlier.baseline.year) == (2026, 2025)
    now, before = later.cell("K08"), earlier.cell("K08")
    assert now
    assert before
    page = opened("benchmarks", "en", published_industry="汽车", published_kpi="K08")
    assert not page.exception
    said = "\n".join(strings(page))
    assert f"line is {now.p80:.1f} % (2026), up from {before.p80:.1f} % (2025)" in said
    [figure] = specs(page)
    drawn = {trace["name"]: trace for trace in json.loads(figure)["data"]}
    assert drawn["line"]["x"] == [now.p80, before.p80]
    [table] = [body for body in re.findall(r"<tbody>(.*?)</tbody>", said) if "trial-2026" in body]
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr.*?</tr>", table)]
    assert [[row[0], row[4]] for row in rows] == [["2026", f"{now.p80:.1f} %"], ["2025", f"{before.p80:.1f} %"]]
    assert rows[0][-1] == "trial-2026"


def test_the_year_that_is_read_is_chosen_and_its_table_shown(two_years: Office) -> None:
    two_years.sit("leader")
    for year in (2026, 2025):
        page = opened("benchmarks", "en", published_industry="汽车", published_kpi="K08", published_year=str(year))
        [table] = [found for found in published_years(two_years.store, A, "汽车") if found.baseline.year == year]
        said = "\n".join(strings(page))
        cell = table.cell("K08")
        assert cell
        assert f"{cell.p80:.1f} %" in published(said)
        assert table.baseline.sha256[:12] in said


def test_years_published_on_another_basis_are_named_and_not_drawn_beside(
    two_years: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a change of policy between the years: a change in points is not held beside a relative one."""
    two_years.sit("leader")
    really = publishing._table

    def on_another_basis(cursor: Cursor, baseline: Baseline, policy: Policy, industry: str) -> PublishedTable:
        table = really(cursor, baseline, policy, industry)
        assert table.bases["K09"] == "relative"
        return replace(table, bases={**table.bases, "K09": "points"}) if baseline.year == 2026 else table

    monkeypatch.setattr(publishing, "_table", on_another_basis)
    for year, other in ((2026, 2025), (2025, 2026)):
        page = opened("benchmarks", "en", published_industry="汽车", published_kpi="K09", published_year=str(year))
        assert text("page.benchmarks.other_basis", "en", years=other) in "\n".join(strings(page))
        [figure] = specs(page)
        [line] = [load for load in json.loads(figure)["data"] if load["name"] == "line"]
        assert len(line["x"]) == 1


def test_an_industry_that_is_not_there_gives_the_first(office_here: Office) -> None:
    office_here.sit("leader")
    first = catalogue().industries[0].name.en
    assert f"{first}: a leading line" in "\n".join(strings(opened("benchmarks", "en", published_industry="没有")))


@pytest.mark.campaign
def test_an_enterprise_begins_with_its_own_industry_and_sees_its_own_values_beside(copied_office: Office) -> None:
    application = submitted(copied_office, locked=True)
    assert application.industry != catalogue().industries[0].name.zh
    copied_office.sit("enterprise")
    page = opened("benchmarks", "en", published_kpi="K08")
    assert page.selectbox(key="published_industry").value == application.industry
    said = "\n".join(strings(page))
    with_line = re.search(
        r"Own values reach (\d+) of (\d+) published lines: an estimate; verdicts: (\d+) leading", said
    )
    assert with_line
    reached, of, _ = map(int, with_line.groups())
    assert (said.count("▲ "), said.count("△ ")) == (reached, of - reached)
    assert text("trend.caption_own", "en") in said
    for role, industry in (("enterprise", "汽车"), ("leader", application.industry)):
        copied_office.sit(role)
        other = "\n".join(strings(opened("benchmarks", "en", published_industry=industry, published_kpi="K08")))
        assert "Own value" not in other
        assert text("trend.caption_own", "en") not in other
