"""Result: where the own factory stands, and - once locked - whether it is leading."""

import streamlit as st

from kpi.model.times import SHANGHAI
from kpi.services.enterprise.submissions import own_results
from pages.session.language import words
from pages.session.page_context import enter
from pages.widgets import html
from pages.widgets.condition_list import conditions
from pages.widgets.kpi_detail import published_detail
from pages.widgets.position_strip import strip
from pages.widgets.result_header import head

here = enter("see_own_result", "result")
results = own_results(here.store, here.viewer)
if not results:
    st.info(words("result.none"))
    st.page_link("pages/enterprise/upload.py", label=words("result.to_upload"))
    st.stop()

years = [result.answer.application.year for result in results]
year = st.selectbox(words("result.year"), years, key="year") if len(years) > 1 else years[0]
result = results[years.index(year)]
head(here, result.answer)
if result.locked_at is None:
    html.where(words("result.draft"))
    st.page_link("pages/enterprise/submission.py", label=words("result.to_lock"))
else:
    html.where(words("result.locked", at=f"{result.locked_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"))
code = strip(here, result.answer)
published_detail(here, result.answer, code)
conditions(here, result.answer.eligibility)
html.where(words("result.readings"))
