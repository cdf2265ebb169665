"""The head of an enterprise's result: of which state the answer is, what may still change it, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.model.times import shanghai_date
from kpi.services.claims import Claim
from kpi.services.enterprise.journey import Journey
from kpi.services.enterprise.lock import OwnResult
from kpi.services.factory_years import FactoryYear, own_years
from pages.enterprise.parts.journey import CHOSEN, note, step_name
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.factory_years import kpi_address, show_years
from pages.widgets.kpi_detail import answer_card


def show_answer(context: PageContext, result: OwnResult, claims: Sequence[Claim]) -> None:
    """Whether the clause is met; of a draft or of what was locked; and the open ``claims`` that may change it."""
    year = result.answer.application.year
    if result.locked_at is None:
        over = translate("result.of_draft", year=year)
    else:
        over = translate("result.of_locked", year=year, day=shanghai_date(result.locked_at))
    answer_card(context, result.answer, over, what_may_change(context, claims))


def what_may_change(context: PageContext, claims: Sequence[Claim]) -> str:
    """The open ``claims`` by name, or nothing."""
    if not claims:
        return ""
    known = {kpi.code: kpi.short.in_(context.lang) for kpi in catalogue().kpis}
    names = [translate(f"result.claim_{claim.key.kind}", kpi=known.get(claim.key.item, "")) for claim in claims]
    listed = i18n.text("number.list", context.lang).join(names)
    return translate("result.may_change", count=len(claims), names=listed)


def offer_next_step(journey: Journey, result: OwnResult, claims: Sequence[Claim]) -> None:
    """The one act that is open, and beside it the way to improve."""
    html.titled(translate("result.next"))
    if result.locked_at is None:
        submit = journey.at("submit")
        label = translate("result.to_lock") if journey.lockable else f"{step_name(submit)} · {note(submit)}"
        key, page = "step-next-lock" if journey.lockable else "step-lock", "submission"
    elif claims:
        key, page, label = "step-next", "conditions", translate("result.to_evidence", count=len(claims))
    else:
        key, page, label = "step-next", "gap", translate("result.to_gap")
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(key=key, width="content"):
            st.page_link(f"pages/enterprise/{page}.py", label=label)
        if page != "gap":
            st.page_link("pages/enterprise/gap.py", label=translate("result.to_gap"))


def own_years_shown(context: PageContext, credit_code: str) -> None:
    """All years of that factory of the reader's; each word leads to the result of its year."""

    def traced(year: FactoryYear, code: str) -> str:
        return kpi_address("result", code, **{CHOSEN: f"{year.credit_code} {year.year}"})

    show_years(context, own_years(context.store, context.viewer, credit_code), traced)
