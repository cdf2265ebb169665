"""The address at which one's own calendar reads dates, visits and defences: made, shown once, replaced, revoked."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from kpi.errors import UserError
from kpi.services.own_calendar import make_calendar_address, own_calendar_address, revoke_calendar_address
from pages.session.context import CALENDAR, PageContext
from pages.session.language import translate
from pages.session.server_limits import server_channels
from pages.widgets import html
from pages.widgets.acts import confirm_act, show_error
from pages.widgets.tables import format_datetime

SHOWN = "calendar-address"
"""Of the session, until its reader has noted it: it is kept nowhere else as it is."""


def calendar_section(context: PageContext) -> None:
    """Since when there is one, and what can be done with it."""
    st.subheader(translate("calendar.title"), anchor=False)
    since = own_calendar_address(context.store, context.viewer)
    if since is None:
        st.session_state.pop(SHOWN, None)  # revoked at another browser meanwhile
        html.where(translate("calendar.none"))
    elif (secret := st.session_state.get(SHOWN)) is None:
        html.where(translate("calendar.stands", at=format_datetime(since)))
    else:
        html.notice(translate("calendar.once"))
        st.code(f"{_base()}{CALENDAR}/{secret}.ics", language=None, wrap_lines=True)
        if st.button(translate("account.recovery_noted"), type="primary", key="calendar-noted"):
            del st.session_state[SHOWN]
            st.rerun()
    made = revoked = False
    if since is None:
        made = st.button(translate("calendar.make"), key="calendar-make")
    else:
        with st.container(horizontal=True):
            ends = translate("calendar.ends")
            made = confirm_act(translate("calendar.replace"), ends, key="calendar-replace", read=since)
            revoked = confirm_act(translate("calendar.revoke"), ends, key="calendar-revoke", read=since)
    if not made and not revoked:
        return
    try:
        if made:
            st.session_state[SHOWN] = make_calendar_address(context.store, context.viewer, context.lang)
        else:
            st.session_state.pop(SHOWN, None)
            revoke_calendar_address(context.store, context.viewer)
    except UserError as error:
        show_error(error)
    else:
        st.rerun()


def _base() -> str:
    here = urlsplit(st.context.url or "")
    return server_channels().links_to or f"{here.scheme}://{here.netloc}"
