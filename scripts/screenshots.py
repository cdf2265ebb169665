"""The pictures of README and guides, drawn again from a fresh demonstration: ``make screenshots``."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from playwright.sync_api import Page, sync_playwright

from kpi import tables
from kpi.intake.settings import sample
from kpi.services.enterprise.before_lock import lock_outlook
from kpi.services.enterprise.lock import lock_application
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.demonstration import ensure_demonstration
from kpi.store.store import Store
from tests.programs import found
from tests.services.submitting import say_no_conflict

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
PICTURES = {
    "enterprise-home": ("enterprise", "enterprise-home"),
    "enterprise-result": ("enterprise", "result"),
    "reviewer-home": ("reviewer", "reviewer-home"),
    "reviewer-compare": ("reviewer", "compare"),
    "leader-coverage": ("leader", "coverage"),
    "administrator-home": ("administrator", "administrator-home"),
}
PORT, WIDTH, HEIGHT = 8598, 1440, 900
STARTS_WITHIN_SECONDS, PAGE_MILLISECONDS = 90, 60_000
READY = """() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
    && document.querySelector('.st-key-frame') && !document.querySelector('[data-testid=stSkeleton]')"""


def main() -> None:
    chromium = found("chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        _lock_example(Path(folder))
        command = ["-m", "kpi", "serve", "--demo", "--store", folder, "--port", str(PORT)]
        server = subprocess.Popen([sys.executable, *command], cwd=ROOT)
        try:
            _wait()
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for name, (role, address) in PICTURES.items():
                for lang in ("zh", "en"):
                    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
                    _sign_in(page, role, lang)
                    _open(page, address, lang)
                    page.screenshot(path=IMAGES / f"{name}-{lang}.png")
                    page.context.close()
        finally:
            server.terminate()
            server.wait(30)


def _lock_example(folder: Path) -> None:
    """The demonstration's enterprise has a result to show; its reviewer has no conflict with any candidate."""
    with Store.open(folder) as store:
        ensure_demonstration(store)
        with store.cursor() as cursor:
            account = tables.accounts.account_named(cursor, "enterprise")
            reviewer = tables.accounts.account_named(cursor, "reviewer")
        if account is None or reviewer is None:
            raise SystemExit("The demonstration lacks an enterprise or a reviewer.")
        received = receive_file(store, account.viewer, "example.xlsx", sample("example"))
        application = accept_application(store, account.viewer, received)
        seen = lock_outlook(store, account.viewer, application.credit_code, application.year).points
        lock_application(store, account.viewer, application.credit_code, application.year, seen)
        say_no_conflict(store, reviewer.viewer)


def _wait() -> None:
    ask = build_opener(ProxyHandler({})).open
    for _ in range(STARTS_WITHIN_SECONDS):
        try:
            ask(f"http://127.0.0.1:{PORT}/livez", timeout=5)
        except (URLError, OSError):
            time.sleep(1)
        else:
            return
    raise SystemExit("The demonstration did not start.")


def _sign_in(page: Page, role: str, lang: str) -> None:
    page.goto(f"http://127.0.0.1:{PORT}/?lang={lang}")
    page.locator("#kpi-account").wait_for(timeout=PAGE_MILLISECONDS)
    page.fill("#kpi-account", role)
    page.fill("#kpi-password", f"demo-{role}")
    page.locator("#kpi-password").press("Enter")
    page.locator(".st-key-reader").first.wait_for(timeout=PAGE_MILLISECONDS)


def _open(page: Page, address: str, lang: str) -> None:
    page.goto(f"http://127.0.0.1:{PORT}/{address}?lang={lang}")
    page.wait_for_function(READY, timeout=PAGE_MILLISECONDS)
    page.wait_for_timeout(2500)


if __name__ == "__main__":
    main()
