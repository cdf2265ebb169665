"""The product's question is one job: all engines give one answer on a small panel, and another answer is noticed.

The sort is compiled by numba, which is not among the libraries of the tests: it is compared where the figures are made.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from benchmarks.common.panels import Shape
from benchmarks.product import ENGINES, FORMS, compare, measured, write

pytestmark = pytest.mark.campaign

FACTORIES = 500
TESTED = [engine for engine in ENGINES if engine != "sort"]


@pytest.fixture(scope="module", params=FORMS)
def answered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A form of the panel, and the folder where every engine has left its answers on it."""
    folder = tmp_path_factory.mktemp(request.param)
    write(Shape(FACTORIES, 6, rounded=True), folder)
    measured(request.param, folder, runs=1, engines=TESTED)
    return request.param, folder


@pytest.mark.campaign
def test_engines_agree(answered: tuple[str, Path]) -> None:
    form, folder = answered
    compare(form, folder, TESTED)


def test_the_panel_has_ties_and_siblings(answered: tuple[str, Path]) -> None:
    form, folder = answered
    panel = pd.read_parquet(folder / f"{form}.parquet")
    placed = pd.read_parquet(folder / f"ours-{form}-placed.parquet")
    assert (panel["own_group"] != panel["credit_code"]).sum() > 0
    assert placed["tied"].sum() > 0
    assert len(placed) == len(panel) > FACTORIES * 15


@pytest.mark.parametrize("engine", TESTED)
def test_another_answer_is_noticed(answered: tuple[str, Path], engine: str) -> None:
    form, folder = answered
    path = folder / f"{engine}-{form}-placed.parquet"
    right = path.read_bytes()
    wrong = pd.read_parquet(path)
    wrong.loc[0, "worse"] += 1
    wrong.to_parquet(path, index=False)
    with pytest.raises(AssertionError, match="worse differs"):
        compare(form, folder, TESTED)
    path.write_bytes(right)
