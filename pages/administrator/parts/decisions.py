"""What a panel decided: on one candidate, or one decision and its reason for several that are undecided."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, nan
from typing import Any

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.i18n import text
from kpi.model.scoring import PANEL_OUTCOMES, PanelOutcome, ReviewPanelMeeting
from kpi.services.administrator.meeting import LONGEST_DECISION_REASON, decide_candidates
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, show_error


def pick_outcome(context: PageContext, key: str, **more: Any) -> PanelOutcome | None:
    """What the panel decided; nothing at first."""
    picked: PanelOutcome | None = st.radio(
        translate("panel.outcome"),
        PANEL_OUTCOMES,
        index=None,
        format_func=lambda entry: text(f"scoring.outcome.{entry}", context.lang),
        horizontal=True,
        key=key,
        **more,
    )
    return picked


def several_undecided(meeting: ReviewPanelMeeting) -> list[str]:
    """By their mean, the highest first; none where fewer than two are undecided."""
    means = _means(meeting)
    undecided = sorted(
        (code for code in meeting.labels if code not in meeting.decisions),
        key=lambda code: (isnan(means.get(code, nan)), -means.get(code, nan), code),
    )
    return undecided if len(undecided) > 1 else []


def _means(meeting: ReviewPanelMeeting) -> dict[str, float]:
    return {item.credit_code: item.mean for item in meeting.results.candidates}


def decide_together(context: PageContext, meeting: ReviewPanelMeeting, undecided: Sequence[str]) -> None:
    """All are chosen at first: whoever is not meant is taken out."""
    means = _means(meeting)
    html.where(translate("panel.together_how"))
    # Once some are decided the fields are those of the others.
    fields = f"together-{meeting.round.id}-{len(undecided)}"
    chosen = st.multiselect(
        translate("panel.candidate"),
        undecided,
        default=undecided,
        format_func=lambda code: f"{meeting.labels[code]}　{i18n.plain_number(means.get(code))}",
        placeholder=translate("sheet.choose"),
        key=f"{fields}-which",
    )
    outcome = pick_outcome(context, f"{fields}-outcome")
    reason = st.text_input(translate("panel.reason"), max_chars=LONGEST_DECISION_REASON, key=f"{fields}-reason")
    label = translate("panel.decide_together", count=len(chosen))
    if outcome is None or not chosen:
        st.button(label, key=f"{fields}-first", disabled=True)  # what comes next is seen before it is possible
        return
    word = text(f"scoring.outcome.{outcome}", context.lang)
    names = [meeting.labels[code] for code in chosen]
    said = "\n".join([translate("panel.together_means", count=len(chosen), outcome=word), *names])
    if not confirm_act(label, said, key=fields):
        return
    try:
        decide_candidates(context.store, context.viewer, meeting.round.id, dict.fromkeys(chosen, 0), outcome, reason)
    except UserError as error:
        show_error(error)
    else:
        st.session_state["panel-decided"] = True
        st.rerun()
