"""By when each recommending body sends its list: the year's day, or its own with reference and reason."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.model.programme import YearDates
from kpi.reports.content import About
from kpi.services.administrator.year_dates import LONGEST_REASON, YearOverview, set_body_deadline
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.ask_once import ask_once
from pages.widgets.data_files import show_table, typed_table
from pages.widgets.datetime_format import format_datetime
from pages.widgets.error_message import show_error

_ROUND = "body_round"


def offer_body_deadlines(context: PageContext, found: YearOverview) -> None:
    """Every body with its day and whether its list was sent; below it the form for one body's own day."""
    st.subheader(translate("year.bodies"), anchor=False)
    if found.dates is None:
        html.where(translate("year.bodies_later"))
        return
    _table(context, found, found.dates)
    _form(context, found, found.dates)


def _table(context: PageContext, found: YearOverview, dates: YearDates) -> None:
    rows = []
    for body in (one.name.zh for one in catalogue().bodies):
        own = found.own.get(body)
        sent = found.sent.get(body)
        rows.append(
            [
                i18n.catalogue_name(body, context.lang),
                translate("year.own_day", day=own) if own else str(dates.lists_due),
                translate("year.sent_at", at=format_datetime(sent)) if sent else _unsent(found, own or dates.lists_due),
            ]
        )
    table = typed_table([translate(f"year.{name}") for name in ("body", "due", "list")], rows)
    about = About(translate("year.bodies"), translate("year.of", year=found.year))
    show_table(context, about, table, "body-deadlines", form="whole")


def _unsent(found: YearOverview, day: object) -> str:
    return translate("year.unsent_over" if str(day) < str(found.today) else "year.unsent")


def _form(context: PageContext, found: YearOverview, dates: YearDates) -> None:
    key = f"body-{found.year}-{st.session_state.get(_ROUND, 0)}"
    body = st.selectbox(
        translate("year.body"),
        [one.name.zh for one in catalogue().bodies],
        index=None,
        placeholder=translate("sheet.choose"),
        format_func=lambda one: i18n.catalogue_name(one, context.lang),
        key=key,
    )
    if body is None:
        return
    own = found.own.get(body)
    key = f"{key}-{body}"
    back = bool(own) and st.checkbox(translate("year.back", day=dates.lists_due), key=f"{key}-back")
    label = translate("year.own_due")
    # An own day may be before the year opens by now: the year's dates were set again since.
    first = min(own or dates.opens, dates.opens)
    day = st.date_input(label, own, key=f"{key}-day", format="YYYY-MM-DD", disabled=back, min_value=first)
    reference = st.text_input(translate("year.reference"), max_chars=LONGEST_REASON, key=f"{key}-reference")
    reason = st.text_input(translate("year.reason"), max_chars=LONGEST_REASON, key=f"{key}-reason")
    if not (back or day) or not (reference.strip() and reason.strip()):
        html.where(translate("year.to_explain_body"))
        return
    wanted = None if back else day
    means = translate(
        "year.body_means",
        body=i18n.catalogue_name(body, context.lang),
        before=own or dates.lists_due,
        after=wanted or dates.lists_due,
    )
    if ask_once(translate("year.set_body"), means, key=f"{key}-set"):
        try:
            set_body_deadline(
                context.store, context.viewer, found.year, body, wanted, reference, reason, seen=found.settings_of(body)
            )
        except UserError as error:
            show_error(error)
            return
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        st.session_state["year_said"] = translate("year.set_body_now", body=i18n.catalogue_name(body, context.lang))
        st.rerun()
