"""More messages than leave in one go, by a server that is slow or takes only some: each event once, and none lost."""

from __future__ import annotations

import re
import smtplib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from kpi import tables
from kpi.model.language import Lang
from kpi.model.notification import Delivery, NotificationSettings
from kpi.reports.messages import mail_foot, message_words
from kpi.services.notifications import sending
from kpi.services.notifications.channels import Channels
from kpi.services.notifications.events import events
from kpi.services.notifications.raising import Happened, notify
from kpi.services.notifications.sending import AT_ONCE, Writer, send_due
from kpi.store.store import Store
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A

WRITER = Writer(message_words, mail_foot)
LINKS_TO = "https://duibiao.example"
KINDS = ("dates_set", "closes_soon", "year_opens")


class Office:
    """In the place of a mail server: takes what ``accepts`` lets it."""

    sender = "office@duibiao.example"

    def __init__(self, accepts: Callable[[], None] = lambda: None) -> None:
        self.accepts = accepts
        self.taken: list[EmailMessage] = []

    @contextmanager
    def connected(self) -> Iterator[Any]:
        yield self

    def send_message(self, message: EmailMessage) -> None:
        self.accepts()
        self.taken.append(message)

    @property
    def channels(self) -> Channels:
        return Channels(LINKS_TO, self)  # type: ignore[arg-type]

    @property
    def events(self) -> Counter[str]:
        """How many events each address has read of."""
        found: Counter[str] = Counter()
        for message in self.taken:
            found[message["To"]] += message.get_content().count(f"{LINKS_TO}/upload")
        return found


def people_with_events(store: Store, number: int) -> list[str]:
    """Each gets a digest of three events on the next morning. Returns their addresses."""
    accounts = [f"e{place:03}" for place in range(number)]
    with store.write_lock(), store.transaction() as cursor:
        for account in accounts:
            tables.accounts.insert_account(cursor, account, account, "enterprise", (account,), None, False, AT)
            mail = NotificationSettings(f"{account}@firm.example", True, True, "zh", ())
            tables.notifications.set_settings(cursor, account, mail)
        for place, kind in enumerate(KINDS):
            happened = Happened(kind, kind, AT + timedelta(minutes=place), year=2026)
            notify(cursor, happened, [(account, "enterprise", "upload") for account in accounts])
    return [f"{account}@firm.example" for account in accounts]


def test_where_a_server_takes_some_and_the_rest_waits_long_no_event_is_lost(store: Store) -> None:
    addresses = people_with_events(store, AT_ONCE * 3 // 5)
    left = AT_ONCE * 3 // 10

    def some() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise smtplib.SMTPDataError(451, b"too many messages, try later")

    office, moment = Office(some), AT + timedelta(days=2)
    for _ in range(2):
        send_due(store, office.channels, WRITER, moment)
        moment += timedelta(seconds=5)
    left = 10**6
    for minutes in range(10, 20):
        send_due(store, office.channels, WRITER, moment + timedelta(minutes=minutes))
    assert office.events == dict.fromkeys(addresses, len(KINDS))
    assert sending.outbox(store, ADMINISTRATOR).counts["sent"] == len(KINDS) * len(addresses)


def test_a_slow_server_and_a_second_process_send_each_message_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = people_with_events(store, 5)
    clock, other = AT + timedelta(days=2), Office()

    def now() -> datetime:
        return clock

    def slowly() -> None:
        nonlocal clock
        clock += timedelta(seconds=40)
        send_due(store, other.channels, WRITER)

    office = Office(slowly)
    monkeypatch.setattr(sending, "now", now)
    send_due(store, office.channels, WRITER)
    assert office.events + other.events == dict.fromkeys(addresses, len(KINDS))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", events())
def test_of_no_kind_a_message_says_more_than_year_day_and_link(kind: str, lang: Lang) -> None:
    number = "0123456789abcdef" * 2
    for page in events()[kind].to.values():
        of_enterprise = Delivery(number, "mail", "a", kind, page, 2026, "2026-03-31", AT, credit_code=CODE_A)
        words = message_words([of_enterprise], LINKS_TO, lang)
        said = f"{words.subject}\n{words.body}"
        assert f"{LINKS_TO}/{page}?lang={lang}&event={number}" in said
        left = re.sub(rf"{LINKS_TO}\S+", "", said)
        assert set(re.findall(r"\d+", left)) <= {"2026", "03", "31"}
        assert CODE_A not in said
