"""The open page: read without an account or a script; own values typed there are compared in the browser and stay."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kpi.model.language import Lang
from pages.server.shell.open_page import WRONG_WORDS
from pages.session.context import PUBLISHED
from tests.conftest import Served
from tests.server.http_client import ask

METHOD = Path(__file__).parents[2] / "docs" / "method.md"
ASKED = f"{PUBLISHED}?year=2025&industry=equipment&kpi=K01"


def test_the_words_that_are_wrong_are_those_of_the_method() -> None:
    said = METHOD.read_text("utf-8")
    for peers, leading, not_leading in WRONG_WORDS:
        assert f"| n = {peers} | {leading:.1f} % | {not_leading:.1f} % |" in said
    assert "16.6 %" in said


@pytest.mark.parametrize(
    ("lang", "finding", "invented"),
    [
        (
            "en",
            "half of the factories in High-end equipment reach 75.0 % or more; the leading line",
            "Illustrat",
        ),
        ("zh", "高端装备半数工厂达到或超过 75.0 %，领先线为", "示意数据"),
    ],
)
def test_the_heading_says_what_was_found_and_that_it_is_invented(
    served: Served, lang: Lang, finding: str, invented: str
) -> None:
    shown = ask(served.url, f"{ASKED}&lang={lang}")
    assert (shown.status, shown.headers["cache-control"]) == (200, "public, max-age=300")
    assert finding in shown.text
    assert invented in shown.text
    again = ask(served.url, f"{ASKED}&lang={lang}", headers={"If-None-Match": shown.headers["etag"]})
    assert again.status == 304


@pytest.mark.parametrize(
    "other", ["year=1999", "year=2025&industry=x", "year=2025&kpi=K99", "theme=x", "year=2025'--", "kpi=%3Cscript"]
)
def test_what_there_is_not_is_answered_as_an_address_that_is_not_there(served: Served, other: str) -> None:
    answer = ask(served.url, f"{PUBLISHED}?{other}&lang=en")
    assert answer.status == 404
    assert answer.text == ask(served.url, "/nowhere?lang=en").text


def test_the_picture_stands_on_any_page_and_says_what_it_is_of(served: Served) -> None:
    drawn = ask(served.url, f"{PUBLISHED}/2025/equipment/K01.svg?lang=en&theme=dark&size=narrow")
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert drawn.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "Illustrative data" in drawn.text
    assert "<script" not in drawn.text


def test_the_sign_in_leads_there_and_the_page_leads_back(served: Served) -> None:
    assert f'href="{PUBLISHED}?lang=en"' in ask(served.url, "/?lang=en").text
    assert 'href="/?lang=en"' in ask(served.url, f"{ASKED}&lang=en").text


@pytest.mark.campaign
def test_own_values_are_compared_here_kept_by_the_tab_and_sent_nowhere(browser: Browser, served: Served) -> None:
    with browser.new_context(viewport={"width": 390, "height": 800}) as context:
        page = context.new_page()
        page.goto(f"{served.url}{ASKED}&lang=en")
        page.wait_for_load_state("networkidle")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        field = page.locator("tr.chosen input")
        field.fill("７７.７７７")
        word = page.locator("[data-own-word]")
        expect(word).to_contain_text("Between the median and the leading line: an estimate, no verdict")
        field.fill("95.123")
        expect(word).to_contain_text("At the published line or above: an estimate, no verdict")
        expect(page.locator("[data-own-sum]")).to_have_text(re.compile("reach 1 of 1 published lines"))
        field.fill("many")
        expect(word).to_contain_text("Not a number")
        field.fill("95.123")
        assert asked == []
        assert page.evaluate("fetch('/livez').then(() => 'sent', () => 'refused')") == "refused"
        page.on("request", lambda request: asked.append(f"{request.url} {request.headers} {request.post_data}"))
        page.get_by_role("link", name="Automotive").click()
        page.wait_for_load_state("networkidle")
        expect(page.locator('tr[data-kpi="K01"] input')).to_have_value("95.123")
        assert asked
        assert not [request for request in asked if "95.123" in request]
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_role("button", name="Clear own values").click()
        page.reload()
        expect(page.locator('tr[data-kpi="K01"] input')).to_have_value("")


def test_it_is_read_where_no_script_runs(browser: Browser, served: Served) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{served.url}{ASKED}&lang=en")
        expect(page.locator("tbody tr[data-kpi]")).to_have_count(21)
        expect(page.locator("tr.chosen input")).to_be_hidden()
        page.get_by_role("link", name="Automotive").click()
        expect(page.get_by_role("heading", level=2).nth(1)).to_contain_text("Automotive")
