"""Baselines: which are in force, where they are from, what their cells hold and can decide."""

from functools import partial

import streamlit as st

from kpi.services.administrator.baselines import baseline_overview
from pages.administrator.parts.baseline_report import (
    about_baseline,
    baseline_cells,
    baseline_facts,
    baseline_finding,
    baseline_sections,
    baseline_standing,
    baseline_twins,
)
from pages.administrator.parts.baselines.baseline_acts import comparison, decision
from pages.administrator.parts.baselines.verdicts_again import verdicts_again
from pages.session.language import translate
from pages.session.page_context import require_page
from pages.widgets import html
from pages.widgets.data_files import offer_page_report, show_table
from pages.widgets.folded import opened_box

context = require_page("see_baselines", "baselines")
overviews = baseline_overview(context.store, context.viewer)
baselines = [one.baseline for one in overviews]
decision(context, baselines)
for overview in overviews:
    baseline = overview.baseline
    st.subheader(html.plain(baseline.name), anchor=False)
    html.clause(baseline_standing(overview))
    if twins := baseline_twins(overview, context.lang):
        html.notice(twins)
    if baseline.illustrative:
        html.notice(translate("illustrative"))
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
    if box := opened_box(translate("baselines.cells"), f"cells-{baseline.name}"):
        with box:
            cells = baseline_cells(overview, context.lang)
            show_table(context, about_baseline(overview), cells, f"cells-{baseline.name}", form="stacked")
comparison(context, baselines)
verdicts_again(context)
st.page_link("pages/administrator/baseline_import.py", label=translate("title.baseline_import"))
