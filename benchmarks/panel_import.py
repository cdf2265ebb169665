"""A large panel brought in through the page, and the result page beside it: ``python -m benchmarks.panel_import``.

A demonstration store of its own, a server of its own, a real browser for the administrator, and two visitors of an
enterprise who speak the browser's protocol and think a second between clicks. Asked of it: does progress move, how long
does each part take, and what does the result page take meanwhile. ``--enterprises`` is 50,000 unless stated.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import numpy as np
from playwright.sync_api import Page, sync_playwright

from benchmarks.common.ws_driver import HOST, Visit, drive
from benchmarks.intake import credit_code
from benchmarks.page import COOKIE, DRAWS, PAGE, locked, serving
from kpi import tables
from kpi.catalogue.catalogue import catalogue
from kpi.i18n import text
from kpi.store.store import Store
from tests.programs import found

LONGEST = 1_500
"""Seconds for one part, on a machine that others share."""
NAME = "large"


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--enterprises", type=int, default=50_000)
    enterprises = asked.parse_args().enterprises
    with tempfile.TemporaryDirectory() as folder:
        store, panel = Path(folder) / "store", Path(folder) / "panel.csv"
        write_panel(panel, enterprises)
        cookie = f"{COOKIE}={locked(store)}"
        with serving(store) as port:
            print(f"{enterprises:,} enterprises, {panel.stat().st_size / 1e6:.1f} MB; load {_load()}", flush=True)
            visit = Visit(port, PAGE, cookie, DRAWS, reruns=20, think=1.0)
            print(_said("result page before", drive(visit, visitors=2).reruns), flush=True)
            _bring_in(port, panel, visit)
        with Store.open_to_read(store) as opened, opened.cursor() as cursor:
            print(f"frozen: {len(tables.baselines.cells(cursor, NAME))} cells; load {_load()}")


def write_panel(path: Path, enterprises: int) -> None:
    """Invented values: 5 % missing, 2 % in groups of three; whole numbers where the KPI counts."""
    random, known = np.random.default_rng(7), catalogue()
    kpis = known.kpis
    head = [name for kpi in kpis for name in ([kpi.code, f"{kpi.code}_basis"] if kpi.bases else [kpi.code])]
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["credit_code", "group", "industry", "body", *head])
        for number in range(enterprises):
            row = [
                credit_code(number),
                f"集团{number // 3}（虚构）" if random.random() < 0.02 else "",
                known.industries[int(random.integers(len(known.industries)))].name.zh,
                known.bodies[int(random.integers(len(known.bodies)))].name.zh,
            ]
            for kpi in kpis:
                value = (
                    "" if random.random() < 0.05 else str(round(float(random.uniform(2, 60)), 0 if kpi.whole else 1))
                )
                row += [value, "relative" if value else ""] if kpi.bases else [value]
            lines.writerow(row)


def _bring_in(port: int, panel: Path, visit: Visit) -> None:
    chromium = found("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(120_000)
        page.goto(f"http://{HOST}:{port}/?lang=zh")
        page.fill("#kpi-account", "administrator")
        page.fill("#kpi-password", "demo-administrator")
        page.keyboard.press("Enter")
        page.locator(".st-key-reader").wait_for()
        page.goto(f"http://{HOST}:{port}/baseline-import?lang=zh")
        page.locator("input[type=file]").first.set_input_files(str(panel))
        page.locator("[data-testid=stSelectbox]", has_text=_word("provenance")).first.locator("input").click()
        page.get_by_role("option", name=text("page.provenance.illustrative", "zh")).click()
        page.get_by_role("button", name=_word("preview")).click()
        _beside("preview", page, visit, _word("freeze"))
        for label, words in (("name", NAME), ("source", "演示（虚构）")):
            page.get_by_role("textbox", name=_word(label)).first.fill(words)
            page.keyboard.press("Enter")
        page.locator("[data-testid=stCheckbox] label").last.click()
        page.get_by_role("button", name=_word("freeze"), exact=True).click()
        _beside("freezing", page, visit, _word("to_baselines"))
        browser.close()


def _beside(what: str, page: Page, visit: Visit, ends_with: str) -> None:
    """Until that text is there: how often the bar moved, and the result page meanwhile."""
    ended, begun = Event(), time.monotonic()
    seen: list[str] = []
    bar = page.locator("[data-testid=stProgress]")
    with ThreadPoolExecutor(1) as other:
        meanwhile = other.submit(_visits, visit, ended)
        try:
            while not page.get_by_text(ends_with, exact=True).count():
                if time.monotonic() - begun > LONGEST:
                    raise TimeoutError(what)
                said = bar.first.inner_text() if bar.count() else ""
                if said and said not in seen:
                    seen.append(said)
                page.wait_for_timeout(500)
        finally:
            ended.set()
        took = time.monotonic() - begun
        print(f"{what}: {took:.0f} s, the bar moved {len(seen)} times; load {_load()}", flush=True)
        print(_said(f"result page beside the {what}", meanwhile.result()), flush=True)


def _visits(visit: Visit, ended: Event) -> list[float]:
    seconds: list[float] = []
    while not ended.is_set():
        seconds += drive(Visit(visit.port, visit.page, visit.cookie, visit.draws, reruns=5, think=1.0), 2).reruns
    return seconds


def _word(key: str) -> str:
    return text(f"page.baseline_import.{key}", "zh")


def _said(name: str, seconds: list[float]) -> str:
    centiles = statistics.quantiles(seconds, n=20, method="inclusive")
    middle = statistics.median(seconds)
    return f"{name}: {len(seconds)} reruns, p50 {middle * 1000:.0f} ms, p95 {centiles[18] * 1000:.0f} ms"


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


if __name__ == "__main__":
    main()
