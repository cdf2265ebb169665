"""Whom a baseline's peers stand for: how much of the register it holds, by industry, size and district."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import isnan

import streamlit as st

from kpi import i18n
from kpi.charts.bars import named_bars, said_bar
from kpi.charts.chart import Chart
from kpi.charts.theme import Theme
from kpi.model.language import Lang
from kpi.model.representation import Representation, Stratum
from kpi.reports.content import About
from kpi.services.administrator.baselines import BaselineOverview
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import opened_box
from pages.widgets.pictures import kept_chart, show_chart
from pages.widgets.tables import offer_data, show_table, typed_table


def show_register_coverage(context: PageContext, overview: BaselineOverview) -> None:
    """A sentence an industry, a picture, and who is missing; nothing for the baseline that ships."""
    baseline, found = overview.baseline, overview.stand_for
    if baseline.shipped:
        return
    if not found:
        html.where(i18n.represented(baseline, None, context.lang))
        return
    if box := opened_box(translate("coverage_of_register.title"), f"coverage-{baseline.name}"):
        with box:
            about = About(translate("coverage_of_register.title"), baseline.name, baseline=baseline)
            html.bullets(
                [
                    i18n.text(
                        "carried.line",
                        context.lang,
                        label=i18n.catalogue_name(name, context.lang),
                        text=i18n.represented(baseline, stands, context.lang),
                    )
                    for name, stands in found.items()
                ]
            )
            counted = {name: stands for name, stands in found.items() if stands.registered}
            if counted:
                draw = partial(coverage_bars, counted, context.lang)
                show_chart(kept_chart(draw, context.theme))
                columns = ("industry", "enterprises", "registered", "included", "applied", "awarded")
                rows = [
                    [
                        i18n.catalogue_name(name, context.lang),
                        *map(
                            str,
                            (stands.enterprises, stands.registered, stands.included, stands.applied, stands.awarded),
                        ),
                    ]
                    for name, stands in counted.items()
                ]
                table = typed_table([_word(name) for name in columns], rows, numbers=range(1, len(columns)))
                offer_data(context, about, f"coverage-{baseline.name}", draw=draw, table=table)
                _missing(context, about, baseline.name, counted)


def coverage_bars(found: Mapping[str, Representation], lang: Lang, theme: Theme) -> Chart:
    """Of each industry's register, what is in the panel."""
    rows = []
    for name, stands in found.items():
        registered = stands.registered or 0
        words = f"{stands.included} / {registered}"
        rows.append(said_bar(i18n.catalogue_name(name, lang), stands.included, registered, words))
    return named_bars(rows, translate("coverage_of_register.chart"), translate("coverage_of_register.how"), theme)


def _missing(context: PageContext, about: About, key: str, found: Mapping[str, Representation]) -> None:
    columns = ("industry", "part", "registered", "included", "missing", "share", "times")
    rows = [
        row
        for name, stands in found.items()
        for strata, words in ((stands.sizes, i18n.size_name), (stands.districts, i18n.district_name))
        for row in _rows(i18n.catalogue_name(name, context.lang), stands, strata, words, context.lang)
    ]
    table = typed_table([_word(name) for name in columns], rows, numbers=range(2, len(columns)))
    with st.container(key=f"missing-{key}"):
        show_table(context, about, table, f"missing-{key}")


def _rows(
    industry: str, found: Representation, strata: Sequence[Stratum], words: Callable[[str, Lang], str], lang: Lang
) -> list[list[str]]:
    rows = []
    for part in strata:
        times = found.ratio(part, strata)
        counts = [part.registered, part.included, part.registered - part.included]
        share, said = i18n.percent(part.included / part.registered), "—" if isnan(times) else f"{times:.1f}"
        rows.append([industry, words(part.name, lang), *map(str, counts), share, said])
    return rows


def _word(name: str) -> str:
    return translate(f"coverage_of_register.{name}")
