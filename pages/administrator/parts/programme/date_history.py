"""What was set, when, by whom and why: the latest first, nothing overwritten."""

from __future__ import annotations

from datetime import date, datetime

import streamlit as st

from kpi import i18n
from kpi.model.programme import SetDates
from kpi.reports.content import About
from kpi.services.administrator.year_dates import YearOverview
from pages.administrator.parts.programme.date_form import DATES
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.data_files import show_table, typed_table
from pages.widgets.datetime_format import format_datetime


def date_history(context: PageContext, found: YearOverview) -> None:
    """Dates of the year and of single bodies in one order."""
    rows: list[tuple[datetime, list[str]]] = [
        (one.set_at, [format_datetime(one.set_at), one.set_by, _days(one), f"{one.reference}\n{one.reason}"])
        for one in found.history
    ]
    for own in found.own_history:
        body = i18n.catalogue_name(own.body, context.lang)
        rows.append(
            (
                own.set_at,
                [
                    format_datetime(own.set_at),
                    own.set_by,
                    translate("year.body_day", body=body, day=own.lists_due)
                    if own.lists_due
                    else translate("year.body_back", body=body),
                    f"{own.reference}\n{own.reason}",
                ],
            )
        )
    if not rows:
        return
    st.subheader(translate("year.history"), anchor=False)
    table = typed_table(
        [translate(f"year.{name}") for name in ("at", "by", "what", "why")],
        [row for _, row in sorted(rows, key=lambda one: one[0], reverse=True)],
    )
    about = About(translate("year.history"), translate("year.of", year=found.year))
    show_table(context, about, table, "date-history", form="stacked")


def _days(one: SetDates) -> str:
    given: dict[str, date] = {name: day for name in DATES if (day := getattr(one.dates, name))}
    return "\n".join(translate("year.day_of", name=translate(f"audit.field.{name}"), day=given[name]) for name in given)
