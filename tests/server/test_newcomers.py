"""Whoever has no account yet, at the server: an account by a link, without a script and without a sign-in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from kpi import i18n
from kpi.access.passwords import generate_password
from kpi.model.times import now
from kpi.services.account_links import issue_account_link
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store
from pages.server import asgi
from pages.session import app_store
from pages.session.context import COOKIE, JOIN
from pages.session.sign_in_forms import USE_LINK
from tests.either_store import copied_store
from tests.services.conftest import furnished
from tests.services.sample_store import ADMINISTRATOR, CODE_A

__all__ = ["furnished"]

PASSWORD = generate_password()
CHOSEN = {"secret_word": PASSWORD, "repeated": PASSWORD}


@pytest.fixture
def store(furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    with Store.open(copied_store(furnished, tmp_path / "s")) as opened:
        monkeypatch.setattr(app_store, "_opened", lambda _: opened)
        monkeypatch.setattr(app_store, "_demonstration", lambda _: False)
        yield opened


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    app = Starlette(routes=asgi.ROUTES, middleware=asgi.MIDDLEWARE)
    with TestClient(app, "http://127.0.0.1", follow_redirects=False) as made:
        yield made


def _issue(store: Store) -> str:
    with unit_of_work(store, ADMINISTRATOR.actor) as change:
        token = issue_account_link(change, CODE_A, '演示"企业<b>', now() + timedelta(days=1))
        change.audit("enterprises_invited", "2026")
    return token


def hidden(page: str) -> dict[str, str]:
    """What a form sends besides what is typed."""
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)}


def _typed(page: str, **other: str) -> dict[str, str]:
    return {
        **hidden(page),
        "account": "seven",
        "display": "张三",
        "secret_word": PASSWORD,
        "repeated": PASSWORD,
        **other,
    }


def _address(token: str, lang: str = "en") -> str:
    return f"{JOIN}?token={token}&lang={lang}"


def test_an_account_is_made_by_a_link_and_the_sign_in_says_so(client: TestClient, store: Store) -> None:
    shown = client.get(_address(_issue(store)))
    assert "演示&quot;企业&lt;b&gt;" in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert shown.headers["referrer-policy"] == "same-origin"
    client.cookies.set(COOKIE, "of somebody else")
    done = client.post(USE_LINK, data=_typed(shown.text))
    assert (done.status_code, done.headers["location"]) == (303, "/?lang=en&done=joined")
    assert f'{COOKIE}=""' in done.headers["set-cookie"]
    sign_in = client.get(done.headers["location"]).text
    assert i18n.text("page.sign_in.joined", "en") in sign_in
    assert 'value="seven"' in sign_in
    fields = hidden(sign_in) | {"account": "seven", "secret_word": PASSWORD}
    assert COOKIE in client.post("/account/sign-in", data=fields).cookies


def test_all_that_is_wrong_is_said_at_once_and_only_passwords_are_typed_again(client: TestClient, store: Store) -> None:
    shown = client.get(_address(_issue(store), "zh"))
    wrong = _typed(shown.text, account='A"B', secret_word="too short", repeated="other")
    refused = client.post(USE_LINK, data=wrong)
    assert refused.status_code == 422
    assert refused.text.count('class="kpi-error"') == 3
    assert 'value="A&quot;B"' in refused.text
    assert 'value="张三"' in refused.text
    assert "too short" not in refused.text
    assert client.post(USE_LINK, data=_typed(refused.text)).status_code == 303


def test_a_form_without_its_token_makes_nothing_and_keeps_what_was_typed(client: TestClient, store: Store) -> None:
    shown = client.get(_address(_issue(store)))
    refused = client.post(USE_LINK, data=_typed(shown.text, form_token="guessed"))
    assert unescape(refused.text).count(i18n.text("error.form_expired.message", "en")) == 1
    assert client.post(USE_LINK, data=_typed(refused.text)).status_code == 303


@pytest.mark.parametrize("how", ["used", "unknown", "none"])
def test_links_that_are_good_no_longer_look_alike(client: TestClient, store: Store, how: str) -> None:
    token = _issue(store)
    shown = client.get(_address(token))
    assert client.post(USE_LINK, data=_typed(shown.text)).status_code == 303
    asked = {"used": token, "unknown": "x" * 43, "none": ""}[how]
    refused = client.get(_address(asked))
    assert refused.status_code == 404
    assert i18n.text("error.link_over.message", "en") in refused.text
    assert refused.text.replace(asked, "") == client.get(_address("y" * 40)).text.replace("y" * 40, "")
    again = client.post(USE_LINK, data=_typed(shown.text, token=asked))
    assert again.text.replace(asked, "") == refused.text.replace(asked, "")


def test_no_other_sites_form_and_no_large_one_is_taken(client: TestClient, store: Store) -> None:
    fields = _typed(client.get(_address(_issue(store))).text)
    assert client.post(USE_LINK, data=fields, headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.post(USE_LINK, data=fields | {"display": "x" * 20_000}).status_code == 413


def test_the_token_is_in_no_line_of_the_log(client: TestClient, store: Store, caplog: pytest.LogCaptureFixture) -> None:
    token = _issue(store)
    with caplog.at_level("INFO"):
        client.post(USE_LINK, data=_typed(client.get(_address(token)).text, form_token="old"))
        client.post(USE_LINK, data=_typed(client.get(_address(token)).text))
    lines = [record.getMessage() for record in caplog.records if record.name == "duibiao"]
    assert '"path": "/join"' in "".join(lines)
    assert token not in "".join(lines)
