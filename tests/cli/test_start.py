"""What a command loads before it speaks: a list of baselines must not wait for SciPy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command_line import ROOT, WORKBOOK
from tests.either_store import addressed

pytestmark = [pytest.mark.slow, pytest.mark.campaign]

HEAVY = {"numpy", "pandas", "scipy", "pyarrow", "plotly", "streamlit", "zxcvbn"}
CALL = """
import json, sys
from kpi.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    print(json.dumps([end.code, sorted(set(sys.modules) & set({names}))]), file=sys.stderr)
"""


def loaded(names: set[str], *arguments: object) -> set[str]:
    """Which of the modules ``names`` a process has loaded when the call has ended, which must end well."""
    words, around = addressed(arguments, ROOT)
    ended = subprocess.run(
        [sys.executable, "-c", CALL.format(names=sorted(names)), *words],
        cwd=ROOT,
        env=os.environ | around,
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
    )
    code, found = json.loads(ended.stderr.splitlines()[-1])
    assert (code, bool(ended.stdout)) == (0, True), ended.stderr
    return set(found)


@pytest.mark.parametrize("words", ["baseline list", "baseline list --json", "account list --json", "account --help"])
def test_a_light_command_loads_nothing_heavy(store: Path, words: str) -> None:
    assert loaded(HEAVY, "--store", store, *words.split()) == set()


def test_a_verdict_loads_neither_pandas_nor_the_whole_of_scipy(store: Path) -> None:
    heavy = HEAVY | {"scipy.stats", "scipy.optimize", "scipy.special"}
    for view in ("authority", "enterprise"):
        found = loaded(heavy, "benchmark", WORKBOOK, "--json", "--view", view, "--store", store)
        assert found == {"numpy", "scipy", "scipy.special"}


def test_a_verification_computes_but_shows_nothing(store: Path) -> None:
    # It recomputes every baseline's published table, attack and all: pandas and linear programmes are its work.
    assert loaded(HEAVY, "store", "verify", "--store", store) == {"numpy", "pandas", "scipy", "pyarrow"}


def test_what_is_loaded_is_seen(store: Path) -> None:
    assert loaded({"duckdb", "json"}, "baseline", "list", "--store", store) == {"duckdb", "json"}
    assert "numpy" in loaded(HEAVY, "benchmark", WORKBOOK, "--json", "--store", store)
