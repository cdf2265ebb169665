"""An enterprise's home: its answer or its next step, how far it has come, its main KPIs, and what is missing."""

import streamlit as st

from kpi.access.roles import allows
from kpi.services.enterprise.lock import own_results
from pages.enterprise.parts.advice import show_shareable
from pages.enterprise.parts.documents import claims_to_show
from pages.enterprise.parts.home import main_kpis, misses
from pages.enterprise.parts.journey import (
    PAGE_OF,
    note,
    own_of,
    questions_first,
    show_steps,
    step_name,
    waits_for_answer,
    where_it_stands,
)
from pages.enterprise.parts.outreach import show_own_outreach
from pages.enterprise.parts.report import remind_to_report
from pages.enterprise.parts.result import offer_next_step, show_answer
from pages.enterprise.parts.upload import begin_with_sample, offer_samples
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import end_page
from pages.widgets.inbox import show_inbox
from pages.widgets.layout import answer_row, in_columns
from pages.widgets.picker import show_window
from pages.widgets.timetable import show_own_timetable

context = require_page("submit_own", "home")
journey = show_steps(context, None)
ahead, submitted = journey.next, journey.at("submit").state == "done"
results = own_results(context.store, context.viewer)
result = own_of(journey, [(item.answer.application, item) for item in results])
asked = waits_for_answer(context)
begun = bool(journey.key or ahead.upload)
said, to_do = answer_row()
with said:
    if result is not None:
        own = result.answer.application
        claims = claims_to_show(context, own.credit_code, own.year, locked=result.locked_at is not None)
        show_answer(context, result, claims)
    else:
        words = translate("home.step" if begun else "home.nothing_yet", step=step_name(ahead), note=note(ahead))
        html.answer(translate("home.stands"), "", "", words, "", "plain")
with to_do:
    if submitted and result is not None and not asked:
        offer_next_step(journey, result, claims)
        st.page_link("pages/enterprise/result.py", label=translate("steps.to_result"))
    else:
        html.titled(translate("result.next"))
        questions_first(context)
        if not asked:
            show_window(context, journey.year)
            if journey.at("submit").note == "year_not_begun":
                html.notice(translate("lock.too_early", year=journey.year))
        with st.container(key="step-on" if asked else "step-next", width="content"):
            label = translate("steps.to_result") if submitted else translate("journey.next", step=step_name(ahead))
            st.page_link(PAGE_OF[ahead.step], label=label)
if not journey.key and allows(context.viewer, "fill_own") and (name := offer_samples(opened=not begun)):
    begin_with_sample(context, name)
show_inbox(context)
remind_to_report(context)
show_own_timetable(context)
show_own_outreach(context)
show_shareable(context)
if result is None and not submitted:
    end_page()
picture, missing = in_columns("places")
with picture:
    if result is not None:
        with st.container(border=True, key="main-kpis"):
            main_kpis(context, result.answer)
    if submitted and not asked:
        with st.container(border=True, key="stands"):
            where_it_stands(context, journey)
if result is not None:
    with missing, st.container(border=True, key="misses"):
        misses(context, result.answer)
