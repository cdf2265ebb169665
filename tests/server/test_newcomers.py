"""Whoever has no account yet, at the server: asking for one, and making one by a link, without a script or sign-in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from starlette.applications import Starlette
from starlette.testclient import TestClient

from kpi import i18n
from kpi.access.passwords import generate_password
from kpi.model.times import now
from kpi.services.account_decisions import decide_account_request, requests_to_decide
from kpi.services.account_links import issue_account_links
from kpi.services.account_requests import request_limits
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store
from pages.server import asgi
from pages.server.request_guard import PROOFS_AT_ONCE, RequestGuard
from pages.session import app_store
from pages.session.context import ASK, COOKIE, JOIN
from pages.session.sign_in_forms import ASK_FORM, SUPPLY_FORM, USE_LINK
from tests.benchmark.panels import credit_code
from tests.either_store import copied_store
from tests.services.account_asking import CODE, CONTACT, PDF, PNG, asked
from tests.services.conftest import furnished
from tests.services.sample_store import ADMINISTRATOR, CODE_A, LEADER

__all__ = ["furnished"]

OTHER = credit_code(8_000_805)
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
        token = issue_account_links(change, {CODE_A: '演示"企业<b>'}, now() + timedelta(days=1))[CODE_A]
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


# Asking for an account.


TYPED = {
    "credit_code": CODE,
    "enterprise": '演示"企业八<b>',
    "industry": "高端装备",
    "district": "松江区",
    "contact": CONTACT,
}


def _ask(client: TestClient, proof: bytes = PDF, lang: str = "en", **other: str) -> Response:
    fields = hidden(client.get(f"{ASK}?lang={lang}").text) | TYPED | other
    return client.post(ASK_FORM, data=fields, files={"proof": ("../执照.exe", proof, "text/html")})


def _token(answer: Response) -> str:
    found = re.fullmatch(rf"{JOIN}\?token=([\w-]{{43}})&lang=en", answer.headers["location"])
    assert found
    return found[1]


def test_the_sign_in_leads_to_asking_for_an_account_in_six_fields_and_two_presses(client: TestClient) -> None:
    sign_in = client.get("/?lang=en").text
    assert f'href="{ASK}?lang=en"' in sign_in
    shown = client.get(f"{ASK}?lang=en").text
    fields = re.findall(r'<(?:input|select) id="kpi-(\w+)"', shown)
    assert fields == ["credit_code", "enterprise", "industry", "district", "contact", "proof"]
    assert "Songjiang" in shown


def test_from_asking_to_an_account(client: TestClient, store: Store) -> None:
    token = _token(_ask(client))
    address = f"{JOIN}?token={token}&lang=en"
    waiting = client.get(address).text
    assert i18n.text("page.own_request.waiting", "en") in waiting
    assert "演示&quot;企业八&lt;b&gt;" in waiting
    assert CONTACT not in waiting
    [request] = requests_to_decide(store, LEADER).requests
    decide_account_request(store, LEADER, request.id, "asked", "Which <site>?")
    asked = client.get(address).text
    assert "Which &lt;site&gt;?" in asked
    missing = client.post(SUPPLY_FORM, data=hidden(asked) | {"words": ""})
    assert missing.status_code == 422
    sent = client.post(SUPPLY_FORM, data=hidden(asked) | {"words": "The first"}, files={"proof": ("a.png", PNG)})
    assert sent.headers["location"] == address
    decide_account_request(store, LEADER, request.id, "granted")
    joined = client.post(USE_LINK, data=_typed(client.get(address).text))
    assert joined.headers["location"] == "/?lang=en&done=joined"
    assert client.get(address).status_code == 404


def test_a_known_code_is_answered_as_an_unknown_one(client: TestClient, store: Store) -> None:
    """Of the first an account exists; of the second a request; of the third nothing."""
    asked(store, credit_code=OTHER)
    answers = [_ask(client, credit_code=code) for code in (CODE_A, OTHER, CODE)]
    tokens = [_token(answer) for answer in answers]
    assert len({(answer.status_code, answer.text, len(str(answer.headers))) for answer in answers}) == 1
    pages = [client.get(f"{JOIN}?token={token}&lang=en").text for token in tokens]
    said = zip(pages, tokens, (CODE_A, OTHER, CODE), strict=True)
    alike = {page.replace(token, "").replace(code, "") for page, token, code in said}
    assert len(alike) == 1


def test_what_is_wrong_is_said_at_once_and_all_but_the_file_is_kept(client: TestClient, store: Store) -> None:
    refused = _ask(client, b"MZ", credit_code='9"1', industry="x")
    assert refused.status_code == 422
    assert refused.text.count('class="kpi-error"') == 3
    assert 'value="9&quot;1"' in refused.text
    assert f'value="{CONTACT}"' in refused.text
    assert '<option value="松江区" selected>' in refused.text
    assert requests_to_decide(store, LEADER).requests == ()


@pytest.mark.campaign
def test_a_thousand_codes_from_one_address_end_in_waiting(client: TestClient, store: Store) -> None:
    answers = [_ask(client, credit_code=credit_code(8_200_000 + number)) for number in range(60)]
    refused = [answer for answer in answers if answer.status_code == 422]
    assert (
        len(answers) - len(refused)
        == request_limits().a_day_from_one_address
        == len(requests_to_decide(store, LEADER).requests)
    )
    assert all(i18n.text("error.asked_enough.message", "en") in answer.text for answer in refused)


def test_a_form_too_large_or_of_another_site_is_refused_unread(client: TestClient, store: Store) -> None:
    assert _ask(client, PDF + bytes(request_limits().proof_bytes + 20_000)).status_code == 413
    fields = hidden(client.get(ASK).text) | TYPED
    sent = {"proof": ("a.pdf", PDF)}
    assert client.post(ASK_FORM, data=fields, files=sent, headers={"Origin": "https://evil.example"}).status_code == 403
    assert requests_to_decide(store, LEADER).requests == ()


def test_more_files_at_once_than_memory_is_meant_for_wait(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = RequestGuard.__init__

    def full(guard: RequestGuard, *args: Any, **kwargs: Any) -> None:
        begin(guard, *args, **kwargs)
        guard._proofs = PROOFS_AT_ONCE

    monkeypatch.setattr(RequestGuard, "__init__", full)
    with TestClient(Starlette(routes=asgi.ROUTES, middleware=asgi.MIDDLEWARE), "http://127.0.0.1") as crowded:
        assert _ask(crowded).status_code == 503
