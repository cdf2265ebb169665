"""The city's coverage: places used by body, candidates by body and industry, scenarios, gaps, and the lists behind."""

from functools import partial

import streamlit as st

from kpi import i18n
from kpi.charts.coverage import BodyQuota, coverage_matrix, quota_bars
from kpi.services.leader.coverage import city_coverage
from pages.administrator.parts.city import (
    about_city,
    behind_the_counts,
    city_answer,
    city_sections,
    city_sentence,
    city_tiles,
    offer_progress,
    places_table,
    show_industries,
)
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import say_illustrative
from pages.widgets.coverage import show_pictures
from pages.widgets.picker import pick_year
from pages.widgets.pictures import kept_chart, show_chart, show_pickable
from pages.widgets.tables import offer_data, offer_page_report

context = require_page("run_programme", "city_coverage")
found = city_coverage(context.store, context.viewer)
if (year := pick_year(translate("coverage.year"), found.years, found.year)) != found.year:
    found = city_coverage(context.store, context.viewer, year)
lang, theme = context.lang, context.theme
about, places = partial(about_city, found), places_table(context, found)

say_illustrative(illustrative=found.baseline.illustrative)
with st.container(key="beside-answer"):
    said, ahead = st.columns(html.WIDE)
with said, st.container(key="answer", height="stretch"):
    city_answer(context, found)
with ahead, st.container(border=True, key="ahead", height="stretch"):
    offer_progress(found)
chosen = show_pictures(context, about(""), found, partial(city_tiles, context, found), places)
with st.container(border=True, key="rest"):
    names = ("gaps", "figures", "matrix", "quota", "basis")
    listed, gaps, figures, crossed, quota, basis = st.tabs(
        [translate("coverage.tab_list", count=len(chosen.of(found.candidates)))]
        + [translate(f"coverage.tab_{name}") for name in names]
    )
    with listed:
        behind_the_counts(context, found, chosen)
    with gaps:
        html.bullets([i18n.coverage_gap(gap, lang) for gap in found.gaps] or [i18n.text("gap.none", lang)])
    with figures:
        show_industries(context, found)
    with crossed:
        draw = partial(coverage_matrix, found.matrix, translate("city.candidates"), lang, titled=False)
        matrix = kept_chart(draw, theme)
        show_pickable(matrix, ("body", "industry"), "matrix")
        offer_data(context, about(translate("city.candidates"), matrix.title), "matrix", draw=draw, table=places)
    with quota:
        bars = [BodyQuota(body.body, body.allowed, body.nominated) for body in found.bodies]
        quotas = partial(quota_bars, bars, lang, titled=False)
        picture = kept_chart(quotas, theme)
        show_chart(picture)
        offer_data(context, about(translate("city.quota"), picture.title), "quota", draw=quotas, table=places)
    with basis:
        html.where(i18n.text("tiles.overlap", lang))
        offer_page_report(
            context,
            "coverage_report",
            about(translate("title.city_coverage"), city_sentence(found)),
            str(found.year),
            partial(city_sections, context, found),
        )
