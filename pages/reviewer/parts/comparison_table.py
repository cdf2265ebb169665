"""Candidates KPI by KPI as a table: beside one another on a wide screen, below one another on a narrow one."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpi import i18n
from kpi.catalogue.load import catalogue
from kpi.catalogue.schema import Kpi
from kpi.charts.strip_comparison import candidate_names
from kpi.charts.theme import CANDIDATE_LETTERS
from kpi.model.evaluation import Evaluation
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html


def wide_table(context: PageContext, answers: Sequence[Evaluation]) -> None:
    """A row a KPI, a column a candidate."""
    rows = [
        [known.short.in_(context.lang), *("\n".join(_cells(context, answer, known)) for answer in answers)]
        for known in catalogue().kpis
    ]
    rows.append([translate("compare.clause"), *(i18n.clause_word(one.clause.verdict, context.lang) for one in answers)])
    st.caption(translate("compare.table"))
    html.table([translate("compare.kpi"), *candidate_names(answers)], rows)


def narrow_table(context: PageContext, answers: Sequence[Evaluation]) -> None:
    """A row a KPI and candidate, told by its letter: nothing lies beyond the edge of the screen."""
    html.caption("\n".join(candidate_names(answers)))
    rows = []
    for known in catalogue().kpis:
        for at, answer in enumerate(answers):
            name = "" if at else known.short.in_(context.lang)
            rows.append([name, CANDIDATE_LETTERS[at], *_cells(context, answer, known)])
    rows += [
        ["" if at else translate("compare.clause"), CANDIDATE_LETTERS[at], "", "", word]
        for at, word in enumerate(i18n.clause_word(one.clause.verdict, context.lang) for one in answers)
    ]
    columns = ("kpi", "letter", "value", "place", "verdict")
    html.table([translate(f"compare.{name}") for name in columns], rows, numbers=(2, 3), form="whole")


def _cells(context: PageContext, answer: Evaluation, known: Kpi) -> tuple[str, str, str]:
    kpi = answer.kpi(known.code)
    return (
        i18n.kpi_number(kpi.value, known, context.lang, kpi.basis),
        i18n.percent(kpi.percentile.mid),
        i18n.verdict_word(kpi.verdict, context.lang).word,
    )
