"""The sign-in that the server draws alone: at every page's address, without Streamlit, and where no script runs too."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, expect
from streamlit import file_util

from kpi import i18n
from kpi.charts.theme import Theme, tokens
from kpi.errors import StoreUnavailable
from kpi.model.language import Lang
from pages.server.shell import sign_in_page
from pages.server.shell.plain_page import TAGS, chosen_theme_script
from pages.server.shell.sign_in_page import is_stranger
from pages.session.context import PAGE_ADDRESSES
from tests.conftest import Served
from tests.server.http_client import ask, signed_in

STREAMLIT, FORM = '<div id="root">', 'id="kpi-password"'


@pytest.mark.parametrize("address", sorted(PAGE_ADDRESSES))
def test_a_stranger_is_shown_the_sign_in_at_each_address_and_goes_on_from_there(served: Served, address: str) -> None:
    shown = ask(served.url, address).text
    assert FORM in shown
    assert STREAMLIT not in shown
    assert re.findall(r"<script[^>]*>([^<]*)", shown) == [chosen_theme_script()]
    assert f'name="reader_page" value="{address.strip("/")}"' in shown


def test_the_password_is_masked_may_be_filled_in_and_nothing_else_is_asked(served: Served) -> None:
    fields = {
        re.findall(r'name="(\w+)"', field)[0]: field for field in re.findall(r"<input[^>]*>", ask(served.url, "/").text)
    }
    assert {name for name, field in fields.items() if 'type="hidden"' not in field} == {"account", "secret_word"}
    assert 'type="password"' in fields["secret_word"]
    assert 'autocomplete="current-password"' in fields["secret_word"]
    assert 'autocomplete="username"' in fields["account"]
    assert "onpaste" not in ask(served.url, "/").text


def test_who_is_signed_in_is_given_the_app_until_the_sign_in_ends(served: Served) -> None:
    cookie = {"Cookie": signed_in(served.url, "leader")}
    assert STREAMLIT in ask(served.url, "/coverage", headers=cookie).text
    ask(served.url, "/account/sign-out", "POST", cookie | {"Sec-Fetch-Site": "same-origin", "Origin": served.url})
    assert FORM in ask(served.url, "/coverage", headers=cookie).text


@pytest.mark.parametrize("cookie", ["duibiao=", "duibiao=guessed", "duibiao=' or 1=1 --"])
def test_a_cookie_of_nobodys_is_a_stranger(served: Served, cookie: str) -> None:
    assert FORM in ask(served.url, "/result", headers={"Cookie": cookie}).text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_other_language_is_one_press_away_and_keeps_the_rest_of_the_address(served: Served, lang: Lang) -> None:
    shown = ask(served.url, f"/candidates?lang={lang}&sort=name&x=%22%3E%3Cb%3E").text
    assert f'<html lang="{TAGS[lang]}">' in shown
    assert i18n.text("page.sign_in.title", lang) in shown
    other = "en" if lang == "zh" else "zh"
    assert f'href="?lang={other}&amp;sort=name&amp;x=%22%3E%3Cb%3E"' in shown
    assert '"><b>' not in shown


@pytest.mark.parametrize(
    ("chosen", "prefers", "drawn"),
    [("Dark", "light", "dark"), ("Light", "dark", "light"), ("System", "dark", "dark"), ("x", "light", "light")],
)
def test_it_is_light_or_dark_as_was_chosen_in_the_app(
    browser: Browser, served: Served, chosen: str, prefers: Theme, drawn: Theme
) -> None:
    with browser.new_context(color_scheme=prefers) as context:
        page, refused = context.new_page(), []
        page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
        page.goto(f"{served.url}/coverage")
        page.evaluate(f"localStorage.setItem('stActiveTheme-/coverage-v2', JSON.stringify('{chosen}'))")
        page.reload()
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        wanted = [int(tokens(drawn).ground[at : at + 2], 16) for at in (1, 3, 5)]
        assert (ground, refused) == (f"rgb({', '.join(map(str, wanted))})", [])


def test_the_choice_is_kept_where_streamlit_keeps_it() -> None:
    [code] = [
        text
        for file in Path(file_util.get_static_dir()).rglob("*.js")
        if "`stActiveTheme-${window.location.pathname}`" in (text := file.read_text("utf-8"))
    ]
    named = re.search(r"(\w+)=(\d+),(\w+)=`stActiveTheme-\$\{window\.location\.pathname\}`", code)
    assert named
    assert f"ACTIVE_THEME:`${{{named[3]}}}-v${{{named[1]}}}`" in code
    assert f"`stActiveTheme-${{location.pathname}}-v{named[2]}`" in chosen_theme_script()


@pytest.mark.campaign
def test_a_browser_without_scripts_signs_in_and_reads_what_is_wrong(browser: Browser, served: Served) -> None:
    with browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800}) as context:
        page = context.new_page()
        page.goto(f"{served.url}/coverage?lang=en")
        page.fill("#kpi-account", "leader")
        page.fill("#kpi-password", "not the right one")
        page.click(".kpi-form button")
        expect(page.get_by_role("alert")).to_have_text(i18n.text("page.sign_in.wrong", "en"))
        expect(page.locator("#kpi-account")).to_have_value("leader")
        page.fill("#kpi-password", "demo-leader")
        page.click(".kpi-form button")
        page.wait_for_url("**/coverage?lang=en")
        expect(page.locator("#kpi-account")).to_have_count(0)


def test_what_is_wrong_with_the_store_is_said_in_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise StoreUnavailable("store_damaged")

    monkeypatch.setattr(sign_in_page, "app_store", SimpleNamespace)
    monkeypatch.setattr(sign_in_page, "viewer_of", refuse)
    assert not is_stranger({"duibiao": "some"})


def test_where_another_provider_vouches_the_app_shows_its_button(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in_page, "identity_provider_configured", lambda: True)
    assert not is_stranger({})
