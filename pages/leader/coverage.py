"""Coverage: what the own body has and lacks, by industry, scenario, KPI and time; other bodies' published awards."""

from functools import partial

import streamlit as st

from kpi import i18n
from kpi.services.leader.coverage import coverage
from kpi.services.leader.recommendation import body_candidates
from pages.leader.parts.coverage import (
    about_coverage,
    body_table,
    body_tiles,
    coverage_sections,
    industry_figures,
    kpi_spreads,
    list_chosen,
    list_label,
    offer_the_list,
    own_answer,
    state_times,
)
from pages.leader.parts.list import quota_words
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import say_illustrative
from pages.widgets.coverage import show_pictures
from pages.widgets.picker import pick_year
from pages.widgets.tables import offer_page_report

context = require_page("see_coverage", "coverage")
found = coverage(context.store, context.viewer)
if (year := pick_year(translate("coverage.year"), found.years, found.year)) != found.year:
    found = coverage(context.store, context.viewer, year)
judged = body_candidates(context.store, context.viewer, found.year)
about, subject = about_coverage(context, found), f"{found.body} {found.year}"

say_illustrative(illustrative=found.baseline.illustrative)
with st.container(key="beside-answer"):
    said, ahead = st.columns(html.WIDE)
with said, st.container(key="answer", height="stretch"):
    own_answer(context, found)
with ahead, st.container(border=True, key="ahead", height="stretch"):
    offer_the_list(found)
tiles, bodies = partial(body_tiles, context, found), body_table(context, found)
chosen = show_pictures(context, about, found, tiles, bodies, own=found.body)
with st.container(border=True, key="rest"):
    listed, gaps, figures, progress, lines, basis = st.tabs(
        [
            list_label(found, chosen),
            *(translate(f"coverage.tab_{name}") for name in ("gaps", "figures", "progress", "lines", "basis")),
        ]
    )
    with listed:
        list_chosen(context, about, found, judged, chosen)
    with gaps:
        html.bullets([i18n.coverage_gap(gap, context.lang) for gap in found.gaps] or [translate("coverage.no_gaps")])
    with figures:
        industry_figures(context, about, found)
    with progress:
        state_times(context, about, found, judged)
    with lines:
        kpi_spreads(context, about, found)
    with basis:
        with html.together():
            quota_words(context, found.quota)
            html.where(translate("coverage.public"))
            html.where(i18n.text("tiles.overlap", context.lang))
        offer_page_report(
            context, "coverage_report", about, subject, partial(coverage_sections, context, found, judged)
        )
