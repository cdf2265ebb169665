"""The city's coverage as a report: the counts, pictures and lists of the page."""

from __future__ import annotations

from collections import Counter
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.charts.coverage import BodyQuota, candidate_tiles, coverage_matrix, place_tiles, quota_bars, scenario_grid
from kpi.reports.content import About, LabelledLine, ReportSection, ReportTable, count
from kpi.services.leader.coverage import CityCoverage
from pages.session.context import PageContext, page_at
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.coverage import (
    Chosen,
    about_chosen,
    application_table,
    applications_table,
    awardees_table,
    missing_words,
    most_missing,
    places_used,
    scenario_table,
)
from pages.widgets.picker import YEAR
from pages.widgets.pictures import Draw, kept_chart, show_chart, show_pickable
from pages.widgets.tables import offer_data, offer_page_report, section_chart, show_table, table_alone, typed_table

COUNTS = ("candidates", "awarded", "enterprises")


def about_city(found: CityCoverage, title: str, finding: str = "") -> About:
    """What goes with the city's data."""
    year = LabelledLine(translate("coverage.column_year"), str(found.year))
    return About(title=title, finding=finding, baseline=found.baseline, filters=[year])


# The answer: what the city lacks; beside it the places used, and the way to those who apply.


def city_answer(context: PageContext, found: CityCoverage) -> None:
    missing = Counter(item.stage for item in found.scenarios if not item.candidates)
    empty = sum(not industry.candidates for industry in found.industries)
    waiting = sum(not body.nominated for body in found.bodies)
    html.answer(
        translate("city.over", year=found.year),
        translate("coverage.of_candidates", count=len(found.candidates)),
        "",
        translate(
            "coverage.answer",
            missing=missing_words(empty, missing.total()),
            places=translate("city.waiting" if waiting else "city.none_waiting", count=waiting),
        ),
        most_missing(context, missing),
        "plain",
    )


def offer_progress(found: CityCoverage) -> None:
    places_used(sum(body.nominated for body in found.bodies), sum(body.allowed for body in found.bodies))
    with st.container(key="step-next", width="content"):
        label = translate("home.next", page=translate("title.progress"))
        st.page_link(page_at("progress").file, label=label, query_params={YEAR: str(found.year)})


# What stands behind the city's counts: the bodies' tiles, the candidates of what is picked, the industries' figures.


def city_tiles(context: PageContext, found: CityCoverage, chosen: Chosen) -> Draw:
    """The places used; of an industry or a scenario that is picked the candidates."""
    if what := chosen.words(context, "body"):
        counts, of = (
            Counter(item.body for item in items) for items in (chosen.of(found.candidates, "body"), found.candidates)
        )
        return partial(candidate_tiles, dict(counts), dict(of), context.lang, what=what, chosen=chosen.body)
    used = {body.body: body.nominated for body in found.bodies}
    allowed = {body.body: body.allowed for body in found.bodies}
    return partial(place_tiles, used, allowed, context.lang, chosen=chosen.body)


def behind_the_counts(context: PageContext, found: CityCoverage, chosen: Chosen) -> None:
    """The candidates of what is picked, and the awarded factories beside them; nothing picked, nobody is listed."""
    what = chosen.words(context)
    if not what:
        html.where(translate("city.pick"))
        return
    shown = chosen.of(found.candidates)
    about = about_chosen(context, about_city(found, translate("coverage.list")), chosen)
    if not shown:
        html.clause(translate("behind.nobody", what=what))
    applications_table(context, about, "behind", shown, set(), bodies=True, everything=found.candidates)
    awardees_table(context, about, chosen.of(found.awardees), found.awardees, bodies=True)


def show_industries(context: PageContext, found: CityCoverage) -> None:
    about = about_city(found, translate("coverage.by_industry"))
    show_table(context, about, city_industry_table(context, found), "industries", form="whole")


def show_matrix(context: PageContext, found: CityCoverage) -> None:
    """Candidates by body and industry; a press on a cell picks both."""
    draw = partial(coverage_matrix, found.matrix, translate("city.candidates"), context.lang, titled=False)
    picture = kept_chart(draw, context.theme)
    about = about_city(found, translate("city.candidates"), picture.title)
    table = places_table(context, found)
    with st.container(key="wide-matrix"):
        menu = partial(offer_data, context, about, "matrix", draw=draw, table=table)
        show_pickable(picture, ("body", "industry"), "matrix", menu)
    table_alone(table, "stacked")


def show_quotas(context: PageContext, found: CityCoverage) -> None:
    bars = [BodyQuota(body.body, body.allowed, body.nominated) for body in found.bodies]
    draw = partial(quota_bars, bars, context.lang)
    picture = kept_chart(draw, context.theme)
    about = about_city(found, translate("city.quota"), picture.title)
    table = partial(places_table, context, found)
    show_chart(picture, partial(offer_data, context, about, "quota", draw=draw, table=table))


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


def city_basis(context: PageContext, found: CityCoverage) -> None:
    """How bodies are counted, and the whole page as a file."""
    html.where(i18n.text("tiles.overlap", context.lang))
    about = about_city(found, translate("title.city_coverage"), city_sentence(found))
    offer_page_report(context, "coverage_report", about, str(found.year), partial(city_sections, context, found))


def city_sections(context: PageContext, found: CityCoverage) -> list[ReportSection]:
    lang = context.lang
    used = {body.body: body.nominated for body in found.bodies}
    allowed = {body.body: body.allowed for body in found.bodies}
    counts = {scenario.scenario: (scenario.candidates, scenario.awarded) for scenario in found.scenarios}
    gaps = tuple(i18n.coverage_gap(gap, lang) for gap in found.gaps) or (i18n.text("gap.none", lang),)
    quotas = [BodyQuota(body.body, body.allowed, body.nominated) for body in found.bodies]
    pictured = partial(coverage_matrix, found.matrix, translate("city.candidates"), lang, titled=False)
    places = (place_tiles(used, allowed, lang), pictured(), quota_bars(quotas, lang))
    behind = application_table(context, found.candidates, awarded=set(), bodies=True)
    return [
        ReportSection("gaps", translate("city.gaps", count=len(found.gaps)), points=gaps),
        ReportSection("industries", translate("coverage.by_industry"), table=city_industry_table(context, found)),
        ReportSection(
            "bodies",
            translate("coverage.bodies"),
            (i18n.text("tiles.overlap", lang),),
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
