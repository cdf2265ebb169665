"""Word of acts through kills of the server and the mail server: it reaches each whom it concerns, and nobody else."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from kpi import tables
from kpi.model.notification import NotificationSettings
from kpi.model.times import now, to_stored
from kpi.store.store import Store
from tests.benchmark.panels import seeded
from tests.campaign import size, trial
from tests.conftest import _free_port
from tests.server.serving import serving
from tests.server.writers import enlist, lock_at_once, send_at_once
from tests.services.notifications.mail_server import (
    PASSWORD,
    SENDER,
    USER,
    mail_process,
    make_certificate,
    taken,
    words_of,
)

KILLS = size(1, 10)
CROWD, AHEAD = 4, 2
"""Who lock in each round, and how many of them before anything is killed."""
LONGEST = 6.0
"""Seconds after the locks within which the servers are killed: the first look into the outbox comes after five."""
CALM = 5
"""Looks without a kill within which all must have left, each as long as two looks into the outbox."""
pytestmark = [pytest.mark.server, pytest.mark.campaign]


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the store says has left: its number, to whom, and of how many locks it is."""

    batch: str
    recipient: str
    events: int


def test_each_message_reaches_its_reader_through_kills_of_both_servers(
    copy_of_store: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, kept, draw, mail_port = copy_of_store(), tmp_path / "mails", seeded("mail"), _free_port()
    kept.mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(make_certificate(tmp_path)))
    said = {"HOST": "127.0.0.1", "PORT": str(mail_port), "FROM": SENDER, "USER": USER, "PASSWORD": PASSWORD}
    for name, value in said.items():
        monkeypatch.setenv(f"KPI_MAIL_{name}", value)
    monkeypatch.setenv("KPI_PUBLIC_ADDRESS", "https://duibiao.example")
    addresses, begun = with_addresses(root), now()
    locked: list[str] = []
    for kill in range(KILLS):
        port = _free_port()
        with Store.open(root) as store:
            writers = enlist(store, CROWD, 7_000_000 + 10 * kill)
        with (
            mail_process(tmp_path, kept, mail_port) as mail,
            serving(root, port) as server,
            ThreadPoolExecutor(1) as crowd,
        ):
            assert len(send_at_once(f"http://127.0.0.1:{port}", writers, "40")) == CROWD
            locked += [writer.code for writer in lock_at_once(port, writers[:AHEAD])]
            locking = crowd.submit(lock_at_once, port, writers[AHEAD:])
            time.sleep(draw.uniform(0.5, LONGEST))
            first, second = draw.sample([mail, server], 2)
            first.send_signal(signal.SIGKILL)
            time.sleep(draw.uniform(0, 2))
            second.send_signal(signal.SIGKILL)
            locked += [writer.code for writer in locking.result()]
        let_the_waiting_end(root)
    for _ in range(CALM):
        with mail_process(tmp_path, kept, mail_port), serving(root, _free_port()):
            time.sleep(2 * LONGEST)
        sent, unsent, raised = what_the_store_says(root, begun)
        if not unsent:
            break
        let_the_waiting_end(root)
    messages = taken(kept)
    by_number = {item.batch: item for item in sent}
    lost = [code for code in locked if not raised.get(code)]
    lost += [item.batch for item in sent if item.batch not in {number_of(message) for message in messages}]
    stray = [item for item in messages if item["To"] != addresses.get(by_number[number_of(item)].recipient)]
    again = sum(Counter(map(number_of, messages)).values()) - len(by_number)
    trial(f"kill -9 of server and mail server as word goes out ({again} left twice)", KILLS, len(lost) + len(stray))
    assert (lost, stray, unsent) == ([], [], 0)
    assert len({words_of(item) for item in messages}) <= len(by_number)
    assert [code for code in locked if any(code in words_of(item) for item in messages)] == []
    # Of each lock each reader that has an address has one event, and each event left in one message.
    assert sum(item.events for item in sent) == sum(raised.values())
    assert len(locked) >= AHEAD * KILLS


def number_of(message: EmailMessage) -> str:
    return str(message["Message-ID"]).strip("<>").partition("@")[0]


def with_addresses(root: Path) -> Mapping[str, str]:
    """Each account that there is has its messages sent; where to, by account."""
    with Store.open(root) as store, store.write_lock(), store.transaction() as cursor:
        accounts = [item.viewer.account for item in tables.accounts.accounts(cursor)]
        found = {account: f"{account}@firm.example" for account in accounts}
        for account, address in found.items():
            tables.notifications.set_settings(cursor, account, NotificationSettings(address, True, False, "zh", ()))
    return found


def let_the_waiting_end(root: Path) -> None:
    """As if the time until the next try had passed."""
    with Store.open(root) as store, store.write_lock(), store.transaction() as cursor:
        cursor.execute("update delivery set due_at = timestamp '2026-01-01' where sent_at is null")


def what_the_store_says(root: Path, since: datetime) -> tuple[list[Sent], int, Mapping[str, int]]:
    """What has left of locks, how much of anything has not, and of each code for how many who have an address its lock
    was raised.
    """
    with Store.open(root) as store, store.cursor() as cursor:
        sent = cursor.execute(
            "select batch, recipient, count(*) filter (where kind = 'locked') from delivery where sent_at is not null"
            " group by batch, recipient"
        ).fetchall()
        [(unsent,)] = cursor.execute("select count(*) from delivery where sent_at is null").fetchall()
        raised = cursor.execute(
            "select credit_code, count(*) from notification where kind = 'locked' and raised_at >= $1"
            " and account in (select account from notification_address) group by credit_code",
            [to_stored(since)],
        ).fetchall()
    return [Sent(*row) for row in sent], unsent, dict(raised)
