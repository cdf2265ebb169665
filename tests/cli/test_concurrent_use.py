"""Commands on a store while the app serves it, after it was killed, and while somebody else holds the database."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import pytest

from kpi import tables
from kpi.cli import main as entry
from kpi.cli import relay
from kpi.cli.call import CallSession
from kpi.cli.main import main, run
from kpi.model.viewer import SYSTEM
from kpi.services.unit_of_work import unit_of_work
from kpi.store.folder import StoreFolder
from kpi.store.store import Store
from kpi.tables.lists import DEMONSTRATION
from tests.cli.command_line import ROOT, WORKBOOK, Call, here, made, process
from tests.cli.panels import wide, write
from tests.conftest import _free_port

pytestmark = pytest.mark.server

BENCHMARK = ["benchmark", str(WORKBOOK), "--json"]
COMMANDS = {
    "list": ["baseline", "list", "--json"],
    "list in words": ["baseline", "list", "--lang", "en"],
    "show": ["baseline", "show", "brought", "--json"],
    "benchmark": [*BENCHMARK, "--lang", "en"],
    "benchmark by name": [*BENCHMARK, "--baseline", "illustrative-2025"],
    "enterprise": [*BENCHMARK, "--view", "enterprise"],
    "not there": ["benchmark", str(WORKBOOK), "--baseline", "nobody", "--lang", "en"],
    "wrong call": ["baseline", "shew"],
    "verify": ["store", "verify", "--json"],
}


class Served(NamedTuple):
    store: Path
    process: subprocess.Popen[bytes]
    url: str
    imported: Call
    said: dict[str, Call]
    second: Call


def client(arguments: list[str], store: Path, capture: pytest.CaptureFixture[str]) -> Call:
    """``main`` itself, which asks the serving process where there is one."""
    with pytest.raises(SystemExit) as left:
        main([*arguments, "--store", str(store)])
    said = capture.readouterr()
    return Call(int(left.value.code or 0), said.out, said.err)


def healthy(url: str) -> bool:
    try:
        with build_opener(ProxyHandler({})).open(f"{url}/_stcore/health", timeout=2):
            return True
    except (URLError, OSError):
        return False


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A demonstration served as a process of its own, and what every command said meanwhile."""
    folder = tmp_path_factory.mktemp("cli-served")
    store, port, panel = folder / "store", _free_port(), write(wide(), folder / "panel.csv")
    url = f"http://127.0.0.1:{port}"
    words = ["serve", "--demo", "--store", str(store), "--port", str(port)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([sys.executable, "-m", "kpi", *words], cwd=ROOT, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 240
            while not healthy(url):
                assert server.poll() is None, (folder / "log").read_text("utf-8")
                assert time.monotonic() < deadline, (folder / "log").read_text("utf-8")
                time.sleep(0.2)
            reported = ["--name", "brought", "--year", "2025", "--region", "上海市", "--provenance", "illustrative"]
            imported = process("baseline", "import", panel.name, *reported, "--json", "--store", store, cwd=folder)
            said = {name: _asked(store, arguments) for name, arguments in COMMANDS.items()}
            second = _asked(store, ["serve", "--port", str(_free_port()), "--lang", "en"])
            yield Served(store, server, url, imported, said, second)
        finally:
            server.kill()
            server.wait()


def _asked(store: Path, arguments: list[str]) -> Call:
    session = CallSession(cwd=ROOT)
    assert relay.forward(StoreFolder(store), [*arguments, "--store", str(store)], session)
    return Call(session.code, "".join(session.out), "".join(session.err))


@pytest.mark.campaign
def test_a_baseline_comes_in_while_the_app_serves_with_paths_read_where_the_caller_stands(app: Served) -> None:
    assert (app.imported.code, app.imported.err) == (0, "")
    assert app.imported.json["baseline"]["name"] == "brought"
    names = [item["name"] for item in app.said["list"].json["baselines"]]
    assert names == ["brought", "illustrative-2025"]


def test_main_asks_the_app_by_itself(app: Served, capfd: pytest.CaptureFixture[str]) -> None:
    assert client(COMMANDS["benchmark"], app.store, capfd) == app.said["benchmark"]
    assert client(COMMANDS["wrong call"], app.store, capfd).code == 2


def test_a_second_app_on_the_store_is_refused_and_the_first_goes_on(app: Served) -> None:
    assert (app.second.code, app.second.out) == (3, "")
    assert "already running" in app.second.err
    assert app.process.poll() is None
    assert healthy(app.url)


def test_whoever_has_not_the_secret_is_refused_and_whoever_says_nothing_keeps_nobody_waiting(app: Served) -> None:
    port = int((app.store / "serving").read_text())
    with pytest.raises((AuthenticationError, EOFError, ConnectionError)):
        Client((relay.LOOPBACK, port), authkey=b"guessed")
    with socket.create_connection((relay.LOOPBACK, port)) as silent:
        began = time.monotonic()
        assert _asked(app.store, COMMANDS["list"]) == app.said["list"]
        assert time.monotonic() - began < 30
        assert silent.getpeername()[1] == port


def test_the_door_and_the_secret_are_the_owners_alone(app: Served) -> None:
    for name in ("serving", "secret"):
        assert (app.store / name).stat().st_mode & 0o077 == 0
    assert app.store.stat().st_mode & 0o077 == 0


def test_killed_it_leaves_a_door_that_hinders_nobody_and_the_same_words(app: Served) -> None:
    """Last of those that need the app: it is killed here, and everything said again without it."""
    app.process.send_signal(signal.SIGKILL)
    app.process.wait()
    assert (app.store / "serving").exists()
    assert not relay.forward(StoreFolder(app.store), COMMANDS["list"], CallSession(cwd=ROOT))
    for name, arguments in COMMANDS.items():
        assert here(*arguments, "--store", app.store) == app.said[name], name
    assert app.said["verify"].json["sound"]


def test_a_demonstration_is_never_served_to_the_outside(tmp_path: Path) -> None:
    where = ["--address", "192.0.2.1", "--lang", "en", "--store", tmp_path / "store"]
    call = here("serve", "--demo", *where)
    assert (call.code, call.out) == (2, "")
    assert "loopback address only" in call.err
    assert not (tmp_path / "store").exists(), "it is refused before anything is made"
    with Store.open(tmp_path / "store") as store, unit_of_work(store, SYSTEM) as change:
        tables.lists.set_mark(change.cursor, DEMONSTRATION, "true")
        change.audit("demonstration_made", DEMONSTRATION)
    call = here("serve", *where)
    assert (call.code, call.out) == (2, "")
    assert "loopback address only" in call.err
    call = here("serve", *where[2:])
    assert (call.code, call.out) == (2, "")
    assert "--demo" in call.err, "its accounts would live on in what somebody takes for his own store"


def test_an_address_for_everybody_without_a_host_name_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    call = here("serve", "--address", "0.0.0.0", "--lang", "en", "--store", tmp_path / "store")  # noqa: S104 - what must be refused
    assert (call.code, call.out) == (2, "")
    assert "--host" in call.err
    assert not (tmp_path / "store").exists()


HOLD = "import duckdb, sys, time; held = duckdb.connect(sys.argv[1]); print('held', flush=True); time.sleep(60)"


@pytest.fixture
def held(tmp_path: Path) -> Iterator[tuple[Path, subprocess.Popen[bytes]]]:
    """A store whose database a plain process has opened."""
    store = made(tmp_path / "store")
    database = str(StoreFolder(store).database)
    holder = subprocess.Popen([sys.executable, "-c", HOLD, database], stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        yield store, holder
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()


def test_a_store_held_by_somebody_else_ends_with_3_after_the_wait(
    held: tuple[Path, subprocess.Popen[bytes]], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = held
    monkeypatch.setattr(entry, "WAIT_FOR_STORE", 0.6)
    began = time.monotonic()
    call = client(["baseline", "list", "--lang", "en", "--json"], store, capfd)
    assert (call.code, call.faults) == (3, ["store_locked"])
    assert "Another process is using the store" in call.err
    assert "--store" in call.err
    assert 0.5 < time.monotonic() - began < 60


def test_a_store_that_is_let_go_within_the_wait_is_used(
    held: tuple[Path, subprocess.Popen[bytes]], capfd: pytest.CaptureFixture[str]
) -> None:
    store, holder = held
    threading.Timer(0.7, holder.kill).start()
    call = client(["baseline", "list", "--json"], store, capfd)
    assert (call.code, call.err) == (0, "")
    assert call.json["baselines"]


def test_a_door_of_nobody_or_of_a_stranger_is_passed_by(
    held: tuple[Path, subprocess.Popen[bytes]], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The port of a killed server may belong to any program by now, one that never speaks included."""
    store, _ = held
    monkeypatch.setattr(entry, "WAIT_FOR_STORE", 0.3)
    monkeypatch.setattr(relay, "SECONDS_TO_PROVE", 0.2)
    with socket.create_server((relay.LOOPBACK, 0)) as stranger:
        for door in (str(stranger.getsockname()[1]), str(_free_port()), "no port", ""):
            (store / "serving").write_text(door)
            assert client(["baseline", "list"], store, capfd).code == 3


def test_a_caller_with_another_secret_is_not_answered(tmp_path: Path) -> None:
    made(tmp_path / "store")
    with Store.open(tmp_path / "store") as store:
        stop = relay.listen(store, run)
        stranger = tmp_path / "stranger"
        stranger.mkdir()
        (stranger / "serving").write_bytes((tmp_path / "store" / "serving").read_bytes())
        (stranger / "secret").write_bytes(os.urandom(32))
        assert not relay.forward(StoreFolder(stranger), COMMANDS["list"], CallSession(cwd=ROOT))
        assert relay.forward(StoreFolder(tmp_path / "store"), COMMANDS["list"], CallSession(cwd=ROOT))
        stop()
        assert not (tmp_path / "store" / "serving").exists()
