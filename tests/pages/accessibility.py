"""What axe-core finds on a page as it is drawn, in its own words. Its script comes with a package: no request."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SERIOUS = ("serious", "critical")
VIOLATIONS_ONLY = {"resultTypes": ["violations"]}


def serious_findings(page: Page) -> list[str]:
    """Each rule broken, with how often and the first place; empty where all may use the page."""
    found = Axe().run(page, options=VIOLATIONS_ONLY).response["violations"]
    return [
        f"{one['id']}: {len(one['nodes'])} times, first {one['nodes'][0]['html'][:200]}"
        for one in found
        if one["impact"] in SERIOUS
    ]
