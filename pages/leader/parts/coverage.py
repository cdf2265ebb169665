"""A district's coverage: bodies on the tile grid, own industries, spread of KPIs, times of states; as a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.charts.coverage import award_tiles
from kpi.charts.panel import published_trend
from kpi.charts.timeline import StateRow, state_timeline
from kpi.reports.content import About, LabelledLine, ReportSection, ReportTable, count, number
from kpi.services.leader.coverage import Coverage, OwnIndustry, kpi_spread
from kpi.services.leader.recommendation import JudgedCandidate
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.coverage import applications_table
from pages.widgets.picker import pick_option, pick_or_all
from pages.widgets.pictures import kept_chart, show_chart, show_pickable
from pages.widgets.tables import format_datetime, offer_data, section_chart, show_table, typed_table

# The own candidates by industry: the counts, and the list behind the industry that is picked.


COLUMNS = ("place", "factory", "industry", "clause", "composite", "state", "conditions")
COUNTS = ("candidates", "put_forward", "awarded", "enterprises")


def own_industries(context: PageContext, about: About, found: Coverage, judged: list[JudgedCandidate]) -> None:
    """A button an industry leads to its candidates; none pressed shows all."""
    title = translate("coverage.by_industry")
    st.subheader(title, anchor=False)
    show_table(context, replace(about, title=title), industry_table(context, found), "industries", form="whole")
    html.where(translate("coverage.by_industry_how"))
    counts = {industry.industry: industry.candidates for industry in found.industries}
    picked = pick_or_all(
        translate("coverage.pick_industry"),
        list(counts),
        "industry",
        lambda name: f"{i18n.catalogue_name(name, context.lang)} {counts[name]}",
    )
    shown = [candidate for candidate in judged if picked in (None, candidate.application.industry)]
    if not shown:
        html.clause(translate("coverage.none_of_industry", industry=i18n.catalogue_name(picked or "", context.lang)))
        return
    asked = i18n.catalogue_name(picked, context.lang) if picked else translate("behind.all")
    filters = [*about.filters, LabelledLine(translate("coverage.column_industry"), asked)]
    with st.container(key="own-candidates"):
        show_table(
            context,
            replace(about, title=translate("coverage.list"), filters=filters),
            candidate_table(context, found, shown),
            "candidates",
            form="stacked",
            everything=partial(candidate_table, context, found, judged) if len(shown) < len(judged) else None,
        )
    for line in earlier_values(
        context, [candidate.application.label for candidate in shown if candidate.as_first_locked]
    ):
        html.where(line)


def industry_table(context: PageContext, found: Coverage) -> ReportTable:
    columns = [translate("coverage.column_industry"), *(translate(f"coverage.column_{name}") for name in COUNTS)]
    return typed_table(
        columns, [industry_cells(context, industry) for industry in found.industries], numbers=range(1, 5)
    )


def candidate_table(context: PageContext, found: Coverage, shown: Sequence[JudgedCandidate]) -> ReportTable:
    """Those put forward by their place, then the others by their composite score: on the page and in its files."""
    places = {candidate.credit_code: candidate.place for candidate in found.candidates}
    ordered = sorted(
        shown,
        key=lambda candidate: (places[candidate.application.credit_code] or len(places) + 1, -candidate.composite),
    )
    rows = [candidate_cells(context, candidate, places[candidate.application.credit_code]) for candidate in ordered]
    return typed_table([translate(f"coverage.column_{name}") for name in COLUMNS], rows, numbers=(4,))


def earlier_values(context: PageContext, factories: Sequence[str]) -> tuple[str, ...]:
    """That these factories are judged by values which have been changed since; nothing where there are none."""
    if not factories:
        return ()
    return (translate("coverage.as_first_locked", factories=i18n.text("number.list", context.lang).join(factories)),)


def industry_cells(context: PageContext, one: OwnIndustry) -> list[str]:
    """The counts of an industry; few enterprises are not counted."""
    known = translate("coverage.few") if one.enterprises is None else str(one.enterprises)
    return [
        i18n.catalogue_name(one.industry, context.lang),
        str(one.candidates),
        str(one.nominated),
        str(one.awarded),
        known,
    ]


def candidate_cells(context: PageContext, one: JudgedCandidate, place: int | None) -> list[str]:
    """A candidate under ``COLUMNS``; the composite in points of 100, as reviewers compare it."""
    return [
        str(place) if place else translate("coverage.not_forward"),
        one.application.label,
        i18n.catalogue_name(one.application.industry, context.lang),
        i18n.clause_word(one.clause, context.lang),
        f"{float(one.composite * 100):.0f}",
        translate(f"step.{one.state}"),
        _conditions(context, one),
    ]


def _conditions(context: PageContext, one: JudgedCandidate) -> str:
    if one.failed:
        names = [i18n.condition_name(rule.rule, context.lang) for rule in one.failed]
        return translate("coverage.failed", conditions=i18n.text("number.list", context.lang).join(names))
    if one.open_points:
        return translate("coverage.unclear", count=len(one.open_points))
    return translate("coverage.met")


# The body's values of one KPI beside the region's published lines, year by year.


def kpi_spreads(context: PageContext, about: About, found: Coverage) -> None:
    title = translate("coverage.spread")
    st.subheader(title, anchor=False)
    left, right = st.columns(2)
    counts = {item.industry: item.candidates for item in found.industries}
    by_size = sorted(counts, key=lambda name: -counts[name])
    with left:
        industry = pick_option(
            translate("coverage.column_industry"),
            by_size,
            "spread_industry",
            lambda name: f"{i18n.catalogue_name(name, context.lang)} · {counts[name]}",
        )
    kpis = {kpi.code: f"{kpi.code} {kpi.name.in_(context.lang)}" for kpi in catalogue().kpis}
    with right:
        code = pick_option(translate("coverage.column_kpi"), list(kpis), "spread_kpi", kpis.__getitem__)
    spread = kpi_spread(context.store, context.viewer, industry, code)
    draw = partial(
        published_trend,
        code,
        [(year.year, year.cell) for year in spread.years],
        (),
        spread.basis,
        context.lang,
        own={year.year: year.values for year in spread.years},
        illustrative=spread.illustrative,
        titled=False,
    )
    picture = kept_chart(draw, context.theme)
    show_chart(picture)
    kpi = catalogue().kpi(code)
    table = typed_table(
        [translate("coverage.column_year"), translate("coverage.column_own"), translate("coverage.column_line")],
        [
            [
                str(year.year),
                i18n.text("number.list", context.lang).join(
                    i18n.kpi_number(value, kpi, context.lang, spread.basis) for value in year.values
                )
                or i18n.NO_NUMBER,
                number(year.cell.p80, kpi, context.lang, spread.basis),
            ]
            for year in spread.years
        ],
    )
    asked = [
        LabelledLine(translate("coverage.column_industry"), i18n.catalogue_name(industry, context.lang)),
        LabelledLine(translate("coverage.column_kpi"), kpis[code]),
    ]
    about = replace(about, title=title, finding=picture.title, filters=[*about.filters, *asked], kpis=[code])
    show_table(context, about, table, "spread", form="stacked", draw=draw)


# The nineteen bodies on the tile grid, and what may be said of the one that is picked.


def bodies_map(context: PageContext, about: About, found: Coverage) -> None:
    """Behind the own tile stand the own candidates and awarded factories; behind others what is published."""
    title = translate("coverage.bodies")
    st.subheader(title, anchor=False)
    draw = partial(award_tiles, found.awarded, found.allowed, found.body, context.lang)
    picture = kept_chart(draw, context.theme)
    show_pickable(picture, ("body",), "tiles")
    about = replace(about, title=title, finding=picture.title)
    offer_data(context, about, "bodies", draw=draw, table=body_table(context, found))
    names = {body.name.zh: body.name.in_(context.lang) for body in catalogue().bodies}
    own_first = sorted(names, key=lambda name: name != found.body)
    picked = pick_option(translate("behind.body"), own_first, "body", names.__getitem__)
    words = {"body": names[picked], "awarded": found.awarded.get(picked, 0), "allowed": found.allowed[picked]}
    if picked != found.body:
        html.clause(translate("coverage.other_body", **words))
    else:
        html.clause(translate("coverage.own_body", candidates=len(found.candidates), year=found.year, **words))
        rows = (*found.candidates, *found.awardees)
        awarded = {awardee.credit_code for awardee in found.awardees}
        applications_table(context, replace(about, title=names[picked], finding=""), "own", rows, awarded, bodies=False)
    html.where(translate("coverage.public"))


def body_table(context: PageContext, found: Coverage) -> ReportTable:
    """What is published of every body."""
    return typed_table(
        [translate("behind.body"), translate("coverage.column_awarded"), translate("coverage.places")],
        [
            (body.name.in_(context.lang), count(found.awarded.get(body.name.zh, 0)), count(found.allowed[body.name.zh]))
            for body in catalogue().bodies
        ],
        numbers=(1, 2),
    )


# The body's coverage as a report: the counts and lists of the page, and the map of published awards.


def coverage_sentence(context: PageContext, found: Coverage) -> str:
    """Candidates, and the quota used and left."""
    return translate(
        "coverage.sentence",
        body=i18n.catalogue_name(found.body, context.lang),
        year=found.year,
        candidates=len(found.candidates),
        used=found.quota.used,
        allowed=found.quota.allowed,
        left=found.quota.left,
    )


def about_coverage(context: PageContext, found: Coverage) -> About:
    body = i18n.catalogue_name(found.body, context.lang)
    return About(
        title=translate("title.coverage"),
        subject=f"{body} {found.year}",
        finding=coverage_sentence(context, found),
        baseline=found.baseline,
        filters=[LabelledLine(translate("behind.body"), body)],
        withheld=translate("coverage.public"),
    )


def coverage_sections(context: PageContext, found: Coverage, judged: list[JudgedCandidate]) -> list[ReportSection]:
    tiles = award_tiles(found.awarded, found.allowed, found.body, context.lang, "light")
    gaps = tuple(i18n.coverage_gap(gap, context.lang) for gap in found.gaps)
    how = (translate("coverage.by_industry_how"),)
    return [
        ReportSection("industries", translate("coverage.by_industry"), how, industry_table(context, found)),
        ReportSection("gaps", translate("coverage.gaps" if gaps else "coverage.no_gaps"), points=gaps),
        ReportSection(
            "candidates",
            translate("coverage.list"),
            earlier_values(context, [candidate.application.label for candidate in judged if candidate.as_first_locked]),
            candidate_table(context, found, judged),
        ),
        ReportSection(
            "bodies",
            translate("coverage.bodies"),
            (translate("coverage.public"),),
            body_table(context, found),
            charts=(section_chart(tiles),),
        ),
    ]


# When each candidate reached each of its states, beside the notice's day.


def state_times(context: PageContext, about: About, found: Coverage, judged: list[JudgedCandidate]) -> None:
    """The picture, and its times as a table to take away."""
    title = translate("coverage.timeline")
    st.subheader(title, anchor=False)
    rows = [
        StateRow(candidate.application.label, tuple((reached.state, reached.at) for reached in candidate.states))
        for candidate in judged
    ]
    draw = partial(state_timeline, rows, found.deadline.day if found.deadline else None, context.lang)
    picture = kept_chart(draw, context.theme)
    show_chart(picture)
    table = typed_table(
        [translate("coverage.column_factory"), translate("coverage.column_state"), translate("coverage.column_since")],
        [(row.name, translate(f"step.{state}"), format_datetime(at)) for row in rows for state, at in row.states],
    )
    offer_data(context, replace(about, title=title, finding=picture.title), "timeline", draw=draw, table=table)
