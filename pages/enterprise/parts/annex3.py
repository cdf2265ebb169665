"""Annex 3 as it was filled in, row by row; people's names and telephones are shown in part only."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.catalogue import catalogue
from kpi.model.application import Application
from pages.session.language import words
from pages.session.page_context import Here
from pages.widgets import html


def annex3(here: Here, application: Application) -> None:
    """In the annex's own order, its two rows numbered 8 included."""
    with st.expander(words("annex3.title")):
        html.where(words("annex3.how"))
        html.table(
            [words("annex3.row"), words("annex3.item"), words("annex3.told")],
            [
                [
                    fact.source.in_(here.lang),
                    fact.name.in_(here.lang),
                    i18n.fact_shown(fact, application.facts[fact.code], here.lang)
                    if fact.code in application.facts
                    else words("annex3.blank"),
                ]
                for fact in catalogue().facts
            ],
            form="stacked",
        )
