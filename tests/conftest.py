"""What the whole suite shares: a real Chromium, and the demonstration really served."""

from __future__ import annotations

import gc
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import hypothesis
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from benchmarks.common.chromium import FLAGS
from kpi.catalogue.catalogue import first_notice
from tests import campaign, either_store
from tests.cli.command_line import content
from tests.programs import missing, needed
from tests.shortcuts import attacked_once, cheap_passwords, demonstrated_once, drawn_once
from tests.store.shared_places import Databases, databases_of_tests

__all__ = ["attacked_once", "cheap_passwords", "drawn_once"]

ROOT = Path(__file__).resolve().parents[1]

SERVED = re.compile(r"\b(served: Served|browser: Browser|page: Page)\b")

PATIENCE = 30_000  # ms that an expectation of a page waits where it says nothing else; Playwright's own five are few

# Hypothesis would fail an example that takes 200 ms, which a busy machine makes of any.
hypothesis.settings.register_profile("suite", deadline=None, derandomize=not campaign.LONG)
hypothesis.settings.load_profile("suite")

HOUSE = "tests/house/"

HELD_PORTS: list[socket.socket] = []


class Served(NamedTuple):
    url: str
    store: Path


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        campaign.begin()
        either_store.begin(config)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the campaigns tried and which programs were missing, at the end of the run, not of a worker's part of it."""
    if hasattr(terminalreporter.config, "workerinput"):
        return
    if campaign.ONE_OF_SEVERAL:
        run = " ".join(terminalreporter.config.args)
        campaign.run_ended(f"{run}, on PostgreSQL" if either_store.SHARED else run, terminalreporter.stats)
    elif lines := campaign.report():
        terminalreporter.section("campaigns")
        for line in lines:
            terminalreporter.write_line(line)
    for line in missing():
        terminalreporter.write_line(line, yellow=True)


class _ByFile(LoadScopeScheduling):
    """Workers take whole files, for their stores; one takes all files that are served or driven: one app, one Chromium;
    and one those of the house, which read all sources once.

    Of our own, because pytest 9.2 does not hear what xdist 3.8 says under ``--dist loadgroup``.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::")[0]
        if _is_served(file):
            return "served"
        return HOUSE if file.startswith(HOUSE) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> _ByFile:
    return _ByFile(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks what is served or driven. Its files come first, because they take longest; then those with slow tests, and
    notebooks, which would otherwise end the run one worker after the other.
    """
    either_store.leave_out_what_is_no_other_there(config, items)
    slow = set()
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        if "browser" in used:
            item.add_marker(pytest.mark.browser)
        if "store" in used:
            item.add_marker(pytest.mark.slow)
        if used & {"browser", "served"}:
            item.add_marker(pytest.mark.server)
            assert _is_served(_file(item)), f"{_file(item)} names no fixture in a way that SERVED finds"
        if either_store.SHARED and (about := item.get_closest_marker("folder_store")):
            item.add_marker(pytest.mark.skip(reason=f"about a folder store: {about.args[0]}"))
        if item.get_closest_marker("slow") or item.get_closest_marker("server") or _file(item).endswith(".ipynb"):
            slow.add(_file(item))
    items.sort(key=lambda item: (not _is_served(_file(item)), _file(item) not in slow))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What stands now stays to the end: half a million objects of tests and modules, which Python would otherwise go
    through again whenever it looks for what is no longer used.
    """
    gc.collect()
    gc.freeze()


def _file(item: pytest.Item) -> str:
    return item.nodeid.split("::")[0]


@cache
def _is_served(file: str) -> bool:
    """Whether a file uses the served app or a browser: by its text, since the scheduler has its name alone."""
    return file.endswith(".py") and bool(SERVED.search((ROOT / file).read_text("utf-8")))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Playwright's hold on Chromium, for the session. While it lives its thread has an event loop of its own."""
    path = needed("chromium")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        launched = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A visitor of its own: no cookie is shared with another test. It asks for little motion (``reader`` says why)."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Databases for stores that several processes share, on a server of this worker's own."""
    with databases_of_tests() as made, pytest.MonkeyPatch.context() as patched:
        from kpi.store.shared import connections

        patched.setattr(connections, "PATIENCE_SECONDS", 300.0)
        yield made


@pytest.fixture(scope="session", autouse=True)
def either_kind_of_store() -> Iterator[None]:
    with either_store.folders_are_shared_stores():
        yield


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """After its fixtures: their stores are closed."""
    if either_store.SHARED and (folder := getattr(item, "funcargs", {}).get("tmp_path")):
        either_store.drop_databases_below(folder)


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a demonstration store that nobody has open: to be read or copied, never to be changed."""
    folder = demonstrated_once(tmp_path_factory, first_notice().notice.id)
    made = content(folder)
    yield folder
    assert content(folder) == made, "a test has changed what every other worker copies"


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """``kpi serve --demo`` on a store of its own: where it answers, and the store's folder."""
    folder = tmp_path_factory.mktemp("served")
    port = _free_port()
    command = ["-m", "kpi", "serve", "--demo", "--store", str(folder / "store"), "--port", str(port)]
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen([sys.executable, *command], cwd=ROOT, stdout=out, stderr=out)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url, process, log)
            yield Served(url, folder / "store")
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    """One that is nobody else's until these tests end, over every kill and start: the socket that holds it stays bound
    and never listens. The kernel gives such a port to nobody, and refuses who connects to it; a program that is told
    this port binds it beside, as long as it reuses addresses, as servers do.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("", 0))
    HELD_PORTS.append(held)
    return int(held.getsockname()[1])


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until it is healthy. Filling the demonstration store takes seconds; four minutes are a fault, or a machine
    that does much else, as in the long form.
    """
    local = build_opener(ProxyHandler({}))  # a proxy of the machine has no business with a loopback address
    deadline = time.monotonic() + campaign.size(240, 300)
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with local.open(f"{url}/_stcore/health", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    pytest.fail("the app did not start:\n" + log.read_text("utf-8", "replace")[-3000:])
