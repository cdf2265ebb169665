"""Sources that stand: documents by name, never an address that is gone tomorrow or a site that copies others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.published_figures import Figure, LeadingDefinition, leading_definitions, published_figures
from kpi.catalogue.schema import DATA

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = re.compile(r"https?://|\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[\w-]+\.(?:com|cn|net|org|ai|cc|info|co)/")
CITING = sorted(
    [
        *(DATA / "baselines").glob("*.csv"),
        *(DATA / "baselines").glob("*.md"),
        *(DATA / "catalogue").iterdir(),
        *(DATA / "notices").rglob("*.toml"),
        *(DATA / "policy").iterdir(),
        *(DATA / "annex4").iterdir(),
    ]
)
STANDING = (
    "https://www.rfc-editor.org/",
    "https://keepachangelog.com/",
    "https://semver.org/",
    "http://127.0.0.1",
    "https://github.com/OWASP/ASVS",
)
"""Where pages of the documentation may lead."""


@pytest.mark.parametrize("file", CITING, ids=lambda file: file.name)
def test_no_figure_rule_or_name_is_cited_to_an_address(file: Path) -> None:
    assert ADDRESS.findall(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("file", sorted((ROOT / "docs").rglob("*.md")), ids=lambda file: file.name)
def test_the_documentation_leads_to_standing_addresses_alone(file: Path) -> None:
    found = re.findall(r"https?://[^\s)>\"'`]+", file.read_text(encoding="utf-8"))
    assert [item for item in found if not item.startswith(STANDING)] == []


def test_every_figure_names_its_document_in_both_languages_and_says_where_only_a_copy_was_seen() -> None:
    cited: list[Figure | LeadingDefinition] = [*published_figures(), *leading_definitions()]
    assert {entry.seen for entry in cited} == {"original", "copy"}
    for item in cited:
        assert re.search(r"[\u4e00-\u9fff]", item.source.zh)
        assert re.search(r"[A-Za-z]{4}", item.source.en)
    assert {entry.source.zh for entry in cited if entry.grade == "A" and entry.seen == "copy"} == set()


def test_a_formula_leans_on_no_address() -> None:
    assert [kpi.code for kpi in catalogue().kpis if ADDRESS.search(kpi.formula_source.zh + kpi.formula_source.en)] == []
