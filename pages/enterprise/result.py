"""Result: whether the own factory is leading, where it stands KPI by KPI, and what comes next."""

from collections.abc import Sequence

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.model.times import shanghai_date
from kpi.services.claims import Claim
from kpi.services.enterprise.lock import OwnResult, own_results
from pages.enterprise.parts.documents import claims_to_show
from pages.enterprise.parts.journey import (
    note,
    own_of,
    pick_journey,
    remind_of_questions,
    show_uncovered,
    step_name,
    stop_for_earlier_step,
)
from pages.enterprise.parts.withheld_words import withheld_words
from pages.session.context import PageContext, require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.conditions import condition_table
from pages.widgets.downloads import offer_report
from pages.widgets.kpi_detail import (
    answer_card,
    how_to_read,
    published_detail,
    result_basis,
    result_notices,
    show_strip,
    strip_table,
)
from pages.widgets.tables import format_datetime

WIDE = (8, 4)
"""The answer beside what comes next, the picture beside what was picked in it."""


def what_may_change(context: PageContext, claims: Sequence[Claim]) -> str:
    if not claims:
        return ""
    known = {kpi.code: kpi.short.in_(context.lang) for kpi in catalogue().kpis}
    names = [translate(f"result.claim_{claim.key.kind}", kpi=known.get(claim.key.item, "")) for claim in claims]
    listed = i18n.text("number.list", context.lang).join(names)
    return translate("result.may_change", count=len(claims), names=listed)


def of_what(result: OwnResult) -> str:
    """A draft or what was locked, and of which year."""
    year = result.answer.application.year
    if result.locked_at is None:
        return translate("result.of_draft", year=year)
    return translate("result.of_locked", year=year, day=shanghai_date(result.locked_at))


def next_step(result: OwnResult, claims: Sequence[Claim]) -> None:
    """The one act that is open, beside the way to improve, and the report to take away."""
    html.titled(translate("result.next"))
    with st.container(horizontal=True, vertical_alignment="center"):
        _ways(result, claims)


def _ways(result: OwnResult, claims: Sequence[Claim]) -> None:
    if result.locked_at is None:
        submit = journey.at("submit")
        label = translate("result.to_lock") if journey.lockable else f"{step_name(submit)} · {note(submit)}"
        key, page = "step-next-lock" if journey.lockable else "step-lock", "submission"
    elif claims:
        key, page, label = "step-next", "conditions", translate("result.to_evidence", count=len(claims))
    else:
        key, page, label = "step-next", "gap", translate("result.to_gap")
    with st.container(key=key, width="content"):
        st.page_link(f"pages/enterprise/{page}.py", label=label)
    if page != "gap":
        st.page_link("pages/enterprise/gap.py", label=translate("result.to_gap"))


context = require_page("see_own_result", "result")
with context.above:
    journey = pick_journey(context)
    remind_of_questions(context)
show_uncovered(context)
results = own_results(context.store, context.viewer)
result = own_of(journey, [(item.answer.application, item) for item in results])
if result is None:
    stop_for_earlier_step(journey)

answer, application = result.answer, result.answer.application
open_claims = claims_to_show(context, application.credit_code, application.year, locked=result.locked_at is not None)
with html.together():
    result_notices(answer)
said, ahead = st.columns(WIDE)
with said, st.container(key="answer", height="stretch"):
    answer_card(context, answer, of_what(result), what_may_change(context, open_claims))
with ahead, st.container(border=True, key="ahead", height="stretch"):
    next_step(result, open_claims)

picture, beside = st.columns(WIDE)
with picture, st.container(border=True, key="places"):
    place, numbers, clause, basis = st.tabs(
        [translate(f"result.tab_{name}") for name in ("place", "table", "clause", "basis")]
    )
    with place:
        code = show_strip(context, answer, in_short=True)
    with numbers:
        strip_table(context, answer)
    with clause:
        condition_table(context, answer)
        html.where(translate("result.readings"))
    with basis:
        with html.together():
            result_basis(context, answer)
            if result.locked_at is None:
                html.where(translate("result.draft", year=application.year))
            else:
                at = format_datetime(result.locked_at)
                html.where(translate("result.locked", year=application.year, at=at))
                withheld_words(context, answer)
            how_to_read(context, answer)
        offer_report(context, answer)
with beside, st.container(border=True, key="detail", height="stretch"):
    published_detail(context, answer, code)
