"""Each comparison raises what it is for, is silent on a clean row, and says where too few peers are known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from math import isnan

import numpy as np
import pandas as pd
import pytest

from kpi.catalogue.catalogue import catalogue
from kpi.intake.read import read
from kpi.intake.settings import sample
from kpi.model.application import Application, ReportedValue
from kpi.model.scoring import FLAG_CODES, FlagCode, Screening
from kpi.policy.load import policies
from kpi.screening.rules import Floats, NamedRow, PeerRows, screening_rules, share_at_least
from kpi.screening.screen import Surroundings, normal_scores, screen
from tests.house.tracked import ROOT

CODES = [kpi.code for kpi in catalogue().kpis]
POLICY = policies().on(date(2025, 12, 31))


@cache
def panel() -> PeerRows:
    frame = pd.read_csv(ROOT / "data" / "baselines" / "illustrative-2025.csv")
    for kpi in catalogue().kpis:
        if kpi.bases:
            frame.loc[frame[f"{kpi.code}_basis"] != POLICY.basis(kpi.code), kpi.code] = np.nan
    groups = frame["group"].fillna(frame["credit_code"])
    return PeerRows(frame[CODES].to_numpy(float), frame["industry"].to_numpy(str), groups.to_numpy(str))


@cache
def example() -> Application:
    return read("example.xlsx", sample("example")).applications[0]


def application(row: Floats, industry: str = "高端装备", scenarios: tuple[str, ...] = ()) -> Application:
    values = {
        code: ReportedValue(code, "not_reported")
        if isnan(value)
        else ReportedValue(code, "reported", float(value), POLICY.basis(code))
        for code, value in zip(CODES, row, strict=True)
    }
    facts = {"credit_code": "x", "industry": industry, "year": 2025, "scenarios": scenarios}
    return Application(facts, values)


def screened(
    row: Floats,
    peers: PeerRows,
    earlier: Floats | None = None,
    others: tuple[tuple[str, Floats], ...] = (),
    scenarios: tuple[str, ...] = (),
) -> Screening:
    around = Surroundings(
        peers,
        peers,
        "",
        POLICY.basis,
        example(),
        earlier,
        tuple(NamedRow(name, other) for name, other in others),
    )
    return screen(application(row, scenarios=scenarios), around)


def codes(found: Screening) -> set[FlagCode]:
    return {flag.code for flag in found.flags}


def clean(at: int = 3) -> tuple[Floats, PeerRows]:
    """A row of the panel's 高端装备, and everybody else's."""
    whole = panel()
    index = np.flatnonzero(whole.industries == "高端装备")[at]
    row = whole.values[index].copy()
    row[CODES.index("K05")] = max(row[CODES.index("K05")], 1)
    return row, whole.without(whole.groups[index])


def test_a_clean_row_raises_nothing() -> None:
    row, peers = clean()
    other, _ = clean(7)
    assert screened(row, peers, earlier=row * 0.97, others=(("other", other),)) == Screening(())


def test_each_habit_is_raised_with_its_kpis_and_how_rare_it_is() -> None:
    row, peers = clean()
    rounded = np.where(np.isnan(row), row, np.maximum(5, np.round(row / 5) * 5))
    [flag] = [item for item in screened(rounded, peers).flags if item.code == "round_numbers"]
    assert set(flag.kpis) == {code for code, value in zip(CODES, rounded, strict=True) if not isnan(value)}
    assert flag.chance <= screening_rules().level

    repeated = row.copy()
    repeated[[0, 5, 7, 8, 10, 14]] = 17.3
    [flag] = [item for item in screened(repeated, peers).flags if item.code == "repeated_numbers"]
    assert flag.kpis == ("K01", "K06", "K08", "K09", "K11", "K15")

    full = row.copy()
    full[[0, 1, 2, 18, 19]] = 100
    assert "at_bounds" in codes(screened(full, peers))

    copied, shown = row.copy(), example()
    same = ["K01", "K03", "K06", "K07", "K08", "K11"]
    for code in same:
        copied[CODES.index(code)] = shown.values[code].value
    [flag] = [item for item in screened(copied, peers).flags if item.code == "example_copied"]
    assert set(flag.kpis) == set(same)


def test_another_application_with_the_same_rare_values_is_named() -> None:
    row, peers = clean()
    other, _ = clean(7)
    twin = other.copy()
    twin[[5, 7, 8, 10, 11, 14, 15]] = row[[5, 7, 8, 10, 11, 14, 15]]
    [flag] = screened(row, peers, others=(("unlike", other), ("twin", twin))).flags
    assert (flag.code, flag.params["other"]) == ("same_as_other", "twin")


def test_of_two_factories_of_one_name_both_are_compared() -> None:
    row, peers = clean()
    other, _ = clean(7)
    twin = other.copy()
    twin[[5, 7, 8, 10, 11, 14, 15]] = row[[5, 7, 8, 10, 11, 14, 15]]
    for others in ((("same", twin), ("same", other)), (("same", other), ("same", twin))):
        assert codes(screened(row, peers, others=others)) == {"same_as_other"}


def test_a_combination_unlike_any_peers_is_an_outlier() -> None:
    row, peers = clean()
    own = peers.values[peers.industries == "高端装备"]
    for number, column in enumerate(np.flatnonzero(~np.isnan(row))):
        row[column] = np.nanquantile(own[:, column], 0.95 if number % 2 else 0.05)
    assert "outlier" in codes(screened(row, peers))


def test_a_jump_beyond_any_two_peers_is_raised_and_an_ordinary_year_is_not() -> None:
    row, peers = clean()
    own = peers.values[peers.industries == "高端装备"]
    column = CODES.index("K08")
    earlier = row * 0.97
    earlier[column], row[column] = np.nanquantile(own[:, column], 0.05), np.nanmax(own[:, column]) * 1.3
    [flag] = [item for item in screened(row, peers, earlier=earlier).flags if item.code == "jump"]
    assert flag.kpis == ("K08",)


def test_contradictions_need_no_peers() -> None:
    row, _ = clean()
    row[CODES.index("K04")], row[CODES.index("K05")], row[CODES.index("K02")] = 40, 0, 0
    nobody = PeerRows(np.empty((0, 21)), np.empty(0, dtype=str), np.empty(0, dtype=str))
    found = screened(row, nobody, scenarios=("先进过程控制",))
    assert codes(found) == {"ai_share_without_models", "scenario_without_value"}
    assert all(isnan(flag.chance) for flag in found.flags)
    assert {code for code, _ in found.not_run} >= {"round_numbers", "outlier"}


@pytest.mark.parametrize(
    ("value", "basis", "before", "raised"),
    [
        (5.0, "points", 97.0, True),
        (3.0, "points", 97.0, False),
        (4.0, "relative", 97.0, True),
        (2.0, "relative", 97.0, False),
    ],
)
def test_a_change_its_start_cannot_yield(value: float, basis: str, before: float, raised: bool) -> None:
    row, peers = clean()
    whole = application(row)
    changed = replace(whole.values["K13"], state="reported", value=value, basis=basis, before=before)
    odd = replace(whole, values={**whole.values, "K13": changed})
    found = screen(odd, Surroundings(peers, peers, "", POLICY.basis, example()))
    assert ("cannot_yield" in codes(found)) is raised
    assert all(isnan(flag.chance) for flag in found.flags if flag.code == "cannot_yield"), "no share of peers says it"


def test_few_peers_are_said_and_raise_nothing() -> None:
    row, peers = clean()
    few = PeerRows(peers.values[:70], peers.industries[:70], peers.groups[:70])
    found = screened(np.where(np.isnan(row), row, 50.0), few)
    assert not codes(found) & {"round_numbers", "repeated_numbers", "at_bounds", "example_copied", "outlier"}
    assert ("round_numbers", "few_rows") in found.not_run


def test_the_chance_counts_the_row_itself_and_leaves_out_rows_without_the_statistic() -> None:
    assert share_at_least(np.array([1.0, 2.0, 3.0, np.nan]), 3.0) == pytest.approx(2 / 4)
    assert share_at_least(np.array([1.0, 2.0, 3.0]), 9.0) == pytest.approx(1 / 4)


def test_normal_scores_are_of_ranks_within_an_industry() -> None:
    rows = np.array([[1.0], [2.0], [3.0], [100.0], [np.nan]])
    scores = normal_scores(rows, np.array(["a", "a", "a", "b", "a"]))[:, 0]
    assert scores[1] == scores[3] == pytest.approx(0)
    assert scores[0] == -scores[2]
    assert isnan(scores[4])


def test_flags_come_in_one_order() -> None:
    row, peers = clean()
    row[CODES.index("K04")], row[CODES.index("K05")] = 40, 0
    row[[0, 5, 7, 8, 10, 14]] = 20.0
    found = [flag.code for flag in screened(row, peers).flags]
    assert found == sorted(found, key=FLAG_CODES.index)
    assert len(found) >= 2
