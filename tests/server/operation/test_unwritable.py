"""A store that cannot be written, at signing in and out: reported in words, never a wrong password or a bare 500."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from kpi.errors import StoreUnavailable
from kpi.i18n.texts import load_texts
from kpi.store.store import Store
from pages.server import account_routes, asgi
from pages.session.context import COOKIE
from pages.session.sign_in_forms import FAILURES


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    with Store.open(tmp_path / "s") as store:
        monkeypatch.setattr(account_routes, "app_store", lambda: store)
        monkeypatch.setattr(account_routes, "form_token_holds", lambda _: True)
        logging.getLogger("duibiao").setLevel(logging.INFO)
        with TestClient(Starlette(routes=asgi.ROUTES), follow_redirects=False) as made:
            yield made


def refusing(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise StoreUnavailable(code)

    for name in ("sign_in", "sign_out"):
        monkeypatch.setattr(account_routes, name, refuse)


@pytest.mark.parametrize(
    ("code", "word"),
    [("store_full", "full"), ("acts_lost", "store"), ("secret_missing", "store"), ("store_damaged", "store")],
)
def test_signing_in_says_that_the_store_cannot_be_written(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, code: str, word: str
) -> None:
    refusing(monkeypatch, code)
    answer = client.post("/account/sign-in", data={"account": "a", "secret_word": "b", "reader_lang": "en"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/?lang=en&failed={word}")
    assert COOKIE not in answer.cookies


@pytest.mark.parametrize(("code", "word"), [("store_full", "full_out"), ("acts_lost", "store_out")])
def test_signing_out_ends_it_in_this_browser_and_says_that_it_lives_on_the_server(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, code: str, word: str
) -> None:
    refusing(monkeypatch, code)
    client.cookies.set(COOKIE, "token")
    answer = client.post("/account/sign-out", data={"reader_lang": "en"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/?lang=en&failed={word}")
    assert f'{COOKIE}=""' in answer.headers["set-cookie"]


def test_a_missing_secret_is_no_wrong_password(client: TestClient) -> None:
    (account_routes.app_store().folder.root / "secret").unlink()
    answer = client.post("/account/sign-in", data={"account": "a", "secret_word": "b"})
    assert answer.headers["location"] == "/?failed=store"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_word_is_shown_on_the_sign_in_page(lang: str) -> None:
    assert {f"page.sign_in.{word}" for word in FAILURES} <= load_texts("zh" if lang == "zh" else "en").keys()
