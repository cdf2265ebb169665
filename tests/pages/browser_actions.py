"""A reader with a real browser: what it asked for, what went wrong in it, and waiting until a page has been said."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from kpi.i18n import text
from kpi.model.language import Lang
from tests.campaign import LONG
from tests.pages.app_runs import BY_ADDRESS, ROOT
from tests.server.http_client import FORM, sign_in_form

SHOTS = ROOT / "test-results" / "walk"
PICTURES = LONG or os.environ.get("KPI_SHOTS") == "1"
# Milliseconds: a page; the first one of a fresh process, and a verdict being decided. A machine that others use takes
# its time: how long a page takes is for benchmarks.
SOON, LATER = 30_000, 90_000

SETTLED = """() => !runOwed()
    && document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-testid=stMain] [data-testid=stSkeleton]')
    && [...document.querySelectorAll('.stPlotlyChart')].every(chart => chart.querySelector('svg.main-svg'))"""
GO_ON = "link => { history.pushState({}, '', link); dispatchEvent(new PopStateEvent('popstate')); }"
BROKEN_DAYS = r"""() => {
    const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode;
        if (!text.parentElement.checkVisibility()) continue;
        for (const day of text.data.matchAll(/(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])/g)) {
            const range = document.createRange();
            range.setStart(text, day.index);
            range.setEnd(text, day.index + day[0].length);
            const lines = new Set([...range.getClientRects()].filter(one => one.width).map(one => Math.round(one.top)));
            if (lines.size > 1) found.push(text.data);
        }
    }
    return found;
}"""


LONE_CHARACTERS = r"""() => {
    const found = [];
    for (const block of document.querySelectorAll('[data-testid=stMain] :is(p, li, td, th)')) {
        if (!block.checkVisibility()) continue;
        const lines = {}, texts = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            for (let at = 0; at < texts.currentNode.data.length; at++) {
                const range = document.createRange();
                range.setStart(texts.currentNode, at);
                range.setEnd(texts.currentNode, at + 1);
                const place = range.getBoundingClientRect(), line = Math.round(place.bottom / 6);
                if (place.width) lines[line] = (lines[line] ?? '') + texts.currentNode.data[at];
            }
        }
        const said = Object.values(lines).map(one => one.trim().replace(/[，。；：、]$/, '')).filter(one => one);
        if (said.length > 1 && said.some(one => [...one].length === 1)) found.push(said.join(' | '));
    }
    return found;
}"""

# What the browser refuses for the policy in the headers is reported; Streamlit's arithmetic of large numbers tries
# WebAssembly first, and does without.
WATCH = """document.addEventListener('securitypolicyviolation', violation => {
    const refused = `${violation.effectiveDirective} ${violation.blockedURI} ${violation.sourceFile}`;
    if (!refused.startsWith('script-src wasm-eval')) report(refused);
})"""

# Whether a run is owed or under way is told by what goes over the socket: a run is asked for in the moment of the
# press, and what the page says of itself follows later, or not at all of a short run. A run that ends early is followed
# by another at once. What a page asks for by the clock is nobody's press, and the server may leave it unanswered. What
# the last message says is drawn in the tasks that it leaves behind, before the timer.
RUNS = """((NEW_SESSION, FINISHED, EARLY, RERUN, BY_CLOCK) => {
    function* fields(bytes) {
        let at = 0;
        const number = () => {
            for (let sum = 0, unit = 1; ; unit *= 128) {
                const byte = bytes[at++];
                sum += (byte % 128) * unit;
                if (byte < 128) return sum;
            }
        };
        while (at < bytes.length) {
            const tag = number(), value = number(), text = tag % 8 === 2;
            yield [tag >> 3, text ? bytes.subarray(at, at + value) : value];
            if (text) at += value;
        }
    }
    const read = message => new Map(fields(new Uint8Array(message)));
    let asked = 0, begun = 0, running = false, ending;
    window.runOwed = () => running || begun < asked;
    window.WebSocket = class extends WebSocket {
        constructor(...place) {
            super(...place);
            [asked, begun, running] = [0, 0, false];
            this.addEventListener('message', ({ data }) => {
                const said = read(data), end = said.get(FINISHED);
                if (said.has(NEW_SESSION)) {
                    clearTimeout(ending);
                    [begun, running] = [asked, true];
                } else if (end !== undefined && end !== EARLY) {
                    ending = setTimeout(() => { running = false; });
                }
            });
        }
        send(data) {
            const run = read(data).get(RERUN);
            if (run && !read(run).get(BY_CLOCK)) asked++;
            super.send(data);
        }
    };
})""" + str(
    (
        ForwardMsg.NEW_SESSION_FIELD_NUMBER,
        ForwardMsg.SCRIPT_FINISHED_FIELD_NUMBER,
        ForwardMsg.FINISHED_EARLY_FOR_RERUN,
        BackMsg.RERUN_SCRIPT_FIELD_NUMBER,
        ClientState.IS_AUTO_RERUN_FIELD_NUMBER,
    )
)


@dataclass(slots=True)
class Reader:
    """One visitor. ``outside``, ``refused`` by the policy, and ``errors`` fill up as it walks."""

    context: BrowserContext
    page: Page
    url: str
    lang: Lang
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def words(self, key: str, **params: object) -> str:
        return text(f"page.{key}", self.lang, **params)

    def sign_in(self, account: str, password: str = "") -> None:
        """By the form. ``password`` is a demonstration account's own unless given."""
        self.page.goto(f"{self.url}/?lang={self.lang}")
        self.page.locator("#kpi-account").wait_for(timeout=LATER)
        self.page.fill("#kpi-account", account)
        self.page.fill("#kpi-password", password or f"demo-{account}")
        self.page.click(".kpi-form button")
        expect(self.page.locator(".st-key-reader")).to_be_visible(timeout=LATER)
        self.settle()

    def begin_as(self, account: str, password: str = "", at: str = "", query: str = "") -> None:
        """Signed in by the request that the form sends, and on the page ``at``, or the first one. Neither the sign-in
        page is loaded, nor any other before: each costs as much as three that are gone on to.
        """
        self.enter_as(account, password)
        if at:
            self.open(at, query)
            return
        self.page.goto(f"{self.url}/?lang={self.lang}")
        expect(self.page.locator(".st-key-reader")).to_be_visible(timeout=LATER)
        self.settle()

    def enter_as(self, account: str, password: str = "") -> None:
        """Signed in by the request that the form sends, on no page."""
        filled = sign_in_form(self.url, account, password)
        sent = self.context.request.post(
            f"{self.url}/account/sign-in", data=filled, headers=dict(FORM), max_redirects=0
        )
        assert sent.status == 303

    def open(self, address: str, query: str = "") -> None:
        """Load the page by its address."""
        self.page.goto(self._link(address, query))
        self._arrive(address)

    def go_on(self, address: str, query: str = "") -> None:
        """Go to the page as by a link or the browser's own buttons: without loading the app again, which is three
        quarters of the work of opening a page. From this very page there is no such way.
        """
        assert urlsplit(self.page.url).path != f"/{address}"
        self.page.evaluate(GO_ON, self._link(address, query))
        self._arrive(address)
        expect(self.page.locator("[data-stale=true]")).to_have_count(0, timeout=LATER)

    def _link(self, address: str, query: str) -> str:
        return f"{self.url}/{address}?lang={self.lang}{query}"

    def _arrive(self, address: str) -> None:
        title = self.words(f"title.{BY_ADDRESS[address].title}")
        expect(self.page.get_by_role("heading", name=title, exact=True, level=2)).to_be_visible(timeout=LATER)
        self.settle()

    def settle(self) -> None:
        """Until every run that was asked for has ended and what it sent is drawn: the browser fetches the code of each
        kind of element when the first of them comes, and shows a grey bar until then. The sign-in is the server's own
        page, and no run's.
        """
        if not self.page.locator("#root").count():
            return
        self.page.wait_for_function(SETTLED, timeout=LATER)

    def press(self, place: Locator) -> None:
        self.settle()  # what is still being drawn moves what is pressed
        place.click(timeout=LATER)
        self.settle()

    def enter(self, field: Locator, words: str) -> None:
        """A field tells the page what it holds once it is left."""
        field.fill(words)
        field.blur()
        self.settle()

    def switch_on(self, label: str) -> None:
        """Press the switch or the box of this label until it is on: what is opening moves it from below a click."""
        pressed = self.page.get_by_role("switch", name=label, exact=True)
        pressed = pressed.or_(self.page.get_by_role("checkbox", name=label, exact=True)).last
        for _ in range(3):
            pressed.locator("xpath=ancestor::label").click()
            with suppress(AssertionError):
                expect(pressed).to_be_checked(timeout=SOON // 10)
                return
        expect(pressed).to_be_checked(timeout=SOON)

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))

    def cut_off(self) -> list[str]:
        """Texts that end in an ellipsis because there is no room for the rest."""
        found: list[str] = self.page.evaluate(
            """[...document.querySelectorAll('[data-testid=stMain] *')]
               .filter(one => getComputedStyle(one).textOverflow === 'ellipsis' && one.scrollWidth > one.clientWidth)
               .map(one => one.textContent).filter(text => text.trim())"""
        )
        return found

    def broken_days(self) -> list[str]:
        """Texts in which a date ends on another line than it begins."""
        found: list[str] = self.page.evaluate(BROKEN_DAYS)
        return found

    def lone_characters(self) -> list[str]:
        """Texts of several lines of which one is a single character, with or without a mark after it."""
        found: list[str] = self.page.evaluate(LONE_CHARACTERS)
        return found

    def shoot(self, name: str) -> None:
        """The whole page as a picture, for people to look at: in the campaign, or where KPI_SHOTS=1 asks for it."""
        if not PICTURES:
            return
        width, height = self.page.viewport_size["width"], self.page.viewport_size["height"]
        # The sign-in is a page of the server's own, without Streamlit's frame.
        whole = self.page.evaluate(
            "(document.querySelector('[data-testid=stMain]') ?? document.documentElement).scrollHeight"
        )
        self.page.set_viewport_size({"width": width, "height": max(height, min(int(whole), 6000))})
        self.page.screenshot(path=SHOTS / f"{name}-{width}-{self.lang}.png")
        self.page.set_viewport_size({"width": width, "height": height})


def chosen_for(walker: Reader, label: str) -> Locator:
    """The field of a list of options: its value is what was chosen, which the text around it does not say."""
    return walker.page.locator("[data-testid=stSelectbox]", has_text=label).first.locator("input")


def reader(
    browser: Browser, url: str, lang: Lang = "zh", width: int = 1440, scheme: str = "light", moving: bool = LONG
) -> Reader:
    """A visitor of its own; close its context at the end.

    It asks for little motion, as people do to whom it does harm: the grey bars that pulse until a page is there cost
    the machine more than the page where it is busy, for they are drawn sixty times a second. In dark colours everything
    moves in the campaign, and where ``moving`` asks for it.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="no-preference" if moving and scheme == "dark" else "reduce",
        locale="zh-CN" if lang == "zh" else "en-GB",
    )
    context.add_init_script(RUNS)
    page = context.new_page()
    found = Reader(context, page, url, lang)
    page.expose_function("report", lambda refused: found.refused.append(refused))
    page.add_init_script(WATCH)
    page.on("console", lambda message: found.errors.extend(_error(message)))
    page.on("pageerror", lambda error: found.errors.append(str(error)))
    page.on("request", lambda request: found.outside.extend(_outside(request.url, url)))
    page.on("websocket", lambda socket: found.outside.extend(_outside(socket.url.replace("ws:", "http:"), url)))
    return found


def _error(message: ConsoleMessage) -> list[str]:
    return [f"{message.text} {message.location.get('url', '')}"] if message.type == "error" else []


def _outside(asked: str, own: str) -> list[str]:
    return [] if asked.startswith((f"{own}/", "data:", "blob:")) else [asked]


class Presses:
    """Counts every press and every choice."""

    def __init__(self, walker: Reader) -> None:
        self.walker = walker
        self.count = 0

    def press(self, place: Locator) -> None:
        self.walker.press(place)
        self.count += 1

    def choose(self, label: str, option: str) -> None:
        """Two: the list is opened, and an option is pressed. Typing only finds it."""
        self.press(chosen_for(self.walker, label))
        self.walker.page.keyboard.type(option)
        self.press(self.walker.page.get_by_role("option", name=option).first)
