"""When each candidate reached each of its states, beside the notice's day."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from kpi.charts.timeline import StateRow, state_timeline
from kpi.reports.content import About
from kpi.services.leader.coverage import Coverage
from kpi.services.leader.recommendation import JudgedCandidate
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.chart_view import kept_chart, show_chart
from pages.widgets.data_files import offer_data, typed_table
from pages.widgets.datetime_format import format_datetime


def state_times(context: PageContext, about: About, found: Coverage, judged: list[JudgedCandidate]) -> None:
    """The picture, and its times as a table to take away."""
    title = translate("coverage.timeline")
    st.subheader(title, anchor=False)
    rows = [
        StateRow(one.application.label, tuple((reached.state, reached.at) for reached in one.states)) for one in judged
    ]
    draw = partial(state_timeline, rows, found.deadline.day if found.deadline else None, context.lang)
    picture = kept_chart(draw, context.theme)
    show_chart(picture)
    table = typed_table(
        [translate("coverage.column_factory"), translate("coverage.column_state"), translate("coverage.column_since")],
        [(one.name, translate(f"step.{state}"), format_datetime(at)) for one in rows for state, at in one.states],
    )
    offer_data(context, replace(about, title=title, finding=picture.title), "timeline", draw=draw, table=table)
