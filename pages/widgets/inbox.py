"""What happened lately and concerns the reader: on each home, below what waits for an act."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import streamlit as st

from kpi.access.roles import allows
from kpi.model.notification import InboxEntry, Notification
from kpi.model.viewer import Viewer
from kpi.reports.messages import EVENT, EVENT_NUMBER
from kpi.services.notifications.inbox import mark_inbox_read, own_event, own_inbox
from pages.session.app_store import app_store
from pages.session.context import PageContext, current_viewer, page_at
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.picker import YEAR
from pages.widgets.tables import format_datetime

IN_SIGHT = 5


def show_inbox(context: PageContext) -> None:
    """The unread and the latest in sight, those before folded; nothing before the first."""
    found = own_inbox(context.store, context.viewer)
    if not found:
        return
    unread = sum(item.count for item in found if item.unread)
    with st.container(border=True, key="inbox"):
        html.titled(translate("notifications.title", count=unread) if unread else translate("notifications.all_read"))
        _listed(context, found[:IN_SIGHT])
        if len(found) > IN_SIGHT:
            with st.expander(translate("notifications.before", count=len(found) - IN_SIGHT)):
                _listed(context, found[IN_SIGHT:])
        if unread:
            latest = max(item.raised_at for item in found)
            st.button(translate("notifications.seen"), key="inbox-seen", on_click=partial(_read, context, latest))


def _read(context: PageContext, latest: datetime) -> None:
    mark_inbox_read(context.store, current_viewer(), latest)


def _listed(context: PageContext, found: Sequence[InboxEntry]) -> None:
    for item in found:
        with st.container(horizontal=True, vertical_alignment="center", key=f"event-{item.kind}-{item.raised_at}"):
            words = f"{format_datetime(item.raised_at)} {event_words(item)}"
            st.markdown(html.plain(f"● {words}" if item.unread else words), width="content")
            page = page_at(item.page)
            # A home leads nowhere from itself.
            if page.title != "home" and page.permission and allows(context.viewer, page.permission):
                label = translate(f"title.{page.title}")
                st.page_link(page.file, label=label, query_params=_query(item) or None)


def event_words(item: InboxEntry) -> str:
    """As in a message: the kind, the year, and the day that it is about; and how often it happened."""
    words = translate(f"notifications.kind.{item.kind}")
    if item.year:
        words = translate("notifications.of_year", words=words, year=item.year)
    if item.day:
        words = translate("notifications.of_day", words=words, day=item.day)
    return translate("notifications.of_several", words=words, count=item.count) if item.count > 1 else words


def follow_event(viewer: Viewer, address: str) -> None:
    """Before the page of this ``address`` is drawn, to which the link of a message led: it shows what that is about."""
    number = st.query_params.pop(EVENT, "")
    found = own_event(app_store(), viewer, number) if EVENT_NUMBER.fullmatch(number) else None
    if found and found.page == address:
        st.query_params.update(_query(found))


def _query(item: InboxEntry | Notification) -> dict[str, str]:
    """Of one application, as its page names it."""
    year, application = str(item.year), f"{item.credit_code} {item.year}"
    if item.credit_code and item.page == "candidate":
        return {YEAR: year, "candidate": item.credit_code}
    if item.credit_code and item.page in _APPLICATION:
        return {_APPLICATION[item.page]: application}
    return {YEAR: year} if item.year else {}


_APPLICATION = {"submission": "application", "conditions": "application", "condition-rulings": "of"}
