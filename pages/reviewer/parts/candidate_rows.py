"""The rows of the list, a page at a time: name, words, and the strip as a small line."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil

import streamlit as st

from kpi import i18n
from kpi.charts.small_strip import small_strip
from kpi.services.reviewer.candidate_list import ListedCandidate
from pages.reviewer.parts.candidate_browser import remember_list
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.session.page_registry import page_at

A_PAGE = 20


def candidate_rows(context: PageContext, shown: Sequence[ListedCandidate]) -> None:
    """A link and a line each; the order shown is the one that next and previous go by."""
    remember_list(shown)
    pages = ceil(len(shown) / A_PAGE)
    number = st.pagination(pages, key="list-page") if pages > 1 else 1
    for one in shown[(number - 1) * A_PAGE : number * A_PAGE]:
        with st.container(key=f"listed-{one.record.credit_code}-{one.record.year}"):
            st.page_link(
                page_at("candidate").file,
                label=one.record.factory or one.record.enterprise,
                query_params={"industry": one.record.industry, "candidate": one.record.credit_code},
            )
            st.html(_line(context, one))


def _line(context: PageContext, one: ListedCandidate) -> str:
    record = one.record
    parts = (
        i18n.catalogue_name(record.body, context.lang),
        i18n.catalogue_name(record.industry, context.lang),
        i18n.clause_word(record.clause, context.lang),
        translate("list.leading", count=record.leading),
        translate("list.seen_mark" if one.looked_at else "list.unseen_mark"),
    )
    words = "".join(f"<span>{escape(part)}</span>" for part in parts)
    strip = small_strip(record.places, record.verdicts, record.leading_quantile, context.theme)
    return f'<div class="kpi-listed">{strip}<p>{words}</p></div>'
