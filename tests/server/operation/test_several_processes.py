"""Two processes on one shared store behind nginx as ``deploy`` ships it: who stays where, what an end of one costs."""

from __future__ import annotations

import asyncio
import gzip
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from itertools import count, pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from websockets.exceptions import InvalidStatus, WebSocketException

from benchmarks.common.lock_driver import lock_on_page
from kpi import tables
from kpi.access.roles import Scope
from kpi.i18n import text
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.authentication import viewer_of
from kpi.services.operation.store_migration import migrate_store
from kpi.services.operation.verification import verify_store
from kpi.store.open_store import open_store
from kpi.store.store import Store
from kpi.store.store_place import StorePlace
from pages.session.streamlit_internals import page_template
from tests.campaign import LONG, size, trial
from tests.clock.sitecustomize import AHEAD, clock
from tests.pages.app_runs import EXAMPLE
from tests.pages.browser_actions import LATER, Reader, reader
from tests.pages.websocket_client import visit
from tests.server.http_client import FORM, ask, form, session, signed_in
from tests.server.replicas import MARK, Replica, Several, mark_in, replicas
from tests.server.writers import Writer, enlist, send, send_at_once
from tests.shipped import SHIPPED_NAME
from tests.store.shared_places import Databases

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.campaign]

ENDS = size(1, 5)
SERVED_AGAIN = size(60.0, 10.0)
"""Seconds, as promised; in the short form, beside other tests on a busy machine, a page alone may take longer."""
ACCOUNTS, PAUSE = 10, 0.2
"""An account may send 30 files a minute to one process."""
TITLE = text("page.title.sheet", "zh")
MINUTE, BEGAN = timedelta(minutes=1), clock()
CUT_OFF_AS_SHIPPED = "-c lock_timeout=300s"
"""Other tests let nobody be cut off: here one that is stopped while it has the lock must be."""
MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}
FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\na\r\n--x--\r\n'


@pytest.fixture(scope="module")
def two(databases: Databases, demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Several]:
    """Two that were started at once, clocks ten minutes apart: in the long form on nothing, else on a store moved."""
    folder = tmp_path_factory.mktemp("two")
    each = [{"KPI_TEST_AHEAD": str((AHEAD + minutes * MINUTE).total_seconds())} for minutes in (5, -5)]
    place = databases.new(folder / "files", options=CUT_OFF_AS_SHIPPED)
    if not LONG:
        migrate_store(StorePlace(demonstration), place)
    with replicas(place, folder, each, "--demo") as made:
        for replica in made.replicas:
            replica.begin()
        for item in made.replicas:
            item.wait()
        yield made


@contextmanager
def opened(place: StorePlace) -> Iterator[Store]:
    """As a command opens it beside the processes."""
    with open_store(place) as store:
        yield store


def bugs(several: Several) -> list[str]:
    """What any process has logged of unexpected errors."""
    logs = sorted((several.place.folder / "logs").glob("*.jsonl"))
    return [line for log in logs for line in log.read_text("utf-8").splitlines() if '"event": "error"' in line]


def within(seconds: float, holds: Callable[[], bool]) -> float:
    """How long it took until it held."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < seconds
        time.sleep(0.05)
    return time.monotonic() - begun


def test_a_visitor_is_given_a_mark_and_stays_with_one_process(two: Several) -> None:
    first = ask(two.url, "/")
    mark = mark_in(first)
    assert mark
    [cookie] = [cooky for cooky in first.cookies if cooky.startswith(MARK)]
    assert cookie == f"{MARK}={mark}; Path=/; HttpOnly; SameSite=Lax"
    own = two.answering(mark)
    begun = len(two.lines())
    again = ask(two.url, "/", headers={"Cookie": f"{MARK}={mark}"})
    assert mark_in(again) is None
    for path in ("/_stcore/health", "/livez", "/media/x", "/api/v1", "/account/sign-in"):
        ask(two.url, path, headers={"Cookie": f"{MARK}={mark}"})
    assert {two.by_line(line).port for line in two.lines(begun + 6)[begun:]} == {own.port}
    assert mark_in(ask(two.url, "/", headers={"Cookie": f"{MARK}=guessed"})), "what is no mark of ours is replaced"
    for each in two.replicas:
        assert two.answering(two.mark_for(each)) is each, "both have visitors"


def test_a_sign_in_counts_everywhere_and_its_end_too(two: Several) -> None:
    one, other = two.replicas
    cookie = signed_in(one.url, "leader")
    assert "leader-home" in visit(other.url, cookie=cookie).menu
    sent = form(one.url)  # a form of one is taken by the other
    assert ask(other.url, "/account/sign-out", "POST", FORM | {"Cookie": cookie}, sent).status == 303
    with pytest.raises(InvalidStatus):
        visit(one.url, cookie=cookie)


def test_uploads_follow_their_page(two: Several) -> None:
    one, other = two.replicas
    cookie = signed_in(two.url, "enterprise")
    for owner, mark, status in ((one, two.mark_for(one), 204), (one, two.mark_for(other), 404)):
        here = f"{cookie}; {MARK}={two.mark_for(owner)}"
        with session(two.url, here, "upload") as number:
            xsrf = next(c.split(";")[0] for c in ask(two.url, "/_stcore/health").cookies if "xsrf" in c)
            proof = MULTIPART | {"X-Xsrftoken": xsrf.partition("=")[2], "Origin": two.url}
            path = f"/_stcore/upload_file/{number}/1"
            answer = ask(two.url, path, "PUT", proof | {"Cookie": f"{cookie}; {xsrf}; {MARK}={mark}"}, FILE)
            assert answer.status == status, answer.text


def test_a_browser_sends_and_takes_files_wherever_it_is_served(browser: Browser, two: Several) -> None:
    for replica in two.replicas:
        walker = reader(browser, two.url)
        walker.context.add_cookies([{"name": MARK, "value": two.mark_for(replica), "url": two.url}])
        walker.sign_in("enterprise")
        walker.open("upload")
        if (another := walker.page.get_by_text(walker.words("upload.another"), exact=True)).count():
            another.click()  # a file was sent before
        with walker.page.expect_download(timeout=LATER) as waited:
            walker.page.get_by_role("button", name=walker.words("upload.template")).click()
        assert waited.value.path().read_bytes().startswith(b"PK")
        walker.page.set_input_files("input[type=file]", str(EXAMPLE))
        expect(walker.page).to_have_url(re.compile("sent="), timeout=LATER)
        assert (walker.outside, walker.errors) == ([], [])
        walker.context.close()


def test_what_one_does_the_next_page_of_the_other_shows(two: Several) -> None:
    one, other = two.replicas
    with opened(two.place) as store:
        [writer] = enlist(store, 1)
    assert send(one.url, writer, "31") == 201
    cookie = f"duibiao={writer.cookie}"
    assert "31" in visit(other.url, "answers", cookie=cookie).text
    assert send(other.url, writer, "77.5") == 201
    assert "77.5" in visit(one.url, "answers", cookie=cookie).text


def test_of_two_that_lock_the_same_at_once_both_see_the_receipt(two: Several) -> None:
    with opened(two.place) as store:
        writers = enlist(store, size(1, 10), 7_900_000)
    assert len(send_at_once(two.url, writers, "40")) == len(writers)

    async def both() -> list[float]:
        together = asyncio.Barrier(2 * len(writers))
        pages = [lock_on_page(replica.port, writer.cookie, together) for replica in two.replicas for writer in writers]
        return await asyncio.gather(*pages)

    with ThreadPoolExecutor(1) as apart:  # the tests of a browser leave a loop running in this thread
        apart.submit(asyncio.run, both()).result()
    with opened(two.place) as store, store.cursor() as cursor:
        acts = [
            act.subject.split()[0] for act in tables.audit.audit_entries(cursor) if act.action == "application_locked"
        ]
    assert [acts.count(item.code) for item in writers] == [1] * len(writers)


def drafts(several: Several, writers: list[Writer]) -> dict[str, float | None]:
    with opened(several.place) as store, store.cursor() as cursor:
        found = tables.applications.drafts(cursor, Scope(own=tuple(writer.code for writer in writers)))
        return {draft.application.credit_code: draft.application.values["K08"].value for draft in found}


class Sender:
    """Accounts that send ever higher values in turn, and look at a page, until they are ended."""

    def __init__(self, url: str, writers: list[Writer]) -> None:
        self.url, self.writers, self.acknowledged = url, writers, dict[str, float]()
        self.latest = {"sent": 0.0, "seen": 0.0}
        """When each was done last."""
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._send, self._look)]
        for thread in self._threads:
            thread.start()

    def _send(self) -> None:
        for value in count(30):
            for writer in self.writers:
                if self._ended.wait(PAUSE):
                    return
                if send(self.url, writer, str(value)) == 201:
                    self.acknowledged[writer.code], self.latest["sent"] = value, time.monotonic()

    def _look(self) -> None:
        while not self._ended.is_set():
            try:
                seen = visit(self.url, "answers", cookie=f"duibiao={self.writers[0].cookie}")
            except (OSError, WebSocketException):
                continue
            if TITLE in seen.headings:
                self.latest["seen"] = time.monotonic()

    def end(self) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(120)
            assert not thread.is_alive()


def traffic(several: Several, begin: int, at: Replica | None = None) -> Sender:
    """Through nginx, or at one of the processes."""
    with opened(several.place) as store:
        writers = enlist(store, ACCOUNTS, 7_000_000 + begin)
    sender = Sender(at.url if at else several.url, writers)
    within(120, lambda: all(sender.latest.values()))
    return sender


def goes_on(sender: Sender, ended: Callable[[], object]) -> float:
    """Seconds from the beginning of an end until something was acknowledged again, and a page seen."""
    begun = time.monotonic()
    ended()
    over = time.monotonic()
    within(SERVED_AGAIN, lambda: all(at > over for at in sender.latest.values()))
    return time.monotonic() - begun


def lost(several: Several, sender: Sender) -> int:
    """How many accounts miss what was acknowledged. The sender is ended."""
    sender.end()
    kept = drafts(several, sender.writers)
    return sum((kept.get(code) or 0) < value for code, value in sender.acknowledged.items())


def test_the_files_that_make_a_page_come_pressed_and_whole(two: Several) -> None:
    [address] = re.findall(r'src="\.(/static/js/index\.\w+\.js)"', page_template())
    plain, pressed = (ask(two.url, address, headers={"Accept-Encoding": how}) for how in ("identity", "gzip"))
    assert "content-encoding" not in plain.headers
    assert pressed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(pressed.body) == plain.body


def test_a_process_that_is_stopped_keeps_no_other_from_writing_and_nothing_is_lost(two: Several) -> None:
    """Whether it has the lock just then is luck; ``tests/store/shared/test_shared_store.py`` stops one that has it."""
    slowest, missing = 0.0, 0
    for number in range(ENDS):
        own, other = two.replicas
        stopped, going_on = traffic(two, 20_000 + 100 * number, own), traffic(two, 30_000 + 100 * number, other)
        try:
            took = goes_on(going_on, lambda own=own: own.running.send_signal(signal.SIGSTOP))
        finally:
            own.running.send_signal(signal.SIGCONT)
        goes_on(stopped, lambda: None)
        slowest, missing = max(slowest, took), missing + lost(two, stopped) + lost(two, going_on)
    trial(f"SIGSTOP of one of two under traffic (the other went on within {slowest:.1f} s)", ENDS, missing)
    assert missing == 0
    assert bugs(two) == []


def at_the_sheet(browser: Browser, several: Several) -> tuple[Reader, Replica, str]:
    """Somebody whose answer sheet is open, the process that serves it, and the number of the account's draft."""
    with opened(several.place) as store:
        token = signed_in(several.url, "enterprise").partition("=")[2]
        viewer = viewer_of(store, token)
        assert viewer
        accept_application(store, viewer, receive_file(store, viewer, EXAMPLE.name, EXAMPLE.read_bytes()))
    walker = reader(browser, several.url, "en")
    walker.sign_in("enterprise")
    walker.open("submission")
    mark = next(cooky["value"] for cooky in walker.context.cookies() if cooky["name"] == MARK)
    return walker, several.answering(mark), mark


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_page_goes_on_at_the_other_process_when_its_own_ends(
    browser: Browser, two: Several, how: signal.Signals
) -> None:
    slowest, missing = 0.0, 0
    for number in range(ENDS):
        walker, own, mark = at_the_sheet(browser, two)
        lock = walker.page.get_by_role("button", name=walker.words("lock.lock"))
        walker.page.locator("[class*=st-key-truthful] label").click()
        expect(lock).to_be_enabled(timeout=LATER)
        walker.settle()
        sender = traffic(two, 100 * number + 1_000 * how)
        took = goes_on(sender, lambda own=own: own.running.send_signal(how))
        assert own.running.wait(120) == -how
        expect(walker.page.locator("#kpi-connection")).to_be_hidden(timeout=LATER)
        walker.settle()
        expect(lock).to_be_enabled(timeout=LATER)
        assert two.answering(mark) is not own
        slowest, missing = max(slowest, took), missing + lost(two, sender)
        own.start()
        assert send(own.url, sender.writers[0], "90") == 201, "it has loaded what it needs"
        walker.context.close()
    trial(f"{how.name} of one of two under traffic, a page open (served again within {slowest:.1f} s)", ENDS, missing)
    assert missing == 0
    assert bugs(two) == []


def test_a_database_that_is_started_again_under_traffic_is_used_again(databases: Databases, two: Several) -> None:
    slowest, missing = 0.0, 0
    for number in range(ENDS):
        sender = traffic(two, 5_000 + 100 * number)
        slowest = max(slowest, goes_on(sender, databases.start_again))
        missing += lost(two, sender)
    trial(f"PostgreSQL ended and started again under traffic (served again within {slowest:.1f} s)", ENDS, missing)
    assert missing == 0
    assert bugs(two) == []


def test_it_is_one_store_by_the_databases_clock(two: Several) -> None:
    """The last test: whatever was done above."""
    with opened(two.place) as store:
        assert verify_store(store).sound
        with store.cursor() as cursor:
            acts = tables.audit.audit_entries(cursor)
            assert [baseline.name for baseline in tables.baselines.baselines(cursor)] == [SHIPPED_NAME]
    done = [act.done_at for act in acts]
    # A sign-in has the moment in which it was asked for, before it waited for the lock: it may stand after a later act.
    assert all(later > earlier - MINUTE for earlier, later in pairwise(done))
    assert [act.action for act in acts].count("demonstration_made") == 1
    # What was moved has the times of its day.
    new = [at for at in done if LONG or at > BEGAN - 2 * MINUTE]
    assert len(new) > 4
    assert BEGAN - MINUTE < new[0] <= new[-1] < clock() + MINUTE
