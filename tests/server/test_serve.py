"""What ``kpi serve`` hands to Streamlit: hosts, and a secret that nobody sees; and whom the server believes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit import config

from kpi.cli import serve
from kpi.cli.call import CallSession
from kpi.cli.main import run
from kpi.store.folder import StoreFolder
from kpi.store.saved_acts import has_saved
from kpi.store.store import Store
from tests.cli.command_line import ROOT
from tests.pages.websocket_client import fresh_server
from tests.server.http_client import ask, signed_in, websocket


class Stopped(BaseException):
    """Instead of becoming the server."""


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., tuple[list[str], str, CallSession]]:
    """``kpi serve`` up to where it would become Streamlit: its words, Streamlit's cookie secret, what was said."""

    def start(*words: str) -> tuple[list[str], str, CallSession]:
        called: list[list[str]] = []
        inherited: list[bool] = []

        def instead(_: str, **__: str) -> None:
            called.append(sys.argv)
            inherited.append(has_saved())
            raise Stopped

        monkeypatch.setattr(serve.runpy, "run_module", instead)
        monkeypatch.setattr(sys, "argv", sys.argv)
        monkeypatch.setattr(serve.os, "chdir", lambda _: None)
        monkeypatch.setattr(serve, "_refuse_unfit", lambda *_: None)  # nothing listens: any address and port will do
        monkeypatch.setenv("STREAMLIT_SERVER_COOKIE_SECRET", "")
        monkeypatch.setenv("KPI_STORE", "")
        session, umask = CallSession(cwd=tmp_path), os.umask(0o022)
        try:
            run(["serve", *words, "--lang", "en", "--store", "store"], session)
        except Stopped:
            assert os.umask(umask) == 0o077
            assert inherited == [False], "whoever asks the server later has saved nothing yet"
        finally:
            os.umask(umask)
        return called[0] if called else [], os.environ["STREAMLIT_SERVER_COOKIE_SECRET"], session

    return start


def _hosts(command: list[str]) -> list[str]:
    return [word.split("=")[1] for word in command if word.startswith("--server.allowedHosts=")]


@pytest.mark.parametrize(
    ("words", "proxies", "said"),
    [((), None, False), (("--address", "192.0.2.7"), None, True), (("--address", "192.0.2.7"), "192.0.2.1", False)],
)
def test_at_start_it_says_what_is_weaker_without_a_proxy(
    started: Callable[..., tuple[list[str], str, CallSession]],
    words: tuple[str, ...],
    proxies: str | None,
    said: bool,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv(serve.PROXIES, raising=False)
    if proxies is not None:
        monkeypatch.setenv(serve.PROXIES, proxies)
    started(*words)
    assert ("no proxy in front" in capfd.readouterr().out) is said


OWN = ["localhost", "127.0.0.1", "::1"]


@pytest.mark.parametrize(
    ("words", "hosts"),
    [
        ((), OWN),
        (("--host", "duibiao.example.org", "--host", "d.example"), [*OWN, "duibiao.example.org", "d.example"]),
        (("--address", "192.0.2.7"), [*OWN, "192.0.2.7"]),
        (("--address", "0.0.0.0", "--host", "duibiao.example.org"), [*OWN, "duibiao.example.org"]),  # noqa: S104
    ],
)
def test_the_names_by_which_it_is_reached(started: Callable, words: tuple[str, ...], hosts: list[str]) -> None:
    assert _hosts(started(*words)[0]) == hosts


@pytest.mark.parametrize("address", ["0.0.0.0", "::"])  # noqa: S104
def test_to_serve_everywhere_a_name_must_be_given(started: Callable, address: str) -> None:
    command, _, session = started("--address", address)
    assert (command, session.code) == ([], 2)
    assert "--host" in "".join(session.err)


def test_streamlits_secret_stays_the_same_and_is_not_the_stores(started: Callable, tmp_path: Path) -> None:
    command, secret, _ = started()
    assert len(secret) == 64
    assert started()[1] == secret
    assert not any(secret in word for word in command)
    own = StoreFolder(tmp_path / "store").secret()
    assert own.hex() not in secret
    (tmp_path / "store" / "secret").unlink()
    assert started()[1] != secret


def test_streamlit_takes_its_secret_from_where_it_is_put() -> None:
    assert config.get_config_options()["server.cookieSecret"].env_var == "STREAMLIT_SERVER_COOKIE_SECRET"
    assert config.get_config_options()["server.cookieSecret"].sensitive


def test_the_store_s_secret_is_made_once(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store") as store:
        secret = store.folder.secret()
        assert len(secret) == 32
    with Store.open(tmp_path / "store") as store:
        assert store.folder.secret() == secret


@pytest.mark.campaign
def test_a_name_that_was_given_is_answered_and_the_proxy_names_who_calls(copy_of_store: Callable[[], Path]) -> None:
    store = copy_of_store()
    program = ["-m", "streamlit", "run", "app.py", "--server.allowedHosts=d.example", "--server.allowedHosts=127.0.0.1"]
    with fresh_server(store, program) as url:
        name = {"Host": "d.example"}
        assert ask(url, "/", headers=name).status == 200
        assert "ws://d.example" in ask(url, "/", headers=name).headers["content-security-policy"]
        assert websocket(url, signed_in(url, "leader"), host="d.example", origin="http://d.example") == 101
        assert ask(url, "/", headers={"Host": "localhost"}).status == 400
        # A proxy on this machine adds who called it; what the caller claims stands to the left of that.
        ask(url, "/upload", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"})
        ask(url, "/")  # by now the line of the one before is written
    log = (store / "logs" / "duibiao.jsonl").read_text("utf-8")
    assert '"address": "203.0.113.9"' in log
    assert "198.51.100.1" not in log


@pytest.mark.campaign
def test_nobody_is_believed_about_who_calls_where_no_proxy_is_named(
    copy_of_store: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = copy_of_store()
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "")
    with fresh_server(store) as url:
        answer = ask(url, "/upload", headers={"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"})
        assert "strict-transport-security" not in answer.headers
        ask(url, "/")
    log = (store / "logs" / "duibiao.jsonl").read_text("utf-8")
    assert '"address": "127.0.0.1", "method": "GET", "path": "/upload"' in log
    assert "203.0.113.9" not in log


@pytest.mark.campaign
def test_a_demonstration_started_past_the_command_is_not_served_to_other_machines(
    demonstration: Path, tmp_path: Path
) -> None:
    shutil.copytree(demonstration, tmp_path / "store")
    command = ["-m", "streamlit", "run", "app.py", "--server.address=0.0.0.0", "--server.port=0"]
    environment = os.environ | {"KPI_STORE": str(tmp_path / "store")}
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, timeout=240, check=False
    )
    assert done.returncode == 3
    said = done.stdout + done.stderr
    assert b"served on the loopback address only" in said
    assert b"Traceback" not in said
