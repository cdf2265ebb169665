"""One factory's years side by side: each KPI as told, and which way it went since the year before."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

import streamlit as st

from kpi import i18n
from kpi.catalogue import catalogue
from kpi.model.publication import EnterpriseAnswer, EnterpriseKpi
from pages.session.language import words
from pages.session.page_context import Here
from pages.widgets import html


def years(here: Here, answers: Sequence[EnterpriseAnswer]) -> None:
    """Nothing where there is one year."""
    if len(answers) < 2:
        return
    in_order = sorted(answers, key=lambda answer: answer.application.year)
    st.subheader(words("years.title"), anchor=False)
    html.table(
        [words("review.kpi"), *(str(answer.application.year) for answer in in_order), words("years.trend")],
        [
            [
                f"{kpi.code} {kpi.short.in_(here.lang)}",
                *(
                    i18n.number(answer.kpi(kpi.code).value, kpi, here.lang, answer.kpi(kpi.code).basis)
                    for answer in in_order
                ),
                words(f"years.{_trend(in_order[-2].kpi(kpi.code), in_order[-1].kpi(kpi.code))}"),
            ]
            for kpi in catalogue().kpis
        ],
        numbers=range(1, len(in_order) + 1),
        form="stacked",
    )


def _trend(before: EnterpriseKpi, after: EnterpriseKpi) -> str:
    """All 21 KPIs are better when higher. Told on two bases, two years do not compare."""
    if isnan(before.value) or isnan(after.value):
        return "unknown"
    if before.basis != after.basis:
        return "other_basis"
    return "up" if after.value > before.value else "down" if after.value < before.value else "level"
