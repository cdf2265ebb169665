"""From ``kpi serve`` to the first page drawn in a browser: ``python -m benchmarks.first_visitor [RUNS [CHECKOUT]]``.

A demonstration store of its own, a server of its own for each run, and a Chromium that is open already with nothing in
its cache and asks as soon as somebody listens at the port. Two visitors, each the first of its server: one who is
signed in and is shown its locked result, and one who is shown the sign-in. Beside them the first visitors of two apps
of Streamlit alone, one that says a word and one that shows a picture of Plotly: what no app on it is faster than.

``CHECKOUT`` is another state of the project that opens the same store: its server and this one's take turns.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.common.chromium import FLAGS
from benchmarks.common.ws_driver import HOST
from benchmarks.page import COOKIE, ROOT, free_port, locked
from tests.programs import found

RUNS = 5
ENDED = "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
PICTURE = f"() => document.querySelector('.stPlotlyChart svg.main-svg') && {ENDED}"
WORD = "() => document.querySelector('[data-testid=stText]')"
OURS = {
    "its result": ("result?lang=zh", f"() => document.querySelector('.st-key-wide .stPlotlyChart svg') && {ENDED}"),
    "the sign-in": ("?lang=zh", "() => document.querySelector('#kpi-account')"),
}
"""The address, and what says that the page is there: its picture and the end of its run, or the field to fill in."""
STREAMLITS = {
    "a word, by Streamlit alone": ("st.text('word')", WORD),
    "a picture, by Streamlit alone": (
        "import plotly.graph_objects as go\nst.plotly_chart(go.Figure(go.Bar(y=[1])))",
        PICTURE,
    ),
}


def main(runs: int = RUNS, checkout: Path = ROOT) -> None:
    print(f"load before: {os.getloadavg()[0]:.2f} of {os.cpu_count()} cores; medians of {runs}, shortest to longest")
    print("| the first visitor is shown | first answer | page drawn |")
    print("| --- | ---: | ---: |")
    chromium = found("chromium")
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        store = Path(made) / "store"
        token = locked(store)
        serve = [sys.executable, "-m", "kpi", "serve", "--demo", "--store", str(store), "--port"]
        states = {f", by {folder.name}": folder for folder in dict.fromkeys((checkout, ROOT))}
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for name, (address, drawn) in OURS.items():
            cookie = token if name == "its result" else ""
            turns = [
                {state: _first(browser, serve, address, cookie, drawn, folder) for state, folder in states.items()}
                for _ in range(runs)
            ]
            for state in states:
                _show(f"{name}{state if len(states) > 1 else ''}", [turn[state] for turn in turns])
        for name, (says, drawn) in STREAMLITS.items():
            app = Path(made) / "app.py"
            app.write_text(f"import streamlit as st\n{says}\n", "utf-8")
            run = [sys.executable, "-m", "streamlit", "run", str(app), "--server.port"]
            _show(name, [_first(browser, run, "", "", drawn) for _ in range(runs)])
        browser.close()
    print(f"load after: {os.getloadavg()[0]:.2f}")


def _first(
    browser: Browser, serve: list[str], address: str, token: str, drawn: str, checkout: Path = ROOT
) -> tuple[float, float]:
    """Seconds from the start of a server until it answers this browser, and until the page is drawn."""
    port = free_port()
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        if token:
            context.add_cookies([{"name": COOKIE, "value": token, "url": f"http://{HOST}:{port}"}])
        page = context.new_page()
        begun = time.perf_counter()
        call = [*serve, str(port)]
        server = subprocess.Popen(call, cwd=checkout, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _until_listening(port)
            page.goto(f"http://{HOST}:{port}/{address}", wait_until="commit")
            answered = time.perf_counter() - begun
            page.wait_for_function(drawn, timeout=60_000)
            return answered, time.perf_counter() - begun
        finally:
            server.terminate()
            server.wait(timeout=20)


def _until_listening(port: int) -> None:
    """Without the browser, whose page of an error takes more of the machine than the server that it waits for."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.02)
    raise TimeoutError(f"nobody listens at {port}")


def _show(name: str, taken: list[tuple[float, float]]) -> None:
    print("| " + " | ".join([name, *map(_said, zip(*taken, strict=True))]) + " |", flush=True)


def _said(seconds: tuple[float, ...]) -> str:
    return f"{statistics.median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f})"


if __name__ == "__main__":
    asked = sys.argv[1:]
    main(int(asked[0]) if asked else RUNS, Path(asked[1]).resolve() if len(asked) > 1 else ROOT)
