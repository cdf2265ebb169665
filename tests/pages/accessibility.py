"""What axe-core finds on a page as it is drawn, in its own words. Its script comes with a package: no request."""

from __future__ import annotations

import re
from collections.abc import Iterator

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# A violation has its rule's impact: a rule that is neither serious nor critical is not run. Nor is it worked out by
# which selector each of a thousand elements could be found, a fifth of the search: what is reported is the element.
SERIOUS_FINDINGS = """async () => {
    const serious = ['serious', 'critical'];
    const lesser = axe._audit.rules.filter(rule => !serious.includes(rule.impact));
    const rules = Object.fromEntries(lesser.map(rule => [rule.id, {enabled: false}]));
    const found = (await axe.run({resultTypes: ['violations'], selectors: false, rules})).violations;
    return found.filter(one => serious.includes(one.impact));
}"""
UNREACHED = """() => [...document.querySelectorAll('a[href], button, input, textarea, select, summary')]
    .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.disabled && one.tabIndex < 0)
    .filter(one => !one.closest('[role=radiogroup], [role=menu], [role=listbox], [role=toolbar], [role=combobox]'))
    .filter(one => !one.closest('[data-testid=stFileUploader], [data-testid=stDataFrame], [data-testid=stSelectbox]'))
    .filter(one => !one.closest('[data-testid=stMultiSelect], [data-testid=stDateInput], [data-testid=stNumberInput]'))
    .map(one => one.outerHTML.slice(0, 160))"""
"""Groups that arrow keys move in have one stop, and so have the fields whose little buttons do what their keys do."""
TOOLTIPS = """() => [...document.querySelectorAll('[title], [placeholder]')].filter(one => one.checkVisibility())
    .flatMap(one => [one.title, one.placeholder]).filter(Boolean)"""
SHOWN = """() => !document.querySelector('[data-stale=true], [data-test-script-state=running]')
    && document.getAnimations().every(one => !(one instanceof CSSTransition) || one.playState !== 'running')"""
CHINESE = re.compile("[\u3400-\u9fff]")
ENGLISH = re.compile("[A-Za-z]{3,}")
NO_ENGLISH = re.compile(
    r"\b(Word|Excel|PDF|CSV|XLSX|DOCX|SVG|PNG|HTML|SHA-256|English|Chrome|Linux|illustrative-2025"
    r"|duibiao|demonstration|demo-applications\.csv|2025-[a-z]+-[a-z_]+-\d"
    r"|(demo-)?(enterprise|reviewer[23]?|leader|administrator)|[0-9a-f]{12,64})\b|\[[a-z]+(=\w+)?\]"
    r"|\d{4}-\d{2}-\d{2} \d{2}:\d{2} · .*|Ctrl \+ K"
)
"""Formats, browsers, keys, names of the demonstration's own, where somebody signed in; how the tree writes a state."""
OURS = re.compile("- (table|grid|heading|/url)\\b")
FOCUSED = """() => {
    const one = document.activeElement, place = one.getBoundingClientRect();
    // Of a choice or a tick the label is drawn, and the input that has the focus is hidden.
    const look = getComputedStyle(one.matches('[type=radio], [type=checkbox]') ? one.closest('label') ?? one : one);
    const around = one.closest('[data-baseweb]') ?? one;
    const marked = [look.outlineStyle, look.boxShadow, getComputedStyle(around).boxShadow].some(one => one !== 'none');
    const seen = place.right > 0 && place.left < innerWidth && marked;
    return [one.tagName, one.textContent.trim().slice(0, 40), one === document.body || seen];
}"""


def out_of_keys_reach(page: Page) -> list[str]:
    """Controls that the Tab key passes by."""
    found: list[str] = page.evaluate(UNREACHED)
    return found


def english_said(page: Page) -> list[str]:
    """What a Chinese page shows or announces in English: lines of the accessibility tree and tooltips without Chinese.

    Names of formats and accounts are no English. Tables and headings are ours and hold data, whose words are read from
    the texts (``test_language``).
    """
    announced = [
        re.sub(r"^- /?[a-z]+:? ?", "", table) for table in _outside_tables(page.locator("body").aria_snapshot())
    ]
    found = [*announced, *page.evaluate(TOOLTIPS)]
    return [
        item for item in dict.fromkeys(found) if ENGLISH.search(NO_ENGLISH.sub("", item)) and not CHINESE.search(item)
    ]


def _outside_tables(tree: str) -> Iterator[str]:
    """The lines of a tree, without tables, headings, addresses and what lies within them."""
    within: int | None = None
    for line in tree.splitlines():
        depth = len(line) - len(line.lstrip())
        if within is not None and depth > within:
            continue
        within = depth if OURS.match(line.strip()) else None
        if within is None:
            yield line.strip()


def unseen_focus(page: Page, steps: int) -> list[str]:
    """Where the first so many presses of Tab lead without its being seen."""
    unseen = []
    for _ in range(steps):
        page.keyboard.press("Tab")
        tag, words, seen = page.evaluate(FOCUSED)
        unseen += [] if seen else [f"{tag} {words}"]
    return unseen


def wait_until_shown(page: Page) -> None:
    """Until nothing of the page is about to be drawn again, nor fades."""
    page.wait_for_function(SHOWN)


def serious_findings(page: Page) -> list[str]:
    """Each rule broken, with how often and the first place; empty where all may use the page.

    What is about to be drawn again fades meanwhile, and nothing is judged by its colours then: a run of the page that
    begins during the search is waited for, and the page searched again.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    wait_until_shown(page)
    found = page.evaluate(SERIOUS_FINDINGS)
    if found:
        page.wait_for_timeout(1000)
        wait_until_shown(page)
        found = page.evaluate(SERIOUS_FINDINGS)
    return [f"{item['id']}: {len(item['nodes'])} times, first {item['nodes'][0]['html'][:200]}" for item in found]
