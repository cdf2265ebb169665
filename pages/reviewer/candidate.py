"""Candidate: one candidate's full result, counted."""

import streamlit as st

from kpi.services.reviewer.candidates import candidate_answer, candidates
from pages.reviewer.parts.candidate_picker import industry_of, label
from pages.reviewer.parts.clause_detail import clause_reasons, sensitivity
from pages.session.language import words
from pages.session.page_context import enter
from pages.widgets import html
from pages.widgets.condition_list import conditions
from pages.widgets.kpi_detail import counted_detail
from pages.widgets.option_picker import pick
from pages.widgets.position_strip import strip
from pages.widgets.result_header import head

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
