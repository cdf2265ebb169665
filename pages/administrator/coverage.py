"""The city's coverage: places used by body, candidates by body and industry, scenarios, gaps, and the lists behind."""

from functools import partial

import streamlit as st

from kpi import i18n
from kpi.charts.coverage import BodyQuota, coverage_matrix, place_tiles, quota_bars
from kpi.services.leader.coverage import city_coverage
from pages.administrator.parts.city import (
    about_city,
    behind_the_counts,
    city_sections,
    city_sentence,
    places_table,
    show_industries,
)
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import say_illustrative
from pages.widgets.coverage import scenario_section
from pages.widgets.picker import pick_year
from pages.widgets.pictures import kept_chart, show_chart, show_pickable
from pages.widgets.tables import offer_data, offer_page_report

context = require_page("run_programme", "city_coverage")
found = city_coverage(context.store, context.viewer)
if (year := pick_year(translate("coverage.year"), found.years, found.year)) != found.year:
    found = city_coverage(context.store, context.viewer, year)
lang, theme = context.lang, context.theme
used = {body.body: body.nominated for body in found.bodies}
allowed = {body.body: body.allowed for body in found.bodies}
say_illustrative(illustrative=found.baseline.illustrative)
html.sentence(city_sentence(found))
offer_page_report(
    context,
    "coverage_report",
    about_city(found, translate("title.city_coverage"), city_sentence(found)),
    str(found.year),
    partial(city_sections, context, found),
)
with st.expander(translate("city.gaps", count=len(found.gaps))):
    html.bullets([i18n.coverage_gap(gap, lang) for gap in found.gaps] or [i18n.text("gap.none", lang)])

st.subheader(translate("coverage.bodies"), anchor=False)
draw_tiles = partial(place_tiles, used, allowed, lang)
tiles = kept_chart(draw_tiles, theme)
show_pickable(tiles, ("body",), "tiles")
about = partial(about_city, found)
places = places_table(context, found)
offer_data(
    context,
    about(translate("coverage.bodies"), tiles.title),
    "bodies",
    draw=draw_tiles,
    table=places,
)
with st.container(key="wide-matrix"):
    draw = partial(coverage_matrix, found.matrix, translate("city.candidates"), lang, titled=False)
    matrix = kept_chart(draw, theme)
    show_pickable(matrix, ("body", "industry"), "matrix")
    offer_data(context, about(translate("city.candidates"), matrix.title), "matrix", draw=draw, table=places)
behind_the_counts(context, found)

st.subheader(translate("coverage.by_industry"), anchor=False)
show_industries(context, found)
st.subheader(translate("coverage.scenarios"), anchor=False)
scenario_section(
    context, about(translate("coverage.scenarios")), found.scenarios, found.candidates, found.awardees, bodies=True
)
st.subheader(translate("city.quota"), anchor=False)
bars = [BodyQuota(body.body, body.allowed, body.nominated) for body in found.bodies]
quotas = partial(quota_bars, bars, lang, titled=False)
picture = kept_chart(quotas, theme)
show_chart(picture)
offer_data(context, about(translate("city.quota"), picture.title), "quota", draw=quotas, table=places)
