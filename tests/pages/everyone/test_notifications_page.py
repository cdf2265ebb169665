"""What happened lately on the home page, an address for mail on the account's page, and what could not be delivered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi.model.times import now
from kpi.model.viewer import SYSTEM
from kpi.reports.messages import mail_foot, message_words
from kpi.services.notifications.channels import Channels
from kpi.services.notifications.inbox import own_inbox
from kpi.services.notifications.preferences import own_notification_settings
from kpi.services.notifications.sending import Writer, send_due
from kpi.services.operation.authentication import viewer_of
from kpi.services.unit_of_work import unit_of_work
from pages.everyone.parts import notifications
from tests.conftest import _free_port
from tests.pages.app_runs import Office, opened, strings
from tests.services.notifications.mail_server import Mailbox, mail_server, make_certificate

LINKS_TO = "https://duibiao.example"


@pytest.fixture
def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Channels, Mailbox]]:
    monkeypatch.setenv("SSL_CERT_FILE", str(make_certificate(tmp_path)))
    mailbox = Mailbox()
    with mail_server(tmp_path, mailbox, _free_port()) as server:
        channels = Channels(LINKS_TO, server)
        monkeypatch.setattr(notifications, "server_channels", lambda: channels)
        yield channels, mailbox


def press(test: AppTest, key: str) -> AppTest:
    return next(item for item in test.button if key in str(item.key)).click().run()


def something_happens(office: Office) -> None:
    """A step of the own application, as an authority takes it."""
    viewer = viewer_of(office.store, office.token)
    assert viewer
    with unit_of_work(office.store, SYSTEM, now()) as change:
        change.audit("step_taken", f"{viewer.scope[0]} 2025", {"state": "submitted"}, {"state": "put_forward"})


def test_what_happened_stands_on_the_home_until_it_is_read(copied_office: Office) -> None:
    copied_office.sit("enterprise")
    something_happens(copied_office)
    page = opened("enterprise-home", "en")
    assert not page.exception
    said = "\n".join(strings(page))
    assert "An application has moved" in said
    page = press(page, "inbox-seen")
    assert not page.exception
    viewer = viewer_of(copied_office.store, copied_office.token)
    assert not any(item.unread for item in own_inbox(copied_office.store, viewer))
    assert not [item for item in page.button if item.key == "inbox-seen"]


def test_an_address_is_entered_confirmed_and_used_until_it_is_taken_back(
    copied_office: Office, post: tuple[Channels, Mailbox]
) -> None:
    channels, mailbox = post
    copied_office.sit("enterprise")
    viewer = viewer_of(copied_office.store, copied_office.token)
    page = opened("my-account", "en")
    next(item for item in page.text_input if item.key == "mail-address").set_value("me@firm.example")
    page = press(page, "notification-address")
    assert not page.exception
    [message] = mailbox.messages
    code = message.get_content().split("Code: ")[1].split()[0]
    next(item for item in page.text_input if item.key == "mail-code").set_value(code)
    page = press(page, "notification-code")
    assert not page.exception
    assert own_notification_settings(copied_office.store, viewer).confirmed
    something_happens(copied_office)
    assert send_due(copied_office.store, channels, Writer(message_words, mail_foot)) == 1
    assert mailbox.messages[1]["Subject"] == "Duibiao: An application has moved"
    assert f"{LINKS_TO}/submission?lang=en" in mailbox.messages[1].get_content()
    page = press(page, "mail-stop")
    assert not page.exception
    assert own_notification_settings(copied_office.store, viewer).address == ""


def test_without_a_mail_server_nobody_is_asked_for_an_address(copied_office: Office) -> None:
    copied_office.sit("enterprise")
    page = opened("my-account", "en")
    assert "No mail server is configured" in "\n".join(strings(page))
    assert not [item for item in page.text_input if item.key == "mail-address"]


def test_an_administrator_reads_what_leaves_and_how_a_message_looks(copied_office: Office) -> None:
    copied_office.sit("administrator")
    page = opened("operation", "en")
    assert not page.exception
    said = "\n".join([*strings(page), *(item.value for item in page.code)])
    assert "nothing leaves this installation" in said
    assert "Please sign in to read it." in said
