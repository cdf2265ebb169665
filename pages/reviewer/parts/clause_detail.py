"""Why the clause is what it is, and what it would be under other readings: for reviewers and the authority."""

from __future__ import annotations

from math import isnan

import streamlit as st

from kpi import i18n
from kpi.model.evaluation import Answer
from pages.session.language import words
from pages.session.page_context import Here
from pages.widgets import html


def clause_reasons(here: Here, answer: Answer) -> None:
    """Each blocker by name, and how likely "met" could have been at all."""
    for reason in answer.clause.reasons:
        st.text("· " + i18n.reason(reason, here.lang))
    st.text("· " + words("clause.at_least", count=answer.at_least_leading))


def sensitivity(here: Here, answer: Answer) -> None:
    """The clause at other leading lines, and for "at least u of m"."""
    with st.expander(words("clause.sensitivity")):
        rows = []
        for row in answer.sensitivity:
            reading = (
                words("clause.by_quantile", quantile=row.leading_quantile)
                if row.rule == "quantile"
                else words("clause.by_count", at_least=row.at_least, of=row.of, quantile=row.leading_quantile)
            )
            p_value = i18n.NOTHING if isnan(row.p_value) else i18n.p_value(row.p_value)
            rows.append([reading, p_value, i18n.clause_word(row.verdict, here.lang)])
        html.table([words("clause.reading"), "p", words("clause.verdict")], rows, numbers=(1,))
