"""Candidate: one candidate's full result, counted."""

import streamlit as st

from kpi.services.candidates import candidate_answer, candidates
from pages.parts import html
from pages.parts.choose import industry_of, label
from pages.parts.clause import clause_reasons, sensitivity
from pages.parts.conditions import conditions
from pages.parts.detail import counted_detail
from pages.parts.head import head
from pages.parts.language import words
from pages.parts.page import enter
from pages.parts.pick import pick
from pages.parts.strip import strip

here = enter("see_candidates", "candidate")
found = candidates(here.store, here.viewer)
if not found:
    st.info(words("choose.none"))
    st.stop()

industry = industry_of(here, found)
by_code = {one.credit_code: one for one in found if one.industry == industry}
credit_code = pick(words("choose.candidate"), list(by_code), "candidate", lambda code: label(here, by_code[code]))
answer = candidate_answer(here.store, here.viewer, credit_code, by_code[credit_code].year)
head(here, answer)
clause_reasons(here, answer)
code = strip(here, answer)
counted_detail(here, answer, code)
sensitivity(here, answer)
conditions(here, answer.eligibility)
html.where(words("result.readings"))
