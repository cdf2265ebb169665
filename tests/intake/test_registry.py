"""Code, docs and both languages list the same problems."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from kpi.model.problem import PROBLEM_CODES

ROOT = Path(__file__).resolve().parents[2]
INTAKE_CODES = {
    code: PROBLEM_CODES[code]
    for code in PROBLEM_CODES
    if not code.startswith(("awarded_", "list_", "panel_", "groups_", "policy_", "scoresheet_", "weights_", "recipe_"))
}
ROW = re.compile(r"^\| `(\w+)` \| ([a-z, ]+) \|", re.MULTILINE)


def words(lang: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((ROOT / "data" / "text" / lang / "intake.toml").read_text("utf-8"))["problem"]


def test_the_docs_list_every_code_with_its_severities():
    reported = dict(ROW.findall((ROOT / "docs" / "problem-codes.md").read_text("utf-8")))
    assert reported == {code: ", ".join(severities) for code, severities in INTAKE_CODES.items()}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_code_has_a_message_and_a_remedy_and_no_other_has(lang):
    reported = words(lang)
    assert set(reported) == set(INTAKE_CODES)
    assert all(set(sentences) - {"alone"} == {"message", "remedy"} for sentences in reported.values())
    assert {code for code, sentences in reported.items() if "alone" in sentences} == {
        "unknown_scenario",
        "unknown_item",
    }


def test_every_code_is_raised_somewhere():
    modules = [path for room in ("files", "intake") for path in (ROOT / "kpi" / room).rglob("*.py")]
    source = "".join(path.read_text("utf-8") for path in modules)
    source += (ROOT / "data" / "intake" / "plausibility.toml").read_text("utf-8")
    built = {f"unknown_{kind}" for kind in ("industry", "body", "district")}  # facts.py joins these from the kind
    assert {code for code in INTAKE_CODES if f'"{code}"' not in source} <= built
