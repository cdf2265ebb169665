"""The position strip in both its forms, the table beside it, and the KPI that the reader chose."""

from __future__ import annotations

from math import isnan

import streamlit as st

from kpi.catalogue.load import catalogue
from kpi.charts.strip import position_strip
from kpi.charts.strip_list import strip_list
from kpi.charts.strip_rows import strip_rows, strip_table
from kpi.model.evaluation import Evaluation
from kpi.model.publication import EnterpriseView
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.chart_view import BARE
from pages.widgets.option_picker import pick_option


def show_strip(context: PageContext, answer: Evaluation | EnterpriseView) -> str:
    """Draw it, wide and narrow, and answer the code of the KPI to open."""
    means = _mean_places(answer)
    picture = position_strip(answer, context.lang, context.theme, means, titled=False)
    html.caption(picture.caption)
    with st.container(key="wide"):
        st.plotly_chart(
            picture.figure,
            key="strip",
            theme=None,
            on_select=_open_clicked,
            selection_mode="points",
            config=BARE,
            alt=picture.alt,
        )
    with st.container(key="narrow"):
        st.html(strip_list(answer, context.lang, context.theme, means, titled=False))
    with st.expander(translate("strip.table")):
        table = strip_table(strip_rows(answer, context.lang, means), context.lang)
        html.table(list(table[0]), [list(row.values()) for row in table], form="stacked")
    return chosen_kpi(context)


def chosen_kpi(context: PageContext) -> str:
    """The KPI to open: clicked on the strip, picked from the list, or named by the address."""
    return pick_option(
        translate("strip.choose"),
        [kpi.code for kpi in catalogue().kpis],
        "kpi",
        lambda code: f"{code}　{catalogue().kpi(code).name.in_(context.lang)}",
    )


def _open_clicked() -> None:
    points = st.session_state["strip"]["selection"]["points"]
    if points and points[0].get("customdata"):
        clicked = points[0]["customdata"]
        st.session_state["kpi"] = clicked if isinstance(clicked, str) else clicked[0]


def _mean_places(answer: Evaluation | EnterpriseView) -> dict[str, float]:
    if isinstance(answer, EnterpriseView):
        return {}
    return {kpi.code: kpi.mean_place for kpi in answer.kpis if not isnan(kpi.mean_place)}
