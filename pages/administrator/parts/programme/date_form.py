"""The dates of a year: what holds stands in the fields; what would change is said and asked once."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import streamlit as st

from kpi.errors import UserError
from kpi.model.programme import YearDates
from kpi.services.administrator.year_dates import LONGEST_REASON, YearOverview, set_year_dates
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.ask_once import ask_once
from pages.widgets.error_message import show_error

DATES = tuple(field.name for field in fields(YearDates))
_ROUND = "year_round"


def offer_dates(context: PageContext, found: YearOverview) -> None:
    """Six days with reference and reason; after success the fields hold what now holds."""
    st.subheader(translate("year.dates"), anchor=False)
    key = f"year-{found.year}-{st.session_state.get(_ROUND, 0)}"
    given: dict[str, date | None] = {}
    # Two rows of three, in their order on a narrow screen too.
    columns = [*st.columns(3), *st.columns(3)]
    for at, name in enumerate(DATES):
        label = translate(f"year.date.{name}")
        given[name] = columns[at].date_input(
            label, _now(found, name), key=f"{key}-{name}", format="YYYY-MM-DD", help=translate(f"year.help.{name}")
        )
    reference = st.text_input(translate("year.reference"), max_chars=LONGEST_REASON, key=f"{key}-reference")
    reason = st.text_input(translate("year.reason"), max_chars=LONGEST_REASON, key=f"{key}-reason")
    dates = _complete(given)
    if dates is None:
        html.where(translate("year.to_give"))
        return
    if faults := list(dates.faults(found.year)):
        html.bullets([translate(f"year.fault.{fault}") for fault in faults])
        return
    if dates == found.dates:
        return
    if not (reference.strip() and reason.strip()):
        html.where(translate("year.to_explain"))
        return
    if ask_once(translate("year.set"), "\n".join(_means(found, dates)), key=f"{key}-set"):
        try:
            set_year_dates(context.store, context.viewer, found.year, dates, reference, reason, seen=found.settings)
        except UserError as error:
            show_error(error)
            return
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        st.session_state["year_said"] = translate("year.set_now", year=found.year)
        st.rerun()


def _now(found: YearOverview, name: str) -> date | None:
    """What holds; for a year without dates the notice's own day, where policy has it."""
    if found.dates:
        held: date | None = getattr(found.dates, name)
        return held
    return found.proposed if name in ("closes", "lists_due") else None


def _complete(given: dict[str, date | None]) -> YearDates | None:
    opens, closes, lists_due, *others = given.values()
    return YearDates(opens, closes, lists_due, *others) if opens and closes and lists_due else None


def _means(found: YearOverview, dates: YearDates) -> list[str]:
    """What would be other than now, and for whom."""
    before = found.dates
    changed = [name for name in DATES if getattr(dates, name) != (before and getattr(before, name))]
    none = translate("year.no_day")
    said = [
        translate(
            "year.changes",
            name=translate(f"audit.field.{name}"),
            before=(before and getattr(before, name)) or none,
            after=getattr(dates, name) or none,
        )
        for name in changed
    ]
    if dates.closes < found.today:
        said.append(translate("year.closes_now", drafts=found.standing.drafts))
    elif before and before.closes < found.today:
        said.append(translate("year.opens_again"))
    elif found.today < dates.opens:
        said.append(translate("year.opens_later", drafts=found.standing.drafts))
    late = [body for body in found.unsent if found.own.get(body, dates.lists_due) < found.today]
    if late:
        said.append(translate("year.lists_over", count=len(late)))
    return [*said, translate("year.at_once")]
