"""Visits and defences of candidates in a table and as a calendar file, for each whom they concern."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.model.times import SHANGHAI, shanghai_minute
from kpi.model.timetable import Appointment
from kpi.reports.calendar import timetable_ics
from kpi.reports.content import About
from kpi.services.downloads import TakenThing
from kpi.services.timetable import own_timetable
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.downloads import Offered, offer_files
from pages.widgets.tables import show_table, typed_table


def show_own_timetable(context: PageContext) -> None:
    """The reader's own; nothing where there is none."""
    if found := own_timetable(context.store, context.viewer):
        with st.container(border=True, key="timetable"):
            html.titled(translate("timetable.own"))
            show_appointments(context, found)


def show_appointments(
    context: PageContext,
    found: Sequence[Appointment],
    names: Mapping[str, str] | None = None,
    barred: Mapping[Appointment, Sequence[str]] | None = None,
) -> None:
    """With their experts where ``names`` has these by account; ``barred``: those of them that may be none any more."""
    thing: TakenThing = "panel_material" if names else "timetable"
    columns = ["time", "candidate", "kind", "place", *["experts"] * bool(names), "state"]
    rows = [_row(context, item, names, (barred or {}).get(item, ())) for item in found]
    table = typed_table([translate(f"timetable.column_{name}") for name in columns], rows)
    year = str(max(item.year for item in found))
    about = About(translate("timetable.name"), year)
    show_table(context, about, table, "timetable", form="stacked", thing=thing)
    make = partial(timetable_ics, found, names or {}, context.lang)
    offer_files(context, "", thing, year, about.title, [Offered(".ics", translate("timetable.ics"), make)], key="-ics")


def _row(context: PageContext, item: Appointment, names: Mapping[str, str] | None, barred: Sequence[str]) -> list[str]:
    listed = i18n.text("number.list", context.lang)
    experts = [listed.join(names.get(expert, expert) for expert in item.experts)] if names else []
    kind = i18n.text(f"appointment.{item.kind}", context.lang)
    named = listed.join((names or {}).get(expert, expert) for expert in barred)
    state = translate("timetable.barred", names=named) if named else _state(item)
    return [time_words(item), item.label, kind, item.place, *experts, state]


def time_words(item: Appointment) -> str:
    """From when to when, in Shanghai's time."""
    return f"{shanghai_minute(item.starts_at)}\u2013{item.ends_at.astimezone(SHANGHAI):%H:%M}"


def _state(item: Appointment) -> str:
    if item.cancelled:
        return translate("timetable.cancelled", reason=item.reason) if item.reason else translate("timetable.off")
    if item.reason:
        return translate("timetable.changed_why", reason=item.reason)
    return translate("timetable.changed" if item.sequence else "timetable.stands")
