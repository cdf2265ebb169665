"""The form of one candidate's scores. What was read stands beside what was saved meanwhile; nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.errors import IncompleteScore, UserError
from kpi.i18n import text
from kpi.model.scoring import Occasion, ScoreContent
from kpi.policy.score_sheet import ScoreCriterion
from kpi.reports.content import About
from kpi.services.administrator.accounts import LONGEST_CONFLICT_REASON, declare_own_conflict
from kpi.services.reviewer.candidate_list import ListedCandidate
from kpi.services.reviewer.scores import (
    LONGEST_JUSTIFICATION,
    EarlierScores,
    OwnScoreSheet,
    ScoringTask,
    abstain,
    own_scoring_tasks,
    save_score,
)
from pages.reviewer.parts.draft import FormState, ScoreDraft, begin_form, save_other, watch_draft
from pages.session.context import PageContext, page_at
from pages.session.language import current_lang, translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, form_button, show_done, show_error
from pages.widgets.meeting import round_label
from pages.widgets.picker import pick_item
from pages.widgets.tables import format_datetime, show_table, typed_table

# A form that is older than what was saved since: both texts, criterion by criterion, and which to go on with.


def stored_content(own: OwnScoreSheet) -> ScoreContent:
    """What was saved last by the sheet in use; nothing where that is by an earlier one, or nothing was saved."""
    latest = own.versions[0] if own.versions else None
    return latest.content if latest and latest.sheet == own.edition else ScoreContent()


def fill(key: str, own: OwnScoreSheet, content: ScoreContent) -> None:
    """Set every field of the form."""
    for criterion in own.sheet.criteria(own.round.occasion):
        st.session_state[f"{key}-level-{criterion.code}"] = content.levels.get(criterion.code)
        st.session_state[f"{key}-why-{criterion.code}"] = content.reasons.get(criterion.code, "")
    st.session_state[f"{key}-remark"] = content.remark


# Without files: a choice between two texts within a form
def both_versions(context: PageContext, key: str, own: OwnScoreSheet, state: FormState, mine: ScoreContent) -> None:
    """Both side by side; taking one of them is the reviewer's choice."""
    show_error(UserError("score_changed"))
    latest, stored = own.versions[0], stored_content(own)
    rows = [
        [criterion.name.in_(context.lang), *(_words(content, criterion.code) for content in (mine, stored))]
        for criterion in own.sheet.criteria(own.round.occasion)
    ]
    saved = translate("scores.stored", version=latest.version, at=format_datetime(latest.saved_at))
    rows.append([translate("scores.remark"), mine.remark or i18n.NO_NUMBER, latest.content.remark or i18n.NO_NUMBER])
    html.table([translate("scores.criterion"), translate("scores.mine"), saved], rows, form="stacked")
    with st.container(horizontal=True):
        st.button(translate("scores.keep_mine"), key=f"{key}-keep", on_click=_keep, args=(state, own.seen))
        st.button(translate("scores.take_stored"), key=f"{key}-take", on_click=_take, args=(key, own, state, stored))


def _keep(state: FormState, seen: int) -> None:
    state.seen, state.stale = seen, False


def _take(key: str, own: OwnScoreSheet, state: FormState, stored: ScoreContent) -> None:
    fill(key, own, stored)
    _keep(state, own.seen)


def _words(content: ScoreContent, code: str) -> str:
    level = content.levels.get(code)
    return "\n".join(part for part in (str(level or i18n.NO_NUMBER), content.reasons.get(code, "")) if part)


# The form of one candidate's scores. What was read stands beside what was saved meanwhile; nothing is overwritten.


SAVED = "score-saved"


def task_label(task: ScoringTask) -> str:
    """The candidate and how far its score is."""
    state = text(f"scoring.state.{task.state or 'none'}", current_lang())
    return f"{task.candidate.factory or task.candidate.enterprise} · {state}"


def first_waiting(tasks: Iterable[ScoringTask]) -> ScoringTask | None:
    """The first that is still to be scored."""
    return next((task for task in tasks if not task.done and not task.round.released), None)


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
    code = task.candidate.credit_code
    key = f"score-{own.round.id}-{code}"
    if saved := st.session_state.pop(SAVED, None):
        show_done(saved)
        st.session_state[f"{key}-sure"] = False  # a tick that stays would hand in by the next press alone
    if own.round.released:
        html.clause(translate("scores.released"))
        return
    save_other(key)
    if own.versions and own.versions[0].sheet != own.edition:
        html.notice(translate("scores.old_sheet"))
    entered = partial(_entered, key, own)
    state = begin_form(key, own, stored_content(own), partial(fill, key, own), entered)
    if state.replaced:
        st.session_state[f"{key}-sure"] = False
        show_error(UserError("score_sheet_replaced"))
        state.replaced = False
    if state.stale:
        both_versions(context, key, own, state, entered())
    with st.container(key=f"entries-{key}"):
        for criterion in own.sheet.criteria(own.round.occasion):
            _criterion(context, key, own.round.occasion, criterion)
        remark = translate("scores.remark")
        st.text_input(remark, max_chars=LONGEST_JUSTIFICATION, key=f"{key}-remark", persist_state="session")
        sure = st.checkbox(translate("scores.sure"), key=f"{key}-sure")
        with st.container(horizontal=True):
            typed = _fields(context, key, own)
            draft = not task.done and form_button(translate("scores.draft"), typed, f"{key}-draft")
            hand_in = form_button(translate("scores.hand_in"), typed, f"{key}-hand-in", type="primary")
    if hand_in and not sure:
        html.notice(translate("scores.not_sure"))
    elif draft or hand_in:
        _save(context, code, own, state, entered(), hand_in=hand_in)
    watch_draft(ScoreDraft(context, key, state, own.round.id, code, task.done, typed, entered))


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
        persist_state="session",
    )
    why = translate("scores.why")
    st.text_input(why, max_chars=LONGEST_JUSTIFICATION, key=f"{key}-why-{one.code}", persist_state="session")


def _fields(context: PageContext, key: str, own: OwnScoreSheet) -> dict[str, str]:
    """Each field by its criterion, and its key."""
    found: dict[str, str] = {}
    for criterion in own.sheet.criteria(own.round.occasion):
        name = criterion.name.in_(context.lang)
        found |= {
            name: f"{key}-level-{criterion.code}",
            f"{name} · {translate('scores.why')}": f"{key}-why-{criterion.code}",
        }
    return found | {translate("scores.remark"): f"{key}-remark"}


def _entered(key: str, own: OwnScoreSheet) -> ScoreContent:
    codes = [criterion.code for criterion in own.sheet.criteria(own.round.occasion)]
    levels = {code: st.session_state.get(f"{key}-level-{code}") for code in codes}
    reasons = {code: st.session_state.get(f"{key}-why-{code}", "") for code in codes}
    return ScoreContent(
        {code: level for code, level in levels.items() if level is not None},
        {code: why for code, why in reasons.items() if why},
        st.session_state.get(f"{key}-remark", ""),
    )


def _save(
    context: PageContext, code: str, own: OwnScoreSheet, state: FormState, entered: ScoreContent, *, hand_in: bool
) -> None:
    kept = state.seen and not state.held and not hand_in and entered == state.kept
    state.held = False
    try:
        if not kept:
            at = (context.store, context.viewer, own.round.id, code, state.seen)
            save_score(*at, entered, hand_in=hand_in, edition=state.edition)
            state.save(entered)
    except IncompleteScore as error:
        show_error(error)
        names = {
            criterion.code: criterion.name.in_(context.lang) for criterion in own.sheet.criteria(own.round.occasion)
        }
        least = own.sheet.fewest_characters
        html.bullets(
            [translate(f"scores.fault_{fault}", criterion=names[at], least=least) for at, fault in error.faults]
        )
    except UserError as error:
        if error.code == "score_changed":
            state.stale = True
        elif error.code == "score_sheet_replaced":
            # What was entered stays, now below the words of the sheet that holds.
            state.replaced, state.held, state.edition = True, True, own.edition
        else:
            show_error(error)
            return
        st.rerun()
    else:
        st.session_state[SAVED] = translate(f"scores.saved_{'handed_in' if hand_in else 'draft'}", version=state.seen)
        st.rerun()


# Abstaining, and declaring a conflict of interest with a candidate that is to be scored.


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
        if not confirm_act(translate("scores.abstain"), means, key=f"abstain-sure-{own.round.id}-{code}"):
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
        if not confirm_act(translate("scores.conflict"), means, key=f"conflict-sure-{code}"):
            return
        try:
            declare_own_conflict(context.store, context.viewer, code, why)
        except UserError as error:
            show_error(error)
        else:
            st.rerun()


# Every version that a reviewer saved of a candidate's scores.


def own_versions(context: PageContext, own: OwnScoreSheet, *, earlier: bool = False) -> None:
    """The latest first; nothing where none was saved. ``earlier``: of a round that another one has followed."""
    if not own.versions:
        return
    names = {item.code: item.name.in_(context.lang) for item in own.sheet.criterion}
    rows = []
    for score in own.versions:
        lines = []
        for code, level in score.content.levels.items():
            why = score.content.reasons.get(code)
            lines.append(f"{names.get(code, code)} {level}" + (f" · {why}" if why else ""))
        remark = [score.content.remark] if score.content.remark else []
        state = text(f"scoring.state.{score.state}", context.lang)
        version = translate("scores.version_at", version=score.version, state=state, at=format_datetime(score.saved_at))
        rows.append([version, "\n".join([*lines, *remark])])
    with st.expander(translate("scores.versions", count=len(rows)), expanded=own.round.released or earlier):
        table = typed_table([translate(f"scores.{name}") for name in ("version", "levels")], rows)
        about = About(
            translate("scores.versions_name"), f"{round_label(context, own.round)} {own.versions[0].credit_code}"
        )
        key = "earlier-scores" if earlier else "own-scores"
        show_table(context, about, table, key, form="stacked", thing="own_scores")


# How far the own scoring has come, and the way from a candidate to its sheet.


def score_progress(listed: Sequence[ListedCandidate]) -> None:
    """How many candidates are scored, with the way to the first that is not; nothing where no score is asked for."""
    asked = [candidate for candidate in listed if candidate.scoring != "not_asked"]
    if not asked:
        return
    first = next((candidate for candidate in asked if candidate.to_score), asked[0])
    label = translate(
        "scores.progress_short", done=sum(candidate.scoring == "scored" for candidate in asked), of=len(asked)
    )
    _link([*first.to_score, *first.scored][0], first.record.credit_code, label)


def link_to_scores(context: PageContext, credit_code: str, year: int, label: str) -> None:
    """To the sheets of a candidate that is the viewer's to score, that of the open round first."""
    tasks = own_scoring_tasks(context.store, context.viewer)
    own = [item for item in tasks if (item.candidate.credit_code, item.round.year) == (credit_code, year)]
    for scoring in sorted(own, key=lambda task: task.round.released)[:1]:
        _link(scoring.round.id, credit_code, label)


def _link(round_id: str, credit_code: str, label: str) -> None:
    query = {"round": round_id, "candidate": credit_code}
    st.page_link(page_at("scores").file, label=label, query_params=query)


# The own scores of rounds that another one has followed: read, and never changed.


def earlier_scores(context: PageContext, found: Sequence[EarlierScores]) -> None:
    """One round and candidate with every version; nothing where there is none."""
    if not found:
        return
    by_key = {f"{scores.own.round.id} {scores.candidate.credit_code}": scores for scores in found}
    st.subheader(translate("scores.earlier"), anchor=False)
    html.where(translate("scores.earlier_how"))
    chosen = pick_item(translate("scores.earlier_of"), by_key, "earlier", lambda key: _label(context, by_key[key]))
    if len(by_key) == 1:
        html.clause(_label(context, chosen))
    own_versions(context, chosen.own, earlier=True)


def _label(context: PageContext, one: EarlierScores) -> str:
    return f"{round_label(context, one.own.round)} · {one.candidate.label}"
