"""A download's address tells nothing of its content, and serves whoever is signed in alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser
from streamlit.runtime import memory_media_file_storage
from streamlit.runtime.media_file_storage import MediaFileKind
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.web.server.starlette import starlette_websocket
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from kpi.model.times import now
from kpi.store.store import Store
from pages.server import media_urls
from pages.server.caller import account_of
from pages.server.media_urls import made_for, use_keyed_urls
from pages.session import app_store
from tests.conftest import Served
from tests.either_store import place_of
from tests.pages.browser_actions import LATER, reader
from tests.server.http_client import ask, signed_in


def _address(data: bytes, name: str = "a.xlsx") -> str:
    return MemoryMediaFileStorage("/media").load_and_get_id(data, "text/plain", MediaFileKind.DOWNLOADABLE, name)


def test_an_address_cannot_be_worked_out_from_a_guessed_content(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = memory_media_file_storage._calculate_file_id
    monkeypatch.setattr(memory_media_file_storage, "_calculate_file_id", plain)
    guessed = _address(b"value 98.7")
    assert guessed == _address(b"value 98.7")
    use_keyed_urls()
    kept = _address(b"value 98.7")
    assert kept != guessed
    assert len(kept) == 64
    assert kept == _address(b"value 98.7")
    assert len({kept, _address(b"value 98.8"), _address(b"value 98.7", "b.xlsx"), _address(b"", "value 98.7")}) == 4


@pytest.mark.campaign
def test_a_download_is_served_to_the_account_alone_that_it_was_made_for(browser: Browser, served: Served) -> None:
    reading = reader(browser, served.url)
    reading.sign_in("enterprise")
    reading.open("upload")
    # Before the download is made: Streamlit lets go of it some seconds afterwards.
    cookie, other = signed_in(served.url, "enterprise"), signed_in(served.url, "leader")
    if (another := reading.page.get_by_text(reading.words("upload.another"), exact=True)).count():
        another.click()  # a file was sent before
    with reading.page.expect_download(timeout=LATER) as waited:
        reading.page.get_by_role("button", name=reading.words("upload.template")).click()
    address = urlsplit(waited.value.url).path
    answer = ask(served.url, address, headers={"Cookie": cookie})
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.body.startswith(b"PK")
    for method in ("GET", "HEAD"):
        assert ask(served.url, address, method, {"Cookie": other}).status == 404
    for method, stranger in (("GET", {}), ("GET", {"Cookie": "duibiao=guessed"}), ("HEAD", {})):
        refused = ask(served.url, address, method, stranger)
        assert refused.status == 403
        assert not refused.body.startswith(b"PK")
    reading.context.close()
    assert (reading.outside, reading.errors) == ([], [])


KEY = "the key of this test"


@pytest.fixture
def bound(copy_of_store: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store whose leader signs in at another provider, and a Streamlit that signs its cookies."""
    for name, value in place_of(copy_of_store()).environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("pages.session.oidc.identity_provider_configured", lambda: True)
    monkeypatch.setattr(starlette_websocket, "get_cookie_secret", lambda: KEY)
    opened = app_store.app_store()
    with opened.transaction() as cursor:
        cursor.execute("update account set issuer = 'https://id.example', subject = 'l' where name = 'leader'")
    yield opened
    opened.close()


def _provider_cookie(subject: str, since: datetime, key: str = KEY) -> dict[str, str]:
    reported = {"iss": "https://id.example", "sub": subject, "iat": since.timestamp(), "is_logged_in": True}
    signed = create_signed_value(key, USER_COOKIE_NAME, json.dumps(reported))
    return {USER_COOKIE_NAME: signed.decode()}


def test_whoever_is_here_by_another_providers_word_gets_files_too(bound: Store) -> None:
    moment = now()
    assert account_of(_provider_cookie("l", moment))
    assert not account_of(_provider_cookie("stranger", moment))
    assert not account_of(_provider_cookie("l", moment - timedelta(days=2)))
    assert not account_of(_provider_cookie("l", moment, "guessed"))
    assert not account_of({USER_COOKIE_NAME: "e30"})
    assert not account_of({})


def test_an_address_holds_for_one_account() -> None:
    for account in ("", "a", "b"):
        name = "0" * 32
        address = f"/media/{name}{media_urls._mark(name, account)}.xlsx"
        assert [made_for(address, other) for other in ("", "a", "b")] == [account == "", account == "a", account == "b"]
    assert not made_for("/media/" + "0" * 64, "a")
    assert not made_for("/media/é", "a")
