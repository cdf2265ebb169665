"""What the whole suite shares: a real Chromium, and the demonstration really served."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests import campaign
from tests.shortcuts import attacked_once, cheap_passwords

__all__ = ["attacked_once", "cheap_passwords"]

ROOT = Path(__file__).resolve().parents[1]

# Quiet and offline: a browser that updates itself would reach out while a test proves that nothing does.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Served(NamedTuple):
    url: str
    store: Path


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        campaign.begin()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the campaigns tried, at the end of the run: of the whole run, not of a worker's part of it."""
    if hasattr(terminalreporter.config, "workerinput"):
        return
    if lines := campaign.told():
        terminalreporter.section("campaigns")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Workers take whole files, for their stores; one takes all that is served or driven: one app, one Chromium.

    What is served comes first, because it takes longest, and within a file the order stays: see ``--dist loadgroup``.
    """
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        driven = bool(used & {"browser", "served"})
        item.add_marker(pytest.mark.xdist_group("served" if driven else item.nodeid.split("::")[0]))
        if "browser" in used:
            item.add_marker(pytest.mark.browser)
        if driven:
            item.add_marker(pytest.mark.server)
    items.sort(key=lambda item: (not item.get_closest_marker("server"), not item.get_closest_marker("slow")))


def chromium() -> str | None:
    """The browser named by CHROMIUM, else the first that the system has and that a test can drive."""
    command = ["sh", str(ROOT / "scripts" / "browser.sh"), "--find"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Playwright's hold on Chromium, for the session. While it lives its thread has an event loop of its own."""
    path = chromium()
    if path is None:
        told = "no Chromium that a test can drive: install one, or name it in CHROMIUM (see scripts/browser.sh)"
        pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A visitor of its own: no cookie is shared with another test."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until it is healthy. Filling the demonstration store takes seconds; a minute and a half is a fault."""
    local = build_opener(ProxyHandler({}))  # a proxy of the machine has no business with a loopback address
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with local.open(f"{url}/_stcore/health", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    pytest.fail("the app did not start:\n" + log.read_text("utf-8", "replace")[-3000:])
