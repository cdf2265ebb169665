"""Industry benchmarks: what is published of an industry for everybody who is signed in, year by year."""

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.reports.files import (
    NUMBERS,
    about_published,
    figure_columns,
    how_published,
    published_findings,
    rows_of_published,
)
from kpi.services.published import published_years
from kpi.services.year import is_published_openly
from pages.everyone.parts.own_values import own_answers, own_gaps, own_word, reached_words
from pages.everyone.parts.years_of_kpi import years_of_one_kpi
from pages.session.context import PUBLISHED, require_page
from pages.session.language import translate
from pages.session.notice import show_notice_of
from pages.widgets import html
from pages.widgets.acts import end_page, say_illustrative
from pages.widgets.layout import answer_row, in_columns
from pages.widgets.picker import pick_item, pick_option
from pages.widgets.tables import show_table, typed_table

context = require_page("see_published", "benchmarks")
answers = own_answers(context)
industries = {item.name.zh: item.name.in_(context.lang) for item in catalogue().industries}
begin = next((answer.application.industry for answer in answers if answer.application.industry in industries), None)
said, picked = answer_row()
with picked:
    industry = pick_option(
        translate("benchmarks.industry"), list(industries), "published_industry", industries.__getitem__, begin
    )
tables = published_years(context.store, context.viewer, industry)
if not tables:
    with said:
        html.sentence(translate("benchmarks.none"))
    end_page()

with picked:
    by_year = {str(item.baseline.year): item for item in tables}
    table = pick_item(translate("benchmarks.year"), by_year, "published_year")
show_notice_of(table.baseline.year)
own = next((item for item in answers if item.baseline.sha256 == table.baseline.sha256), None)
own = own if own and own.application.industry == industry else None
gaps = own_gaps(context, own) if own else None
where = translate(
    "benchmarks.where",
    baseline=table.baseline.name,
    region=i18n.region_name(table.baseline.region, context.lang),
    year=table.baseline.year,
    provenance=translate(f"provenance.{table.baseline.provenance}"),
)
findings = published_findings(table, context.lang)
with said:
    say_illustrative(illustrative=table.baseline.illustrative)
    if peers := i18n.peers_sentence(table, context.lang):
        html.where(peers)
    html.answer(where, "", "", findings, reached_words(own, gaps) if own and gaps else "", "plain")
    if is_published_openly(context.store):
        html.where(translate("open.leads_here"), f"{PUBLISHED}?lang={context.lang}&year={table.baseline.year}")
years, figures = in_columns("published", (5, 7))
with years, st.container(border=True, key="years"):
    years_of_one_kpi(context, tables, table, own)
with figures, st.container(border=True, key="figures"):
    columns = [translate("benchmarks.kpi"), *figure_columns(table.cells, context.lang)]
    rows = rows_of_published(table, context.lang)
    if gaps:
        columns.append(i18n.text("strip.column_value", context.lang))
        rows = [[*row, own_word(gaps, cell, context.lang)] for row, cell in zip(rows, table.cells, strict=True)]
    numbers = [*NUMBERS, len(columns) - 1] if gaps else NUMBERS
    published = typed_table(columns, rows, numbers=numbers)
    show_table(context, about_published(table, context.lang), published, "published", form="stacked")
    how = how_published(table.cells, table.leading_quantile, context.lang)
    html.where(f"{how} SHA-256 {table.baseline.sha256[:12]}…")
