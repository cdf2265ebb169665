"""The rows of the list, a page at a time: name, words, and the strip as a small line; and the list to take away."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape

import streamlit as st

from kpi import i18n
from kpi.charts.strip import small_strip
from kpi.reports.content import About, LabelledLine, ReportTable, count
from kpi.services.reviewer.candidate_list import ListedCandidate
from pages.reviewer.parts.candidate_browser import remember_list
from pages.reviewer.parts.candidate_filters import stated_filters
from pages.reviewer.parts.candidate_sort import stated_order
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.session.page_registry import page_at
from pages.widgets import html
from pages.widgets.data_files import offer_data, typed_table
from pages.widgets.option_picker import YEAR, page_of

A_PAGE = 20
COLUMNS = ("code", "factory", "enterprise", "year", "industry", "body", "clause", "leading", "state", "seen")


def candidate_rows(context: PageContext, shown: Sequence[ListedCandidate]) -> None:
    """A link and a line each; the order shown is the one that next and previous go by."""
    remember_list(shown)
    # Not by who is on the list: others lock and reopen meanwhile, and the reader stays on the page.
    asked = (stated_filters(context), stated_order())
    for one in page_of(shown, "list-page", A_PAGE, asked):
        with st.container(key=f"listed-{one.record.credit_code}-{one.record.year}"):
            st.page_link(
                page_at("candidate").file,
                label=html.plain(one.record.factory or one.record.enterprise),
                query_params={
                    YEAR: str(one.record.year),
                    "industry": one.record.industry,
                    "candidate": one.record.credit_code,
                },
            )
            html.element(_line(context, one))


def _line(context: PageContext, one: ListedCandidate) -> str:
    record = one.record
    parts = (
        i18n.catalogue_name(record.body, context.lang),
        i18n.catalogue_name(record.industry, context.lang),
        translate("list.clause", clause=i18n.clause_word(record.clause, context.lang)),
        translate("list.leading", count=record.leading),
        translate(f"list.{_progress(one)}_mark"),
    )
    words = "".join(f"<span>{escape(part)}</span>" for part in parts)
    strip = small_strip(record.places, record.verdicts, record.leading_quantile, context.theme)
    return f'<div class="kpi-listed">{strip}<p>{words}</p></div>'


def _progress(one: ListedCandidate) -> str:
    """How far the reviewer has come with it, in one mark: what is seen and scored needs no two."""
    if not one.looked_at and one.scoring != "scored":
        return "unseen"
    return "seen" if one.scoring == "not_asked" else one.scoring


def offer_candidates(context: PageContext, shown: Sequence[ListedCandidate], listed: Sequence[ListedCandidate]) -> None:
    """In the order on the page. No score is in it: what was sorted by stays on the page."""
    table, baselines = partial(_table, context), sorted({one.record.baseline for one in shown})
    about = About(
        translate("title.candidates"),
        filters=stated_filters(context),
        facts=[LabelledLine(i18n.text("carried.baseline", context.lang), name) for name in baselines],
        withheld=translate("list.no_scores"),
        invented=any(one.record.illustrative for one in listed),
    )
    everything = partial(table, listed) if len(shown) < len(listed) else None
    offer_data(context, about, "candidates", table=table(shown), everything=everything)


def _table(context: PageContext, rows: Sequence[ListedCandidate]) -> ReportTable:
    return typed_table([translate(f"list.column_{name}") for name in COLUMNS], [_row(context, one) for one in rows])


def _row(context: PageContext, one: ListedCandidate) -> list[str]:
    record, lang = one.record, context.lang
    return [
        record.credit_code,
        record.factory,
        record.enterprise,
        str(record.year),
        i18n.catalogue_name(record.industry, lang),
        i18n.catalogue_name(record.body, lang),
        i18n.clause_word(record.clause, lang),
        count(record.leading).text,
        translate(f"step.{record.state}"),
        translate("list.seen_mark" if one.looked_at else "list.unseen_mark"),
    ]
