"""Baselines: which are in force, where they are from, what their cells hold and can decide."""

from functools import partial

import streamlit as st

from kpi.services.administrator.baselines import BaselineOverview, baseline_overview
from pages.administrator.parts.baselines import (
    about_baseline,
    baseline_cells,
    baseline_facts,
    baseline_finding,
    baseline_sections,
    baseline_standing,
    baseline_twins,
    comparison,
    decision,
    verdicts_again,
)
from pages.administrator.parts.coverage_of_register import show_register_coverage
from pages.session.context import PageContext, require_page
from pages.session.language import translate
from pages.session.notice import context_of_year
from pages.widgets import html
from pages.widgets.acts import opened_box, say_illustrative
from pages.widgets.tables import offer_page_report, show_table


def _show(context: PageContext, overview: BaselineOverview) -> None:
    baseline = overview.baseline
    st.subheader(html.plain(baseline.name), anchor=False)
    html.clause(baseline_standing(overview))
    if twins := baseline_twins(overview, context.lang):
        html.notice(twins)
    say_illustrative(illustrative=baseline.illustrative)
    html.sentence(baseline_finding(overview))
    offer_page_report(
        context,
        "baseline_report",
        about_baseline(overview),
        baseline.name,
        partial(baseline_sections, context, overview),
    )
    facts = baseline_facts(overview, context.lang)
    show_table(context, about_baseline(overview), facts, f"facts-{baseline.name}", form="facts")
    show_register_coverage(context, overview)
    if box := opened_box(translate("baselines.cells"), f"cells-{baseline.name}"):
        with box:
            cells = baseline_cells(overview, context.lang)
            show_table(context, about_baseline(overview), cells, f"cells-{baseline.name}", form="stacked")


context = require_page("see_baselines", "baselines")
overviews = baseline_overview(context.store, context.viewer)
baselines = [item.baseline for item in overviews]
decision(context, baselines)
for overview in overviews:
    with context_of_year(context, overview.baseline.year) as its:
        _show(its, overview)
comparison(context, baselines)
verdicts_again(context)
st.page_link("pages/administrator/baseline_import.py", label=translate("title.baseline_import"))
