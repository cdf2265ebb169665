"""The form of one candidate's scores. What was read stands beside what was saved meanwhile; nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from kpi.errors import IncompleteScore, UserError
from kpi.i18n import text
from kpi.model.scoring import Occasion, ScoreContent
from kpi.policy.score_sheet import ScoreCriterion
from kpi.services.reviewer.scores import LONGEST_JUSTIFICATION, OwnScoreSheet, ScoringTask, save_score
from pages.reviewer.parts import score_conflict
from pages.session.language import current_lang, translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.ask_once import entries, form_button
from pages.widgets.error_message import show_done, show_error

SAVED = "score-saved"


def task_label(task: ScoringTask) -> str:
    """The candidate and how far its score is."""
    state = text(f"scoring.state.{task.state or 'none'}", current_lang())
    return f"{task.candidate.factory or task.candidate.enterprise} · {state}"


def first_waiting(tasks: Iterable[ScoringTask]) -> ScoringTask | None:
    """The first that is still to be scored."""
    return next((one for one in tasks if not one.done and not one.round.released), None)


def offer_following(following: ScoringTask) -> None:
    """The next step once a candidate's score is handed in."""
    code, name = following.candidate.credit_code, following.candidate.factory or following.candidate.enterprise
    label = html.plain(translate("scores.following", candidate=name))
    st.button(label, type="primary", on_click=_go_to, args=(following.round.id, code))


def _go_to(round_id: str, code: str) -> None:
    st.session_state["round"], st.session_state["candidate"] = round_id, code


def score_form(context: PageContext, task: ScoringTask, own: OwnScoreSheet) -> None:
    """Nothing to fill in once the round is released."""
    if not own.sheet.official:
        html.notice(text("scoring.not_official", context.lang))
    key = f"score-{own.round.id}-{task.candidate.credit_code}"
    if saved := st.session_state.pop(SAVED, None):
        show_done(saved)
        st.session_state[f"{key}-sure"] = False  # a tick that stays would hand in by the next press alone
    if own.round.released:
        html.clause(translate("scores.released"))
        return
    _begin(key, own)
    if st.session_state.pop(f"{key}-replaced", False):
        show_error(UserError("score_sheet_replaced"))
        st.session_state[f"{key}-sure"] = False
    if st.session_state.get(f"{key}-stale"):
        score_conflict.both_versions(context, key, own, _entered(key, own))
    with entries(key):
        for one in own.sheet.criteria(own.round.occasion):
            _criterion(context, key, own.round.occasion, one)
        remark = translate("scores.remark")
        st.text_input(remark, max_chars=LONGEST_JUSTIFICATION, key=f"{key}-remark", on_change="ignore")
        sure = st.checkbox(translate("scores.sure"), key=f"{key}-sure", on_change="ignore")
        with st.container(horizontal=True):
            typed = _fields(context, key, own)
            draft = not task.done and form_button(translate("scores.draft"), typed, f"{key}-draft")
            hand_in = form_button(translate("scores.hand_in"), typed, f"{key}-hand-in", type="primary")
    if hand_in and not sure:
        html.notice(translate("scores.not_sure"))
    elif draft or hand_in:
        _save(context, key, task, own, hand_in=hand_in)


def _begin(key: str, own: OwnScoreSheet) -> None:
    """The form is filled once, with the version that it is read at; a draft by an earlier sheet is not taken over."""
    if f"{key}-remark" in st.session_state:
        return
    st.session_state[f"{key}-seen"], st.session_state[f"{key}-edition"] = own.seen, own.edition
    content = score_conflict.stored_content(own)
    if own.versions and own.versions[0].sheet != own.edition:
        html.notice(translate("scores.old_sheet"))
    score_conflict.fill(key, own, content)


def _criterion(context: PageContext, key: str, occasion: Occasion, one: ScoreCriterion) -> None:
    levels = {at: words.in_(context.lang) for at, words in enumerate(one.levels, start=1)}
    st.subheader(html.plain(one.name.in_(context.lang)), anchor=False)
    html.where(f"{one.reference.in_(context.lang)} · {one.reason.in_(context.lang)}")
    html.where(translate("scores.look", look=one.look[occasion].in_(context.lang)))
    st.radio(
        html.plain(one.name.in_(context.lang)),
        list(levels),
        index=None,
        format_func=lambda level: html.plain(f"{level}　{levels[level]}"),
        key=f"{key}-level-{one.code}",
        label_visibility="collapsed",
        on_change="ignore",
    )
    why = translate("scores.why")
    st.text_input(why, max_chars=LONGEST_JUSTIFICATION, key=f"{key}-why-{one.code}", on_change="ignore")


def _fields(context: PageContext, key: str, own: OwnScoreSheet) -> dict[str, str]:
    """Each field by its criterion, and its key."""
    found: dict[str, str] = {}
    for one in own.sheet.criteria(own.round.occasion):
        name = one.name.in_(context.lang)
        found |= {name: f"{key}-level-{one.code}", f"{name} · {translate('scores.why')}": f"{key}-why-{one.code}"}
    return found | {translate("scores.remark"): f"{key}-remark"}


def _entered(key: str, own: OwnScoreSheet) -> ScoreContent:
    codes = [one.code for one in own.sheet.criteria(own.round.occasion)]
    levels = {code: st.session_state.get(f"{key}-level-{code}") for code in codes}
    reasons = {code: st.session_state.get(f"{key}-why-{code}", "") for code in codes}
    return ScoreContent(
        {code: level for code, level in levels.items() if level is not None},
        {code: why for code, why in reasons.items() if why},
        st.session_state.get(f"{key}-remark", ""),
    )


def _save(context: PageContext, key: str, task: ScoringTask, own: OwnScoreSheet, *, hand_in: bool) -> None:
    seen = st.session_state[f"{key}-seen"]
    code = task.candidate.credit_code
    try:
        edition = st.session_state[f"{key}-edition"]
        entered = _entered(key, own)
        save_score(context.store, context.viewer, own.round.id, code, seen, entered, hand_in=hand_in, edition=edition)
    except IncompleteScore as error:
        show_error(error)
        names = {one.code: one.name.in_(context.lang) for one in own.sheet.criteria(own.round.occasion)}
        least = own.sheet.fewest_characters
        html.bullets(
            [translate(f"scores.fault_{fault}", criterion=names[at], least=least) for at, fault in error.faults]
        )
    except UserError as error:
        if error.code == "score_changed":
            st.session_state[f"{key}-stale"] = True
        elif error.code == "score_sheet_replaced":
            # What was entered stays, now below the words of the sheet that holds.
            st.session_state[f"{key}-replaced"], st.session_state[f"{key}-edition"] = True, own.edition
        else:
            show_error(error)
            return
        st.rerun()
    else:
        st.session_state[f"{key}-seen"] = seen + 1
        state = "handed_in" if hand_in else "draft"
        st.session_state[SAVED] = translate(f"scores.saved_{state}", version=seen + 1)
        st.rerun()
