"""The documentation builds into one site whose links hold, and that loads nothing from elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from kpi import stats
from tests.house.tracked import ROOT

DOCS = ROOT / "docs"
REQUESTED = re.compile(r"<(?:script|img|link|iframe)\b[^>]*?(?:src|href)=[\"']?(https?:)?//", re.IGNORECASE)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as ``make docs`` builds it: strictly, so that a link that leads nowhere ends it."""
    folder = tmp_path_factory.mktemp("site")
    build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder), strict=True))
    return folder


def test_every_page_of_the_docs_is_there(site: Path) -> None:
    pages = {page.relative_to(DOCS).with_suffix(".html").as_posix() for page in DOCS.rglob("*.md")}
    pages |= {"SECURITY.html", "CHANGELOG.html"}
    built = {page.relative_to(site).as_posix() for page in site.rglob("*.html")}
    assert pages <= built


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert pages
    assert {page.name: found[0] for page in pages if (found := REQUESTED.search(page.read_text("utf-8")))} == {}


def test_a_table_of_sentences_is_not_cut_off(site: Path) -> None:
    page = (site / "benchmarks.html").read_text("utf-8")
    assert page.index("theme.css") < page.index("site.css"), "the theme's own rule would hold"
    assert "white-space: normal" in (site / "site.css").read_text("utf-8")


def test_no_row_stands_outside_its_table(site: Path) -> None:
    assert [page.name for page in site.rglob("*.html") if "<p>| " in page.read_text("utf-8")] == []


@pytest.mark.parametrize("page", ["method-in-plain-words.md", "method-in-plain-words.zh.md"])
def test_the_plain_words_table_is_the_methods(page: str) -> None:
    rows = re.findall(r"^\| (\d+) \| (\d+) \|$", (DOCS / page).read_text("utf-8"), re.MULTILINE)
    assert len(rows) == 6
    for n, winning in rows:
        assert stats.smallest_winning(int(n), 0.8, 0.05) == int(winning)


def test_each_guide_is_in_both_languages() -> None:
    guides = {page.name for page in (DOCS / "guides").glob("*.md")}
    english = {name for name in guides if not name.endswith(".zh.md")}
    assert guides - english == {name.replace(".md", ".zh.md") for name in english}
    assert len(english) == 4


def test_the_tests_that_notice_a_librarys_change_are_there() -> None:
    """``make drill-newest`` runs those that this page names."""
    named = re.findall(r"`(tests/[a-z0-9_/]+\.py)(?:::(\w+))?`", (DOCS / "library-internals.md").read_text("utf-8"))
    assert len(named) > 30
    for file, test in named:
        assert f"def {test}" in (ROOT / file).read_text("utf-8"), (file, test)


@pytest.mark.parametrize("notebook", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda item: item.stem)
def test_each_notebook_begins_with_what_it_is_about_and_draws_a_figure(notebook: Path) -> None:
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    assert cells[0]["cell_type"] == "markdown"
    assert "".join(cells[0]["source"]).startswith("# ")
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    assert "go.Figure(" in code or "SVG(" in code
