"""The plan: what a baseline can decide, against SciPy's own distributions."""

from __future__ import annotations

from math import prod
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from scipy import stats

from kpi.catalogue.catalogue import catalogue
from kpi.policy.load import policies
from tests.cli.command_line import content, here
from tests.cli.panels import SAMPLE_INDUSTRY, wide, write

pytestmark = pytest.mark.slow

SIZE = 60


@pytest.fixture(scope="module")
def sized(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose baseline in force knows the size of one industry."""
    folder = tmp_path_factory.mktemp("plan")
    sizes = pd.DataFrame({"region": ["上海市"], "industry": [SAMPLE_INDUSTRY], "size": [SIZE]})
    words = ["--name", "sized", "--year", "2025", "--region", "上海市", "--provenance", "illustrative"]
    register = ["--industry-size", write(sizes, folder / "sizes.csv")]
    call = here("baseline", "import", write(wide(), folder / "p.csv"), *words, *register, "--store", folder / "store")
    assert (call.code, call.err) == (0, "")
    return folder / "store"


def plan_of(store: Path) -> dict[str, Any]:
    call = here("plan", "--json", "--store", store)
    assert (call.code, call.err) == (0, "")
    planned: dict[str, Any] = call.json
    return planned


def test_every_industry_with_its_main_kpis_and_the_clause_as_their_product(store: Path) -> None:
    planned = plan_of(store)
    assert [item["industry"] for item in planned["industries"]] == [item.name.zh for item in catalogue().industries]
    policy = policies().of_year(2025)
    for industry in planned["industries"]:
        assert [kpi["code"] for kpi in industry["kpis"]] == list(policy.main_kpis(industry["industry"]))
        for place, clause in enumerate(industry["clause"]):
            assert clause["power"] == pytest.approx(prod(kpi["power"][place]["word"] for kpi in industry["kpis"]))


def test_without_a_register_the_power_is_binomial(store: Path) -> None:
    for industry in plan_of(store)["industries"]:
        assert industry["industry_size"] is None
        for kpi in industry["kpis"]:
            assert kpi["smallest_n"] == 14
            n = kpi["n"]
            wins = [k for k in range(n + 1) if stats.binom.sf(k - 1, n, 0.8) <= 0.05]
            for power in kpi["power"]:
                expected = stats.binom.sf(wins[0] - 1, n, power["at"]) if wins else 0.0
                assert power["word"] == pytest.approx(expected)


@pytest.mark.campaign
def test_a_register_makes_it_hypergeometric_among_the_others(sized: Path) -> None:
    [industry] = [item for item in plan_of(sized)["industries"] if item["industry"] == SAMPLE_INDUSTRY]
    assert industry["industry_size"] == SIZE
    kpi = industry["kpis"][0]
    n, others = kpi["n"], SIZE - 1
    # Of 59 others 80 % are 48, so H0 leaves 47 worse; a factory at P95 has 57 worse.
    wins = next(k for k in range(n + 1) if stats.hypergeom.sf(k - 1, others, 47, n) <= 0.05)
    [at] = [power["word"] for power in kpi["power"] if power["at"] == 0.95]
    assert at == pytest.approx(stats.hypergeom.sf(wins - 1, others, 57, n))


def test_the_alternatives_are_all_others_that_policy_may_choose(store: Path) -> None:
    planned = plan_of(store)
    found = [(entry["leading_quantile"], entry["confidence"]) for entry in planned["alternatives"]]
    assert found == [(0.75, 0.9), (0.75, 0.95), (0.8, 0.9), (0.9, 0.9), (0.9, 0.95)]
    for item in planned["alternatives"]:
        assert [row["industry"] for row in item["power"]] == [row["industry"] for row in planned["industries"]]
        for row, industry in zip(item["power"], planned["industries"], strict=True):
            assert [kpi["code"] for kpi in row["kpis"]] == [kpi["code"] for kpi in industry["kpis"]]
            for place, clause in enumerate(row["clause"]):
                assert clause["power"] == pytest.approx(prod(kpi["power"][place]["word"] for kpi in row["kpis"]))
    lower, higher = planned["alternatives"][1]["power"], planned["alternatives"][4]["power"]
    assert sum(row["clause"][2]["power"] for row in lower) > sum(row["clause"][2]["power"] for row in higher)


def test_it_is_said_in_words_and_changes_nothing(sized: Path) -> None:
    before = content(sized)
    call = here("plan", "--lang", "en", "--store", sized)
    assert (call.code, call.err) == (0, "")
    name = catalogue().industry(SAMPLE_INDUSTRY).name.en
    assert f"{name} (enterprises registered: {SIZE})" in call.out
    alternatives = [line for line in call.out.splitlines() if line.startswith("leading line ")]
    assert alternatives[0] == "leading line 75 %, confidence 90 %"
    assert len(alternatives) == 5
    [register] = [line for line in call.out.splitlines() if line.startswith(f"  {name}  unknown ")]
    assert register.split("  ")[-1] == "N=60 100 %"
    assert SAMPLE_INDUSTRY not in call.out
    assert content(sized) == before
