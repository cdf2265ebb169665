"""The body's values of one KPI beside the region's published lines, year by year."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.charts.panel import published_trend
from kpi.reports.content import About, LabelledLine, number
from kpi.services.leader.coverage import Coverage, kpi_spread
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.chart_view import kept_chart, show_chart
from pages.widgets.data_files import show_table, typed_table
from pages.widgets.option_picker import pick_option


def kpi_spreads(context: PageContext, about: About, found: Coverage) -> None:
    title = translate("coverage.spread")
    st.subheader(title, anchor=False)
    left, right = st.columns(2)
    counts = {one.industry: one.candidates for one in found.industries}
    by_size = sorted(counts, key=lambda name: -counts[name])
    with left:
        industry = pick_option(
            translate("coverage.column_industry"),
            by_size,
            "spread_industry",
            lambda name: f"{i18n.catalogue_name(name, context.lang)} · {counts[name]}",
        )
    kpis = {kpi.code: f"{kpi.code} {kpi.name.in_(context.lang)}" for kpi in catalogue().kpis}
    with right:
        code = pick_option(translate("coverage.column_kpi"), list(kpis), "spread_kpi", kpis.__getitem__)
    spread = kpi_spread(context.store, context.viewer, industry, code)
    draw = partial(
        published_trend,
        code,
        [(one.year, one.cell) for one in spread.years],
        (),
        spread.basis,
        context.lang,
        own={one.year: one.values for one in spread.years},
        illustrative=spread.illustrative,
        titled=False,
    )
    picture = kept_chart(draw, context.theme)
    show_chart(picture)
    kpi = catalogue().kpi(code)
    table = typed_table(
        [translate("coverage.column_year"), translate("coverage.column_own"), translate("coverage.column_line")],
        [
            [
                str(one.year),
                i18n.text("number.list", context.lang).join(
                    i18n.kpi_number(value, kpi, context.lang, spread.basis) for value in one.values
                )
                or i18n.NO_NUMBER,
                number(one.cell.p80, kpi, context.lang, spread.basis),
            ]
            for one in spread.years
        ],
    )
    asked = [
        LabelledLine(translate("coverage.column_industry"), i18n.catalogue_name(industry, context.lang)),
        LabelledLine(translate("coverage.column_kpi"), kpis[code]),
    ]
    about = replace(about, title=title, finding=picture.title, filters=[*about.filters, *asked], kpis=[code])
    show_table(context, about, table, "spread", form="stacked", draw=draw)
