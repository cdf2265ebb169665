"""What will be locked, whole: each KPI as told, with the cell it came from, and annex 3."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.catalogue import catalogue
from kpi.model.publication import EnterpriseAnswer
from pages.session.language import words
from pages.session.page_context import Here
from pages.widgets import html


def review(here: Here, answer: EnterpriseAnswer) -> None:
    """First what is missing, in a sentence; then everything."""
    kpis = [answer.kpi(kpi.code) for kpi in catalogue().kpis]
    reported = sum(one.state == "reported" for one in kpis)
    missing = [one for one in kpis if one.main and one.state != "reported"]
    html.sentence(words("review.sentence", reported=reported, missing=len(missing)))
    if missing:
        listed = i18n.text("number.list", here.lang)
        names = listed.join(f"{one.code} {catalogue().kpi(one.code).short.in_(here.lang)}" for one in missing)
        html.notice(words("review.missing", names=names))
    with st.expander(words("review.kpis"), expanded=True):
        html.table(
            [words(f"review.{name}") for name in ("kpi", "value", "state", "cell")],
            [
                [
                    f"{one.code} {catalogue().kpi(one.code).name.in_(here.lang)}",
                    _value(here, one.code, answer),
                    words(f"review.{one.state}"),
                    str(one.cell) if one.cell else words("sheet.typed") if one.state != "not_reported" else "",
                ]
                for one in kpis
            ],
            numbers=(1,),
            form="stacked",
        )
    with st.expander(words("review.facts")):
        facts = answer.application.facts
        html.table(
            [words("detail.what"), words("detail.said")],
            [
                [fact.name.in_(here.lang), i18n.fact_shown(fact, facts[fact.code], here.lang)]
                for fact in catalogue().facts
                if fact.code in facts
            ],
        )


def _value(here: Here, code: str, answer: EnterpriseAnswer) -> str:
    one = answer.kpi(code)
    return i18n.number(one.value, catalogue().kpi(code), here.lang, one.basis) if one.state == "reported" else "—"
