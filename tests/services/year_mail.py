"""The mail server beside the model of the year: both it and the sender are killed and begun again in every phase."""

from __future__ import annotations

import re
from asyncio import WriteTransport
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from unittest.mock import patch

from aiosmtpd.smtp import SMTP, Envelope, Session

from kpi import tables
from kpi.model.notification import NotificationSettings
from kpi.model.times import now
from kpi.model.viewer import Viewer
from kpi.reports.messages import mail_foot, message_words
from kpi.services.notifications.channels import Channels, MailServer
from kpi.services.notifications.days import raise_days
from kpi.services.notifications.sending import Writer, send_due
from kpi.store.store import Store
from tests.conftest import _free_port
from tests.services.notifications.mail_server import Mailbox, mail_server, words_of
from tests.services.year_model import ADMINISTRATORS, CODES, ENTERPRISES, LEADERS, REVIEWERS, YEARS

LINKS_TO = "https://duibiao.example"
WRITER = Writer(message_words, mail_foot)
PEOPLE: tuple[Viewer, ...] = (*ADMINISTRATORS, *REVIEWERS, *LEADERS.values(), *ENTERPRISES.values())
NOT_WANTED = {REVIEWERS[1].account: ("locked",), LEADERS["嘉定区"].account: ("progress", "list_due_soon")}
LINK = re.compile(rf"{LINKS_TO}/([a-z-]+)\?lang=(?:zh|en)(?:&event=([0-9a-f]{{32}}))?(?=\s)")


class Killed(BaseException):
    """The sender's process ends here."""


@dataclass
class _Mortal(Mailbox):
    """``takes``: so many messages more; after the last of them it is killed before it says that it has it."""

    takes: int | None = None

    async def handle_DATA(  # noqa: N802 - the library's names
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if self.takes is not None:
            self.takes -= 1
            if self.takes <= 0 and isinstance(server.transport, WriteTransport):
                server.transport.abort()
        return answer


@dataclass(frozen=True, slots=True)
class _Raised:
    account: str
    kind: str
    page: str
    credit_code: str
    year: int
    day: str

    @property
    def line(self) -> tuple[object, ...]:
        """What one line of a message is of."""
        return self.kind, self.page, self.credit_code, self.year, self.day


@dataclass
class YearMail:
    """Everybody of the model has an address: every other one has a digest a day, some want nothing of a kind."""

    store: Store
    certificates: Path
    mailbox: _Mortal = field(default_factory=_Mortal)
    killed: int = 0
    raised: dict[str, _Raised] = field(default_factory=dict)
    message_of: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.port = _free_port()
        self.address = {viewer.account: f"{viewer.account}@firm.example" for viewer in PEOPLE}
        with self.store.write_lock(), self.store.transaction() as cursor:
            for place, (account, address) in enumerate(sorted(self.address.items())):
                own = NotificationSettings(
                    address, True, place % 2 == 0, "en" if place % 3 == 0 else "zh", NOT_WANTED.get(account, ())
                )
                tables.notifications.set_settings(cursor, account, own)
        self.before = set(self._raised())

    def go_out(self, number: int) -> None:
        """What is due, while one of four things happens."""
        raise_days(self.store, None, now())
        [self._undisturbed, self._without_a_server, self._sender_killed, self._server_killed][number % 4]()

    def reach_everybody(self) -> None:
        """What waits for its digest or its next try has all left a few days later."""
        for day in range(3):
            self._undisturbed(timedelta(days=day))

    def _send(self, later: timedelta = timedelta()) -> int:
        channels = Channels(
            LINKS_TO,
            MailServer("127.0.0.1", self.port, "duibiao@office.example", "duibiao", "word-of-the-mail-server"),
        )
        return send_due(self.store, channels, WRITER, now() + later)

    def _undisturbed(self, later: timedelta = timedelta()) -> int:
        with mail_server(self.certificates, self.mailbox, self.port):
            return self._send(later)

    def _without_a_server(self) -> None:
        assert self._send() == 0

    def _sender_killed(self) -> None:
        """Between two lines of it: the message has left, and nobody wrote that down."""
        left = iter([True, True, False])
        note_sent = tables.notifications.note_sent

        def noted(*given: object) -> None:
            if not next(left):
                raise Killed
            note_sent(*given)  # type: ignore[arg-type]

        with patch("kpi.tables.notifications.note_sent", noted):
            self._ends_by_a_kill(self._undisturbed)

    def _server_killed(self) -> None:
        self.mailbox.takes = 3
        self._ends_by_a_kill(self._undisturbed)
        self.mailbox.takes = None

    def _ends_by_a_kill(self, call: Callable[[], object]) -> None:
        with suppress(Killed):
            call()
        self.killed += 1

    # What must hold in the end.

    def check(self) -> None:
        """Each event is in one message to each whom it concerns, and in no other; nothing else is said."""
        # The store forgets in time what it said; all that was said by the last look is remembered here.
        self.raised |= {number: item for number, item in self._raised().items() if number not in self.before}
        self.message_of |= self._messages_by_event()
        raised, message_of = self.raised, self.message_of
        wanted = {
            number
            for number, item in raised.items()
            if item.account in self.address and item.kind not in NOT_WANTED.get(item.account, ())
        }
        assert message_of.keys() == wanted, "each event leaves, and only to whom it was raised for"
        together: dict[str, list[str]] = defaultdict(list)
        for number, message in message_of.items():
            together[message].append(number)
        taken = {_number(message): message for message in self.mailbox.messages}
        assert taken.keys() == together.keys()
        assert len({(_number(item), words_of(item)) for item in self.mailbox.messages}) == len(taken)
        again = Counter(map(_number, self.mailbox.messages)).total() - len(taken)
        assert again <= self.killed, "twice only what left just before a kill"
        for message, numbers in together.items():
            self._check_message(taken[message], {number: raised[number] for number in numbers})

    def _check_message(self, message: EmailMessage, events: dict[str, _Raised]) -> None:
        assert {message["To"]} == {self.address[item.account] for item in events.values()}
        links = LINK.findall(words_of(message))
        named = {number for _, number in links if number}
        assert named <= events.keys()
        lines = {item.line for item in events.values()}
        assert {events[number].line for number in named} == {line for line in lines if line[2]}
        assert sorted(page for page, _ in links if page != "my-account") == sorted(str(line[1]) for line in lines)
        said = re.sub(rf"{LINKS_TO}\S*", "", words_of(message))
        days = {part for item in events.values() for part in item.day.split("-")}
        assert set(re.findall(r"\d+", said)) <= {*map(str, YEARS), *days, str(len(events))}
        planted = (*CODES, *LEADERS, *(viewer.name for viewer in PEOPLE), "演示", "虚构")
        assert [word for word in planted if word in said] == []

    def _raised(self) -> dict[str, _Raised]:
        with self.store.cursor() as cursor:
            rows = cursor.execute("select id, account, kind, page, credit_code, year, day from notification").fetchall()
        return {str(number): _Raised(*rest) for number, *rest in rows}

    def _messages_by_event(self) -> dict[str, str]:
        """All that ever was in the outbox of mail has left."""
        with self.store.cursor() as cursor:
            rows = cursor.execute(
                "select id, batch, sent_at is not null from delivery where channel = 'mail'"
            ).fetchall()
        own = {str(number): str(batch) for number, batch, _ in rows if str(number) not in self.before}
        assert all(sent for number, _, sent in rows if str(number) in own)
        return own


def _number(message: EmailMessage) -> str:
    return str(message["Message-ID"]).strip("<>").partition("@")[0]
