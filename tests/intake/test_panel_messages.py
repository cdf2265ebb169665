"""Registry, documentation and both languages name the same panel problems, and every sentence can be filled."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from kpi.baseline.panel import read_panel
from kpi.i18n import problem_message
from kpi.model.problem import PROBLEM_CODES

ROOT = Path(__file__).resolve().parents[2]
PANEL_CODES = {
    code: ", ".join(severities)
    for code, severities in PROBLEM_CODES.items()
    if code.startswith(("panel_", "groups_", "recipe_"))
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_code_has_words(language: str) -> None:
    words = tomllib.loads((ROOT / "data" / "text" / language / "panel.toml").read_text(encoding="utf-8"))["problem"]
    assert words.keys() == PANEL_CODES.keys()
    # "alone" is the remedy where nothing is alike.
    assert all(entry.keys() - {"alone"} == {"message", "remedy"} for entry in words.values())


def test_every_code_is_documented_with_its_severity() -> None:
    page = (ROOT / "docs" / "panel-format.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^\| `((?:panel|groups|recipe)_\w+)` \| (\w+) \|", page, re.MULTILINE)) == PANEL_CODES


def test_every_code_of_the_registry_is_used_in_the_reader() -> None:
    modules = [*(ROOT / "kpi" / "baseline").glob("*.py"), ROOT / "kpi" / "intake" / "problems.py"]
    source = "".join(file.read_text(encoding="utf-8") for file in modules)
    assert {code for code in PANEL_CODES if f'"{code}"' not in source} == set()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_found_problems_are_put_into_words(language: str) -> None:
    lines = [
        "credit_code,group,industry,body,K05,K08,K10,K10_basis,K99",
        "91000000MA0000001X,,铁路,外滩,2.5,x,200,relative,",
        ",,汽车,,-3,,5,倍,1",
    ]
    found = read_panel("面板.csv", "\n".join(lines).encode(), "上海市").problems
    assert len(found) >= 9
    for problem in found:
        message, remedy = problem_message(problem, language)
        assert message
        assert remedy
        assert "{" not in message + remedy
