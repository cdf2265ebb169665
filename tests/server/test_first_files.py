"""What a browser asks for at its first page is there at once, the same as on Streamlit's disk, whoever asks how."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect
from streamlit import file_util

from pages.server.shell.first_files import IMMUTABLE, first_files
from pages.session.context import PAGES
from pages.session.streamlit_internals import own_code
from tests.conftest import Served
from tests.server.http_client import ask, signed_in

pytestmark = pytest.mark.server
STATIC = Path(file_util.get_static_dir())


def test_each_file_is_streamlits_own_and_may_be_kept(served: Served) -> None:
    assert len(first_files()) > 50
    for address in first_files():
        answer = ask(served.url, address)
        assert answer.status == 200
        assert answer.body == (STATIC / address[1:]).read_bytes()
        assert answer.headers["cache-control"] == IMMUTABLE


def test_a_question_that_is_not_plain_is_streamlits_to_answer(served: Served) -> None:
    """Its answers have the same headers: a browser cannot tell which of the two it has asked."""
    ours, streamlits = (ask(served.url, first_files()[0], method) for method in ("GET", "HEAD"))
    assert streamlits.status == 200
    for name in ("content-type", "content-length", "cache-control", "content-security-policy"):
        assert ours.headers[name] == streamlits.headers[name]
    assert ask(served.url, first_files()[0], "POST").status == 405


def test_the_code_of_pictures_is_named_on_their_pages_alone(served: Served) -> None:
    cookie = {"Cookie": signed_in(served.url, "enterprise")}
    named = {
        page.address: own_code("PlotlyChart") in ask(served.url, f"/{page.address}", headers=cookie).text
        for page in PAGES
    }
    assert named == {page.address: page.pictures for page in PAGES}


def test_the_code_of_pictures_is_asked_for_before_the_page_is_worked_out(browser: Browser, served: Served) -> None:
    name, _, value = signed_in(served.url, "leader").partition("=")
    with browser.new_context() as context:
        context.add_cookies([{"name": name, "value": value, "url": served.url}])
        page = context.new_page()
        seen: list[str] = []
        page.on("request", lambda request: seen.append(urlsplit(request.url).path))
        page.on("websocket", lambda _: seen.append("connected"))
        page.goto(f"{served.url}/coverage")
        expect(page.locator(".stPlotlyChart svg.main-svg").first).to_be_attached()
        assert seen.count(own_code("PlotlyChart")) == 1
        assert seen.index("/pictures.js") < seen.index("connected")
        assert seen.index(own_code("PlotlyChart")) < seen.index("connected")


def test_a_page_connects_without_looking_for_its_server_first(browser: Browser, served: Served) -> None:
    name, _, value = signed_in(served.url, "leader").partition("=")
    with browser.new_context() as context:
        context.add_cookies([{"name": name, "value": value, "url": served.url}])
        page = context.new_page()
        held, missing = [], []
        page.route("**/_stcore/he*", lambda route: held.append(urlsplit(route.request.url).path))
        page.on("response", lambda answer: missing.extend([answer.url] if answer.status == 404 else []))
        page.goto(f"{served.url}/coverage")
        expect(page.locator("[data-testid=stApp]")).to_have_attribute("data-test-connection-state", "CONNECTED")
        assert held == ["/_stcore/health"], "asked for beside it, and at the server's address alone"
        assert missing == []
