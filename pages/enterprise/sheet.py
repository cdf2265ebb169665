"""Answer sheet: the 21 KPIs and annex 3 as they stand, what is wrong beside them, mended on the spot."""

import streamlit as st

from kpi.model.times import year_end
from kpi.policy import policy_on
from kpi.services.enterprise.answer_sheets import own_sheets, sheet_changes
from kpi.services.enterprise.plausibility import second_look
from pages.enterprise.parts.answer_grid import fact_grid, kpi_grid, one_item, place, tell_not_saved
from pages.enterprise.parts.before_after import measured
from pages.enterprise.parts.change_history import history
from pages.enterprise.parts.unimported import left_over
from pages.session.language import words
from pages.session.page_context import enter
from pages.widgets import html
from pages.widgets.datetime_format import moment
from pages.widgets.option_picker import pick
from pages.widgets.problem_list import faults

here = enter("submit_own", "sheet")
sheets = {f"{one.credit_code} {one.year}": one for one in own_sheets(here.store, here.viewer)}
if not sheets:
    st.info(words("sheet.none"))
    st.page_link("pages/enterprise/upload.py", label=words("result.to_upload"))
    st.stop()

sheet = sheets[pick(words("sheet.which"), list(sheets), "sheet", str) if len(sheets) > 1 else next(iter(sheets))]
problems = (*sheet.reading.problems, *second_look(here.store, here.viewer, sheet))
blocking = sum(problem.blocks for problem in problems)
html.sentence(words("sheet.faulty", count=blocking) if blocking else words("sheet.faultless"))
html.where(
    words("sheet.version", version=sheet.version, account=sheet.changed_by, at=moment(sheet.changed_at), sheet=sheet)
)
if not blocking:
    st.page_link("pages/enterprise/submission.py", label=words("sheet.to_submission"))
tell_not_saved()

with st.container(key="wide"):
    st.text_input(words("sheet.why"), key="why", max_chars=200)
    kpi_grid(here, sheet, problems)
    with st.expander(words("sheet.facts"), expanded=False):
        html.where(words("sheet.contacts", years=policy_on(year_end(sheet.year)).contact_years))
        fact_grid(here, sheet, problems)
with st.container(key="narrow"):
    one_item(here, sheet, problems)
faults(problems, lambda problem: place(here, sheet, problem))
left_over(here, sheet)
measured(here, sheet)
history(here, sheet_changes(here.store, here.viewer, sheet.credit_code, sheet.year))
