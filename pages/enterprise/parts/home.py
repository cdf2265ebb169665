"""The pieces of an enterprise's home: where its main KPIs stand, and how far the others are from their lines."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.charts.gap import gap_word
from kpi.charts.strip import position_strip, strip_list
from kpi.model.publication import EnterpriseView
from kpi.reports.evaluation import kpi_table
from kpi.services.enterprise.what_if import what_if
from pages.session.cached_pieces import cached_piece
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import say_illustrative
from pages.widgets.pictures import BARE, kept_chart
from pages.widgets.tables import about_answer, offer_data


def main_kpis(context: PageContext, answer: EnterpriseView) -> None:
    """The strip of the main KPIs alone, in both forms."""
    main = replace(answer, kpis=tuple(kpi for kpi in answer.kpis if kpi.main))
    draw = partial(position_strip, main, context.lang, titled=False)
    about = about_answer(context, answer, translate("home.main"), kpis=[kpi.code for kpi in main.kpis])
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        html.titled(translate("home.main"))
        offer_data(context, about, "main-strip", draw=draw, table=partial(kpi_table, main, context.lang))
    say_illustrative(illustrative=answer.baseline.illustrative)
    with st.container(key="wide-main"):
        drawn = kept_chart(draw, context.theme)
        st.plotly_chart(drawn.figure, key="main-strip", theme=None, config=BARE, alt=drawn.alt)
    with st.container(key="narrow-main"):
        html.element(cached_piece(strip_list, main, context.lang, context.theme, titled=False))


# Without files: a look at the gaps, whose page offers all of them
def misses(context: PageContext, answer: EnterpriseView) -> None:
    """KPIs below their published line, the nearest first, and what is missing in each one's own unit."""
    below = what_if(context.store, context.viewer, answer, {}).own.standing("below", "no_room")
    html.titled(translate("home.misses" if below else "home.no_misses"))
    if not below:
        return
    titles = [i18n.text(f"way.column_{name}", context.lang) for name in ("value", "line", "word")]
    rows = []
    for kpi in below:
        known = catalogue().kpi(kpi.code)
        numbers = [i18n.kpi_number(at, known, context.lang, kpi.basis) for at in (kpi.value, kpi.published.p80)]
        rows.append([known.short.in_(context.lang), *numbers, gap_word(kpi, context.lang)])
    html.table([i18n.text("strip.column_kpi", context.lang), *titles], rows, numbers=(1, 2), form="brief")
    st.page_link("pages/enterprise/gap.py", label=translate("result.to_gap"))
