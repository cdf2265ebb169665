"""Coverage: what the own body has and lacks, by industry, scenario, KPI and time; other bodies' published awards."""

from functools import partial

import streamlit as st

from kpi import i18n
from kpi.services.leader.coverage import coverage
from kpi.services.leader.recommendation import body_candidates
from pages.leader.parts.coverage import (
    about_coverage,
    bodies_map,
    coverage_sections,
    coverage_sentence,
    kpi_spreads,
    own_industries,
    state_times,
)
from pages.leader.parts.list import quota_words
from pages.session.context import page_at, require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import say_illustrative
from pages.widgets.coverage import scenario_section
from pages.widgets.picker import YEAR, pick_year
from pages.widgets.tables import offer_page_report

context = require_page("see_coverage", "coverage")
found = coverage(context.store, context.viewer)
if (year := pick_year(translate("coverage.year"), found.years, found.year)) != found.year:
    found = coverage(context.store, context.viewer, year)
say_illustrative(illustrative=found.baseline.illustrative)
html.sentence(coverage_sentence(context, found))
quota_words(context, found.quota, found.deadline)
if found.quota.left and found.candidates:
    with st.container(key="step-next", width="content"):
        label = translate("home.next", page=translate("title.nomination"))
        st.page_link(page_at("nomination").file, label=label, query_params={YEAR: str(found.year)})
html.clause(translate("coverage.gaps" if found.gaps else "coverage.no_gaps"))
html.bullets([i18n.coverage_gap(gap, context.lang) for gap in found.gaps])

judged = body_candidates(context.store, context.viewer, found.year)
about, subject = about_coverage(context, found), f"{found.body} {found.year}"
offer_page_report(context, "coverage_report", about, subject, partial(coverage_sections, context, found, judged))
own_industries(context, about, found, judged)
st.subheader(translate("coverage.scenarios"), anchor=False)
scenario_section(context, about, found.scenarios, found.candidates, found.awardees, bodies=False)
kpi_spreads(context, about, found)
if judged:
    state_times(context, about, found, judged)
bodies_map(context, about, found)
