"""A district's coverage: bodies on the tile grid, own industries, spread of KPIs, times of states; as a report."""

from __future__ import annotations

from collections import Counter
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
from kpi.services.factory_years import body_years
from kpi.services.leader.coverage import Coverage, OwnIndustry, kpi_spread
from kpi.services.leader.recommendation import JudgedCandidate
from pages.leader.parts.list import deadline_words, quota_words
from pages.session.context import PageContext, page_at
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.coverage import Chosen, about_chosen, awardees_table, missing_words, most_missing, places_used
from pages.widgets.factory_years import show_years
from pages.widgets.picker import YEAR, pick_option
from pages.widgets.pictures import Draw, kept_chart, show_chart
from pages.widgets.tables import (
    format_datetime,
    offer_data,
    offer_page_report,
    section_chart,
    show_table,
    table_alone,
    typed_table,
)

# The answer: what the own list lacks; beside it the places used, and the way to the list.


def own_answer(context: PageContext, found: Coverage) -> None:
    """How many industries and scenarios nobody covers, where most are missing, and how many places are left."""
    missing = Counter(item.stage for item in found.scenarios if not item.candidates)
    places = translate("coverage.places_left" if found.quota.left > 0 else "coverage.no_places", left=found.quota.left)
    html.answer(
        translate("coverage.over", body=i18n.catalogue_name(found.body, context.lang), year=found.year),
        translate("coverage.of_candidates", count=len(found.candidates)),
        "",
        translate(
            "coverage.answer", missing=missing_words(len(found.empty_industries), missing.total()), places=places
        ),
        most_missing(context, missing),
        "plain",
    )


def offer_the_list(found: Coverage) -> None:
    """Only where somebody can be put on it."""
    places_used(found.quota.used, found.quota.allowed)
    deadline_words(found.deadline)
    if found.quota.left and found.candidates:
        with st.container(key="step-next", width="content"):
            label = translate("home.next", page=translate("title.nomination"))
            st.page_link(page_at("nomination").file, label=label, query_params={YEAR: str(found.year)})


# The own candidates of what is picked: all where nothing is.


COLUMNS = ("place", "factory", "enterprise", "industry", "clause", "composite", "state", "conditions")
COUNTS = ("candidates", "put_forward", "awarded", "enterprises")


def list_chosen(
    context: PageContext, about: About, found: Coverage, judged: list[JudgedCandidate], chosen: Chosen
) -> None:
    """The own candidates, and the awarded factories beside them; of another body what is published."""
    if chosen.body not in ("", found.body):
        name = i18n.catalogue_name(chosen.body, context.lang)
        of = {"awarded": found.awarded.get(chosen.body, 0), "allowed": found.allowed[chosen.body]}
        html.clause(translate("coverage.other_body", body=name, **of))
        return
    codes = {item.credit_code for item in chosen.of(found.candidates)}
    shown = [candidate for candidate in judged if candidate.application.credit_code in codes]
    about = about_chosen(context, about, chosen)
    if shown:
        with st.container(key="own-candidates"):
            show_table(
                context,
                replace(about, title=translate("coverage.list")),
                candidate_table(context, found, shown),
                "candidates",
                form="stacked",
                everything=partial(candidate_table, context, found, judged) if len(shown) < len(judged) else None,
            )
        changed = [candidate.application.label for candidate in shown if candidate.as_first_locked]
        for line in earlier_values(context, changed):
            html.where(line)
    else:
        html.clause(translate("behind.nobody", what=chosen.words(context)) if judged else translate("coverage.nobody"))
    awardees_table(context, about, chosen.of(found.awardees), found.awardees, bodies=False)


def industry_figures(context: PageContext, about: About, found: Coverage) -> None:
    """Of each industry candidates, awards and enterprises, and how they are counted."""
    about = replace(about, title=translate("coverage.by_industry"))
    show_table(context, about, industry_table(context, found), "industries", form="whole")
    html.where(translate("coverage.by_industry_how"))


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
    return typed_table([translate(f"coverage.column_{name}") for name in COLUMNS], rows, numbers=(5,))


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
        str(place) if place else i18n.NO_NUMBER,
        one.application.label,
        one.application.text("enterprise") or one.application.credit_code,
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


# One candidate's years that are in the body's reach.


def body_years_shown(context: PageContext, judged: Sequence[JudgedCandidate]) -> None:
    """Of the one that is picked."""
    if not judged:
        html.clause(translate("coverage.nobody"))
        return
    names = {item.application.credit_code: item.application.label for item in judged}
    code = pick_option(translate("choose.candidate"), list(names), "years_of", names.__getitem__)
    show_years(context, body_years(context.store, context.viewer, code), lambda *_: "")


# The body's values of one KPI beside the region's published lines, year by year.


def kpi_spreads(context: PageContext, about: About, found: Coverage) -> None:
    title = translate("coverage.spread")
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
    show_chart(picture, partial(offer_data, context, about, "spread", draw=draw, table=table))
    table_alone(table, "stacked")


# The nineteen bodies on the tile grid: what is published of each, and of the own one the candidates that are picked.


def body_tiles(context: PageContext, found: Coverage, chosen: Chosen) -> Draw:
    return partial(
        award_tiles,
        found.awarded,
        found.allowed,
        found.body,
        context.lang,
        chosen=chosen.body,
        what=chosen.words(context, "body"),
        candidates=len(chosen.of(found.candidates, "body")),
    )


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


def basis_and_report(context: PageContext, about: About, found: Coverage, judged: list[JudgedCandidate]) -> None:
    """By which rule there are so many places, what is public, and the whole page as a file."""
    with html.together():
        quota_words(context, found.quota)
        html.where(translate("coverage.public"))
        html.where(i18n.text("tiles.overlap", context.lang))
    sections = partial(coverage_sections, context, found, judged)
    offer_page_report(context, "coverage_report", about, f"{found.body} {found.year}", sections)


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
            (translate("coverage.public"), i18n.text("tiles.overlap", context.lang)),
            body_table(context, found),
            charts=(section_chart(tiles),),
        ),
    ]


# When each candidate reached each of its states, beside the notice's day.


def state_times(context: PageContext, about: About, found: Coverage, judged: list[JudgedCandidate]) -> None:
    """The picture, and its times as a table to take away."""
    if not judged:
        html.clause(translate("coverage.nobody"))
        return
    title = translate("coverage.timeline")
    rows = [
        StateRow(candidate.application.label, tuple((reached.state, reached.at) for reached in candidate.states))
        for candidate in judged
    ]
    draw = partial(state_timeline, rows, found.deadline.day if found.deadline else None, context.lang)
    picture = kept_chart(draw, context.theme)
    table = typed_table(
        [translate("coverage.column_factory"), translate("coverage.column_state"), translate("coverage.column_since")],
        [(row.name, translate(f"step.{state}"), format_datetime(at)) for row in rows for state, at in row.states],
    )
    about = replace(about, title=title, finding=picture.title)
    show_chart(picture, partial(offer_data, context, about, "timeline", draw=draw, table=table))
