"""Two browsers and a mailbox: question, answer and ruling, each found by the link of a mail and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from kpi import tables
from kpi.access.roles import Scope
from kpi.model.viewer import Viewer
from kpi.services.notifications.channels import Channels
from kpi.store.store import Store
from tests.conftest import _free_port
from tests.pages.app_runs import BY_ADDRESS
from tests.pages.browser.test_browser_review import INDUSTRY, lock_example
from tests.pages.browser_actions import LATER, Reader, reader
from tests.server.serving import serving
from tests.services.notifications.mail_server import (
    PASSWORD,
    SENDER,
    USER,
    Mailbox,
    mail_server,
    make_certificate,
    send_by_mail_to,
    words_of,
)

pytestmark = [pytest.mark.browser, pytest.mark.campaign]

QUESTION, ANSWER, REASON = (
    "生产效率 45.678 的口径（张三 13800000000）",
    "按 46.789 工时（李四）",
    "起点 47.891 可证（王五）",
)
PLANTED = ("45.678", "46.789", "47.891", "张三", "李四", "王五", "13800000000", "口径", "工时", "K08", "K11", "认可")


def test_question_answer_and_ruling_are_found_by_mail_alone(
    browser: Browser, copy_of_store: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, port, mailbox = copy_of_store(), _free_port(), Mailbox()
    url, code = f"http://127.0.0.1:{port}", lock_example(folder)
    monkeypatch.setenv("SSL_CERT_FILE", str(make_certificate(tmp_path)))
    with mail_server(tmp_path, mailbox, _free_port()) as server:
        said = {"HOST": server.host, "PORT": str(server.port), "FROM": SENDER, "USER": USER, "PASSWORD": PASSWORD}
        for name, value in said.items():
            monkeypatch.setenv(f"KPI_MAIL_{name}", value)
        monkeypatch.setenv("KPI_PUBLIC_ADDRESS", url)
        with Store.open(folder) as store:
            factory, asker = (_viewer(store, name) for name in ("enterprise", "reviewer"))
            with store.cursor() as cursor:
                [locked] = tables.applications.locked_applications(cursor, Scope(own=(code,)))
            to_factory = send_by_mail_to(store, factory, Channels(url, server), mailbox)
            to_asker = send_by_mail_to(store, asker, Channels(url, server), mailbox, "en")
        with serving(folder, port):
            reviewing, answering = reader(browser, url, "en"), reader(browser, url)
            reviewing.begin_as("reviewer", at="candidate", query=f"&industry={INDUSTRY}&candidate={code}")
            _ask(reviewing)
            # Whoever has a mail is not signed in: the sign-in leads on to what it is about.
            answering.page.goto(_link_to(mailbox, to_factory, 1))
            _sign_in_there(answering, "enterprise")
            _arrived(answering, "submission")
            _answer(answering)
            reviewing.page.goto(_link_to(mailbox, to_asker, 1))
            _arrived(reviewing, "candidate")
            assert f"candidate={code}" in reviewing.page.url
            _read_and_rule(reviewing)
            answering.page.goto(_link_to(mailbox, to_factory, 2))
            _arrived(answering, "conditions")
            _see_ruling(answering)
            for walker in (reviewing, answering):
                assert (walker.errors, walker.outside) == ([], [])
                walker.context.close()
    assert {item["To"] for item in mailbox.messages} == {to_factory, to_asker}
    assert len(mailbox.messages) == len(mailbox.of(to_factory)) + len(mailbox.of(to_asker)) == 3
    whole = "\n".join(f"{item.items()}\n{words_of(item)}" for item in mailbox.messages)
    facts = locked.application.facts
    planted = (*PLANTED, code, factory.name, asker.name, str(facts["factory_name"]), str(facts["enterprise"]))
    assert [word for word in planted if word in whole] == []


def _viewer(store: Store, name: str) -> Viewer:
    with store.cursor() as cursor:
        account = tables.accounts.account_named(cursor, name)
    assert account
    return account.viewer


def _link_to(mailbox: Mailbox, address: str, number: int) -> str:
    """The link of the so-maniest mail to it, once that has come."""
    deadline = time.monotonic() + LATER / 1000
    while len(mailbox.of(address)) < number:
        assert time.monotonic() < deadline, f"{len(mailbox.messages)} mails by now"
        time.sleep(0.1)
    body = words_of(mailbox.of(address)[-1]).partition("\n-- \n")[0]
    [link] = [line for line in body.splitlines() if line.startswith("http")]
    return link


def _sign_in_there(walker: Reader, account: str) -> None:
    walker.page.locator("#kpi-account").wait_for(timeout=LATER)
    walker.page.fill("#kpi-account", account)
    walker.page.fill("#kpi-password", f"demo-{account}")
    walker.page.click(".kpi-form button")


def _arrived(walker: Reader, address: str) -> None:
    title = walker.words(f"title.{BY_ADDRESS[address].title}")
    expect(walker.page.get_by_role("heading", name=title, exact=True, level=2)).to_be_visible(timeout=LATER)
    assert urlsplit(walker.page.url).path == f"/{address}"
    walker.settle()


def _ask(walker: Reader) -> None:
    page, words = walker.page, walker.words
    walker.press(page.get_by_role("button", name=words("enquiry.title"), exact=True))
    walker.enter(page.get_by_label(words("enquiry.question"), exact=True), QUESTION)
    walker.press(page.get_by_role("button", name=words("enquiry.ask")))
    expect(page.get_by_text(words("enquiry.asked"))).to_be_visible(timeout=LATER)
    # Elsewhere by now: nothing that is open here shows the answer.
    walker.go_on("reviewer-home")


def _answer(walker: Reader) -> None:
    page, words = walker.page, walker.words
    expect(page.get_by_text(QUESTION)).to_be_visible(timeout=LATER)
    walker.enter(page.get_by_label(words("own_enquiry.answer"), exact=True), ANSWER)
    walker.press(page.get_by_role("button", name=words("own_enquiry.send")))
    expect(page.get_by_text(words("own_enquiry.sent"))).to_be_visible(timeout=LATER)


def _read_and_rule(walker: Reader) -> None:
    page, words = walker.page, walker.words
    walker.press(page.get_by_role("button", name=words("enquiry.title"), exact=True))
    expect(page.get_by_text(ANSWER)).to_be_visible(timeout=LATER)
    claim = page.locator("[data-testid=stExpander]", has=page.locator("[class*=st-key-ruling-]")).first
    walker.press(claim.locator("summary"))
    walker.press(claim.get_by_role("radiogroup").get_by_text(words("claims.rule_accepted"), exact=True))
    reason = claim.get_by_label(words("claims.reason"), exact=True)
    walker.enter(reason, REASON)
    walker.press(claim.get_by_role("button", name=words("claims.rule"), exact=True))
    walker.press(page.get_by_test_id("stPopoverBody").get_by_role("button", name=words("claims.rule"), exact=True))
    expect(page.get_by_text(words("claims.ruled_done"))).to_be_visible(timeout=LATER)


def _see_ruling(walker: Reader) -> None:
    claims = walker.page.locator("[data-testid=stExpander]", has_text=walker.words("claims.accepted"))
    walker.press(claims.first.locator("summary"))
    expect(walker.page.get_by_text(REASON).first).to_be_visible(timeout=LATER)
