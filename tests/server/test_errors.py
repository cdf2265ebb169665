"""A bug on a page: the reader gets a sentence and a reference, the log gets the place, and nobody gets its message."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from kpi import i18n, logs
from kpi.model.language import Lang
from kpi.services.administrator.accounts import disable_account
from kpi.store.store import Store
from pages.server import request_log
from pages.server.error_handler import show_unexpected_error
from tests.pages.websocket_client import Sent, fresh_server, visit
from tests.server.faulty_app import SECRETS
from tests.server.http_client import ask, signed_in
from tests.services.sample_store import ADMINISTRATOR

UNWANTED = ("Traceback", "ValueError", "site-packages", "/kpi/", "faulty_app.py", "redacted", "app has encountered")


@pytest.fixture(scope="module")
def faulty(copy_of_store: Callable[[], Path]) -> Iterator[tuple[str, Path]]:
    store = copy_of_store()
    with fresh_server(store, ["-m", "tests.server.faulty_app"]) as url:
        yield url, store


@pytest.mark.campaign
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_bug_is_reported_in_the_readers_language_with_a_reference_that_the_log_knows(
    faulty: tuple[str, Path], lang: Lang
) -> None:
    url, store = faulty
    sent = visit(url, "coverage", query=f"lang={lang}", cookie=signed_in(url, "leader"))
    said = sent.text.replace("\\", "")  # Markdown's marks are escaped on the way
    assert i18n.text("error.unexpected.message", lang) in said
    reference = re.search(r"[“\"]([0-9A-F]{8})[”\"]", said)
    assert reference
    for secret in (*SECRETS, *UNWANTED):
        assert secret not in sent.text
    logged = [line for line in _log(store) if line.get("reference") == reference[1]]
    assert [line["kind"] for line in logged] == ["ValueError"]
    assert any(place.startswith("pages/leader/coverage.py:") for place in logged[0]["trace"])
    assert any(place.startswith("tests/server/faulty_app.py:") for place in logged[0]["trace"])


def test_a_bug_after_an_act_of_a_page_does_not_deny_the_act(
    copy_of_store: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("pages.server.error_handler.show_error", lambda error: said.append(error.code))

    def page(*, acts: bool) -> None:
        if acts:
            disable_account(store, ADMINISTRATOR, "leader")
        assert show_unexpected_error(KeyError("page.accounts.disabled_now"))

    with Store.open(copy_of_store()) as store:
        for acts in (True, False):
            # As Streamlit does it: each run in a thread of its own.
            run = Thread(target=page, kwargs={"acts": acts})
            run.start()
            run.join()
    assert said == ["unexpected_after_saving", "unexpected"]


@pytest.mark.campaign
def test_neither_the_log_nor_what_the_server_prints_quotes_the_bug(faulty: tuple[str, Path]) -> None:
    url, store = faulty
    visit(url, "coverage", cookie=signed_in(url, "leader"))
    printed = store.with_suffix(".log").read_text("utf-8")
    assert "URL" in printed
    written = (store / "logs" / "duibiao.jsonl").read_text("utf-8")
    assert "ValueError" in written
    for secret in SECRETS:
        assert secret not in written
        assert secret not in printed
    for path in (str(Path.cwd()), str(store), sys.prefix):
        assert path not in written


def test_the_other_pages_go_on(faulty: tuple[str, Path]) -> None:
    url, _ = faulty
    sent: Sent = visit(url, "upload", cookie=signed_in(url, "enterprise"))
    assert sent.headings == [i18n.text("page.title.upload", "zh")]


def test_a_bug_in_a_route_is_reported_as_a_page_and_not_raised(tmp_path: Path) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError(" ".join(SECRETS))

    answered: list[Message] = []

    async def send(message: Message) -> None:
        answered.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    scope = {
        "type": "http", "method": "POST", "path": "/account/sign-in", "headers": [], "client": ("10.0.0.9", 1),
        "query_string": b"lang=en",
    }  # fmt: skip
    logs.keep(tmp_path)
    # A thread of its own: a browser's test may have left a loop running in this one.
    with ThreadPoolExecutor(1) as other:
        other.submit(asyncio.run, request_log.RequestLog(broken)(scope, receive, send)).result()
    logs.let_go()
    assert answered[0]["status"] == 500
    reported, lines = answered[1]["body"].decode(), _log(tmp_path)
    assert [line["event"] for line in lines] == ["error", "request"]
    assert lines[0]["reference"] in reported
    assert (lines[1]["status"], lines[1]["address"], lines[1]["path"]) == (500, "10.0.0.9", "/account")
    for secret in SECRETS:
        assert secret not in reported + json.dumps(lines, ensure_ascii=False)


def test_an_unreadable_address_is_no_bug(faulty: tuple[str, Path]) -> None:
    url, _ = faulty
    for path in ("/%ff%fe", "/%00", "/a" * 3000, "/?lang=%ff", "/upload?x=" + "a" * 3000):
        answer = ask(url, path)
        assert answer.status in (200, 400, 404)
        assert "Traceback" not in answer.text


@pytest.mark.campaign
def test_what_the_command_line_cannot_explain_goes_into_the_store_s_log(tmp_path: Path) -> None:
    """In a process of its own, as a person calls it."""
    store = tmp_path / "store"
    code = (
        "import sys; from kpi.cli import main; import kpi.cli.check as check\n"
        f"def broken(*_): raise ValueError({' '.join(SECRETS)!r})\n"
        "check.read = broken; main.main(sys.argv[1:])"
    )
    (tmp_path / "a.csv").write_text("item,value\n", "utf-8")
    for made in (False, True):
        if made:
            Store.open(store).close()
        words = ["check", str(tmp_path / "a.csv"), "--store", str(store)]
        call = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False)
        assert (call.returncode, call.stdout) == (70, "")
        assert store.exists() == made
    line = _log(store)[-1]
    assert (line["event"], line["kind"]) == ("error", "ValueError")
    assert line["reference"] in call.stderr
    for secret in SECRETS:
        assert secret not in call.stderr + json.dumps(line, ensure_ascii=False)


def _log(store: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (store / "logs" / "duibiao.jsonl").read_text("utf-8").splitlines()]
