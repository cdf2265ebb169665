"""Result: where the own factory stands, and - once locked - whether it is leading."""

import streamlit as st

from kpi.services.enterprise.lock import own_results
from pages.enterprise.parts.documents import remind_of_claims
from pages.enterprise.parts.journey import (
    note,
    own_of,
    show_next_step,
    show_steps,
    show_uncovered,
    step_name,
    stop_for_earlier_step,
)
from pages.enterprise.parts.withheld_words import withheld_words
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.conditions import condition_table
from pages.widgets.downloads import offer_report
from pages.widgets.kpi_detail import published_detail, result_header, show_strip
from pages.widgets.tables import format_datetime

context = require_page("see_own_result", "result")
journey = show_steps(context, "result")
show_uncovered(context)
results = own_results(context.store, context.viewer)
result = own_of(journey, [(item.answer.application, item) for item in results])
if result is None:
    stop_for_earlier_step(journey)

with html.together():
    result_header(context, result.answer)
    if result.locked_at is None:
        html.where(translate("result.draft", year=result.answer.application.year))
    else:
        at = format_datetime(result.locked_at)
        html.where(translate("result.locked", year=result.answer.application.year, at=at))
        withheld_words(context, result.answer)
if result.locked_at is None:
    submit = journey.at("submit")
    label = translate("result.to_lock") if journey.lockable else f"{step_name(submit)} · {note(submit)}"
    with st.container(key="step-next-lock" if journey.lockable else "step-lock", width="content"):
        st.page_link("pages/enterprise/submission.py", label=label)
else:
    remind_of_claims(context, result.answer.application.credit_code, result.answer.application.year, locked=True)
offer_report(context, result.answer)
code = show_strip(context, result.answer)
published_detail(context, result.answer, code)
condition_table(context, result.answer)
html.where(translate("result.readings"))
show_next_step(context, "result")
