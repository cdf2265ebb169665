"""One KPI's published figures year by year, with what others have published of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from math import isfinite

import streamlit as st

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.published_figures import published_figures, reference_marks
from kpi.charts.panel import published_trend
from kpi.i18n import text
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseView, PublishedTable
from kpi.reports.content import LabelledLine, ReportCell, ReportTable
from kpi.reports.files import NUMBERS, about_published, figure_columns, figure_row, how_published
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.picker import pick_option
from pages.widgets.pictures import Draw, kept_chart, show_chart
from pages.widgets.tables import offer_data, show_references, table_alone, typed_table


def years_of_one_kpi(
    context: PageContext, tables: Sequence[PublishedTable], chosen: PublishedTable, own: EnterpriseView | None
) -> None:
    """``tables`` of all years, the latest first; ``chosen``: the year that is read, ``own``: own answer of it."""
    kpis = {kpi.code: f"{kpi.code} {kpi.name.in_(context.lang)}" for kpi in catalogue().kpis}
    code = pick_option(translate("benchmarks.kpi"), list(kpis), "published_kpi", kpis.__getitem__, named=False)
    basis = chosen.bases.get(code)
    # A change of a share and a change in points are two numbers of one name: only like years stand together.
    alike = [table for table in tables if table.bases.get(code) == basis]
    years = [(table.baseline.year, cell) for table in alike if (cell := table.cell(code))]
    invented = any(table.baseline.illustrative for table in alike)
    draw = partial(
        published_trend,
        code,
        years,
        reference_marks(code),
        basis,
        context.lang,
        own=_own_of(own, code, chosen),
        illustrative=invented,
        titled=False,
    )
    figures = [figure for figure in published_figures() if figure.kpi == code]
    trend, others = st.tabs([translate("benchmarks.tab_trend"), translate("benchmarks.tab_others", count=len(figures))])
    with others:
        if figures:
            html.where(translate("benchmarks.others"))
            show_references(context, figures)
    with trend:
        _trend(context, alike, chosen, code, draw)
        if beside := [table for table in tables if table not in alike]:
            listed = text("number.list", context.lang).join(str(other.baseline.year) for other in beside)
            html.where(translate("benchmarks.other_basis", years=listed))


def _trend(
    context: PageContext, alike: Sequence[PublishedTable], chosen: PublishedTable, code: str, draw: Draw
) -> None:
    """The years that are ``alike`` as a picture, with its files; several as a table, too."""
    years = [(table.baseline.year, cell) for table in alike if (cell := table.cell(code))]
    known = catalogue().kpi(code)
    how = how_published((cell for _, cell in years), chosen.leading_quantile, context.lang)
    about = replace(
        about_published(chosen, context.lang),
        title=f"{code} {known.name.in_(context.lang)}",
        finding="",
        kpis=[code],
        withheld=how,
    )
    if len(alike) > 1:
        listed = text("number.list", context.lang).join(str(table.baseline.year) for table in alike)
        line = LabelledLine(translate("benchmarks.years"), listed)
        about = replace(
            about,
            baseline=None,
            invented=any(table.baseline.illustrative for table in alike),
            facts=list(_baselines(alike, context.lang)),
            filters=[about.filters[0], line],
        )
    table = _years_table(alike, code, context.lang) if len(alike) > 1 else None
    menu = partial(offer_data, context, about, "trend", draw=draw, table=table)
    show_chart(kept_chart(draw, context.theme), menu)
    if table:
        table_alone(table, "stacked")


def _own_of(own: EnterpriseView | None, code: str, chosen: PublishedTable) -> dict[int, tuple[float, ...]] | None:
    if own is None:
        return None
    if not isfinite((kpi := own.kpi(code)).value) or kpi.basis != chosen.bases.get(code):
        return {}
    return {chosen.baseline.year: (kpi.value,)}


def _years_table(tables: Sequence[PublishedTable], code: str, lang: Lang) -> ReportTable:
    """A row a year; of one without figures why."""
    rows: list[list[str | ReportCell]] = [
        [str(table.baseline.year), *figure_row(table, cell, lang), table.baseline.name]
        for table in tables
        if (cell := table.cell(code))
    ]
    shown = [cell for table in tables if (cell := table.cell(code))]
    columns = [translate("benchmarks.year"), *figure_columns(shown, lang), translate("benchmarks.baseline")]
    return typed_table(columns, rows, numbers=NUMBERS)


def _baselines(tables: Sequence[PublishedTable], lang: Lang) -> Iterator[LabelledLine]:
    """Each year's baseline and its hash."""
    for table in tables:
        for label, said in (("baseline", table.baseline.name), ("sha256", table.baseline.sha256)):
            yield LabelledLine(f"{text(f'carried.{label}', lang)} · {table.baseline.year}", said)
