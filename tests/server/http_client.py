"""A caller that is no browser: any host, any origin, any method; and one who is really signed in."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.pages.websocket_client import RUN_SECONDS


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    cookies: tuple[str, ...]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


def ask(
    url: str, path: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> Answer:
    """One request. ``Host`` may be said among the headers; nothing is followed."""
    place = urlsplit(url)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=RUN_SECONDS)
    try:
        connection.request(method, path, body, {"Host": place.netloc, **(headers or {})})
        answer = connection.getresponse()
        cookies = tuple(answer.headers.get_all("set-cookie") or ())
        return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, cookies, answer.read())
    finally:
        connection.close()


def form(url: str, **fields: str) -> bytes:
    """The sign-in form of the page as it is sent, filled in."""
    token = re.search(r'name="form_token" value="([^"]+)"', ask(url, "/").body.decode())
    assert token
    return urlencode({"form_token": token[1], "reader_lang": "en", **fields}).encode()


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def sign_in_form(url: str, account: str, password: str = "") -> bytes:
    """``password`` is a demonstration account's own unless given."""
    return form(url, account=account, secret_word=password or f"demo-{account}")


def sign_in(url: str, account: str, password: str = "") -> Answer:
    """What the form is answered."""
    return ask(url, "/account/sign-in", "POST", FORM, sign_in_form(url, account, password))


def signed_in(url: str, account: str) -> str:
    """The cookie of a demonstration account that has just signed in."""
    answer = sign_in(url, account)
    assert answer.status == 303
    return next(cooky.split(";")[0] for cooky in answer.cookies if cooky.startswith("duibiao="))


def websocket(url: str, cookie: str, origin: str | None = None, host: str | None = None) -> int:
    """The status of a handshake; 101 is a connection."""
    place = urlsplit(url)
    stream = f"ws://{host or place.netloc}/_stcore/stream"
    line = socket.create_connection((place.hostname, place.port))
    asked = {"Cookie": cookie}
    try:
        with (
            line,
            connect(stream, sock=line, subprotocols=["streamlit"], origin=origin, additional_headers=asked, proxy=None),
        ):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


@contextmanager
def session(url: str, cookie: str = "", page: str = "", again: str = "") -> Iterator[str]:
    """The number of a session while it is open; ``again`` is the number of one to be taken up."""
    asked, message = BackMsg(), ForwardMsg()
    asked.rerun_script.page_name = page
    stream = url.replace("http://", "ws://") + "/_stcore/stream"
    headers = {"Cookie": cookie} if cookie else {}
    named = ["streamlit", "none", again] if again else ["streamlit"]
    # No limit to what waits unread: where it is reached, the goodbye at the end does not arrive for ten seconds.
    with connect(
        stream, subprotocols=named, additional_headers=headers, max_size=None, max_queue=None, proxy=None
    ) as connection:
        connection.send(asked.SerializeToString())
        number = ""
        while not number or message.WhichOneof("type") != "script_finished":
            message.ParseFromString(connection.recv(RUN_SECONDS))
            if message.WhichOneof("type") == "new_session":
                number = message.new_session.initialize.session_id
        yield number
