"""A file that an uploader does not take: the reason stands beside its name, in the reader's language."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from kpi.model.language import Lang
from tests.conftest import Served
from tests.pages.browser_actions import reader

pytestmark = pytest.mark.campaign


@pytest.mark.parametrize(("lang", "width", "scheme"), [("zh", 1440, "light"), ("en", 390, "dark")])
def test_the_reason_is_to_be_seen(browser: Browser, served: Served, lang: Lang, width: int, scheme: str) -> None:
    walker = reader(browser, served.url, lang, width, scheme)
    walker.begin_as("enterprise", at="document")
    sent = {"name": "report.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    walker.page.set_input_files("input[type=file]", sent)
    reason = walker.page.locator("[data-testid=stFileChip] [role=alert]").first
    expect(reason).to_contain_text(walker.words("framework.not_allowed", what="application/pdf"))
    box = reason.bounding_box()
    assert box is not None
    assert box["width"] > 100
    assert box["height"] > 10
    assert walker.overflow() <= 0
    walker.shoot("refused-file")
    walker.context.close()
