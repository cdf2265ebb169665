"""What may stand in the log, and a walk with markers that must not."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from openpyxl import load_workbook

from kpi import logs
from tests.house.tracked import ROOT
from tests.pages.app_runs import EXAMPLE
from tests.pages.websocket_client import fresh_server, visit
from tests.server.http_client import FORM, ask, form, session, signed_in


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Path]:
    logs.keep(tmp_path)
    yield tmp_path / "logs" / "duibiao.jsonl"
    logs.let_go()


def _lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_a_line_is_an_event_with_its_time_in_utc(kept: Path) -> None:
    logs.event("request", address="10.0.0.7", method="GET", path="/upload", status=200, milliseconds=12)
    (line,) = _lines(kept)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", str(line.pop("time")))
    reported = {"address": "10.0.0.7", "method": "GET", "path": "/upload", "status": 200, "milliseconds": 12}
    assert line == {"event": "request", **reported}


@pytest.mark.parametrize(
    ("field", "hostile"),
    [
        ("account", "13800138000"),
        ("account", "user13800138000"),
        ("account", "张三丰 先生"),
        ("typed_name", "demo-enterprise"),
        ("address", "98.7654 kWh"),
        ("path", "/media/0a1b?token=abc"),
        ("path", "/张三"),
        ("host", "13800138000.example"),
        ("host", "a\r\nb"),
        ("kind", "ValueError: 98.7654"),
        ("reference", "98.7654"),
        ("reason", "13800138000"),
        ("trace", ["pages/a.py:1 show", "value = 98.7654"]),
        ("status", "98.7654"),
        ("milliseconds", 98.7654),
    ],
)
def test_what_has_not_the_form_of_its_field_stays_out(kept: Path, field: str, hostile: object) -> None:
    logs.event("error", **{field: hostile})
    reported = _lines(kept)[0][field]
    assert "withheld" in reported
    assert "98.7654" not in str(reported)


def test_a_field_that_is_not_on_the_list_cannot_be_written(kept: Path) -> None:
    for unknown in ("value", "phone", "file_name", "message", "token"):
        with pytest.raises(KeyError):
            logs.event("error", **{unknown: "98.7654"})
    assert kept.read_text() == ""


def test_before_a_place_is_named_nothing_is_written_and_nothing_fails(capfd: pytest.CaptureFixture[str]) -> None:
    logs.event("start")
    assert capfd.readouterr() == ("", "")


def test_the_log_is_its_owners_alone_and_turns_over(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = next(item for item in logs._LOGGER.handlers if isinstance(item, logs._Private))
    monkeypatch.setattr(handler, "maxBytes", 400)
    before = os.umask(0)
    try:
        for _ in range(20):
            logs.event("start")
    finally:
        os.umask(before)
    files = sorted(kept.parent.iterdir())
    assert 2 < len(files) <= 1 + handler.backupCount
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_a_log_that_stood_open_is_closed(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir(mode=0o755)
    (tmp_path / "logs" / "duibiao.jsonl").touch(0o644)
    logs.keep(tmp_path)
    logs.let_go()
    assert stat.S_IMODE((tmp_path / "logs").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "logs" / "duibiao.jsonl").stat().st_mode) == 0o600


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[int]:
    """A log whose storage takes 64 KB and then nothing more, until what is yielded is read."""
    (tmp_path / "logs").mkdir()
    os.mkfifo(tmp_path / "logs" / "duibiao.jsonl")
    reading = os.open(tmp_path / "logs" / "duibiao.jsonl", os.O_RDONLY | os.O_NONBLOCK)
    yield reading
    os.close(reading)


def test_storage_that_says_nothing_stops_nobody_who_shares_a_store(tmp_path: Path, silent: int) -> None:
    logs.keep(tmp_path, apart=True)
    for number in range(2_000):
        logs.event("request", status=number, path="/upload")
    os.set_blocking(silent, True)
    with open(silent, encoding="utf-8", closefd=False) as file:
        lines = [json.loads(next(file)) for _ in range(2_000)]
    logs.let_go()
    assert [line["status"] for line in lines] == list(range(2_000))


def test_lines_that_wait_for_silent_storage_are_bounded_and_hold_no_end_up(
    tmp_path: Path, silent: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(logs, "_LINES_WAITING", 10)
    monkeypatch.setattr(logs, "_ENDS_SECONDS", 0.01)
    logs.keep(tmp_path, apart=True)
    for number in range(2_000):
        logs.event("request", status=number, path="/upload")
    logs.let_go()
    assert capsys.readouterr().err.count(logs.LOG_LOST) == 1
    assert os.read(silent, 10), "what came before is there"


def test_a_typed_name_leaves_a_mark_that_tells_it_from_others_only(tmp_path: Path) -> None:
    assert logs.typed("13800138000", b"one") == logs.typed("13800138000", b"one")
    assert len({logs.typed("a", b"one"), logs.typed("b", b"one"), logs.typed("a", b"two")}) == 3


MARKERS = {
    "value": "87.654321",
    "phone": "13912345678",
    "contact": "欧阳无忌",
    "file": "机密文件名",
    "password": "correct-horse-battery",
    "query": "looked-for-this",
}


@pytest.mark.campaign
def test_a_walk_through_forms_uploads_and_pages_leaves_no_marker_in_the_log(
    copy_of_store: Callable[[], Path], tmp_path: Path
) -> None:
    store, planted = copy_of_store(), tmp_path / "planted.xlsx"
    book = load_workbook(EXAMPLE)
    book["填报"]["B26"] = MARKERS["value"]
    book["填报"]["B10"] = MARKERS["contact"] + MARKERS["phone"]
    book.save(planted)
    with fresh_server(store) as url:
        cookie = signed_in(url, "enterprise")
        token = cookie.split("=")[1]
        typed = {"account": MARKERS["phone"], "secret_word": MARKERS["password"]}
        assert not _gives_cookie(ask(url, "/account/sign-in", "POST", FORM, form(url, **typed)).cookies)
        assert ask(url, "/account/sign-in", "POST", FORM, urlencode(typed).encode()).status == 303
        xsrf = ask(url, "/_stcore/health").cookies[0].split(";")[0]
        proof = {"Cookie": f"{cookie}; {xsrf}", "X-Xsrftoken": xsrf.split("=", 1)[1]}
        with session(url, cookie, "upload") as number:
            path = f"/_stcore/upload_file/{number}/{MARKERS['contact'].encode().hex()}"
            assert ask(url, path, "PUT", proof | MULTIPART, _body(planted)).status == 204
            assert ask(url, path, "PUT", MULTIPART, _body(planted)).status == 403
        visit(url, "result", query=f"lang=zh&kpi={MARKERS['query']}", cookie=cookie)
        for path in (f"/{MARKERS['phone']}", f"/upload?{MARKERS['query']}", f"/media/{MARKERS['phone']}.xlsx"):
            ask(url, path, headers={"Referer": f"{url}/{MARKERS['query']}", "User-Agent": MARKERS["query"]})
        ask(url, "/", headers={"Host": "evil.example"})
        ask(url, "/account/sign-out", "POST", FORM | {"Cookie": cookie}, form(url))
        ask(url, "/")  # by now the lines of those before are written
    written = (store / "logs" / "duibiao.jsonl").read_text("utf-8")
    for marker in (*MARKERS.values(), token, number, MARKERS["contact"].encode().hex(), "openpyxl", "demo-enterprise"):
        assert marker not in written, marker
        assert json.dumps(marker)[1:-1] not in written, marker
    lines = _lines(store / "logs" / "duibiao.jsonl")
    happened = {line["event"] for line in lines}
    assert {"start", "sign_in", "sign_in_failed", "form_refused", "request", "connection", "refused"} <= happened
    assert {line["reason"] for line in lines if line["event"] == "refused"} == {"not_signed_in", "host", "path"}
    assert [line["account"] for line in lines if line["event"] == "sign_in"] == ["enterprise"]
    assert {line["address"] for line in lines if "address" in line} == {"127.0.0.1"}
    assert "withheld" not in written


def test_the_proxy_we_recommend_writes_down_no_words_that_were_looked_for() -> None:
    [config] = re.findall(r"```nginx\n(.*?)```", (ROOT / "deploy/README.md").read_text("utf-8"), re.DOTALL)
    servers = config.split("server {")[1:]
    assert len(servers) == 2
    assert all(re.search(r"^ *access_log (off|\S+ duibiao);", server, re.MULTILINE) for server in servers)
    [line] = re.findall(r"log_format duibiao (.*)", config)
    assert (
        set(re.findall(r"\$\w+", line)) & {"$request", "$request_uri", "$args", "$query_string", "$http_referer"}
        == set()
    )
    assert "$uri" in line


MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}


def _body(file: Path) -> bytes:
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{MARKERS["file"]}.xlsx"\r\n\r\n'
    return head.encode() + file.read_bytes() + b"\r\n--x--\r\n"


def _gives_cookie(cookies: tuple[str, ...]) -> bool:
    return any(cookie.startswith("duibiao=") for cookie in cookies)
