"""The nineteen bodies on the tile grid, and what may be said of the one that is picked."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from kpi.catalogue.catalogue import catalogue
from kpi.charts.coverage import award_tiles
from kpi.reports.content import About, ReportTable, count
from kpi.services.leader.coverage import Coverage
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.chart_view import kept_chart
from pages.widgets.coverage_views import applications_table
from pages.widgets.data_files import offer_data, typed_table
from pages.widgets.option_picker import pick_option
from pages.widgets.pickable_chart import show_pickable


def bodies_map(context: PageContext, about: About, found: Coverage) -> None:
    """Behind the own tile stand the own candidates and awarded factories; behind others what is published."""
    title = translate("coverage.bodies")
    st.subheader(title, anchor=False)
    draw = partial(award_tiles, found.awarded, found.allowed, found.body, context.lang)
    picture = kept_chart(draw, context.theme)
    show_pickable(picture, ("body",), "tiles")
    about = replace(about, title=title, finding=picture.title)
    offer_data(context, about, "bodies", draw=draw, table=body_table(context, found))
    names = {one.name.zh: one.name.in_(context.lang) for one in catalogue().bodies}
    own_first = sorted(names, key=lambda name: name != found.body)
    picked = pick_option(translate("behind.body"), own_first, "body", names.__getitem__)
    words = {"body": names[picked], "awarded": found.awarded.get(picked, 0), "allowed": found.allowed[picked]}
    if picked != found.body:
        html.clause(translate("coverage.other_body", **words))
    else:
        html.clause(translate("coverage.own_body", candidates=len(found.candidates), year=found.year, **words))
        rows = (*found.candidates, *found.awardees)
        awarded = {one.credit_code for one in found.awardees}
        applications_table(context, replace(about, title=names[picked], finding=""), "own", rows, awarded, bodies=False)
    html.where(translate("coverage.public"))


def body_table(context: PageContext, found: Coverage) -> ReportTable:
    """What is published of every body."""
    return typed_table(
        [translate("behind.body"), translate("coverage.column_awarded"), translate("coverage.places")],
        [
            (one.name.in_(context.lang), count(found.awarded.get(one.name.zh, 0)), count(found.allowed[one.name.zh]))
            for one in catalogue().bodies
        ],
        numbers=(1, 2),
    )
