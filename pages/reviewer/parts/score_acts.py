"""Abstaining, and declaring a conflict of interest with a candidate that is to be scored."""

from __future__ import annotations

import streamlit as st

from kpi.errors import UserError
from kpi.services.administrator.accounts import LONGEST_CONFLICT_REASON, declare_own_conflict
from kpi.services.reviewer.scores import LONGEST_JUSTIFICATION, OwnScoreSheet, ScoringTask, abstain
from pages.reviewer.parts.score_form import SAVED
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.ask_once import ask_once
from pages.widgets.error_message import show_error


def abstain_or_step_back(context: PageContext, task: ScoringTask, own: OwnScoreSheet) -> None:
    """Abstaining until the release; a conflict of interest at any time."""
    if not own.round.released:
        _abstain(context, task, own)
    _conflict(context, task)


def _abstain(context: PageContext, task: ScoringTask, own: OwnScoreSheet) -> None:
    code = task.candidate.credit_code
    with st.expander(translate("scores.abstain")):
        html.where(translate("scores.abstain_how"))
        why = st.text_input(
            translate("scores.abstain_why"), max_chars=LONGEST_JUSTIFICATION, key=f"abstain-{own.round.id}-{code}"
        )
        means = translate("scores.abstain_how")
        if not ask_once(translate("scores.abstain"), means, key=f"abstain-sure-{own.round.id}-{code}"):
            return
        try:
            abstain(context.store, context.viewer, own.round.id, code, own.seen, why)
        except UserError as error:
            show_error(error)
        else:
            st.session_state[SAVED] = translate("scores.saved_abstained")
            st.rerun()


def _conflict(context: PageContext, task: ScoringTask) -> None:
    code = task.candidate.credit_code
    with st.expander(translate("scores.conflict")):
        html.where(translate("scores.conflict_how"))
        why = st.text_input(translate("scores.conflict_why"), max_chars=LONGEST_CONFLICT_REASON, key=f"conflict-{code}")
        name = task.candidate.factory or task.candidate.enterprise
        means = translate("scores.conflict_means", candidate=name)
        if not ask_once(translate("scores.conflict"), means, key=f"conflict-sure-{code}"):
            return
        try:
            declare_own_conflict(context.store, context.viewer, code, why)
        except UserError as error:
            show_error(error)
        else:
            st.rerun()
