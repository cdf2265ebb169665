"""Compare: two to eight candidates of one industry side by side, and an order with its uncertainty."""

from functools import partial

import streamlit as st

from kpi.charts.profiles import group_profiles, profile_chart
from kpi.charts.strip_comparison import strip_comparison
from kpi.services.reviewer.candidates import side_by_side
from pages.reviewer.parts.list import candidates_of_industry, pick_candidates
from pages.reviewer.parts.order import (
    about_comparison,
    dominance,
    first_places,
    group_table,
    heat_table,
    offer_comparison,
    offer_scoring,
    order_in_full,
    show_certain,
    show_compared,
    show_order,
    weigh_groups,
)
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import end_page, say_illustrative
from pages.widgets.conflicts import ask_conflicts
from pages.widgets.layout import answer_row, in_columns
from pages.widgets.pictures import BARE, kept_chart
from pages.widgets.tables import offer_data

TABS = ("order", "places", "values", "profiles", "weights")

context = require_page("compare_candidates", "compare")
ask_conflicts(context)
with st.container(key="picked"):
    of, which, away = st.columns((5, 17, 6), vertical_alignment="bottom")
    with of, st.container(horizontal=True):
        by_code = candidates_of_industry(context)
    with which:
        picked = pick_candidates(context, by_code)
if len(picked) < 2:
    st.info(translate("compare.too_few"))
    end_page()
year = by_code[picked[0]].year
held, above = st.container(key="held"), st.container()
with above:
    said, ahead = answer_row()
order, places, values, groups, weights = st.tabs(
    [translate(f"compare.tab_{name}") for name in TABS], key="held-tabs-compare"
)
with weights:
    settings = weigh_groups(context, year)
beside = side_by_side(context.store, context.viewer, picked, year, settings)
found = beside.comparison
with away:
    offer_comparison(context, beside)
with held:
    show_compared(context, found)
with said:
    say_illustrative(illustrative=found.first.baseline.illustrative)
    show_certain(context, found)
with ahead:
    offer_scoring(context, found)
with order:
    picture, sure = in_columns("order", (7, 5))
    with picture, st.container(border=True, key="places"):
        show_order(context, found)
    with sure, st.container(border=True, key="detail", height="stretch"):
        first_places(context, found)
        dominance(context, found)
    order_in_full(context, found)
with places:
    draw = partial(
        strip_comparison, [candidate.evaluation for candidate in found.candidates], context.lang, titled=False
    )
    chart = kept_chart(draw, context.theme)
    html.clause(chart.title)
    with st.container(key="wide"):
        with st.container(horizontal=True, vertical_alignment="top", gap="small"):
            html.caption(chart.caption)
            offer_data(context, about_comparison(context, found, chart.title), "comparison", draw=draw)
        st.plotly_chart(chart.figure, theme=None, config=BARE, alt=chart.alt)
    with st.container(key="narrow"):
        html.where(translate("compare.places_narrow"))
with values, st.container(key="values"):
    heat_table(context, beside)
with groups:
    html.caption(translate("compare.profiles_how"))
    html.element(group_profiles(found, context.lang, context.theme))
    offer_data(
        context,
        about_comparison(context, found, translate("compare.profiles")),
        "profiles",
        draw=lambda theme: profile_chart(found, context.lang, theme, titled=False),
        table=group_table(context, found),
    )
