"""The illustrative panel and the demonstration's candidates are what their pages promise, and nobody real."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from data.baselines.make_illustrative import HEADER, panel
from data.samples import make_demo
from kpi.baseline.panel import read_panel
from kpi.baseline.registers import own_groups
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import is_valid

DATA = Path(__file__).resolve().parents[2] / "data"
FILE = DATA / "baselines" / "illustrative-2025.csv"
LARGE = "高端装备"
TWO_BASES = ("K09", "K10", "K11", "K13", "K14")


@cache
def records() -> pd.DataFrame:
    reading = read_panel(FILE.name, FILE.read_bytes(), "上海市")
    assert reading.problems == ()
    return reading.records.assign(owner=own_groups(reading.records))


@cache
def cells() -> pd.DataFrame:
    """Per industry and KPI on the policy's basis (relative): records, groups, the largest group's share."""
    peers = records()[records()["basis"].ne("points")]
    return peers.groupby(["industry", "kpi"]).agg(
        n=("value", "size"),
        groups=("owner", "nunique"),
        share=("owner", lambda owner: owner.value_counts().iloc[0] / len(owner)),
    )


def candidates() -> Iterator[dict[str, str]]:
    with (DATA / "samples" / "demo-applications.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def test_regenerating_gives_the_same_bytes() -> None:
    assert panel() == FILE.read_bytes()


def test_six_industries_and_nineteen_bodies() -> None:
    assert set(records()["industry"]) == {industry.name.zh for industry in catalogue().industries}
    assert set(records()["body"]) == {body.name.zh for body in catalogue().bodies}


def test_cells_reach_from_4_to_150_peers_and_none_is_missing() -> None:
    assert len(cells()) == 6 * 21
    assert (cells()["n"].min(), cells()["n"].max()) == (4, 150)


def test_codes_are_fictitious_and_valid() -> None:
    codes = records()["credit_code"].unique()
    assert len(codes) == 366
    assert all(is_valid(code) and code[2:8] == "000000" for code in codes)


def test_groups_are_called_fictitious_or_are_a_legal_person_of_the_panel() -> None:
    codes = set(records()["credit_code"])
    groups = {group for group in records()["group"] if group is not None}
    branches = groups & codes
    assert len(branches) == 1
    assert all(re.fullmatch(r"演示集团\d\d（虚构）", group) for group in groups - branches)


def test_the_file_holds_no_name_of_an_enterprise() -> None:
    assert FILE.read_text(encoding="utf-8").splitlines()[0].split(",") == list(HEADER)
    assert not {"enterprise", "factory_name", "name"} & set(HEADER)


def test_one_industry_has_many_records_a_group() -> None:
    enterprises = records().drop_duplicates("credit_code").groupby("industry")["owner"].agg(["size", "nunique"])
    ratio = enterprises["size"] / enterprises["nunique"]
    assert list(ratio[ratio > 1.25].index) == ["汽车"]
    crowded = cells()["n"] / cells()["groups"] > 1.25
    assert set(crowded[crowded].index.get_level_values("industry")) == {"汽车", "生命健康"}


def test_one_group_has_eight_enterprises() -> None:
    sizes = records().drop_duplicates("credit_code")["owner"].value_counts()
    assert sizes.iloc[0] == 8


def test_a_group_above_a_quarter_stands_in_one_small_cell_only() -> None:
    crowded = cells()[cells()["share"] > 0.25]
    assert list(crowded.index) == [("生命健康", "K12")]
    assert crowded.iloc[0][["n", "groups"]].tolist() == [13, 10]


@pytest.mark.parametrize("kpi", TWO_BASES)
def test_both_bases_are_there_mostly_relative(kpi: str) -> None:
    reported = records()[records()["kpi"].eq(kpi)]["basis"].value_counts(normalize=True)
    assert 0.1 < reported["points"] < 0.2
    assert reported.sum() == pytest.approx(1)


@pytest.mark.parametrize("kpi", ["K01", "K02", "K19", "K20"])
def test_levels_reach_the_ceiling(kpi: str) -> None:
    values = records()[records()["kpi"].eq(kpi) & records()["industry"].eq(LARGE)]["value"]
    assert values.max() == 100


@pytest.mark.parametrize("kpi", ["K01", "K08", "K10", "K15", "K19", "K21"])
def test_values_tie(kpi: str) -> None:
    values = records()[records()["kpi"].eq(kpi) & records()["industry"].eq(LARGE)]["value"]
    assert values.duplicated().any()


@pytest.mark.parametrize("kpi", ["K05", "K21"])
def test_counts_have_zeros_and_a_long_tail(kpi: str) -> None:
    values = records()[records()["kpi"].eq(kpi)]["value"]
    assert (values == 0).any()
    assert values.max() > 10 * max(values.median(), 1)


@pytest.mark.parametrize("kpi", ["K06", "K08", "K12", "K16"])
def test_improvements_are_skewed(kpi: str) -> None:
    values = records()[records()["kpi"].eq(kpi) & records()["industry"].eq(LARGE)]["value"]
    assert values.mean() > values.median() * 1.05


@pytest.mark.parametrize("kpi", ["K02", "K07", "K14"])
def test_two_humps_leave_a_gap_between_them(kpi: str) -> None:
    values = records()[records()["kpi"].eq(kpi) & records()["industry"].eq(LARGE) & records()["basis"].ne("points")]
    reported = values["value"].sort_values().to_numpy()
    inner = reported[len(reported) // 10 : -len(reported) // 10]
    gaps = inner[1:] - inner[:-1]
    assert gaps.max() > 8 * gaps.mean()


def test_some_factories_lead_in_many_kpis() -> None:
    large = records()[records()["industry"].eq(LARGE) & records()["basis"].ne("points")]
    rank = large.groupby("kpi")["value"].rank(pct=True)
    leading = (rank > 0.8).groupby(large["credit_code"]).mean()
    # Without a common quality the share of 21 KPIs above P80 would pass a half in fewer than one factory of a thousand.
    assert (leading > 0.5).sum() >= 10


@pytest.mark.parametrize(
    ("kpi", "value"), [("K08", 45), ("K10", 62), ("K11", 24), ("K15", 26), ("K16", 48), ("K17", 21)]
)
def test_the_sample_factory_is_strong(kpi: str, value: float) -> None:
    peers = records()[records()["kpi"].eq(kpi) & records()["industry"].eq(LARGE) & records()["basis"].ne("points")][
        "value"
    ]
    assert 0.93 <= (peers < value).mean() <= 0.98


def test_the_sample_factory_stands_outside_the_panel() -> None:
    assert make_demo.example()["credit_code"] not in set(records()["credit_code"])


def test_regenerating_the_demonstration_gives_the_same_bytes() -> None:
    samples = DATA / "samples"
    assert (
        make_demo.table(make_demo.HEADER, make_demo.applications()) == (samples / "demo-applications.csv").read_bytes()
    )
    candidates_file = samples / "demo-candidates.csv"
    assert make_demo.table(make_demo.HEADER, make_demo.candidates()) == candidates_file.read_bytes()
    awarded = make_demo.table(make_demo.AWARDED_HEADER, make_demo.awards())
    assert awarded == (samples / "demo-awarded.csv").read_bytes()


def test_candidates_are_fictitious_and_half_of_them_stand_in_the_panel() -> None:
    rows = list(candidates())
    codes = [row["credit_code"] for row in rows]
    assert len(set(codes)) == len(rows) == 41
    assert all(is_valid(code) and code[2:8] == "000000" for code in codes)
    assert all(re.fullmatch(r"演示企业\d{3}（虚构）", row["enterprise"]) for row in rows)
    assert len(set(codes) & set(records()["credit_code"])) == 20


def test_candidates_of_the_panel_have_its_values() -> None:
    with FILE.open(encoding="utf-8", newline="") as lines:
        known = {row["credit_code"]: row for row in csv.DictReader(lines)}
    for row in candidates():
        if row["credit_code"] in known:
            assert {name: row[name] for name in HEADER} == known[row["credit_code"]]


def test_candidates_keep_the_notice_rules_for_names_and_lists() -> None:
    scenarios = {scenario.name.zh for scenario in catalogue().scenarios}
    for row in candidates():
        assert row["factory_name"].endswith("智能工厂")
        assert len(row["factory_name"]) <= 14
        assert set(row["scenarios"].split(";")) <= scenarios
        assert row["district"] in {body.name.zh for body in catalogue().districts}
        assert re.fullmatch(r"1380000\d{4}", row["phone"])


def test_candidates_cover_all_industries_and_bodies_and_one_body_is_over_its_quota() -> None:
    rows = list(candidates())
    bodies = pd.Series([row["body"] for row in rows]).value_counts()
    assert {row["industry"] for row in rows} == {industry.name.zh for industry in catalogue().industries}
    assert set(bodies.index) == {body.name.zh for body in catalogue().bodies}
    assert bodies["松江区"] > 12


def test_awards_stand_on_both_sides_of_the_border_and_say_that_they_are_invented() -> None:
    with (DATA / "samples" / "demo-awarded.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    by_body = Counter(row["body"] for row in rows)
    counts = list(by_body.values())
    assert set(by_body) <= {body.name.zh for body in catalogue().bodies}
    assert {29, 30} <= set(counts)
    assert 3 <= sum(count >= 30 for count in counts) <= 6
    assert all("虚构" in row["source"] for row in rows)
    assert all(is_valid(row["credit_code"]) and row["credit_code"][2:8] == "000000" for row in rows)
    tiers = Counter(row["tier"] for row in rows)
    assert set(tiers) == {"先进级", "卓越级", "领航级"}, "what counts towards the quota"
    assert tiers["领航级"] < tiers["卓越级"] < tiers["先进级"] / 10
