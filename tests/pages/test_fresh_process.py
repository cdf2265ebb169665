"""The hole of a process that nobody has visited: whatever is asked of it first, a stranger meets the sign-in alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from streamlit.util import calc_hash

from kpi.i18n import text
from kpi.model.language import Lang
from pages.session.context import PAGE_ADDRESSES, PAGES
from tests.campaign import LONG
from tests.conftest import Served
from tests.pages.websocket_client import Sent, fresh_server, get, visit

pytestmark = pytest.mark.server

# What is asked first: a registered address of each reader (every one in the campaign), the root, what is nowhere, and
# a page by Streamlit's own number for it, which is a hash of its address and so is no secret.
OF_EACH = {Path(page.file).parent: page.address for page in PAGES}
ADDRESSES = [page.address for page in PAGES if LONG or page.address in OF_EACH.values()]
FIRST = (*((address, "") for address in ADDRESSES), ("", ""), ("users", ""), ("", PAGES[0].address))
LATER = ("sign-in", "sign_in", "home", "pages", "pages/enterprise/upload", "upload.py", "parts/page", "app", "no-such")

QUIET = {"html", "button"}
"""The kinds of element that the sign-in is made of: no figure, no file, no picker, no exception."""


def _first_visits(store: Path, asked: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Sent]:
    """A process for each: the shell is fetched at the address, then the page is asked for, before anything else."""
    found = {}
    for address, number in asked:
        with fresh_server(store) as url:
            assert get(f"{url}/{address}")[0] == (200 if f"/{address}" in PAGE_ADDRESSES else 404)
            found[address, number] = visit(url, address, calc_hash(number) if number else "")
    return found


@pytest.fixture(scope="module")
def first_visits(copy_of_store: Callable[[], Path]) -> dict[tuple[str, str], Sent]:
    """Two processes at a time: a start is four seconds of one core."""
    with ThreadPoolExecutor(2) as two:
        parts = two.map(_first_visits, [copy_of_store(), copy_of_store()], [FIRST[::2], FIRST[1::2]])
        return {asked: sent for part in parts for asked, sent in part.items()}


def _is_sign_in_alone(sent: Sent, lang: Lang = "zh") -> None:
    assert sent.finished == 0
    assert 'id="kpi-password"' in sent.text
    assert sent.headings == [
        text("page.sign_in.title", lang),
        text("page.try_role.label", lang),
        text("page.try_role.typed", lang),
    ]
    assert set(sent.kinds) == QUIET
    assert sent.menu == [""], "the menu holds the sign-in, at the root"
    assert text("page.sign_out", lang) not in sent.text
    for page in PAGES:
        assert text(f"page.title.{page.title}", lang) not in sent.strings


@pytest.mark.parametrize("asked", FIRST, ids=lambda asked: f"/{asked[0]}" if not asked[1] else f"number of {asked[1]}")
def test_a_stranger_who_comes_first_sees_the_sign_in_and_nothing_else(
    first_visits: dict[tuple[str, str], Sent], asked: tuple[str, str]
) -> None:
    _is_sign_in_alone(first_visits[asked])


@pytest.mark.parametrize("address", LATER)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_name_or_place_of_a_page_file_leads_to_the_sign_in_too(served: Served, address: str, lang: Lang) -> None:
    _is_sign_in_alone(visit(served.url, address, query=f"lang={lang}"), lang)


@pytest.mark.parametrize("cookie", ["duibiao=", "duibiao=guessed", "duibiao=" + "A" * 43, "duibiao=' or 1=1 --"])
def test_a_cookie_that_this_store_did_not_give_is_nobodys(served: Served, cookie: str) -> None:
    for page in PAGES:
        _is_sign_in_alone(visit(served.url, page.address, cookie=cookie))


@pytest.mark.parametrize(
    "path",
    ["app.py", "pages/session/app_store.py", "data/samples/demo-applications.csv", "app/static/app.py", "..%2fapp.py"],
)
def test_no_address_is_taken_for_the_name_of_a_file(served: Served, path: str) -> None:
    """Source, data and store stay where they are: the address answers with the browser's shell, or not at all."""
    status, body = get(f"{served.url}/{path}")
    assert status in {400, 403, 404} or body == get(f"{served.url}/")[1]
