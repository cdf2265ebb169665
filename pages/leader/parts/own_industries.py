"""The own candidates by industry: the counts, and the list behind the industry that is picked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.reports.content import About, LabelledLine, ReportTable
from kpi.services.leader.coverage import Coverage, OwnIndustry
from kpi.services.leader.recommendation import JudgedCandidate
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.data_files import show_table, typed_table
from pages.widgets.option_picker import pick_or_all

COLUMNS = ("place", "factory", "industry", "clause", "composite", "state", "conditions")
COUNTS = ("candidates", "put_forward", "awarded", "enterprises")


def own_industries(context: PageContext, about: About, found: Coverage, judged: list[JudgedCandidate]) -> None:
    """A button an industry leads to its candidates; none pressed shows all."""
    title = translate("coverage.by_industry")
    st.subheader(title, anchor=False)
    show_table(context, replace(about, title=title), industry_table(context, found), "industries", form="whole")
    html.where(translate("coverage.by_industry_how"))
    counts = {one.industry: one.candidates for one in found.industries}
    picked = pick_or_all(
        translate("coverage.pick_industry"),
        list(counts),
        "industry",
        lambda name: f"{i18n.catalogue_name(name, context.lang)} {counts[name]}",
    )
    shown = [one for one in judged if picked in (None, one.application.industry)]
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
    for line in earlier_values(context, [one.application.label for one in shown if one.as_first_locked]):
        html.where(line)


def industry_table(context: PageContext, found: Coverage) -> ReportTable:
    columns = [translate("coverage.column_industry"), *(translate(f"coverage.column_{name}") for name in COUNTS)]
    return typed_table(columns, [industry_cells(context, one) for one in found.industries], numbers=range(1, 5))


def candidate_table(context: PageContext, found: Coverage, shown: Sequence[JudgedCandidate]) -> ReportTable:
    """Those put forward by their place, then the others by their composite score: on the page and in its files."""
    places = {one.credit_code: one.place for one in found.candidates}
    ordered = sorted(shown, key=lambda one: (places[one.application.credit_code] or len(places) + 1, -one.composite))
    rows = [candidate_cells(context, one, places[one.application.credit_code]) for one in ordered]
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
        str(one.put_forward),
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
