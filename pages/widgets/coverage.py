"""What coverage shows to more than one role: the forty scenarios, and the applications behind a count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.charts.coverage import scenario_grid
from kpi.reports.content import About, LabelledLine, ReportTable, count
from kpi.services.leader.coverage import CoveredBy, ScenarioCoverage
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.picker import pick_option
from pages.widgets.pictures import kept_chart, show_pickable
from pages.widgets.tables import offer_data, show_table, typed_table


def scenario_section(
    context: PageContext,
    about: About,
    scenarios: Sequence[ScenarioCoverage],
    candidates: Sequence[CoveredBy],
    awardees: Sequence[CoveredBy],
    *,
    bodies: bool,
) -> None:
    """The grid in both forms, and the factories behind the scenario that is picked. ``bodies``: name theirs.

    ``about`` is what goes with the page's data.
    """
    counts = {scenario.scenario: (scenario.candidates, scenario.awarded) for scenario in scenarios}
    for form, names in (("wide", True), ("narrow", False)):
        with st.container(key=f"{form}-scenarios"):
            picture = kept_chart(partial(scenario_grid, counts, context.lang, names=names), context.theme)
            show_pickable(picture, ("scenario",), f"grid-{form}")
    draw = partial(scenario_grid, counts, context.lang)
    about = replace(about, title=translate("coverage.scenarios"), finding=picture.title)
    offer_data(context, about, "scenarios", draw=draw, table=scenario_table(context, scenarios))
    numbers = {scenario.name.zh: scenario for scenario in catalogue().scenarios}
    picked = pick_option(
        translate("behind.scenario"),
        list(numbers),
        "scenario",
        lambda name: f"{numbers[name].number} {numbers[name].name.in_(context.lang)} · {sum(counts[name])}",
    )
    known, awarded = (*candidates, *awardees), {awardee.credit_code for awardee in awardees}
    behind = [item for item in known if picked in item.scenarios]
    name = numbers[picked].name.in_(context.lang)
    html.clause(translate("behind.of_scenario" if behind else "behind.no_scenario", scenario=name, count=len(behind)))
    about = replace(about, finding="", filters=[*about.filters, LabelledLine(translate("behind.scenario"), name)])
    applications_table(context, about, "behind-scenario", behind, awarded, bodies=bodies, everything=known)


def applications_table(
    context: PageContext,
    about: About,
    key: str,
    rows: Sequence[CoveredBy],
    awarded: set[str],
    *,
    bodies: bool,
    everything: Sequence[CoveredBy] = (),
) -> None:
    """Factory, enterprise, industry, and whether it is put forward, not yet, or awarded before.

    ``everything`` that the reader may see, where ``rows`` are a part of it.
    """
    if not rows:
        return
    table = partial(application_table, context, awarded=awarded, bodies=bodies)
    whole = partial(table, everything) if len(everything) > len(rows) else None
    show_table(context, about, table(rows), key, form="stacked", everything=whole)


def application_table(
    context: PageContext, rows: Sequence[CoveredBy], *, awarded: set[str], bodies: bool
) -> ReportTable:
    """By body in the notice's order, and by place."""
    in_order = catalogue().body_place
    columns = ["factory", "enterprise", *(["body"] if bodies else []), "industry", "standing"]
    return typed_table(
        [translate(f"behind.column_{name}") for name in columns],
        [
            [
                row.factory,
                row.enterprise,
                *([i18n.catalogue_name(row.body, context.lang)] if bodies else []),
                i18n.catalogue_name(row.industry, context.lang),
                _standing(row, awarded),
            ]
            for row in sorted(rows, key=lambda row: (in_order(row.body), row.place or len(rows) + 1, row.credit_code))
        ],
    )


def scenario_table(context: PageContext, scenarios: Sequence[ScenarioCoverage]) -> ReportTable:
    """The forty in the annex's order."""
    lang, numbers = context.lang, {scenario.name.zh: scenario.number for scenario in catalogue().scenarios}
    return typed_table(
        [translate(f"behind.column_{name}") for name in ("stage", "scenario", "candidates", "awarded")],
        [
            (
                i18n.catalogue_name(scenario.stage, lang),
                f"{numbers[scenario.scenario]} {i18n.catalogue_name(scenario.scenario, lang)}",
                count(scenario.candidates),
                count(scenario.awarded),
            )
            for scenario in scenarios
        ],
        numbers=(2, 3),
    )


def _standing(one: CoveredBy, awarded: set[str]) -> str:
    if one.credit_code in awarded:
        return translate("behind.awarded", year=one.year)
    return translate("behind.place", place=one.place) if one.place else translate("behind.not_forward")
