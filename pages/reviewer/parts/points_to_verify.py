"""What in a candidate's application is worth a second look, each point to be set aside with a note."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound, UserError
from kpi.i18n import text
from kpi.model.scoring import FlagCode
from kpi.services.reviewer.screening import LONGEST_NOTE, CandidateScreening, RaisedFlag, dismiss_flag, screen_candidate
from pages.session.language import translate
from pages.session.page_context import PageContext, current_viewer
from pages.widgets import html
from pages.widgets.ask_once import keep_press, press_answered
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
    """Empty again after each note: that of an act is not that of its opposite."""
    of = f"point-{credit_code}-{year}-{raised.flag.code}"
    form, standing = f"{of}-{st.session_state.get(of, 0)}", raised.dismissal is None
    with st.form(form, border=False):
        st.text_input(translate("screening.note"), max_chars=LONGEST_NOTE, key=f"{form}-note")
        # Before the page is drawn again, whose button has another name where a colleague has set it aside meanwhile.
        st.form_submit_button(
            translate("screening.dismiss" if standing else "screening.take_up"),
            on_click=_note,
            args=(context, credit_code, year, raised.flag.code, standing),
        )
    if refused := st.session_state.pop(f"{of}-refused", None):
        press_answered()
        show_error(refused)


def _note(context: PageContext, credit_code: str, year: int, flag: FlagCode, dismissed: bool) -> None:
    of = f"point-{credit_code}-{year}-{flag}"
    times = st.session_state.get(of, 0)
    note = st.session_state[f"{of}-{times}-note"]
    try:
        dismiss_flag(context.store, current_viewer(), credit_code, year, flag, note, dismissed=dismissed)
    except UserError as error:
        keep_press({translate("screening.note"): f"{of}-{times}-note"})
        if not isinstance(error, NotFound):  # else no page has its form, and it would be said on a later one
            st.session_state[f"{of}-refused"] = error
    else:
        st.session_state[of], st.session_state[SAVED] = times + 1, True
