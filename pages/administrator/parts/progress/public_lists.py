"""Taking away the list for publicity and the final list of a year, each with a word in the trail."""

from __future__ import annotations

from functools import partial
from typing import get_args

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.model.problem import listed
from kpi.reports.public_list import PublicEntry, PublicList, PublicObjection, list_title, public_list
from kpi.services.administrator.public_lists import ListedApplications, ProgrammeList, listed_applications
from kpi.services.downloads import TakenThing, note_download
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.downloads import DOCX_TYPE, XLSX_TYPE
from pages.widgets.error_message import show_error

TAKEN: dict[ProgrammeList, TakenThing] = {"publicity": "publicity_list", "final": "final_list"}
TYPES = {".xlsx": XLSX_TYPE, ".docx": DOCX_TYPE}


def offer_lists(context: PageContext, years: list[int]) -> None:
    """Of the year chosen; a list nobody stands on is not offered."""
    st.subheader(translate("progress.lists"), anchor=False)
    year = st.selectbox(translate("progress.year"), years, key="lists-year")
    html.where(translate("progress.lists_how"))
    for kind in get_args(ProgrammeList):
        try:
            found = listed_applications(context.store, context.viewer, year, kind)
        except UserError as error:
            show_error(error)
            continue
        html.where(translate(f"progress.list_{kind}", year=year, count=len(found.applications)))
        if not found.applications:
            continue
        _say_objections(found)
        with st.container(horizontal=True):
            for suffix, mime in TYPES.items():
                st.download_button(
                    translate(f"progress.take_list{suffix}"),
                    partial(_made, context, kind, year, suffix),
                    file_name=f"{list_title(kind, year)}{suffix}",
                    mime=mime,
                    on_click="ignore",
                    key=f"list-{kind}{suffix}",
                )


def _say_objections(found: ListedApplications) -> None:
    """What the files say of objections, and what they cannot say yet."""
    if found.handled:
        html.where(translate("progress.list_handled", count=len(found.handled)))
    if found.open:
        html.open_points([(translate("progress.list_open", count=found.open), translate("progress.list_open_means"))])
    kept = [one for one in found.handled if one.on_list and one.outcome == "upheld"]
    if kept:
        names = listed(one.application.enterprise or one.application.credit_code for one in kept)
        html.open_points([(translate("progress.list_upheld", names=names), translate("progress.list_upheld_means"))])


def _made(context: PageContext, kind: ProgrammeList, year: int, suffix: str) -> bytes:
    """As it is at the press, for who presses: a factory that was taken off since the page was drawn is not on it."""
    viewer = context.reader_by_now()
    found = listed_applications(context.store, viewer, year, kind)
    entries = [
        PublicEntry(one.factory or "", one.enterprise or one.credit_code, one.industry, one.body or "")
        for one in found.applications
    ]
    warning = i18n.text("report.illustrative.short", "zh") if found.illustrative else ""
    objections = [
        PublicObjection(
            one.application.factory or "",
            one.application.enterprise or one.application.credit_code,
            one.answered_on,
            one.outcome,
            one.on_list,
        )
        for one in found.handled
    ]
    data = public_list(suffix, PublicList(kind, year, entries, warning, objections))
    note_download(context.store, viewer, TAKEN[kind], str(year), suffix.removeprefix("."), data)
    return data
