"""What concerns a person and happened without them, and the messages that say so outside the pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kpi.model.language import Lang

Concerned = Literal["enterprise", "body", "reviewer", "scorer", "named", "system", "security"]
"""Whom an event concerns: of an enterprise, of the application's recommending body, reviewers that reach it; whoever
scores in the round; whom the act names; administrators by their duty. Texts: ``page.notifications.to_<concerned>``.
"""
Channel = Literal["mail", "messenger"]
"""A messenger is an office's group chat or a webhook: one for all of a role."""
DeliveryState = Literal["waiting", "sent", "given_up"]
"""Texts: ``page.notifications.<state>``."""


@dataclass(frozen=True, slots=True)
class Notification:
    """One event for one person. ``credit_code`` and ``year`` of the application that it is about; "" and 0 of none.

    ``kind`` is an event of ``data/notifications/events.toml``; ``page`` the address at which it is seen. ``day`` is one
    that the event is about.
    """

    id: str
    kind: str
    page: str
    account: str
    credit_code: str
    year: int
    day: str
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """What happened ``count`` times to an account, all of it seen at one ``page``; ``raised_at`` the last time.

    ``credit_code``: of the application where it happened once, else "".
    """

    kind: str
    page: str
    credit_code: str
    year: int
    day: str
    count: int
    raised_at: datetime
    unread: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message that is to leave: by ``mail`` to an account, by ``messenger`` to a role.

    ``id`` is that of its notification. ``batch``: with which others it goes in one message, "" before it was first
    tried. ``fault``: what the last try ended with. ``credit_code``: which application it is about, where it is due: no
    message says it.
    """

    id: str
    channel: Channel
    recipient: str
    kind: str
    page: str
    year: int
    day: str
    due_at: datetime
    batch: str = ""
    attempts: int = 0
    fault: str = ""
    sent_at: datetime | None = None
    given_up_at: datetime | None = None
    credit_code: str = ""

    @property
    def state(self) -> DeliveryState:
        if self.sent_at:
            return "sent"
        return "given_up" if self.given_up_at else "waiting"


@dataclass(frozen=True, slots=True)
class MessageWords:
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """How an account has messages. ``address``: "" for none; ``confirmed``: its owner entered the code sent there.

    ``digest``: once a day. ``off``: the kinds that are not sent; all stand on the home page.
    """

    address: str = ""
    confirmed: bool = False
    digest: bool = False
    lang: Lang = "zh"
    off: tuple[str, ...] = ()
