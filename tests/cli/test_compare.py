"""``kpi compare``: 30 candidates against a slow twin in plain pandas, and the contract's object to the letter."""

from __future__ import annotations

import json
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kpi import i18n
from kpi.errors import InvalidFile
from kpi.policy.policy import WeightBounds
from kpi.policy.weights import checked_group_weights
from tests.cli.candidates import candidate_rows, write_candidates
from tests.cli.command_line import PANEL, TABLE, content, here
from tests.cli.panels import CODES, SAMPLE_INDUSTRY

pytestmark = pytest.mark.slow

SIZES = {"G1": 5, "G2": 2, "G3": 9, "G4": 4, "G5": 1}
GROUP = dict(zip(CODES, [group for group, size in SIZES.items() for _ in range(size)], strict=True))
ROWS = candidate_rows()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_candidates(tmp_path_factory.mktemp("candidates"), ROWS)


@pytest.fixture(scope="module")
def found(store: Path, files: list[Path]) -> dict[str, Any]:
    return compared(store, *files, "--seed", 11)


def compared(store: Path, *arguments: object) -> dict[str, Any]:
    call = here("compare", *arguments, "--json", "--store", store)
    assert (call.code, call.err) == (0, "")
    answer: dict[str, Any] = call.json
    return answer


def on_the_relative_basis(table: pd.DataFrame) -> pd.DataFrame:
    """Numbers by KPI; what is stated in points is no number here, as policy has it."""
    found = pd.DataFrame({code: pd.to_numeric(table[code], errors="coerce") for code in CODES})
    for code in CODES:
        if f"{code}_basis" in table:
            found.loc[table[f"{code}_basis"] == "points", code] = np.nan
    return found


def twin() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Values and scores of the candidates, a row each: counted in the panel with the candidates' records replaced."""
    candidates = pd.DataFrame(ROWS)
    panel = pd.read_csv(PANEL, dtype=str, keep_default_na=False)
    others = panel[(panel["industry"] == SAMPLE_INDUSTRY) & ~panel["credit_code"].isin(candidates["credit_code"])]
    values, known = on_the_relative_basis(candidates), on_the_relative_basis(others)
    scores = pd.DataFrame(index=values.index, columns=CODES, dtype=float)
    for code in CODES:
        everyone = [*known[code].dropna(), *values[code].dropna()]
        for at, x in values[code].dropna().items():
            worse, tied = sum(y < x for y in everyone), sum(y == x for y in everyone)
            scores.loc[at, code] = (worse + tied / 2) / len(everyone)
    return values, scores


def mean_of_groups(scores: pd.DataFrame) -> pd.Series:
    return scores.T.groupby(GROUP).mean().T.mean(axis=1)


def places(scores: pd.Series) -> list[int]:
    return scores.round(12).rank(ascending=False, method="min").astype(int).tolist()


def test_scores_and_variants_are_those_of_plain_pandas(found: dict[str, Any]) -> None:
    values, scores = twin()
    by_kpi = {item["code"]: item for item in found["kpis"]}
    assert list(by_kpi) == CODES
    for code in CODES:
        assert numbers(by_kpi[code]["values"]) == pytest.approx(values[code].tolist(), nan_ok=True)
        assert numbers(by_kpi[code]["scores"]) == pytest.approx(scores[code].tolist(), nan_ok=True)
    low, high = scores.fillna(0.0), scores.fillna(1.0)
    groups = low.T.groupby(GROUP).mean().T
    with np.errstate(divide="ignore"):
        geometric = np.exp(np.log(groups).mean(axis=1))
    expected = {
        "score": mean_of_groups(low),
        "low": mean_of_groups(low),
        "high": mean_of_groups(high),
        "equal_weights": low.mean(axis=1),
        "geometric": geometric,
    }
    for name, column in expected.items():
        printed = [item["composite"][name] for item in found["candidates"]]
        assert printed == pytest.approx(column.tolist(), abs=1e-12), name
    assert [item["place"] for item in found["candidates"]] == places(expected["score"])
    # It is no idle comparison: blanks, "not applicable" and other bases are among the thirty.
    words = {verdict for kpi in found["kpis"] for verdict in kpi["verdicts"]}
    assert {"not_reported", "not_applicable", "basis_mismatch", "undecided"} <= words


def test_places_with_a_kpi_left_out_are_those_of_plain_pandas(found: dict[str, Any]) -> None:
    low = twin()[1].fillna(0.0)
    for code in CODES:
        without = low.drop(columns=code).T.groupby(GROUP).mean().T.mean(axis=1)
        assert [item["leave_one_out"][code] for item in found["candidates"]] == places(without), code


def test_dominance_is_that_of_plain_pandas(found: dict[str, Any]) -> None:
    values, _ = twin()
    expected = []
    for i, j in permutations(range(len(values)), 2):
        one, other = values.loc[i], values.loc[j]
        if (one.notna() == other.notna()).all():
            both = one.notna()
            if (one[both] >= other[both]).all() and (one[both] > other[both]).any():
                expected.append([i, j])
    assert [0, 1] in expected
    assert found["dominance"] == expected
    for i, j in expected:
        assert found["candidates"][i]["place"] < found["candidates"][j]["place"]
        assert found["winning"][i][j] == 1.0


def test_ties_are_overlapping_bounds(found: dict[str, Any], store: Path, files: list[Path]) -> None:
    """Of three candidates, by the bounds that ``benchmark`` gives each."""
    some = (0, 1, 6)
    answers = [here("benchmark", files[at], "--json", "--store", store).json for at in some]
    alone = compared(store, *(files[at] for at in some))
    differing = 0
    for at, kpi in enumerate(alone["kpis"]):
        bounds = [answer["kpis"][at]["percentile"] for answer in answers]
        for i, j in combinations(range(3), 2):
            if kpi["values"][i] is None or kpi["values"][j] is None:
                assert [i, j] not in kpi["ties"]
                continue
            apart = bounds[i]["lower"] > bounds[j]["upper"] or bounds[j]["lower"] > bounds[i]["upper"]
            assert ([i, j] in kpi["ties"]) is not apart
            differing += apart
    assert differing > 5


def test_the_object_of_the_contract(found: dict[str, Any]) -> None:
    printed = ["baseline", "policy", "industry", "year", "seed", "draws", "candidates", "kpis", "dominance"]
    assert [name for name in found if name in printed] == printed
    assert (found["industry"], found["year"], found["seed"], found["draws"]) == (SAMPLE_INDUSTRY, 2025, 11, 2000)
    assert found["policy"]["leading_quantile"] == 0.8
    count = len(found["candidates"])
    assert [entry["credit_code"] for entry in found["candidates"]] == [row["credit_code"] for row in ROWS]
    for item in found["candidates"]:
        assert {"factory", "clause", "leading", "composite", "rank", "acceptability", "leave_one_out"} <= item.keys()
        assert len(item["acceptability"]) == count
        assert sum(item["acceptability"]) == pytest.approx(1.0)
        assert 1 <= item["rank"]["best"] <= item["place"] <= item["rank"]["worst"] <= count
        assert isinstance(item["leading"], int)
        assert list(item["leave_one_out"]) == CODES
    for kpi in found["kpis"]:
        assert {"code", "values", "scores", "verdicts", "ties"} == kpi.keys()
    assert found["not_run"] == []


@pytest.mark.campaign
def test_the_same_seed_gives_the_same_answer_and_another_nearly_so(
    store: Path, files: list[Path], found: dict[str, Any]
) -> None:
    assert compared(store, *files, "--seed", 11) == found
    other = compared(store, *files, "--seed", 12)
    shares = [np.array([item["acceptability"] for item in answer["candidates"]]) for answer in (found, other)]
    assert (shares[0] != shares[1]).any()
    # Two shares of 2,000 draws each: 5.5 standard errors of their difference at most.
    assert np.abs(shares[0] - shares[1]).max() < 5.5 * (0.5 / 2000) ** 0.5


def test_every_draw_leaves_with_its_weights_and_its_seed(store: Path, files: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "draws.csv"
    answer = compared(store, *files[:5], "--seed", 3, "--draws", 2500, "--draws-file", out)
    drawn = pd.read_csv(out)
    assert len(drawn) == answer["draws"] == 2500
    assert set(drawn["seed"]) == {3}
    assert set(drawn["variant"]) == {"arithmetic"}
    np.testing.assert_allclose(drawn[list(SIZES)].sum(axis=1), 1.0)
    for group in SIZES:
        np.testing.assert_allclose(drawn[[code for code in CODES if GROUP[code] == group]].sum(axis=1), 1.0)
    for item in answer["candidates"]:
        placed = drawn[f"place_{item['credit_code']}"]
        assert [(placed == place).mean() for place in range(1, 6)] == pytest.approx(item["acceptability"])


def test_given_weights_hold_in_score_and_draws_and_the_step_they_replace_is_named(
    store: Path, files: list[Path], tmp_path: Path
) -> None:
    weights = {"G1": 0.4, "G2": 0.1, "G3": 0.3, "G4": 0.1, "G5": 0.1}
    (tmp_path / "w.json").write_text(json.dumps(weights))
    (tmp_path / "w.toml").write_text("\n".join(f"{code} = {weight}" for code, weight in weights.items()))
    out = tmp_path / "draws.csv"
    answer = compared(store, *files, "--weights", tmp_path / "w.json", "--draws-file", out)
    assert compared(store, *files, "--weights", tmp_path / "w.toml") == answer
    assert answer["weights"] == weights
    groups = twin()[1].fillna(0.0).T.groupby(GROUP).mean().T
    expected = sum(weight * groups[code] for code, weight in weights.items())
    assert [item["composite"]["score"] for item in answer["candidates"]] == pytest.approx(expected.tolist())
    assert (pd.read_csv(out)[list(weights)] == pd.Series(weights)).all().all()
    assert [why["code"] for why in answer["not_run"]] == ["weights_given"]
    assert {item["first_with"] is None for item in answer["candidates"]} == {True}


@pytest.mark.parametrize(
    ("weights", "codes"),
    [
        ("{", ["weights_not_read"]),
        ("G1 = " + "[" * 5000, ["weights_not_read"]),
        ('{"G1": 0.2, "G9": 0.2}', ["weights_unknown_group", *["weights_missing_group"] * 4]),
        ('{"G1": 0.9, "G2": "x", "G3": 0.2, "G4": true, "G5": 0.2}', ["weights_out_of_bounds"] * 3),
        ('{"G1": 0.2, "G2": 0.2, "G3": 0.2, "G4": 0.2, "G5": 0.3}', ["weights_sum"]),
    ],
)
def test_weights_that_are_none_are_refused_with_all_that_is_wrong(
    store: Path, files: list[Path], tmp_path: Path, weights: str, codes: list[str]
) -> None:
    (tmp_path / "w.json").write_text(weights)
    call = here("compare", *files[:2], "--weights", tmp_path / "w.json", "--json", "--store", store)
    assert call.code == 1
    assert [problem["code"] for problem in call.json["problems"]] == codes


def test_a_sum_of_weights_is_said_in_per_cent() -> None:
    given = {"G1": 0.2, "G2": 0.2, "G3": 0.2, "G4": 0.2, "G5": 0.3}
    with pytest.raises(InvalidFile) as refused:
        checked_group_weights(given, WeightBounds(0.1, 0.4))
    [problem] = refused.value.problems
    assert i18n.problem_message(problem, "zh")[0] == "各类权重合计为 110 %，须为 100 %。"
    assert i18n.problem_message(problem, "en")[0] == "The weights add up to 110 %, must be 100 %."


@pytest.mark.parametrize(("names", "word"), [([0], "at least two"), ([0, 0], "more than once")])
def test_what_cannot_be_compared_is_refused(store: Path, files: list[Path], names: list[int], word: str) -> None:
    call = here("compare", *(files[at] for at in names), "--lang", "en", "--store", store)
    assert call.code == 1
    assert word in call.err


def test_candidates_of_two_industries_are_refused(store: Path, files: list[Path], tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text(files[1].read_text("utf-8").replace(SAMPLE_INDUSTRY, "汽车"), "utf-8")
    call = here("compare", files[0], other, "--lang", "en", "--store", store)
    assert call.code == 1
    assert "several industries or years" in call.err


def test_a_faulty_file_prints_what_check_prints(store: Path, files: list[Path], tmp_path: Path) -> None:
    faulty = tmp_path / "faulty.csv"
    faulty.write_text(files[0].read_text("utf-8").replace("K08,20.5", "K08,x"), "utf-8")
    call = here("compare", files[1], faulty, "--json", "--store", store)
    assert call.code == 1
    assert call.json == here("check", files[1], faulty, "--json").json


def test_it_is_said_in_words_and_changes_nothing(store: Path, files: list[Path]) -> None:
    before = content(store)
    call = here("compare", *files[:3], TABLE, "--lang", "en", "--store", store)
    assert (call.code, call.err) == (0, "")
    lines = call.out.splitlines()
    assert [line[:2] for line in lines[1:5]] == ["1.", "2.", "3.", "4."]
    assert "never a verdict" in lines[-1]
    assert content(store) == before


@pytest.mark.campaign
def test_too_few_known_enterprises_leave_the_rank_open_and_say_so(tmp_path: Path, files: list[Path]) -> None:
    panel = pd.read_csv(PANEL, dtype=str, keep_default_na=False)
    few = panel[panel["industry"] == SAMPLE_INDUSTRY].iloc[20:28]
    few.to_csv(tmp_path / "p.csv", index=False)
    words = ["--name", "few", "--year", "2025", "--region", "上海市", "--provenance", "illustrative"]
    assert here("baseline", "import", tmp_path / "p.csv", *words, "--store", tmp_path / "s").code == 0
    answer = compared(tmp_path / "s", *files[:3], "--baseline", "few")
    assert [why["code"] for why in answer["not_run"]] == ["few_for_rank_ranges"]
    assert [item["rank"] for item in answer["candidates"]] == [{"best": 1, "worst": 3}] * 3


def numbers(values: list[float | None]) -> list[float]:
    return [float("nan") if value is None else value for value in values]
