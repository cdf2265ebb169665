"""The outbox, sent with back-off. What was claimed and not heard of again, as after a kill, is tried again.

A message that was handed over just before a kill may so leave twice; both have one ``Message-ID``, by which mail
programs show it once.
"""

from __future__ import annotations

import hashlib
import smtplib
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime

from kpi import tables
from kpi.model.language import Lang
from kpi.model.notification import Delivery, DeliveryState, MessageWords, NotificationSettings
from kpi.model.times import now
from kpi.model.viewer import Viewer
from kpi.services.authorization import reads_unscoped, requires
from kpi.services.notifications.channels import Channels, MailServer, NotDelivered, letter, send_mail
from kpi.services.unit_of_work import unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store

AT_ONCE = 200
"""Messages sent in one go, before whoever asked has a look at what else is to be done."""
LONGEST_WAIT = timedelta(hours=6)
MOST_ATTEMPTS = 15
"""About two days and a half."""
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Writer:
    """What a message says: ``words`` of what is due together, by where links lead and the language; under a mail the
    ``foot``, by the address of the reader's account page and the language.
    """

    words: Callable[[Sequence[Delivery], str, Lang], MessageWords]
    foot: Callable[[str, Lang], str]


# Asked without rights: the server itself: sends what is written in the outbox
# Without a word in the trail: what is sent of an act is said by that act
def send_due(store: Store, channels: Channels, writer: Writer, at: datetime | None = None) -> int:
    """Send what is due by now, and return how many messages left.

    Each is claimed alone, just before it is tried: however slow a server is, no other process takes it meanwhile.

    Raises:
        StoreUnavailable: nothing can be written; it is sent the next time.
    """
    left = 0
    with ExitStack() as open_servers:
        post = _Post(channels, writer, open_servers)
        for _ in range(AT_ONCE):
            moment = at or now()
            with store.cursor() as cursor:
                if not tables.notifications.message_due(cursor, moment):
                    break
            with store.write_lock(), store.transaction() as cursor:
                claimed = _claimed(cursor, channels, moment)
            # Sent without keeping anybody from writing: a server may take its time.
            if claimed:
                left += _send(store, post, claimed, moment)
    return left


@dataclass(frozen=True, slots=True)
class _Message:
    """``settings`` None: the recipient is no account, or of one that is gone."""

    number: str
    items: Sequence[Delivery]
    settings: NotificationSettings | None


def _claimed(cursor: Cursor, channels: Channels, at: datetime) -> _Message | None:
    """What is to be tried now; None where another process took it, or nobody takes it any more."""
    items = tables.notifications.message_due(cursor, at)
    if not items:
        return None
    first = items[0]
    if not _taken(channels, first):
        tables.notifications.drop_deliveries(cursor, first.channel, first.recipient)
        return None
    number = first.batch or _number(items)
    again = at + wait_after(first.attempts + 1)
    tables.notifications.claim_deliveries(cursor, [item.id for item in items], number, again)
    return _Message(number, items, tables.notifications.settings_of(cursor, [first.recipient]).get(first.recipient))


def _taken(channels: Channels, item: Delivery) -> bool:
    """A messenger that is not configured takes nothing. Mail waits: whoever confirmed an address wants it."""
    return item.channel == "mail" or item.recipient in channels.messengers


def _number(together: Sequence[Delivery]) -> str:
    return hashlib.sha256("\n".join(sorted(item.id for item in together)).encode()).hexdigest()[:32]


def wait_after(attempts: int) -> timedelta:
    """Until the next try: a minute after the first, twice as long after each."""
    return min(timedelta(minutes=2 ** min(attempts - 1, 10)), LONGEST_WAIT)


class _Post:
    """One connection to the mail server for all messages; where it cannot be had, all know at once."""

    def __init__(
        self,
        channels: Channels,
        writer: Writer,
        open_servers: ExitStack,
    ) -> None:
        self.channels, self.writer, self._open = channels, writer, open_servers
        self._server: smtplib.SMTP | None = None
        self._refused: NotDelivered | None = None

    def send(self, claimed: _Message) -> None:
        """Raises ``NotDelivered``."""
        batch, own, links_to = claimed.items, claimed.settings, self.channels.links_to
        first = batch[0]
        if first.channel == "messenger":
            self.channels.send_to_messenger(first.recipient, self.writer.words(batch, links_to, "zh"))
            return
        if own is None or not own.confirmed:
            # A new address is confirmed sooner or later; who has none wants nothing any more.
            raise NotDelivered("no_address", for_good=own is None)
        if self.channels.mail is None:
            raise NotDelivered("no_server")
        account_page = f"{links_to}/my-account?lang={own.lang}"
        words = self.writer.words(batch, links_to, own.lang)
        words = MessageWords(words.subject, f"{words.body}\n\n-- \n{self.writer.foot(account_page, own.lang)}")
        message = letter(self.channels.mail, own.address, words, claimed.number)
        message["List-Unsubscribe"] = f"<{account_page}>"
        message["Date"] = format_datetime(max(item.due_at for item in batch))
        send_mail(self._connected(self.channels.mail), message)

    def _connected(self, to: MailServer) -> smtplib.SMTP:
        if self._refused:
            raise self._refused
        if self._server is None:
            try:
                self._server = self._open.enter_context(to.connected())
            except NotDelivered as refused:
                self._refused = refused
                raise
        return self._server


# Without a word in the trail: what is sent of an act is said by that act
def _send(store: Store, post: _Post, claimed: _Message, at: datetime) -> bool:
    number = claimed.number
    try:
        post.send(claimed)
    except NotDelivered as error:
        over = error.for_good or claimed.items[0].attempts + 1 >= MOST_ATTEMPTS
        with store.write_lock(), store.transaction() as cursor:
            tables.notifications.note_fault(cursor, number, error.fault, at if over else None)
        return False
    with store.write_lock(), store.transaction() as cursor:
        tables.notifications.note_sent(cursor, number, at)
    return True


# For whoever keeps the installation running: what was sent, waits, and could not be delivered.


@dataclass(frozen=True, slots=True)
class Outbox:
    """``unsent``: whose last try failed, the latest first, at most 50."""

    counts: Mapping[DeliveryState, int]
    unsent: tuple[Delivery, ...]


@reads_unscoped("see_operation")
def outbox(cursor: Cursor) -> Outbox:
    counts = tables.notifications.delivery_counts(cursor)
    return Outbox(counts, tuple(tables.notifications.deliveries_unsent(cursor, SHOWN)))


@requires("see_operation")
def send_again(store: Store, viewer: Viewer, at: datetime | None = None) -> None:
    """Try what was given up once more, from the beginning: an address was corrected, say."""
    with unit_of_work(store, viewer.actor, at) as change:
        count = tables.notifications.delivery_counts(change.cursor)["given_up"]
        tables.notifications.try_again(change.cursor, change.at)
        change.audit("notifications_sent_again", "notifications", after={"items": count})
