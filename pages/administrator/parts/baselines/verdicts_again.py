"""Verdicts of a past year, decided once more from what they were decided by."""

from __future__ import annotations

from datetime import date

import streamlit as st

from kpi import i18n
from kpi.reports.content import About, LabelledLine
from kpi.services.administrator.baselines import reproduce_verdicts, sealed_years
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.data_files import show_table, typed_table
from pages.widgets.datetime_format import format_datetime

_SHOWN_OF_A_HASH = 12


def verdicts_again(context: PageContext) -> None:
    """Pick a year, and see whether each verdict comes out as it was sealed; nothing where there is none."""
    years = sealed_years(context.store, context.viewer)
    if not years:
        return
    with st.expander(translate("verdicts_again.title")):
        html.where(translate("verdicts_again.how"))
        year = st.selectbox(translate("verdicts_again.year"), years, key="verdicts-again-year")
        if not st.toggle(translate("verdicts_again.go", year=year), key=f"verdicts-again-{year}"):
            return
        with st.spinner(translate("verdicts_again.going")):
            found = reproduce_verdicts(context.store, context.viewer, year)
        same = sum(one.same for one in found)
        html.sentence(translate("verdicts_again.sentence", count=len(found), same=same))
        columns = ("factory", "clause", "baseline", "policy", "method", "sealed", "hash", "same")
        table = typed_table(
            [translate(f"verdicts_again.column_{name}") for name in columns],
            [
                [
                    f"{one.factory}\n{one.credit_code}",
                    i18n.clause_word(one.clause, context.lang),
                    _marked(one.baseline, one.superseded.baseline),
                    _marked(one.policy.isoformat(), one.superseded.policy),
                    str(one.method),
                    format_datetime(one.sealed_at),
                    f"{one.sha256[:_SHOWN_OF_A_HASH]}…",
                    translate("yes_or_no.yes") if one.same else translate("verdicts_again.other"),
                ]
                for one in found
            ],
        )
        asked = LabelledLine(translate("verdicts_again.year"), str(year))
        about = About(translate("verdicts_again.title"), str(year), filters=[asked])
        show_table(context, about, table, "verdicts-again", form="stacked")


def _marked(named: str, since: str | date | None) -> str:
    """What the verdict rests on, and what has taken its place since."""
    return f"{named}\n{translate('verdicts_again.superseded', new=since)}" if since else named
