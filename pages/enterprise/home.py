"""An enterprise's home: the step that is next, and before there is anything the example to try it with."""

import streamlit as st

from pages.enterprise.parts.journey import PAGE_OF, note, questions_first, show_steps, step_name, where_it_stands
from pages.enterprise.parts.upload import begin_with_sample, offer_samples
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import end_page
from pages.widgets.picker import show_window

context = require_page("submit_own", "home")
journey = show_steps(context, None)
ahead = journey.next
if questions_first(context):
    html.where(translate("home.after_questions", step=step_name(ahead), note=note(ahead)))
    st.page_link(PAGE_OF[ahead.step], label=step_name(ahead))
    end_page()
begun = journey.key or ahead.upload
if submitted := journey.at("submit").state == "done":
    where_it_stands(context, journey)
else:
    html.sentence(translate("home.step" if begun else "home.nothing_yet", step=step_name(ahead), note=note(ahead)))
show_window(context, journey.year)
if journey.at("submit").note == "year_not_begun":
    html.notice(translate("lock.too_early", year=journey.year))
with st.container(key="step-next", width="content"):
    # Once it is locked nothing is left to be done: the result is read.
    words = translate("steps.to_result") if submitted else translate("journey.next", step=step_name(ahead))
    st.page_link(PAGE_OF[ahead.step], label=words)
if not journey.key and (name := offer_samples(opened=not begun)):
    begin_with_sample(context, name)
