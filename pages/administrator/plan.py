"""Plan: which industries can decide what, before any candidate is looked at, and what a register would change."""

import streamlit as st

from kpi.services.administrator.plan import decision_plan
from kpi.services.administrator.words_in_reach import MEMBERS, words_in_reach
from pages.administrator.parts.plan import (
    EXAMPLE,
    OTHER_PLACES,
    alternatives,
    capability_findings,
    industries,
    kpis,
    register_prompt,
    registers,
    words_decided,
)
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import opened_box, say_illustrative
from pages.widgets.picker import pick_option

context = require_page("see_baselines", "plan")
plan = decision_plan(context.store, context.viewer)
say_illustrative(illustrative=plan.baseline.illustrative)
html.sentences(capability_findings(plan.industries, context.lang))
html.where(
    translate(
        "plan.what",
        baseline=plan.baseline.name,
        line=plan.policy.leading_quantile,
        confidence=plan.policy.confidence,
    )
)
industries(context, plan)
html.where(translate("plan.independent"))
if box := opened_box(translate("plan.kpis"), "plan-kpis"):
    with box:
        kpis(context, plan)

st.subheader(translate("plan.registers"), anchor=False)
html.clause(register_prompt(plan, context.lang))
registers(context, plan)
html.where(translate("plan.register_how"))

st.subheader(translate("plan.words"), anchor=False)
html.clause(translate("plan.words_what"))
if box := opened_box(translate("plan.words_show"), "plan-words"):
    with box:
        with st.spinner(translate("plan.words_counting")):
            found = words_in_reach(context.store, context.viewer)
        words_decided(context, plan, found)
        html.where(translate("plan.words_how", members=MEMBERS))

st.subheader(translate("plan.alternatives"), anchor=False)
html.clause(translate("plan.alternatives_what"))
place = pick_option(translate("plan.place"), [EXAMPLE, *OTHER_PLACES], "place", str)
alternatives(context, plan, place)
