"""The 21 KPIs of the candidates, those first on which they differ most: value, share of peers beaten, verdict."""

from __future__ import annotations

from math import isnan

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.charts.strip_comparison import candidate_names
from kpi.model.comparison import Comparison
from kpi.reports.content import About, LabelledLine, ReportCell, ReportTable, share, words
from kpi.reports.heat import heat_data, heat_rows
from kpi.services.reviewer.candidates import SideBySide
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.data_files import offer_data, typed_table


def heat_table(context: PageContext, beside: SideBySide) -> None:
    """One row a KPI. A cell is shaded by its share; what is missing and what does not apply are words of their own."""
    found = beside.comparison
    names = candidate_names([one.evaluation for one in found.candidates])
    html.caption(translate("compare.heat_how"))
    columns = [translate("compare.kpi"), *names, translate("compare.ties")]
    rows: list[list[html.Cell]] = [
        [
            row.name,
            *(html.ShadedShare("\n".join([*cell.figures, *cell.words]), cell.share) for cell in row.cells),
            row.ties,
        ]
        for row in heat_rows(found, context.lang, beside.year_before)
    ]
    html.table(columns, rows, form="heat")
    about = about_comparison(context, found, translate("compare.heat"))
    data = heat_data(found, names, context.lang, beside.year_before)
    offer_data(context, about, "heat", table=data)


def about_comparison(context: PageContext, found: Comparison, finding: str) -> About:
    """What goes with data of these candidates: who they are is a filter."""
    names = i18n.text("number.list", context.lang).join(candidate_names([one.evaluation for one in found.candidates]))
    return About(
        title=translate("title.compare"),
        subject=str(found.first.application.year),
        finding=finding,
        baseline=found.first.baseline,
        policy=found.first.policy,
        filters=[LabelledLine(translate("order.column_candidate"), names)],
        kpis=[kpi.code for kpi in found.kpis],
    )


def group_table(context: PageContext, found: Comparison) -> ReportTable:
    """The profiles as a table: a row a candidate, its mean share by group."""
    groups = catalogue().groups
    names = candidate_names([one.evaluation for one in found.candidates])
    rows: list[list[str | ReportCell]] = [
        [
            name,
            *(
                words(i18n.NO_NUMBER) if isnan(one.groups[group.code]) else share(one.groups[group.code])
                for group in groups
            ),
        ]
        for name, one in zip(names, found.candidates, strict=True)
    ]
    columns = [translate("order.column_candidate"), *(group.short.in_(context.lang) for group in groups)]
    return typed_table(columns, rows, numbers=range(1, len(columns)))
