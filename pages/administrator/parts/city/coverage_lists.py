"""What stands behind the city's counts: the candidates of a body and an industry, and the industries' figures."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.reports.content import About, LabelledLine, ReportTable, count
from kpi.services.leader.coverage import CityCoverage
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.coverage_views import applications_table
from pages.widgets.data_files import show_table, typed_table
from pages.widgets.option_picker import pick_option

ALL = "all"
COUNTS = ("candidates", "awarded", "enterprises")


def about_city(found: CityCoverage, title: str, finding: str = "") -> About:
    """What goes with the city's data."""
    year = LabelledLine(translate("coverage.column_year"), str(found.year))
    return About(title=title, finding=finding, baseline=found.baseline, filters=[year])


def behind_the_counts(context: PageContext, found: CityCoverage) -> None:
    """A click on a tile picks the body, one on a cell body and industry; the two fields pick the same."""
    left, right = st.columns(2)
    bodies = {ALL: translate("behind.all")} | {one.name.zh: one.name.in_(context.lang) for one in catalogue().bodies}
    industries = {ALL: translate("behind.all")}
    industries |= {one.name.zh: one.name.in_(context.lang) for one in catalogue().industries}
    with left:
        body = pick_option(translate("behind.body"), list(bodies), "body", bodies.__getitem__)
    with right:
        industry = pick_option(translate("behind.industry"), list(industries), "industry", industries.__getitem__)
    if (body, industry) == (ALL, ALL):
        html.where(translate("city.pick"))
        return
    shown = [one for one in found.candidates if body in (ALL, one.body) and industry in (ALL, one.industry)]
    html.clause(
        translate("city.behind", body=bodies[body], industry=industries[industry], count=len(shown))
        if shown
        else translate("city.nobody", body=bodies[body], industry=industries[industry])
    )
    about = about_city(found, translate("coverage.list"))
    asked = [
        LabelledLine(translate("behind.body"), bodies[body]),
        LabelledLine(translate("behind.industry"), industries[industry]),
    ]
    about = replace(about, filters=[*about.filters, *asked])
    applications_table(context, about, "behind", shown, set(), bodies=True, everything=found.candidates)


def show_industries(context: PageContext, found: CityCoverage) -> None:
    about = about_city(found, translate("coverage.by_industry"))
    show_table(context, about, city_industry_table(context, found), "industries", form="whole")


def city_industry_table(context: PageContext, found: CityCoverage) -> ReportTable:
    return typed_table(
        [translate("coverage.column_industry"), *(translate(f"coverage.column_{name}") for name in COUNTS)],
        [
            [
                i18n.catalogue_name(one.industry, context.lang),
                count(one.candidates),
                count(one.awarded),
                count(one.baseline_enterprises),
            ]
            for one in found.industries
        ],
        numbers=range(1, 4),
    )


def places_table(context: PageContext, found: CityCoverage) -> ReportTable:
    """Each body's places and candidates, and its candidates by industry."""
    industries = [one.name for one in catalogue().industries]
    columns = [translate("behind.body"), translate("coverage.places"), translate("city.used")]
    return typed_table(
        [*columns, *(name.in_(context.lang) for name in industries)],
        [
            (
                i18n.catalogue_name(one.body, context.lang),
                count(one.allowed),
                count(one.nominated),
                *(count(found.matrix.get((one.body, name.zh), 0)) for name in industries),
            )
            for one in found.bodies
        ],
        numbers=range(1, len(columns) + len(industries)),
    )
