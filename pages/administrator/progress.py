"""Progress: how far the applications of the year have come, each by name, and moving them on."""

from functools import partial

import streamlit as st

from kpi.reports.content import About
from kpi.services.administrator.stages import applications_in_progress
from pages.administrator.parts.home import stage_bars, year_answer
from pages.administrator.parts.progress import (
    filtered_applications,
    move_one,
    offer_lists,
    offer_several,
    offer_stage_file,
    progress_table,
    say_moved,
)
from pages.session.context import require_page
from pages.session.language import translate
from pages.session.notice import show_notice_of
from pages.widgets import html
from pages.widgets.acts import end_with_next
from pages.widgets.layout import in_columns
from pages.widgets.pictures import kept_chart, show_chart
from pages.widgets.tables import offer_data

context = require_page("run_programme", "progress")
found = applications_in_progress(context.store, context.viewer)
if not found:
    end_with_next(translate("progress.none"), "programme-year")

years = sorted({item.year for item in found}, reverse=True)
show_notice_of(years[0])
latest = [item for item in found if item.year == years[0]]
year_answer(years[0], latest)
say_moved()
stages, one = in_columns("progress", (5, 7))
with stages, st.container(border=True, key="stages", height="stretch"):
    draw = partial(stage_bars, [item.stage for item in latest])
    about = About(translate("home.of_year", year=years[0]))
    show_chart(kept_chart(draw, context.theme), partial(offer_data, context, about, "stages", draw=draw))
with one, st.container(border=True, key="one", height="stretch"):
    html.titled(translate("result.next"))
    move_one(context, {f"{item.credit_code} {item.year}": item for item in found})
with st.container(border=True, key="all"):
    every, several, file, lists = st.tabs(
        [translate(f"progress.{name}") for name in ("listed", "several", "from_file", "lists")]
    )
with every:
    shown, asked = filtered_applications(context, found)
    progress_table(context, shown, found, asked)
with several:
    offer_several(context, shown)
with file:
    offer_stage_file(context)
with lists:
    offer_lists(context, years)
