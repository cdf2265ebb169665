"""A crowd shuts nobody else out: strangers open no page, and who sends slowly is dropped.

Small limits make the short form; ``KPI_CAMPAIGN=1`` adds the limits as shipped, and takes a minute.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kpi.services.operation.settings import Limits
from tests import campaign
from tests.pages.websocket_client import fresh_server
from tests.server.crowds import HANDSHAKE, descriptors, first_words, hung_up, lines, server_pid
from tests.server.http_client import ask, session, signed_in

pytestmark = pytest.mark.campaign

SMALL = {
    "SOCKETS_PER_ACCOUNT": "2",
    "REQUEST_SECONDS": "2",
    "FORM_SECONDS": "2",
}
SLOW_FORM = "POST /account/sign-in HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100\r\n\r\naccount="
SLOW_HEAD = "GET / HTTP/1.1\r\nHost: {host}\r\nX-Slow: "
SLOW_REST = "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100\r\n\r\na"
LONG = pytest.mark.skipif(not campaign.LONG, reason="the long form: KPI_CAMPAIGN=1")


@pytest.fixture(scope="module")
def small(copy_of_store: Callable[[], Path]) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patched:
        for name, value in SMALL.items():
            patched.setenv(f"KPI_LIMIT_{name}", value)
        with fresh_server(copy_of_store()) as url:
            yield url


def test_a_crowd_of_strangers_opens_no_page_and_shuts_nobody_out(small: str) -> None:
    with session(small, signed_in(small, "leader"), "my-account"):
        held = descriptors(server_pid(small))
        with lines(small, 40, HANDSHAKE) as crowd:
            assert {first_words(line) for line in crowd} == {b"403"}
            assert "form_token" in ask(small, "/").text
            with session(small, signed_in(small, "reviewer"), "my-account"):
                pass
        _falls_to(server_pid(small), held + 5)


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
            assert "form_token" in ask(url, "/").text
            waited = time.monotonic() - begun
            assert waited < 5
            assert descriptors(pid) < Limits().descriptors()
            held = sum(not hung_up(line, seconds=40) for line in forms + heads)
        campaign.trial("slow senders: 60 forms and 300 heads, held after 40 s", 360, held)
        _falls_to(pid, quiet + 10)
        campaign.trial("flood of descriptors: 330 pages of strangers, all refused", 330, 0)
        campaign.tally(f"flood of descriptors: a newcomer served after {waited:.1f} s")
        assert held == 0


def _falls_to(pid: int, most: int, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while descriptors(pid) > most and time.monotonic() < deadline:
        time.sleep(0.2)
    assert descriptors(pid) <= most
