"""Conditions: each of the notice's conditions with its state and ground, the four tiers, scenarios, annex 3."""

import streamlit as st

from kpi.services.conditions import own_checklists
from pages.enterprise.parts.conditions import (
    about_tiers,
    annex3,
    choose_scenarios,
    chosen_by_stage,
    keep_scenarios,
    missing_segments,
    segment_cover_table,
    show_not_declared,
    show_rulings,
    tier_by_tier,
    work_through,
)
from pages.enterprise.parts.documents import claim_evidence_forms
from pages.enterprise.parts.journey import own_of, show_next_step, show_steps, show_uncovered, stop_for_earlier_step
from pages.enterprise.parts.people import is_others
from pages.enterprise.parts.scenario_accounts import account_rows, show_accounts_pressed
from pages.enterprise.parts.statement_support import support_statements
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import opened_box
from pages.widgets.conditions import checklist_summary, conditions_in_full, contradictions

context = require_page("submit_own", "conditions")
journey = show_steps(context, "conditions")
show_uncovered(context)
own = own_of(
    journey, [(checklist.application, checklist) for checklist in own_checklists(context.store, context.viewer)]
)
if own is None or own.locked_at:
    show_not_declared()
    show_accounts_pressed()
if own is None:
    stop_for_earlier_step(journey)

application = own.application

checklist_summary(context, own)
if own.locked_at is None and not is_others(context, "fill"):
    work_through(context, own)
else:
    conditions_in_full(context, application, own.rules)
    show_rulings(context, application)
support_statements(context, own)
contradictions(context, application, own.rules)
claim_evidence_forms(context, application.credit_code, application.year, locked=own.locked_at is not None)

st.subheader(translate("scenarios.title"), anchor=False)
segment_cover_table(context, application.scenarios)
if box := opened_box(translate("scenarios.chosen", count=len(application.scenarios)), "chosen-scenarios"):
    with box:
        chosen_by_stage(context, application)
account_rows(context, own)
with st.expander(translate("scenarios.try")):
    html.where(translate("scenarios.try_how"))
    key = f"{application.credit_code} {application.year}"
    tried = choose_scenarios(context, application.scenarios, key)
    keep_scenarios(context, application, tried)

if box := opened_box(translate("tiers.title"), "tiers"):
    with box:
        html.where(translate("tiers.how"))
        standings = own.tiers(tried)
        about = about_tiers(context, application, tried)
        tier_by_tier(context, about, standings)
        missing_segments(context, about, standings)
annex3(context, application)
show_next_step(context, "conditions")
