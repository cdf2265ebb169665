"""The city's coverage as a report: the counts, pictures and lists of the page."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.charts.coverage import BodyQuota, coverage_matrix, place_tiles, quota_bars, scenario_grid
from kpi.reports.content import About, LabelledLine, ReportSection, ReportTable, count
from kpi.services.leader.coverage import CityCoverage
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.coverage import application_table, applications_table, scenario_table
from pages.widgets.picker import pick_option
from pages.widgets.tables import section_chart, show_table, typed_table

# What stands behind the city's counts: the candidates of a body and an industry, and the industries' figures.


ALL = "all"
COUNTS = ("candidates", "awarded", "enterprises")


def about_city(found: CityCoverage, title: str, finding: str = "") -> About:
    """What goes with the city's data."""
    year = LabelledLine(translate("coverage.column_year"), str(found.year))
    return About(title=title, finding=finding, baseline=found.baseline, filters=[year])


def behind_the_counts(context: PageContext, found: CityCoverage) -> None:
    """A click on a tile picks the body, one on a cell body and industry; the two fields pick the same."""
    left, right = st.columns(2)
    bodies = {ALL: translate("behind.all")} | {item.name.zh: item.name.in_(context.lang) for item in catalogue().bodies}
    industries = {ALL: translate("behind.all")}
    industries |= {item.name.zh: item.name.in_(context.lang) for item in catalogue().industries}
    with left:
        body = pick_option(translate("behind.body"), list(bodies), "body", bodies.__getitem__)
    with right:
        industry = pick_option(translate("behind.industry"), list(industries), "industry", industries.__getitem__)
    if (body, industry) == (ALL, ALL):
        html.where(translate("city.pick"))
        return
    shown = [
        candidate
        for candidate in found.candidates
        if body in (ALL, candidate.body) and industry in (ALL, candidate.industry)
    ]
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
                i18n.catalogue_name(industry.industry, context.lang),
                count(industry.candidates),
                count(industry.awarded),
                count(industry.baseline_enterprises),
            ]
            for industry in found.industries
        ],
        numbers=range(1, 4),
    )


def places_table(context: PageContext, found: CityCoverage) -> ReportTable:
    """Each body's places and candidates, and its candidates by industry."""
    industries = [industry.name for industry in catalogue().industries]
    columns = [translate("behind.body"), translate("coverage.places"), translate("city.used")]
    return typed_table(
        [*columns, *(name.in_(context.lang) for name in industries)],
        [
            (
                i18n.catalogue_name(body.body, context.lang),
                count(body.allowed),
                count(body.nominated),
                *(count(found.matrix.get((body.body, name.zh), 0)) for name in industries),
            )
            for body in found.bodies
        ],
        numbers=range(1, len(columns) + len(industries)),
    )


# The city's coverage as a report: the counts, pictures and lists of the page.


def city_sentence(found: CityCoverage) -> str:
    """Candidates, places used of those there are, and gaps."""
    return translate(
        "city.sentence",
        year=found.year,
        candidates=len(found.candidates),
        used=sum(body.nominated for body in found.bodies),
        allowed=sum(body.allowed for body in found.bodies),
        gaps=len(found.gaps),
    )


def city_sections(context: PageContext, found: CityCoverage) -> list[ReportSection]:
    lang = context.lang
    used = {body.body: body.nominated for body in found.bodies}
    allowed = {body.body: body.allowed for body in found.bodies}
    counts = {scenario.scenario: (scenario.candidates, scenario.awarded) for scenario in found.scenarios}
    gaps = tuple(i18n.coverage_gap(gap, lang) for gap in found.gaps) or (i18n.text("gap.none", lang),)
    quotas = [BodyQuota(body.body, body.allowed, body.nominated) for body in found.bodies]
    pictured = partial(coverage_matrix, found.matrix, translate("city.candidates"), lang, titled=False)
    places = (place_tiles(used, allowed, lang), pictured(), quota_bars(quotas, lang, titled=False))
    behind = application_table(context, found.candidates, awarded=set(), bodies=True)
    return [
        ReportSection("gaps", translate("city.gaps", count=len(found.gaps)), points=gaps),
        ReportSection("industries", translate("coverage.by_industry"), table=city_industry_table(context, found)),
        ReportSection(
            "bodies",
            translate("coverage.bodies"),
            table=places_table(context, found),
            charts=tuple(map(section_chart, places)),
        ),
        ReportSection(
            "scenarios",
            translate("coverage.scenarios"),
            table=scenario_table(context, found.scenarios),
            charts=(section_chart(scenario_grid(counts, lang)),),
        ),
        ReportSection("candidates", translate("coverage.list"), table=behind),
    ]
