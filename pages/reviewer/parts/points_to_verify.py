"""What in a candidate's application is worth a second look, each point to be set aside with a note."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.catalogue.load import catalogue
from kpi.errors import UserError
from kpi.i18n import text
from kpi.services.reviewer.screening import LONGEST_NOTE, CandidateScreening, RaisedFlag, dismiss_flag, screen_candidate
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.datetime_format import format_datetime
from pages.widgets.error_message import show_error

SAVED = "point-noted"


def points_to_verify(context: PageContext, credit_code: str, year: int) -> CandidateScreening:
    """Points that stand first, then those set aside; what could not be compared is named. All of it is the answer."""
    found = screen_candidate(context.store, context.viewer, credit_code, year)
    title = translate("screening.title", count=found.standing) if found.standing else translate("screening.title_none")
    st.subheader(title, anchor=False)
    if st.session_state.pop(SAVED, False):
        st.success(translate("screening.done"))
    for raised in found.flags:
        with st.expander(i18n.flag_name(raised.flag.code, context.lang), expanded=raised.dismissal is None):
            _point(context, raised)
            _note_form(context, credit_code, year, raised)
    if found.not_run:
        separator = text("number.list", context.lang)
        names = separator.join(i18n.flag_name(code, context.lang) for code in found.not_run)
        html.where(translate("screening.not_run", names=names))
    html.where(translate("screening.how"))
    return found


def _point(context: PageContext, raised: RaisedFlag) -> None:
    st.text(i18n.flag_reason(raised.flag, context.lang))
    if raised.flag.kpis:
        names = text("number.list", context.lang).join(
            catalogue().kpi(code).short.in_(context.lang) for code in raised.flag.kpis
        )
        html.where(translate("screening.kpis", names=names))
    if aside := raised.dismissal:
        at = format_datetime(aside.at)
        html.where(translate("screening.dismissed", account=aside.by, at=at, note=aside.note))


def _note_form(context: PageContext, credit_code: str, year: int, raised: RaisedFlag) -> None:
    code, dismissed = raised.flag.code, raised.dismissal is None
    key = f"point-{credit_code}-{year}-{code}"
    with st.form(key, border=False, clear_on_submit=False):
        note = st.text_input(translate("screening.note"), max_chars=LONGEST_NOTE, key=f"{key}-note")
        if st.form_submit_button(translate("screening.dismiss" if dismissed else "screening.take_up")):
            try:
                dismiss_flag(context.store, context.viewer, credit_code, year, code, note, dismissed=dismissed)
            except UserError as error:
                show_error(error)
            else:
                st.session_state[SAVED] = True
                st.rerun()
