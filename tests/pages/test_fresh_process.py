"""A process that nobody has visited: whatever is asked of it first, a stranger meets the sign-in alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.util import calc_hash
from websockets.exceptions import InvalidStatus

from kpi.i18n import text
from pages.session.context import PAGE_ADDRESSES, PAGES
from tests.conftest import Served
from tests.pages.websocket_client import fresh_server, get, visit

pytestmark = pytest.mark.server

ELSEWHERE = ("users", "pages", "pages/enterprise/upload", "upload.py", "parts/page", "app", "no-such")


def _is_refused(url: str, address: str, cookie: str = "", page_hash: str = "") -> None:
    """No page draws itself, whether it is asked for by address or by Streamlit's own number, a hash of its address."""
    with pytest.raises(InvalidStatus) as refused:
        visit(url, address, page_hash, cookie=cookie)
    assert refused.value.response.status_code == 403


def _is_sign_in(page: str) -> None:
    assert 'id="kpi-password"' in page
    assert text("page.sign_out", "zh") not in page
    assert '<script type="module"' not in page, "nothing of the app is loaded"


@pytest.fixture(scope="module")
def unvisited(copy_of_store: Callable[[], Path]) -> Iterator[str]:
    with fresh_server(copy_of_store()) as url:
        yield url


def test_a_stranger_who_comes_first_sees_the_sign_in_and_nothing_else(unvisited: str) -> None:
    for address in sorted(PAGE_ADDRESSES):
        _is_refused(unvisited, address.strip("/"))
        status, page = get(f"{unvisited}{address}")
        assert status == 200
        _is_sign_in(page)
    _is_refused(unvisited, "", page_hash=calc_hash(PAGES[0].address))


def test_the_name_or_place_of_a_page_file_is_no_address(served: Served) -> None:
    for address in ELSEWHERE:
        assert get(f"{served.url}/{address}")[0] == 404
        _is_refused(served.url, address)


@pytest.mark.parametrize("cookie", ["duibiao=", "duibiao=guessed", "duibiao=" + "A" * 43, "duibiao=' or 1=1 --"])
def test_a_cookie_that_this_store_did_not_give_is_nobodys(served: Served, cookie: str) -> None:
    _is_refused(served.url, PAGES[0].address, cookie)


@pytest.mark.parametrize(
    "path",
    ["app.py", "pages/session/app_store.py", "data/samples/demo-applications.csv", "app/static/app.py", "..%2fapp.py"],
)
def test_no_address_is_taken_for_the_name_of_a_file(served: Served, path: str) -> None:
    """Source, data and store stay where they are: the address answers with the browser's shell, or not at all."""
    status, body = get(f"{served.url}/{path}")
    assert status in {400, 403, 404} or body == get(f"{served.url}/")[1]
