"""Conditions: each of the notice's conditions with its state and ground, the four tiers, scenarios, annex 3."""

import streamlit as st

from kpi.services.conditions import own_checklists
from pages.parts import html
from pages.parts.annex3 import annex3
from pages.parts.conditions import checklist, contradictions
from pages.parts.language import words
from pages.parts.page import enter
from pages.parts.pick import pick
from pages.parts.scenarios import choose_scenarios, chosen_by_stage, keep_scenarios
from pages.parts.stating import state
from pages.parts.tiers import missing_segments, tier_by_tier

here = enter("submit_own", "conditions")
found = {
    f"{one.application.credit_code} {one.application.year}": one for one in own_checklists(here.store, here.viewer)
}
if not found:
    st.info(words("checklist.none"))
    st.page_link("pages/enterprise/upload.py", label=words("checklist.to_upload"))
    st.stop()

keys = list(found)
key = pick(words("checklist.application"), keys, "application", str) if len(keys) > 1 else keys[0]
own = found[key]
told = own.application.facts.get("scenarios")
scenarios = told if isinstance(told, tuple) else ()

checklist(here, own)
contradictions(here, own.rules)
state(here, own)

st.subheader(words("scenarios.title"), anchor=False)
chosen_by_stage(here, scenarios)
with st.expander(words("scenarios.try")):
    html.where(words("scenarios.try_how"))
    tried = choose_scenarios(here, scenarios, key)
    keep_scenarios(here, own.application, tried)

st.subheader(words("tiers.title"), anchor=False)
html.where(words("tiers.how"))
standings = own.tiers(tried)
tier_by_tier(here, standings)
missing_segments(here, standings)
annex3(here, own.application)
