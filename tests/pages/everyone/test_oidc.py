"""Signing in at another provider: it says who somebody is, this store says what that somebody may."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from kpi.i18n import text
from kpi.model.viewer import console_actor
from kpi.services.administrator.accounts import NewAccount, add_account
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.store import Store
from tests.cli.command_line import ROOT
from tests.conftest import _free_port
from tests.pages.identity_provider import CLIENT, CLIENT_SECRET
from tests.pages.websocket_client import get

pytestmark = pytest.mark.campaign

SUBJECT, NAME, LATER = "248289761001", "演示评审员（虚构）", 60_000


@contextmanager
def _running(command: list[str], ready: str, log: Path, **environment: str) -> Iterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, stdout=out, stderr=out, env=os.environ | environment
        )
        try:
            deadline = time.monotonic() + 240
            while time.monotonic() < deadline and process.poll() is None:
                try:
                    get(ready)
                    break
                except (URLError, OSError):
                    time.sleep(0.2)
            else:
                pytest.fail(f"did not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")
            yield
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app on a real store, with the provider that vouches for one reviewer; where it answers."""
    folder = tmp_path_factory.mktemp("elsewhere")
    port, provider = _free_port(), _free_port()
    issuer, url = f"http://127.0.0.1:{provider}", f"http://127.0.0.1:{port}"
    with Store.open(folder / "store") as store:
        ensure_baseline(store)
        known = NewAccount("zhang", NAME, "reviewer", ("高端装备",), (issuer, SUBJECT))
        add_account(store, console_actor("test"), known)
    secrets = folder / "secrets.toml"
    secrets.write_text(
        f"""[auth]
redirect_uri = "{url}/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "{CLIENT}"
client_secret = "{CLIENT_SECRET}"
server_metadata_url = "{issuer}/.well-known/openid-configuration"
""",
        "utf-8",
    )
    with (
        _running(
            ["-m", "tests.pages.identity_provider", str(provider), SUBJECT], f"{issuer}/keys", folder / "provider.log"
        ),
        _running(
            ["-m", "kpi", "serve", "--store", str(folder / "store"), "--port", str(port)],
            f"{url}/_stcore/health",
            folder / "app.log",
            STREAMLIT_SECRETS_FILES=str(secrets),
            KPI_TEST_AHEAD="0",  # the provider's tokens are believed by the machine's clock
        ),
    ):
        yield url


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    yield made
    made.close()


def _signed_in(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name=text("page.elsewhere.sign_in", "zh")).click(timeout=LATER)
    expect(_account(page)).to_be_visible(timeout=LATER)


def _account(page: Page) -> Locator:
    """The menu of whoever is signed in: by the name the store knows."""
    return page.get_by_role("button", name=NAME, exact=True)


def test_who_the_provider_vouches_for_is_in_with_the_role_of_this_store_and_out_when_ended(
    app: str, context: BrowserContext, browser: Browser
) -> None:
    page = context.new_page()
    _signed_in(page, app)
    expect(page.get_by_role("heading", name=text("page.title.home", "zh"), exact=True)).to_be_visible(timeout=LATER)
    page.reload()
    expect(_account(page)).to_be_visible(timeout=LATER)

    copied = browser.new_context(locale="zh-CN")
    copied.add_cookies(context.cookies())
    other = copied.new_page()
    other.goto(app)
    expect(_account(other)).to_be_visible(timeout=LATER)

    _account(page).click()
    page.get_by_role("button", name=text("page.sign_out", "zh")).click(timeout=LATER)
    expect(page.locator("#kpi-password")).to_be_visible(timeout=LATER)
    other.reload()
    expect(other.locator("#kpi-password")).to_be_visible(timeout=LATER)
    expect(other.get_by_text(text("page.elsewhere.unknown", "zh"))).to_be_visible(timeout=LATER)
    copied.close()
