"""The second step of signing in, at the server: asked after the right password alone, and by no account without it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from httpx2 import Response
from pyotp import TOTP
from starlette.testclient import TestClient

from kpi import i18n
from kpi.model.times import now
from kpi.services.operation.authentication import set_up_second_factor, viewer_of
from kpi.services.operation.second_factor import new_seed
from kpi.store.store import Store
from pages.server import account_routes
from pages.session.context import COOKIE
from pages.session.sign_in_forms import ENTER_CODE, SIGN_IN, TICKET, TYPED
from tests.server.test_newcomers import client, furnished, hidden, store
from tests.services.sample_store import PASSWORD, A

__all__ = ["client", "furnished", "store"]


@pytest.fixture
def app_of_a(store: Store) -> tuple[TOTP, tuple[str, ...]]:
    """What A's device makes codes by, and A's recovery codes."""
    seed = new_seed()
    codes = set_up_second_factor(store, A, seed, TOTP(seed).at(now()), PASSWORD)
    return TOTP(seed), codes


def enter(client: TestClient, name: str = "a", password: str = PASSWORD) -> Response:
    fields = hidden(client.get("/coverage?lang=en").text) | {"account": name, "secret_word": password}
    return client.post(SIGN_IN, data=fields)


def enter_code(client: TestClient, page: str, typed: str) -> Response:
    return client.post(ENTER_CODE, data=hidden(page) | {"one_time_code": typed})


def test_the_code_is_asked_for_after_the_password_and_leads_on(
    client: TestClient, store: Store, app_of_a: tuple[TOTP, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[tuple[str, Any]] = []
    monkeypatch.setattr(account_routes.logs, "event", lambda name, **fields: logged.append((name, fields)))
    asked = enter(client)
    assert (asked.status_code, asked.headers["location"]) == (303, "/coverage?lang=en&step=code")
    assert COOKIE not in asked.cookies
    assert re.search(f"{TICKET}=.*HttpOnly.*SameSite=lax", asked.headers["set-cookie"])
    page = client.get(asked.headers["location"]).text
    assert 'autocomplete="one-time-code"' in page
    assert 'id="kpi-password"' not in page
    wrong = enter_code(client, page, "000000")
    assert wrong.headers["location"] == "/coverage?lang=en&step=code&failed=wrong"
    page = client.get(wrong.headers["location"]).text
    assert i18n.text("page.sign_in.code_wrong", "en") in page
    client.cookies.set(TYPED, "somebody else")
    done = enter_code(client, page, app_of_a[1][0])
    assert (done.status_code, done.headers["location"]) == (303, "/coverage?lang=en")
    assert viewer_of(store, client.cookies[COOKIE]) == A
    assert TICKET not in client.cookies
    assert [fields["account"] for name, fields in logged if name == "sign_in"] == ["a"], "whatever its cookies say"


def test_after_too_many_codes_it_says_so(client: TestClient, app_of_a: tuple[TOTP, tuple[str, ...]]) -> None:
    page = client.get(enter(client).headers["location"]).text
    places = [enter_code(client, page, "000000").headers["location"] for _ in range(5)]
    assert places[-1].endswith("step=code&failed=held")
    assert i18n.text("page.sign_in.code_held", "en") in client.get(places[-1]).text


@pytest.mark.usefixtures("app_of_a")
def test_without_the_right_password_nobody_learns_that_there_is_a_code(client: TestClient) -> None:
    for name in ("a", "b", "nobody"):
        assert enter(client, name, "wrong").headers["location"] == "/coverage?lang=en&failed=wrong"
    assert COOKIE in enter(client, "b").cookies


@pytest.mark.usefixtures("app_of_a")
def test_an_address_or_a_ticket_of_ones_own_making_asks_for_the_password(client: TestClient) -> None:
    assert 'id="kpi-password"' in client.get("/coverage?step=code").text
    client.cookies.set(TICKET, "made up")
    page = client.get("/coverage?lang=en&step=code").text
    refused = enter_code(client, page, "000000")
    assert refused.headers["location"] == "/coverage?lang=en&failed=code_expired"
    shown = client.get(refused.headers["location"]).text
    assert i18n.text("page.sign_in.code_expired", "en") in shown
    assert 'id="kpi-password"' in shown


@pytest.mark.usefixtures("app_of_a")
def test_another_sites_form_is_refused(client: TestClient) -> None:
    enter(client)
    refused = client.post(ENTER_CODE, data={"one_time_code": "000000", "reader_lang": "en"})
    assert refused.headers["location"] == "/?lang=en&failed=form"
