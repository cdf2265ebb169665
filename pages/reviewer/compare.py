"""Compare: two to eight candidates of one industry side by side, and an order with its uncertainty."""

from functools import partial

import streamlit as st

from kpi.charts.profiles import group_profiles, profile_chart
from kpi.charts.strip_comparison import strip_comparison
from kpi.services.reviewer.candidates import side_by_side
from pages.reviewer.parts.conflicts import ask_conflicts
from pages.reviewer.parts.list import candidates_of_industry, pick_candidates
from pages.reviewer.parts.order import (
    about_comparison,
    dominance,
    group_table,
    heat_table,
    offer_comparison,
    show_order,
    weigh_groups,
)
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import end_page, say_illustrative
from pages.widgets.pictures import BARE, kept_chart
from pages.widgets.tables import offer_data

context = require_page("compare_candidates", "compare")
ask_conflicts(context)
by_code = candidates_of_industry(context)
picked = pick_candidates(context, by_code)
if len(picked) < 2:
    st.info(translate("compare.too_few"))
    end_page()
year = by_code[picked[0]].year
settings = weigh_groups(context, year)
beside = side_by_side(context.store, context.viewer, picked, year, settings)
found = beside.comparison
say_illustrative(illustrative=found.first.baseline.illustrative)
show_order(context, found)
dominance(context, found)

draw = partial(strip_comparison, [candidate.evaluation for candidate in found.candidates], context.lang, titled=False)
picture = kept_chart(draw, context.theme)
with st.container(key="wide"):
    st.subheader(translate("compare.strip"), anchor=False)
    html.clause(picture.title)
    html.caption(picture.caption)
    st.plotly_chart(picture.figure, theme=None, config=BARE, alt=picture.alt)
    offer_data(context, about_comparison(context, found, picture.title), "comparison", draw=draw)

st.subheader(translate("compare.heat"), anchor=False)
heat_table(context, beside)

st.subheader(translate("compare.profiles"), anchor=False)
html.caption(translate("compare.profiles_how"))
html.element(group_profiles(found, context.lang, context.theme))
profiles = about_comparison(context, found, translate("compare.profiles"))
offer_data(
    context,
    profiles,
    "profiles",
    draw=lambda theme: profile_chart(found, context.lang, theme, titled=False),
    table=group_table(context, found),
)
offer_comparison(context, beside)
html.where(translate("compare.link"))
