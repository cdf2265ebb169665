"""The position strip in both its forms, the table beside it, and the KPI that the reader chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from math import isnan

import streamlit as st

from kpi.charts.strip import StripRow, position_strip, strip_list, strip_rows, strip_table, verdict_text
from kpi.charts.theme import Theme, verdict_mark
from kpi.i18n import headline
from kpi.model.evaluation import Evaluation
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseView
from kpi.reports.content import ReportTable
from kpi.reports.evaluation import report_content
from pages.session.kept_pieces import kept_piece
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.chart_view import BARE, kept_chart
from pages.widgets.data_files import about_answer, offer_data
from pages.widgets.folded import opened_box
from pages.widgets.option_picker import pick_option


@dataclass(frozen=True, slots=True)
class _Strip:
    """What goes with the picture: the list for narrow screens, the table, a KPI's words, and the numbers for files."""

    finding: str
    listed: str
    table: str
    words: Mapping[str, str]
    numbers: ReportTable | None


def show_strip(context: PageContext, answer: Evaluation | EnterpriseView) -> str:
    """Draw it, wide and narrow, and answer the code of the KPI to open."""
    draw = partial(position_strip, answer, context.lang, mean_places=_mean_places(answer), titled=False)
    picture = kept_chart(draw, context.theme)
    beside = kept_piece(_strip, answer, context.lang, context.theme)
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
        html.element(beside.listed)
    # The KPI to open: clicked on the strip, chosen there with the keys (``picture_rows.js``), picked from the list, or
    # named by the address. Where the strip is too wide to be shown, the list has the same rows, each with its verdict.
    chosen = pick_option(translate("strip.choose"), list(beside.words), "kpi", beside.words.__getitem__)
    if box := opened_box(translate("strip.table"), "strip"):
        with box:
            html.element(beside.table)
    about = about_answer(context, answer, translate("strip.title"), beside.finding)
    offer_data(context, about, "strip", draw=draw, table=beside.numbers)
    return chosen


def _strip(answer: Evaluation | EnterpriseView, lang: Lang, theme: Theme) -> _Strip:
    means = _mean_places(answer)
    shown = strip_rows(answer, lang, means)
    table = strip_table(shown, lang)
    return _Strip(
        headline(answer, lang).title,
        strip_list(answer, lang, theme, means, titled=False),
        html.table_markup(list(table[0]), [list(row.values()) for row in table], form="stacked"),
        {row.code: _row_words(row, lang, theme) for row in shown},
        next(one.table for one in report_content(answer, lang).sections if one.code == "kpis"),
    )


def _row_words(row: StripRow, lang: Lang, theme: Theme) -> str:
    return f"{row.code} {row.name} · {verdict_mark(row.verdict, theme).glyph} {verdict_text(row, lang)}"


def _open_clicked() -> None:
    points = st.session_state["strip"]["selection"]["points"]
    if points and points[0].get("customdata"):
        clicked = points[0]["customdata"]
        st.session_state["kpi"] = clicked if isinstance(clicked, str) else clicked[0]


def _mean_places(answer: Evaluation | EnterpriseView) -> dict[str, float]:
    if isinstance(answer, EnterpriseView):
        return {}
    return {kpi.code: kpi.mean_place for kpi in answer.kpis if not isnan(kpi.mean_place)}
