"""What listed factories have promised to spread their experience, and how each promise stands today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.model.outreach import ListedFactory, Promise
from kpi.model.times import now, shanghai_date
from kpi.reports.content import About, ReportTable
from kpi.services.outreach import outreach_file, outreach_in_reach
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets.acts import opened_box
from pages.widgets.downloads import offer_sent_file
from pages.widgets.tables import show_long_table, typed_table

Row = tuple[ListedFactory, Promise | None]


def show_outreach_in_reach(context: PageContext) -> None:
    """Of the listed factories in the reader's reach, folded below their numbers; nothing where none is listed."""
    found = outreach_in_reach(context.store, context.viewer)
    if not found:
        return
    today = shanghai_date(now())
    title = translate("outreach.in_reach", factories=len(found), **outreach_counts(found, today))
    if box := opened_box(title, "outreach"):
        with box:
            rows: list[Row] = [(factory, item) for factory in found for item in factory.promises or (None,)]
            about = About(translate("outreach.name"), today.isoformat())
            show_long_table(context, about, rows, partial(_table, context, today), "outreach", form="stacked")
            _files(context, found)


def outreach_counts(found: Sequence[ListedFactory], today: date) -> dict[str, int]:
    """As the words over them name them."""
    states = Counter(item.state(today) for factory in found for item in factory.promises)
    return {"promises": states.total(), "done": states["done"], "overdue": states["overdue"]}


def promise_cells(item: Promise, today: date) -> list[str]:
    """Its form, what it is, until when, and how it stands."""
    state, said = item.state(today), {}
    if item.done_on:
        said = {"day": item.done_on.isoformat(), "evidence": item.evidence}
    words = translate(f"outreach.{'done_file' if item.upload else state}", **said)
    return [translate(f"outreach.kind_{item.kind}"), item.what, item.due.isoformat(), words]


def promise_label(item: Promise) -> str:
    """In a line, to be chosen by."""
    kind = translate(f"outreach.kind_{item.kind}")
    return translate("outreach.label", kind=kind, what=item.what, due=item.due.isoformat())


def _table(context: PageContext, today: date, rows: Sequence[Row]) -> ReportTable:
    columns = ("factory", "year", "body", "kind", "what", "due", "state")
    blank = [i18n.NO_NUMBER, i18n.NO_NUMBER, i18n.NO_NUMBER, translate("outreach.none")]
    return typed_table(
        [translate(f"outreach.column_{name}") for name in columns],
        [
            [
                factory.label,
                str(factory.year),
                i18n.catalogue_name(factory.body, context.lang),
                *(promise_cells(item, today) if item else blank),
            ]
            for factory, item in rows
        ],
    )


def _files(context: PageContext, found: Sequence[ListedFactory]) -> None:
    """One of the files that were sent, as the reader chooses."""
    sent = {item.id: (factory, item) for factory in found for item in factory.promises if item.upload}
    if not sent:
        return
    chosen = st.selectbox(
        translate("outreach.files"),
        list(sent),
        format_func=lambda number: f"{sent[number][0].label} · {promise_label(sent[number][1])}",
        key="outreach-file",
    )
    factory = sent[chosen][0]
    subject = f"{factory.credit_code} {factory.year}"
    offer_sent_file(context, subject, lambda viewer: outreach_file(context.store, viewer, chosen), f"outreach-{chosen}")
