"""A crowd that holds connections shuts nobody else out, and is gone after a while.

Small limits make the short form; ``KPI_CAMPAIGN=1`` adds the limits as shipped, and takes a minute.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from kpi.services.operation.state import Limits
from tests import campaign
from tests.pages.websocket_client import fresh_server, visit
from tests.server.crowds import HANDSHAKE, descriptors, first_words, hung_up, lines, server_pid
from tests.server.http_client import ask, session, signed_in

SMALL = {
    "STRANGERS_PER_ADDRESS": "5",
    "STRANGERS": "8",
    "SOCKETS_PER_ACCOUNT": "2",
    "FIRST_MESSAGE_SECONDS": "3",
    "REQUEST_SECONDS": "2",
    "FORM_SECONDS": "2",
}
SLOW_FORM = "POST /account/sign-in HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100\r\n\r\naccount="
SLOW_HEAD = "GET / HTTP/1.1\r\nHost: {host}\r\nX-Slow: "
SLOW_REST = "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100\r\n\r\na"
AGAIN_SECONDS = 0.5
"""A page that is refused tries again by itself; here after so long."""
LONG = pytest.mark.skipif(not campaign.LONG, reason="the long form: KPI_CAMPAIGN=1")


@pytest.fixture(scope="module")
def small(copy_of_store: Callable[[], Path]) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patched:
        for name, value in SMALL.items():
            patched.setenv(f"KPI_LIMIT_{name}", value)
        with fresh_server(copy_of_store()) as url:
            yield url


def test_strangers_of_one_address_get_no_more_than_their_part(small: str) -> None:
    held = descriptors(server_pid(small))
    with lines(small, 12, HANDSHAKE) as crowd:
        answers = [first_words(line) for line in crowd]
        assert (answers.count(b"101"), answers.count(b"403")) == (5, 7)
        # The sign-in, which needs no open page, is shown all the same; others are let in, and so is an account there.
        assert "form_token" in ask(small, "/", headers={"X-Forwarded-For": "203.0.113.9"}).text
        assert "form_token" in visit(small).text
        cookie = signed_in(small, "leader")
        assert ask(small, "/", headers={"X-Forwarded-For": "203.0.113.9", "Cookie": cookie}).status == 200
        # Who opens a page and asks for nothing is no browser.
        assert all(hung_up(line, seconds=8) for line in crowd)
    _falls_to(server_pid(small), held + 3)


def test_a_crowd_of_many_addresses_makes_room_for_others(small: str) -> None:
    many = HANDSHAKE.replace("{address}", "198.51.100.{number}")
    with lines(small, 4, HANDSHAKE) as of_one, lines(small, 5, many) as of_many:
        assert {first_words(line) for line in of_one} == {b"101"}
        assert [first_words(line) for line in of_many] == [b"101"] * 5
        assert "form_token" in visit(small).text
        assert hung_up(of_one[0], seconds=20)


def test_one_account_opens_so_many_pages_and_its_others_go_on(small: str) -> None:
    cookie = signed_in(small, "leader")
    with session(small, cookie, "my-account"), session(small, cookie, "my-account"):
        with lines(small, 1, HANDSHAKE.replace("\r\n\r\n", f"\r\nCookie: {cookie}\r\n\r\n")) as third:
            assert first_words(third[0]) == b"403"
        with session(small, signed_in(small, "reviewer"), "my-account"):
            pass


@pytest.mark.parametrize("said", [SLOW_FORM, SLOW_HEAD, SLOW_REST, ""])
def test_slow_senders_are_dropped(small: str, said: str) -> None:
    with lines(small, 10, said) as crowd:
        assert all(hung_up(line, seconds=8) for line in crowd)


def test_a_slow_form_is_answered_with_the_reason(small: str) -> None:
    with lines(small, 1, SLOW_FORM) as crowd:
        assert first_words(crowd[0]) == b"408"


def test_a_strangers_session_ends_with_its_page(small: str) -> None:
    pid = server_pid(small)
    visit(small)
    held = descriptors(pid)
    for _ in range(5):
        visit(small)
    _falls_to(pid, held + 3)


@LONG
def test_the_shipped_limits_stand_a_flood_of_descriptors(copy_of_store: Callable[[], Path]) -> None:
    with fresh_server(copy_of_store()) as url:
        pid = server_pid(url)
        quiet = descriptors(pid)
        with (
            lines(url, 330, HANDSHAKE.replace("{address}", "198.51.100.{number}")),
            lines(url, 60, SLOW_FORM) as forms,
            lines(url, 300, SLOW_HEAD) as heads,
        ):
            begun = time.monotonic()
            shown, refused = _shown_in_the_end(url)
            waited = time.monotonic() - begun
            assert "form_token" in shown
            assert waited < 5
            assert descriptors(pid) < Limits().descriptors()
            held = sum(not hung_up(line, seconds=40) for line in forms + heads)
        campaign.trial("slow senders: 60 forms and 300 heads, held after 40 s", 360, held)
        _falls_to(pid, quiet + 10)
        campaign.trial("flood of descriptors: 330 pages of strangers, descriptors kept", 330, 0)
        campaign.tally(f"flood of descriptors: a newcomer served after {waited:.1f} s", refused_before=refused)
        assert held == 0


def _shown_in_the_end(url: str, seconds: float = 20) -> tuple[str, int]:
    """What a newcomer is shown, and how often it was refused before: while many leave, a page connects again itself."""
    deadline, refused = time.monotonic() + seconds, 0
    while True:
        try:
            return visit(url).text, refused
        except InvalidStatus:
            refused += 1
            assert time.monotonic() < deadline, f"refused {refused} times"
            time.sleep(AGAIN_SECONDS)


def _falls_to(pid: int, most: int, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while descriptors(pid) > most and time.monotonic() < deadline:
        time.sleep(0.2)
    assert descriptors(pid) <= most
