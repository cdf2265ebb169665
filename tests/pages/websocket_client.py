"""What the server really sends: a visitor that speaks Streamlit's own protocol and draws nothing.

Every string of every message is kept, wherever it stands, so that nothing sent escapes a test that looks for it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from tests.campaign import size
from tests.conftest import _free_port
from tests.either_store import place_of

ROOT = Path(__file__).resolve().parents[2]
HEADING = re.compile(r"<h\d>(.*?)</h\d>")
LOCAL = build_opener(ProxyHandler({}))  # a proxy of the machine has no business with a loopback address
START_SECONDS, RUN_SECONDS = size(240, 300), size(90, 120)


@dataclass(slots=True)
class Sent:
    """One run as it was sent: kinds of element, headings, addresses in the menu, and everything in words."""

    kinds: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    menu: list[str] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    finished: int | None = None

    @property
    def text(self) -> str:
        return "\n".join(self.strings)

    def take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "script_finished":
            self.finished = message.script_finished
        elif kind == "navigation":
            self.menu = [page.url_pathname for page in message.navigation.app_pages if not page.is_hidden]
            self.strings += strings_of(message.navigation)
        elif kind == "delta":
            self.strings += strings_of(message.delta)
            element = message.delta.new_element
            if element.WhichOneof("type"):
                self.kinds.append(str(element.WhichOneof("type")))
                self.headings += [element.heading.body] if element.heading.body else []
                self.headings += HEADING.findall(element.html.body)


def strings_of(message: Message) -> list[str]:
    """Every string in a message, at any depth."""
    return list(_strings(MessageToDict(message)))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def visit(url: str, page: str = "", page_hash: str = "", query: str = "", cookie: str = "") -> Sent:
    """Open a page as a browser does once it has loaded, and answer the whole first run; where that leads on to another
    page, the run of that one too, at whose beginning the server drops what it had not sent of the first.

    ``page_hash`` asks by Streamlit's own page number instead of by address.
    """
    asked = BackMsg()
    asked.rerun_script.page_name = page
    asked.rerun_script.page_script_hash = page_hash
    asked.rerun_script.query_string = query
    stream = url.replace("http://", "ws://") + "/_stcore/stream"
    headers = {"Cookie": cookie} if cookie else {}
    sent, message = Sent(), ForwardMsg()
    # No limit to what waits unread: the goodbye would wait behind it, ten seconds in vain.
    with connect(
        stream, subprotocols=["streamlit"], additional_headers=headers, max_size=None, max_queue=None, proxy=None
    ) as connection:
        connection.send(asked.SerializeToString())
        while sent.finished in (None, ForwardMsg.FINISHED_EARLY_FOR_RERUN):
            message.ParseFromString(connection.recv(RUN_SECONDS))
            sent.take(message)
    return sent


def get(address: str) -> tuple[int, str]:
    """The status and the body of a page that is fetched without a browser."""
    try:
        with LOCAL.open(address, timeout=RUN_SECONDS) as response:
            return response.status, response.read().decode("utf-8", "replace")
    except HTTPError as refused:
        return refused.code, ""


@contextmanager
def fresh_server(store: Path, program: Sequence[str] = ("-m", "streamlit", "run", "app.py")) -> Iterator[str]:
    """The app on ``store`` in a process that nobody has visited yet; where it answers."""
    port = _free_port()
    command = [sys.executable, *program, f"--server.port={port}", "--server.headless=true"]
    log = store.with_suffix(".log")
    with log.open("wb") as out:
        environment = os.environ | place_of(store).environment
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
        try:
            _wait(process, f"http://127.0.0.1:{port}", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            get(f"{url}/_stcore/health")
            return
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the app did not start:\n" + log.read_text("utf-8", "replace")[-3000:])
