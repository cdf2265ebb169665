"""Industry benchmarks: what is published of an industry for everybody who is signed in, year by year."""

from dataclasses import replace
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.catalogue.load import catalogue
from kpi.catalogue.published_figures import published_figures, reference_marks
from kpi.charts.published_trend import published_trend
from kpi.services.published_tables import published_years
from pages.everyone.parts.published_table import about_published, published_findings, show_published_table
from pages.session.language import translate
from pages.session.page_context import require_page
from pages.widgets import html
from pages.widgets.chart_view import kept_chart, show_chart
from pages.widgets.data_files import offer_data
from pages.widgets.option_picker import pick_item, pick_option
from pages.widgets.reference_table import show_references

context = require_page("see_published", "benchmarks")
industries = {one.name.zh: one.name.in_(context.lang) for one in catalogue().industries}
industry = pick_option(translate("benchmarks.industry"), list(industries), "published_industry", industries.__getitem__)
tables = published_years(context.store, context.viewer, industry)
if not tables:
    html.sentence(translate("benchmarks.none"))
    st.stop()

table = pick_item(translate("benchmarks.year"), {str(one.baseline.year): one for one in tables}, "published_year")
if table.baseline.illustrative:
    html.notice(translate("illustrative"))
html.sentence(published_findings(table, industries[industry]))
html.where(
    translate(
        "benchmarks.where",
        baseline=table.baseline.name,
        region=i18n.region_name(table.baseline.region, context.lang),
        year=table.baseline.year,
        provenance=translate(f"provenance.{table.baseline.provenance}"),
        sha256=table.baseline.sha256[:12],
    )
)
show_published_table(context, table, industries[industry])
html.where(translate("benchmarks.how"))

st.subheader(translate("benchmarks.one_kpi"), anchor=False)
kpis = {kpi.code: f"{kpi.code} {kpi.name.in_(context.lang)}" for kpi in catalogue().kpis}
code = pick_option(translate("benchmarks.kpi"), list(kpis), "published_kpi", kpis.__getitem__)
years = [(one.baseline.year, cell) for one in tables if (cell := one.cell(code))]
marks, basis = reference_marks(code), table.bases.get(code)
invented = any(one.baseline.illustrative for one in tables)
draw = partial(published_trend, code, years, marks, basis, context.lang, illustrative=invented, titled=False)
show_chart(kept_chart(draw, context.theme))
about = replace(about_published(table, industries[industry]), title=kpis[code], finding="", kpis=[code])
offer_data(context, about, "trend", draw=draw)
if others := [figure for figure in published_figures() if figure.kpi == code]:
    st.markdown(f"**{translate('benchmarks.others')}**")
    show_references(context, others)
