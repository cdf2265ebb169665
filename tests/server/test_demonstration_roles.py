"""One click into each role of a demonstration and out of the one before; on any other store there is no such thing."""

from __future__ import annotations

from pathlib import Path
from typing import get_args
from urllib.parse import urlencode

import pytest
from websockets.exceptions import InvalidStatus

from kpi import tables
from kpi.errors import NotFound
from kpi.model.times import now
from kpi.model.viewer import Role, Viewer
from kpi.services.operation.authentication import SignedIn, hash_password, viewer_of
from kpi.services.operation.demonstration import demonstration_roles, take_role
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.store import Store
from pages.session.context import menu_of, pages_for
from tests.conftest import Served
from tests.pages.websocket_client import fresh_server, visit
from tests.server.http_client import FORM, Answer, ask, form, signed_in

TAKE = "/account/demonstration-role"


def _take(url: str, role: str, cookie: str = "") -> Answer:
    own = {"Origin": url, "Sec-Fetch-Site": "same-origin"}
    return ask(url, TAKE, "POST", FORM | own | {"Cookie": cookie}, form(url, demonstration_role=role))


def _cookie(answer: Answer) -> str:
    return next(cooky.split(";")[0] for cooky in answer.cookies if cooky.startswith("duibiao="))


@pytest.mark.parametrize("role", get_args(Role))
def test_one_click_signs_in_as_each_role(served: Served, role: Role) -> None:
    answer = _take(served.url, role)
    assert (answer.status, answer.headers["location"]) == (303, "/?lang=en")
    menu = visit(served.url, "my-account", cookie=_cookie(answer)).menu
    sections = menu_of(pages_for(Viewer("somebody", "", role, ())))
    in_the_bar = [page.address for pages in sections.values() for page in pages]
    in_the_bar.remove("my-account")  # stands under the reader's name, at the bar's other end
    assert menu == in_the_bar


def test_another_role_ends_the_one_before(served: Served) -> None:
    before = signed_in(served.url, "leader")
    after = _cookie(_take(served.url, "reviewer", before))
    with pytest.raises(InvalidStatus):
        visit(served.url, "my-account", cookie=before)
    assert "candidate" in visit(served.url, "my-account", cookie=after).menu


@pytest.mark.parametrize("role", ["", "root", "enterprise2", "Leader"])
def test_a_role_that_does_not_exist_is_not_there(served: Served, role: str) -> None:
    answer = _take(served.url, role)
    assert (answer.status, answer.cookies) == (404, ())


@pytest.mark.parametrize(
    "elsewhere", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_sites_page_takes_no_role(served: Served, elsewhere: dict[str, str]) -> None:
    answer = ask(served.url, TAKE, "POST", FORM | elsewhere, form(served.url, demonstration_role="leader"))
    assert (answer.status, answer.cookies) == (403, ())


def test_a_form_without_its_token_takes_no_role(served: Served) -> None:
    body = urlencode({"demonstration_role": "leader", "reader_lang": "en"}).encode()
    answer = ask(served.url, TAKE, "POST", FORM | {"Origin": served.url}, body)
    assert (answer.status, answer.headers["location"], answer.cookies) == (303, "/?lang=en&failed=form", ())


@pytest.mark.campaign
def test_a_store_that_is_no_demonstration_offers_no_role_and_gives_none(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store") as store:
        ensure_baseline(store)
    with fresh_server(tmp_path / "store") as url:
        assert TAKE not in ask(url, "/").text
        for role in get_args(Role):
            answer = _take(url, role)
            assert (answer.status, answer.cookies) == (404, ())


def test_the_service_refuses_even_where_the_accounts_of_a_demonstration_are(tmp_path: Path) -> None:
    """A store without the mark, with accounts of the same names and passwords."""
    with Store.open(tmp_path / "store") as store:
        with store.transaction() as cursor:
            for entry in demonstration_roles():
                password = hash_password(entry.password)
                tables.accounts.insert_account(
                    cursor, entry.name, entry.display, entry.role, entry.scope, password, False, now()
                )
        for item in demonstration_roles():
            with pytest.raises(NotFound):
                take_role(store, item.role)
        with store.transaction() as cursor:
            tables.lists.set_mark(cursor, "demonstration", "true")
        outcome = take_role(store, "leader")
        assert isinstance(outcome, SignedIn)
        assert getattr(viewer_of(store, outcome.token), "role", None) == "leader"
