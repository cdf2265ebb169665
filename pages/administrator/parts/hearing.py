"""The factory is heard on an objection: it reads what is objected, and by when it may reply."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.model.programme import Objection
from kpi.model.times import now, shanghai_date
from kpi.services.administrator.objections import (
    LONGEST_OBJECTION,
    LONGEST_TERM,
    against_upholding,
    inform_enterprise,
)
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, show_error

USUAL_TERM = timedelta(days=5)


def offer_informing(context: PageContext, given: Objection, who: str) -> str | None:
    """While it is open: the words that the enterprise is to read, and its last day. Returns what was done."""
    if given.state != "open":
        return None
    today = shanghai_date(now())
    with st.expander(translate("hearing.open"), expanded=given.hearing is None):
        html.where(translate("hearing.how"))
        key = f"hearing-{given.id}-{len(given.hearings)}"
        before = given.hearings[-1].words if given.hearings else given.objection
        words = st.text_area(translate("hearing.words"), before, max_chars=LONGEST_OBJECTION, key=f"{key}-words")
        last = st.date_input(
            translate("hearing.reply_by"),
            today + USUAL_TERM,
            min_value=today + timedelta(days=1),
            max_value=today + LONGEST_TERM,
            key=f"{key}-day",
            format="YYYY-MM-DD",
        )
        if not words.strip():
            html.where(translate("hearing.to_inform"))
            return None
        if not confirm_act(translate("hearing.inform"), translate("hearing.means", who=who, day=last), key=key):
            return None
        try:
            inform_enterprise(context.store, context.viewer, given.id, words, last)
        except UserError as error:
            show_error(error)
            return None
    return translate("hearing.informed_now", day=last)


def may_be_upheld(context: PageContext, given: Objection, answered_on: date) -> bool:
    """Whether the factory was heard by that day; says what it is owed where it was not."""
    against = against_upholding(given, answered_on)
    if against:
        html.notice("\n".join(i18n.page_error_message(against, context.lang)))
    return against is None
