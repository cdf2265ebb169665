"""A call loads what it needs: pandas and SciPy take longer to load than most calls take to do."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.house.tracked import ROOT

HEAVY = ("pandas", "scipy", "plotly", "streamlit", "openpyxl", "docx", "typst")


def loaded(module: str) -> set[str]:
    """Which of them are there once the module is, in a process of its own."""
    program = f"import sys, {module}; print(*(name for name in {HEAVY} if name in sys.modules))"
    call = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(call.stdout.split())


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("command", "needed"),
    [
        ("main", set()),
        ("call", set()),
        ("template", set()),
        ("check", set()),
        ("baseline", set()),
        ("account", set()),
        ("serve", set()),
        ("benchmark", {"scipy"}),
        ("policy", {"scipy"}),
        ("coverage", {"scipy"}),
    ],
)
def test_a_command_loads_nothing_heavy_that_it_does_not_need(command: str, needed: set[str]) -> None:
    assert loaded(f"kpi.cli.{command}") <= needed


@pytest.mark.campaign
def test_what_is_heavy_is_seen() -> None:
    assert loaded("kpi.services.freeze") >= {"pandas", "scipy"}
