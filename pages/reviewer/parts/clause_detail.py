"""Why the clause is what it is, and what it would be under other readings: for reviewers and the authority."""

from __future__ import annotations

from math import isnan

import streamlit as st

from kpi import i18n
from kpi.model.evaluation import Evaluation
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html


def clause_reasons(context: PageContext, answer: Evaluation) -> None:
    """Each blocker by name, and how likely "met" could have been at all."""
    for reason in answer.clause.reasons:
        st.text("· " + i18n.reason_text(reason, context.lang))
    st.text("· " + translate("clause.at_least", count=answer.at_least_leading))


def sensitivity(context: PageContext, answer: Evaluation) -> None:
    """The clause at other leading lines, and for "at least u of m"."""
    with st.expander(translate("clause.sensitivity")):
        rows = []
        for row in answer.sensitivity:
            reading = (
                translate("clause.by_quantile", quantile=row.leading_quantile)
                if row.rule == "quantile"
                else translate("clause.by_count", at_least=row.at_least, of=row.of, quantile=row.leading_quantile)
            )
            p_value = i18n.NO_NUMBER if isnan(row.p_value) else i18n.p_value(row.p_value)
            rows.append([reading, p_value, i18n.clause_word(row.verdict, context.lang)])
        html.table([translate("clause.reading"), "p", translate("clause.verdict")], rows, numbers=(1,))
