"""A calendar at its secret address: read without a session, sent once, kept by nobody else, and answered no more."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from kpi import logs
from kpi.api import rates as request_rates
from kpi.services.administrator.accounts import disable_account
from kpi.services.own_calendar import make_calendar_address, revoke_calendar_address
from kpi.store.store import Store
from pages.server import open_routes
from tests.server.test_newcomers import client, furnished, store
from tests.services.sample_store import ADMINISTRATOR, A, B

__all__ = ["client", "furnished", "store"]


@pytest.fixture(autouse=True)
def counted_from_nothing() -> None:
    open_routes._rates.cache_clear()


def address(store: Store, viewer: Any = A) -> str:
    return f"/calendar/{make_calendar_address(store, viewer, 'zh')}.ics"


def test_a_calendar_is_answered_without_a_session_and_once_while_it_is_the_same(
    client: TestClient, store: Store
) -> None:
    asked = address(store)
    head = store.folder.head()
    first = client.get(asked)
    assert (first.status_code, first.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert (first.headers["cache-control"], first.cookies) == ("private, no-cache", {})
    assert first.headers["cross-origin-resource-policy"] == "same-origin"
    assert first.text.startswith("BEGIN:VCALENDAR")
    again = client.get(asked, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert store.folder.head() == head
    assert client.post(asked).status_code == 405


def test_whatever_answers_nothing_is_an_address_that_is_not_there(client: TestClient, store: Store) -> None:
    replaced, revoked, disabled = address(store), address(store), address(store, B)
    etag = client.get(revoked).headers["etag"]
    revoke_calendar_address(store, A)
    disable_account(store, ADMINISTRATOR, B.account)
    nowhere = client.get("/nowhere?lang=en")
    for asked in (
        replaced,
        revoked,
        disabled,
        "/calendar/x.ics",
        f"/calendar/{'x' * 200}.ics",
        "/calendar/",
        "/calendar/x",
    ):
        answer = client.get(f"{asked}?lang=en", headers={"If-None-Match": etag})
        assert (answer.status_code, answer.text) == (404, nowhere.text), asked
        assert answer.headers == nowhere.headers, asked


def test_an_address_that_asks_too_often_is_refused_whatever_it_asks_for(
    client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_rates, "CALLS", request_rates.RateLimitItemPerMinute(2))
    asked = address(store)
    statuses = [client.get(path).status_code for path in ("/calendar/x.ics", asked, asked, "/calendar/y.ics")]
    assert statuses == [404, 200, 429, 429]
    assert int(client.get(asked).headers["retry-after"]) > 0


def test_the_language_is_the_account_s_unless_the_address_asks_for_the_other(client: TestClient, store: Store) -> None:
    asked = address(store)
    names = [client.get(f"{asked}{query}").text.split("X-WR-CALNAME:")[1][:3] for query in ("", "?lang=en", "?lang=x")]
    assert names == ["对标：", "Dui", "对标："]


def test_the_log_has_no_secret(client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[tuple[str, Any]] = []
    monkeypatch.setattr(logs, "event", lambda name, **fields: logged.append((name, fields)))
    asked = address(store)
    assert client.get(asked).status_code == 200
    assert [fields["path"] for name, fields in logged if name == "request"] == ["/calendar"]
    assert asked.split("/")[-1] not in str(logged)
