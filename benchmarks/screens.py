"""How long each page is, and how much is read before its picture: ``python -m benchmarks.screens [SHOTS]``.

A demonstration store whose enterprise has locked the example, a server of its own, and every page of every role as it
opens, at 1440 x 900 and 390 x 844, in both languages. For each: the height in pixels, the visible text in all and above
the end of its first picture (Chinese characters, or English words), and where that picture ends. Exits with 1 where a
page misses an aim; ``SHOTS`` is a folder for the pictures of all screens.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.common.chromium import FLAGS
from benchmarks.common.ws_driver import HOST
from benchmarks.page import COOKIE, locked, serving
from kpi.access.roles import ROLE_PERMISSIONS
from kpi.model.language import Lang
from kpi.model.viewer import Role
from kpi.services.operation.authentication import SignedIn, sign_in, viewer_of
from kpi.services.operation.demonstration import demonstration_roles
from kpi.store.store import Store
from pages.session.context import PAGES, PageSpec
from tests.programs import found
from tests.services.submitting import say_no_conflict

TALLEST = 1800
"""Pixels at 1440 wide: two screens."""
FOLD = 900
MOST: dict[Lang, int] = {"zh": 600, "en": 280}
"""Characters or words above the end of the first picture."""
FORMS = frozenset(
    {
        "upload",
        "answers",
        "conditions",
        "document",
        "submission",
        "scores",
        "baseline_import",
        "policy",
        "audit",
        "notice",
        "condition_rulings",
    }
)
"""By title: a form, the trail, the notice's own text and policy with its words are as long as they are."""
ANSWERS = frozenset(
    {"home", "result", "way", "candidate", "compare", "coverage", "city_coverage", "benchmarks", "plan", "progress"}
)
"""By title: pages that answer, with a picture within the first screen."""
WIDTHS = ((1440, 900), (390, 844))
MEASURE = r"""lang => {
    const main = document.querySelector('[data-testid=stMain]');
    const pictures = [...main.querySelectorAll('.js-plotly-plot, [data-picture]')]
        .filter(one => one.checkVisibility() && one.getBoundingClientRect().height > 40);
    const scrolled = main.scrollTop;
    const ends = pictures.map(one => one.getBoundingClientRect().bottom + scrolled);
    const end = ends.length ? Math.min(...ends) : Infinity;
    const size = text => lang === 'zh' ? text.replace(/\s+/g, '').length : text.split(/\s+/).filter(one => one).length;
    let all = 0, above = 0;
    const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const within = texts.currentNode.parentElement;
        if (!within.checkVisibility() || within.closest('svg, style, script, .kpi-unseen')) continue;
        const range = document.createRange();
        range.selectNode(texts.currentNode);
        const place = range.getBoundingClientRect();
        if (place.width < 2) continue;
        const count = size(texts.currentNode.data);
        all += count;
        if (place.top + scrolled < end) above += count;
    }
    const block = document.querySelector('[data-testid=stMainBlockContainer]');
    return {height: Math.round(block.getBoundingClientRect().height), all, above,
            end: ends.length ? Math.round(end) : null, wide: document.documentElement.scrollWidth};
}"""
DRAWN = """() => document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-stale=true]') && !document.querySelector('[data-testid=stSkeleton]')
    && document.querySelector('[data-testid=stMain] h2')"""


@dataclass(frozen=True, slots=True)
class Screen:
    """One page as it opens: its height, its text in all and above its picture's end, and where that is."""

    role: Role
    page: PageSpec
    lang: Lang
    width: int
    height: int
    text: int
    above: int
    picture_ends: int | None

    @property
    def missed(self) -> list[str]:
        if self.width < WIDTHS[0][0]:
            return []
        answers = self.page.title in ANSWERS
        return [
            *["tall"] * (self.height > TALLEST and self.page.title not in FORMS),
            *["no picture"] * (answers and (self.picture_ends is None or self.picture_ends > FOLD)),
            *["wordy"] * (answers and self.above > MOST[self.lang]),
        ]


def main(shots: Path | None = None) -> bool:
    print("| role | page | language | width | height | text | above the picture's end | ends at | missed |")
    print("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | --- |")
    measured = []
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        store = Path(made) / "store"
        locked(store)
        tokens = _tokens(store)
        browser = playwright.chromium.launch(executable_path=found("chromium"), args=list(FLAGS))
        with serving(store) as port:
            for screen in _screens(browser, port, tokens, shots):
                measured.append(screen)
                ends = "" if screen.picture_ends is None else str(screen.picture_ends)
                said = [screen.role, screen.page.address, screen.lang, screen.width, screen.height, screen.text]
                said += [screen.above, ends, ", ".join(screen.missed)]
                print("| " + " | ".join(map(str, said)) + " |", flush=True)
        browser.close()
    missed = [screen for screen in measured if screen.missed]
    print(f"{len(measured)} screens, {len(missed)} miss an aim")
    return not missed


def _tokens(store: Path) -> dict[Role, str]:
    """A sign-in of each role; the reviewer has said of every candidate that there is no conflict of interest."""
    with Store.open(store) as opened:
        found_by_role: dict[Role, str] = {}
        for account in demonstration_roles():
            signed_in = sign_in(opened, account.name, account.password)
            assert isinstance(signed_in, SignedIn)
            found_by_role[account.role] = signed_in.token
        reviewer = viewer_of(opened, found_by_role["reviewer"])
        assert reviewer is not None
        say_no_conflict(opened, reviewer)
    return found_by_role


def _screens(browser: Browser, port: int, tokens: dict[Role, str], shots: Path | None) -> Iterator[Screen]:
    for role in get_args(Role):
        own = [page for page in PAGES if page.permission in ROLE_PERMISSIONS[role]]
        for width, tall in WIDTHS:
            with browser.new_context(viewport={"width": width, "height": tall}) as context:
                context.add_cookies([{"name": COOKIE, "value": tokens[role], "url": f"http://{HOST}:{port}"}])
                page = context.new_page()
                for lang in get_args(Lang):
                    for spec in own:
                        found_there = _measured(page, f"http://{HOST}:{port}/{spec.address}?lang={lang}", lang)
                        if shots is not None:
                            shots.mkdir(parents=True, exist_ok=True)
                            page.screenshot(path=str(shots / f"{role}-{spec.address}-{lang}-{width}.png"))
                        yield Screen(role, spec, lang, width, *found_there)


def _measured(page: Page, address: str, lang: Lang) -> tuple[int, int, int, int | None]:
    page.goto(address)
    page.wait_for_function(DRAWN, timeout=90_000)
    page.wait_for_timeout(700)
    page.wait_for_function(DRAWN, timeout=90_000)
    said: dict[str, Any] = page.evaluate(MEASURE, lang)
    return said["height"], said["all"], said["above"], said["end"]


if __name__ == "__main__":
    sys.exit(not main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
