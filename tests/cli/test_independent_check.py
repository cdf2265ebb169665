"""The sample's numbers once more, from the panel file alone: pandas and SciPy, nothing of ours."""

from __future__ import annotations

from hashlib import sha256
from math import ceil
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.cli.command_line import PANEL, WORKBOOK

P, CONFIDENCE, ALPHA, YEAR = 0.8, 0.95, 0.05, 2025
CODES = [f"K{number:02}" for number in range(1, 22)]
RELATIVE = {"K09", "K10", "K11", "K13", "K14"}
GROWN_FROM_BEFORE = {"订单准时交付率提升（%）"}


class Sample(NamedTuple):
    industry: str
    credit_code: str
    group: str
    values: dict[str, float]


@pytest.fixture(scope="module")
def sample() -> Sample:
    """The workbook as pandas reads it. A change reported in points is brought to per cent of its start."""
    rows = pd.read_excel(WORKBOOK, sheet_name="填报", header=None, engine="openpyxl")
    head = next(place for place, cells in rows.iterrows() if "项目" in set(cells))
    rows.columns = rows.loc[head]
    reported = rows.loc[head + 1 :].dropna(subset="项目").set_index("项目")
    names = [name for name in reported.index if str(name).endswith(("（%）", "（个）", "（家）"))]
    assert len(names) == 21
    values = pd.to_numeric(reported["数值"][names], errors="coerce")
    points = [name for name in names if reported["口径"][name] == "百分点"]
    assert set(points) == GROWN_FROM_BEFORE
    for name in points:
        values[name] = (reported["改造后"][name] - reported["改造前"][name]) / reported["改造前"][name] * 100
    by_code = dict(zip(CODES, values, strict=True))
    return Sample(
        reported["数值"]["所属行业"], reported["数值"]["统一社会信用代码"], reported["数值"]["所属集团"], by_code
    )


@pytest.fixture(scope="module")
def peers(sample: Sample) -> pd.DataFrame:
    """The panel's records of the industry, without the candidate, on policy's basis.

    The group that the workbook names stays: nobody has ruled on that claim.
    """
    panel = pd.read_csv(PANEL)
    panel = panel[panel["industry"] == sample.industry]
    panel = panel[panel["credit_code"] != sample.credit_code]
    for code in RELATIVE:
        panel[code] = panel[code].where(panel[f"{code}_basis"] == "relative")
    panel["family"] = panel["group"].fillna(panel["credit_code"])
    assert panel["family"].nunique() < len(panel), "some group has several records"
    return panel


def placed(sample: Sample) -> list[str]:
    return [code for code, value in sample.values.items() if not np.isnan(value)]


def by_hand(x: float, peers: pd.DataFrame, code: str) -> dict[str, float]:
    """All records are tested, and one a group: of the credit code with the lowest hash. The larger p-values count."""
    held = peers[["family", "credit_code", code]].dropna()
    turn = held["credit_code"].map(lambda named: sha256(f"{named}{YEAR}".encode()).hexdigest())
    chosen = held.assign(turn=turn).sort_values("turn").drop_duplicates("family")[code]
    others = held[code]
    n, k, e = len(others), int((others < x).sum()), int((others == x).sum())
    tested = [others] if len(chosen) == n else [others, chosen]
    counted = [(int((values < x).sum()), int((values <= x).sum()), len(values)) for values in tested]
    leading = [stats.binomtest(worse, size, P, "greater").pvalue if worse else 1.0 for worse, _, size in counted]
    worse, not_better, size = counted[int(np.argmax(leading))]
    return {
        "n": n,
        "worse": k,
        "tied": e,
        "better": n - k - e,
        "strict": k / n,
        "mid": stats.percentileofscore(others, x, kind="mean") / 100,
        "p_value": max(leading),
        "p_value_not": max(stats.binomtest(weak, size, P, "less").pvalue for _, weak, size in counted),
        "lower": stats.binomtest(worse, size, P, "greater").proportion_ci(CONFIDENCE).low,
        "upper": stats.binomtest(not_better, size, P, "less").proportion_ci(CONFIDENCE).high,
        "tested_n": size,
        "groups": len(chosen),
        "mean": others.mean(),
        "median": others.median(),
        "leading_line": np.quantile(others, P, method="linear"),
        "gap_to_line": x - np.quantile(others, P, method="linear"),
    }


def at_least(ordered: list[float], u: int) -> float:
    """Closed testing by Simes: of each number of KPIs too large for "fewer than u lead" the largest p-values."""
    largest = ([*ordered[len(ordered) - size :]] for size in range(len(ordered) - u + 1, len(ordered) + 1))
    return max(min(p * len(some) / place for place, p in enumerate(some, 1)) for some in largest)


def flat(kpi: dict) -> dict[str, float]:
    return {
        "n": kpi["peers"]["n"],
        "tested_n": kpi["tested"]["n"],
        "groups": kpi["tests"][-1]["n"] if kpi["tests"] else 0,
        **kpi["percentile"],
        **{k: v for k, v in kpi.items() if k != "peers"},
    }


@pytest.mark.parametrize("code", CODES)
def test_every_number_of_every_kpi(authority: dict, sample: Sample, peers: pd.DataFrame, code: str) -> None:
    reported = flat(authority["kpis"][CODES.index(code)])
    if code not in placed(sample):
        assert (reported["n"], reported["p_value"], reported["verdict"]) == (0, None, reported["state"])
        return
    assert reported["value"] == pytest.approx(sample.values[code], rel=1e-15)
    for name, number in by_hand(sample.values[code], peers, code).items():
        assert reported[name] == pytest.approx(number, rel=0, abs=1e-12), name


def test_p_values_that_round_to_nothing_still_agree(authority: dict, sample: Sample, peers: pd.DataFrame) -> None:
    for code in placed(sample):
        expected = by_hand(sample.values[code], peers, code)["p_value"]
        assert authority["kpis"][CODES.index(code)]["p_value"] == pytest.approx(expected, rel=1e-9)


def test_the_words_follow_from_the_numbers(authority: dict, sample: Sample, peers: pd.DataFrame) -> None:
    enough = ceil(np.log(ALPHA) / np.log(P))
    assert enough == 14
    for code in placed(sample):
        numbers = by_hand(sample.values[code], peers, code)
        word = authority["kpis"][CODES.index(code)]["verdict"]
        if numbers["groups"] < enough:
            assert word == "too_few_peers"
        elif numbers["p_value"] <= ALPHA:
            assert word == "leading"
        elif code == "K14":
            # 91 % on time before: even 100 % is a gain of 9.9 %, shown below the line. Nobody has ruled on that start.
            assert by_hand((100 - 91) / 91 * 100, peers, code)["p_value_not"] <= ALPHA
            assert word == "undecided"
        else:
            assert word == ("not_leading" if numbers["p_value_not"] <= ALPHA else "undecided")


def test_the_list_is_benjamini_hochberg_and_the_least_number_is_holm(
    authority: dict, sample: Sample, peers: pd.DataFrame
) -> None:
    codes = [code for code in placed(sample) if peers.loc[peers[code].notna(), "family"].nunique() >= 14]
    p_values = np.array([by_hand(sample.values[code], peers, code)["p_value"] for code in codes])
    listed = stats.false_discovery_control(p_values) <= ALPHA
    assert authority["leading_list"] == [code for code, leads in zip(codes, listed, strict=True) if leads]
    # To 15 decimals, as p-values have them: 0.05 / 11 is 1/220 and no more.
    passed = np.round(np.sort(p_values), 15) <= np.round(ALPHA / np.arange(len(codes), 0, -1), 15)
    assert authority["at_least_leading"] == int(np.logical_and.accumulate(passed).sum())


def test_the_clause_is_met_because_each_of_the_six_leads(authority: dict, sample: Sample, peers: pd.DataFrame) -> None:
    main = ["K08", "K10", "K11", "K15", "K16", "K17"]
    assert authority["policy"]["main_kpis"] == main
    p_values = sorted(by_hand(sample.values[code], peers, code)["p_value"] for code in main)
    assert p_values[-1] <= ALPHA
    assert (authority["clause"]["verdict"], authority["clause"]["coverage"]) == ("met", 1.0)
    at_least = [row for row in authority["sensitivity"] if row["rule"] == "at_least"]
    assert [row["at_least"] for row in at_least] == [1, 2, 3, 4, 5, 6]
    # Closed testing: every set of more than 6 - u KPIs must be rejected, the hardest of each size by its largest.
    simes = {size: min(p * size / i for i, p in enumerate(p_values[6 - size :], 1)) for size in range(1, 7)}
    for u, row in enumerate(at_least, start=1):
        assert row["p_value"] == pytest.approx(max(simes[size] for size in range(7 - u, 7)), rel=1e-9)
        assert row["verdict"] == "met"
