"""The words of a message: that there is something, and a link. No value, verdict, name or number of a person.

The subject is the same whichever way a decision went: it is of the kind of event.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kpi.i18n import text
from kpi.model.language import Lang
from kpi.model.notification import Delivery, MessageWords

EVENT, EVENT_NUMBER = "event", re.compile(r"[0-9a-f]{32}")
"""Where a link names what happened: the page then shows the application that it is about."""


def message_words(deliveries: Sequence[Delivery], links_to: str, lang: Lang) -> MessageWords:
    """The subject is of the one event's kind, or how many there are; then a line an event with its link, the same event
    of the same application once.
    """
    last = {(item.kind, item.page, item.credit_code, item.year, item.day): item for item in deliveries}
    lines = [_line(item, links_to, lang) for item in last.values()]
    subject = _kind(deliveries[0], lang)
    if len(deliveries) > 1:
        subject = text("page.notifications.several", lang, count=len(deliveries))
    body = "\n\n".join([*lines, text("page.notifications.no_contents", lang)])
    return MessageWords(f"Duibiao: {subject}", body)


def mail_foot(account_page: str, lang: Lang) -> str:
    """Where its reader says that it wants no more of them."""
    return text("page.notifications.foot", lang, link=account_page)


def confirmation_words(code: str, lang: Lang) -> MessageWords:
    """The code by which an account shows that an address is its own."""
    subject = text("page.notifications.confirmation", lang)
    return MessageWords(f"Duibiao: {subject}", text("page.notifications.confirmation_body", lang, code=code))


def _line(item: Delivery, links_to: str, lang: Lang) -> str:
    words = _kind(item, lang)
    if item.year:
        words = text("page.notifications.of_year", lang, words=words, year=item.year)
    if item.day:
        words = text("page.notifications.of_day", lang, words=words, day=item.day)
    # The event by its number alone: whom the link does not concern learns nothing from it, at the page either.
    event = f"&{EVENT}={item.id}" if item.credit_code else ""
    return f"{words}\n{links_to}/{item.page}?lang={lang}{event}"


def _kind(item: Delivery, lang: Lang) -> str:
    return text(f"page.notifications.kind.{item.kind}", lang)
