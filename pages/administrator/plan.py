"""Plan: which industries can decide what, before any candidate is looked at, and what a register would change."""

import streamlit as st

from kpi.services.administrator.plan import decision_plan
from kpi.services.administrator.words_in_reach import MEMBERS, words_in_reach
from pages.administrator.parts import plan_tables
from pages.session.language import translate
from pages.session.page_context import require_page
from pages.widgets import html
from pages.widgets.folded import opened_box
from pages.widgets.option_picker import pick_option

context = require_page("see_baselines", "plan")
plan = decision_plan(context.store, context.viewer)
if plan.baseline.illustrative:
    html.notice(translate("illustrative"))
html.sentences(plan_tables.capability_findings(plan.industries, context.lang))
html.where(
    translate(
        "plan.what",
        baseline=plan.baseline.name,
        line=plan.policy.leading_quantile,
        confidence=plan.policy.confidence,
    )
)
plan_tables.industries(context, plan)
html.where(translate("plan.independent"))
if box := opened_box(translate("plan.kpis"), "plan-kpis"):
    with box:
        plan_tables.kpis(context, plan)

st.subheader(translate("plan.registers"), anchor=False)
html.clause(plan_tables.register_prompt(plan, context.lang))
plan_tables.registers(context, plan)
html.where(translate("plan.register_how"))

st.subheader(translate("plan.words"), anchor=False)
html.clause(translate("plan.words_what"))
if box := opened_box(translate("plan.words_show"), "plan-words"):
    with box:
        with st.spinner(translate("plan.words_counting")):
            found = words_in_reach(context.store, context.viewer)
        plan_tables.words_decided(context, plan, found)
        html.where(translate("plan.words_how", members=MEMBERS))

st.subheader(translate("plan.alternatives"), anchor=False)
html.clause(translate("plan.alternatives_what"))
place = pick_option(translate("plan.place"), [plan_tables.EXAMPLE, *plan_tables.OTHER_PLACES], "place", str)
plan_tables.alternatives(context, plan, place)
