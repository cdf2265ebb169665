"""Who asks under another name, or from another site's page, is refused before anything is read."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect

from tests.conftest import Served
from tests.server.http_client import FORM, ask, form, session, signed_in, websocket

STRANGERS = [
    "evil.example",
    "evil.example:8501",
    "127.0.0.1.evil.example",
    "localhost@evil.example",
    "10.0.0.1",
    "",
    "a b",
]


@pytest.mark.parametrize("host", STRANGERS)
@pytest.mark.parametrize(
    "path", ["/", "/_stcore/health", "/static/x.js", "/account/sign-in", "/media/a", "/calendar/a.ics"]
)
def test_another_host_is_refused_everywhere(served: Served, host: str, path: str) -> None:
    answer = ask(served.url, path, headers={"Host": host})
    assert answer.status == 400
    assert "evil" not in answer.headers["content-security-policy"]
    assert "<script" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "127.0.0.1", "[::1]"])
def test_this_machines_own_names_are_answered_on_any_port(served: Served, host: str) -> None:
    for name in (host, f"{host}:8080"):
        assert ask(served.url, "/_stcore/health", headers={"Host": name}).status == 200


def test_a_websocket_is_opened_from_our_pages_alone(served: Served) -> None:
    cookie = signed_in(served.url, "leader")
    assert websocket(served.url, cookie, origin=served.url) == 101
    assert websocket(served.url, cookie) == 101
    assert websocket(served.url, cookie, host="evil.example", origin="http://evil.example") == 403
    # Streamlit itself would take any port of this machine, and ask a service abroad before it refuses the last.
    for origin in ("http://localhost:1", "http://127.0.0.1:1", "null", "http://evil.example"):
        assert websocket(served.url, cookie, origin=origin) == 403, origin


ELSEWHERE = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:1"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_a_form_of_another_site_is_refused_and_signs_nobody_in_or_out(
    served: Served, elsewhere: dict[str, str]
) -> None:
    body = form(served.url, account="leader", secret_word="demo-leader")
    answer = ask(served.url, "/account/sign-in", "POST", FORM | elsewhere, body)
    assert (answer.status, answer.cookies) == (403, ())
    cookie = signed_in(served.url, "leader")
    answer = ask(served.url, "/account/sign-out", "POST", FORM | elsewhere | {"Cookie": cookie}, body)
    assert (answer.status, answer.cookies) == (403, ())


def test_a_form_without_its_token_signs_nobody_in(served: Served) -> None:
    own = {"Origin": served.url, "Sec-Fetch-Site": "same-origin"}
    for token in (b"", b"form_token=&", b"form_token=ImZvcm0i.aaaa.bbbb&"):
        body = token + b"account=leader&secret_word=demo-leader"
        answer = ask(served.url, "/account/sign-in", "POST", FORM | own, body)
        assert answer.status == 303
        assert [cooky.split("=")[0] for cooky in answer.cookies] == ["duibiao_typed"]
    body = form(served.url, account="leader", secret_word="demo-leader")
    assert ask(served.url, "/account/sign-in", "POST", FORM | own, body).cookies


def test_a_large_form_is_refused_by_its_length_before_it_is_sent(served: Served) -> None:
    answer = _spoken(served.url, "Content-Length: 900000000", b"")
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_large_form_that_hides_its_length_is_refused_while_it_comes(served: Served) -> None:
    chunk = b"2000\r\n" + b"a" * 0x2000 + b"\r\n"
    assert _spoken(served.url, "Transfer-Encoding: chunked", chunk * 3).startswith(b"HTTP/1.1 413 ")


def _spoken(url: str, header: str, body: bytes) -> bytes:
    """The first of the answer to a form whose end is never sent."""
    place = urlsplit(url)
    with socket.create_connection((place.hostname, place.port), timeout=20) as line:
        head = f"POST /account/sign-in HTTP/1.1\r\nHost: {place.netloc}\r\n{header}\r\n\r\n"
        line.sendall(head.encode() + body)
        return line.recv(1024)


@pytest.fixture(scope="module")
def proof(served: Served) -> dict[str, str]:
    """What a page of ours sends: the cookie of the sign-in, and Streamlit's token twice."""
    xsrf = ask(served.url, "/_stcore/health").cookies[0].split(";")[0]
    cookie = signed_in(served.url, "enterprise")
    return {"Cookie": f"{cookie}; {xsrf}", "X-Xsrftoken": xsrf.split("=", 1)[1], "Origin": served.url}


class TestUploads:
    """A file goes to Streamlit's own address, by whoever is signed in, from our page, into a session that is open."""

    def put(self, served: Served, number: str, headers: dict[str, str], size: int = 10) -> int:
        body = (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
            + b"a" * size
            + b"\r\n--x--\r\n"
        )
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        return ask(served.url, f"/_stcore/upload_file/{number}/1", "PUT", kind | headers, body).status

    def test_it_is_taken_from_our_page(self, served: Served, proof: dict[str, str]) -> None:
        with session(served.url, proof["Cookie"]) as number:
            assert self.put(served, number, proof) == 204

    def test_it_is_refused_without_streamlits_token(self, served: Served, proof: dict[str, str]) -> None:
        with session(served.url, proof["Cookie"]) as number:
            for token in ({}, {"X-Xsrftoken": "2|00000000|00000000000000000000000000000000|1"}):
                without = {name: value for name, value in proof.items() if name != "X-Xsrftoken"}
                assert self.put(served, number, without | token) == 403

    def test_it_is_refused_from_another_site(self, served: Served, proof: dict[str, str]) -> None:
        with session(served.url, proof["Cookie"]) as number:
            for elsewhere in ELSEWHERE:
                assert self.put(served, number, proof | elsewhere) == 403

    def test_it_is_refused_to_whoever_is_not_signed_in(self, served: Served, proof: dict[str, str]) -> None:
        xsrf = proof["Cookie"].split("; ")[1]
        with session(served.url, proof["Cookie"]) as number:
            for cookie in (xsrf, f"duibiao=guessed; {xsrf}"):
                assert self.put(served, number, proof | {"Cookie": cookie}) == 403

    def test_it_is_refused_for_a_session_that_is_not_open(self, served: Served, proof: dict[str, str]) -> None:
        assert self.put(served, "00000000-0000-0000-0000-000000000000", proof) == 404

    def test_it_is_refused_above_the_limit(self, served: Served, proof: dict[str, str]) -> None:
        with session(served.url, proof["Cookie"]) as number:
            assert self.put(served, number, proof | {"Content-Length": "900000000"}) == 413


def test_a_message_too_large_ends_its_websocket_and_no_other(served: Served) -> None:
    stream = served.url.replace("http://", "ws://") + "/_stcore/stream"
    cookie = signed_in(served.url, "leader")
    with connect(
        stream,
        subprotocols=["streamlit"],
        additional_headers={"Cookie": cookie},
        proxy=None,
        max_size=None,
        max_queue=None,
    ) as connection:
        connection.send(b"\0" * 2_100_000)
        with pytest.raises(ConnectionClosedError) as closed:
            list(connection)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009
    assert websocket(served.url, cookie, origin=served.url) == 101
