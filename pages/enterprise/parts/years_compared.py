"""One factory's years side by side: each KPI as reported, and which way it went since the year before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isnan

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi
from kpi.model.publication import EnterpriseKpiView, EnterpriseView
from kpi.reports.content import LabelledLine
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets.tables import about_answer, show_table, typed_table


def years_table(context: PageContext, answers: Sequence[EnterpriseView]) -> None:
    """Nothing where there is one year."""
    if len(answers) < 2:
        return
    in_order = sorted(answers, key=lambda answer: answer.application.year)
    st.subheader(translate("years.title"), anchor=False)
    table = typed_table(
        [translate("review.kpi"), *(str(answer.application.year) for answer in in_order), translate("years.trend")],
        [
            [
                f"{kpi.code} {kpi.short.in_(context.lang)}",
                *(_said(context, kpi, answer) for answer in in_order),
                translate(f"years.{_trend(_of(in_order[-2], kpi), _of(in_order[-1], kpi))}"),
            ]
            for kpi in catalogue().kpis
        ],
        numbers=range(1, len(in_order) + 1),
    )
    about = replace(about_answer(context, in_order[-1], translate("years.title")), filters=_years(in_order))
    show_table(context, about, table, "years", form="stacked")


def _of(answer: EnterpriseView, kpi: Kpi) -> EnterpriseKpiView | None:
    """None where that year's notice did not ask for it."""
    return next((item for item in answer.kpis if item.code == kpi.code), None)


def _said(context: PageContext, kpi: Kpi, answer: EnterpriseView) -> str:
    found = _of(answer, kpi)
    return i18n.kpi_number(found.value, kpi, context.lang, found.basis) if found else translate("years.not_asked")


def _years(answers: Sequence[EnterpriseView]) -> list[LabelledLine]:
    return [
        LabelledLine(translate("coverage.column_year"), ", ".join(str(answer.application.year) for answer in answers))
    ]


def _trend(before: EnterpriseKpiView | None, after: EnterpriseKpiView | None) -> str:
    """Every KPI is better when higher. Reported on two bases, two years do not compare."""
    if before is None or after is None or isnan(before.value) or isnan(after.value):
        return "unknown"
    if before.basis != after.basis:
        return "other_basis"
    return "up" if after.value > before.value else "down" if after.value < before.value else "level"
