"""Who scores whom in a round: drawn by a seed, or assigned one by one."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.policy.score_sheet import scoring_rules
from kpi.services.administrator.rounds import (
    LONGEST_REASON,
    MOST_REVIEWERS,
    AssignmentBoard,
    RoundStanding,
    assign_reviewers,
    assignment_board,
    draw_reviewers,
)
from pages.administrator.parts.scoring_round import DONE, about_round
from pages.session.language import translate
from pages.session.page_context import PageContext, current_viewer
from pages.widgets import html
from pages.widgets.ask_once import entries
from pages.widgets.data_files import show_table, typed_table
from pages.widgets.error_message import show_error
from pages.widgets.option_picker import distinguished

_REFUSED = "assignment-refused"


def assignments(context: PageContext, found: RoundStanding) -> None:
    """The forms until the round is over, then the table."""
    board = assignment_board(context.store, context.viewer, found.round.id)
    labels = distinguished(
        {one.credit_code: one.factory or one.enterprise or one.credit_code for one in board.candidates}
    )
    names = distinguished(board.reviewers)
    everyone = {code: labels.get(code) or translate("scoring.reopened", code=code) for code in board.assigned}
    if found.open and board.stuck:
        each = [
            i18n.text("carried.line", context.lang, label=names[one], text=everyone[code]) for one, code in board.stuck
        ]
        means = "\n".join([translate("scoring.stuck_means"), *each])
        html.open_points([(translate("scoring.stuck", count=len(each)), means)])
    if found.open:
        _draw_form(context, board, labels)
        _assign_form(context, board, everyone, names)
    if refused := st.session_state.pop(_REFUSED, None):
        show_error(refused, over_the_page=True)
    listed = i18n.text("number.list", context.lang)
    rows = [
        [everyone[code], listed.join(names[one] for one in reviewers) or i18n.NO_NUMBER]
        for code, reviewers in board.assigned.items()
    ]
    table = typed_table([translate("scoring.column_candidate"), translate("scoring.column_reviewers")], rows)
    about = about_round(context, found.round, translate("scoring.assigned_name"))
    show_table(context, about, table, "assignments", form="stacked", thing="panel_material")


def _draw_form(context: PageContext, board: AssignmentBoard, labels: dict[str, str]) -> None:
    # With more candidates or fewer it is another form, in which all of them are chosen.
    form = f"draw-{board.round.id}-{len(labels)}"
    with st.expander(translate("scoring.draw")), entries(form):
        html.where(translate("scoring.draw_how"))
        st.multiselect(
            translate("scoring.draw_candidates"),
            list(labels),
            list(labels),
            format_func=lambda one: labels[one],
            key=f"{form}-codes",
            on_change="ignore",
        )
        count, seed = st.columns(2)
        count.number_input(
            translate("scoring.per_candidate"),
            1,
            MOST_REVIEWERS,
            scoring_rules().reviewers_a_candidate,
            key=f"{form}-count",
            on_change="ignore",
        )
        label, most = translate("scoring.seed"), 2**31 - 1
        seed.number_input(label, 0, most, board.round.year, key=f"{form}-seed", on_change="ignore")
        # Before the page is drawn again, which has no such form once the round is over.
        st.button(translate("scoring.draw"), type="primary", on_click=_draw, args=(context, board, form), key=form)


def _draw(context: PageContext, board: AssignmentBoard, form: str) -> None:
    codes, count, seed = (st.session_state[f"{form}-{field}"] for field in ("codes", "count", "seed"))
    try:
        draw_reviewers(context.store, current_viewer(), board.round.id, codes, int(count), int(seed))
    except UserError as error:
        st.session_state[_REFUSED] = error
    else:
        st.session_state[DONE] = "drawn"


def _assign_form(context: PageContext, board: AssignmentBoard, labels: dict[str, str], names: dict[str, str]) -> None:
    with st.expander(translate("scoring.assign")):
        html.where(translate("scoring.assign_how"))
        code = st.selectbox(
            translate("scoring.column_candidate"),
            list(labels),
            format_func=lambda one: labels[one],
            key=f"assign-{board.round.id}",
        )
        form, assigned = _form_of(board, code), board.assigned[code]
        # Not as their default: what was chosen before a colleague's change is put here, too.
        st.session_state.setdefault(f"{form}-chosen", list(assigned))
        with entries(form):
            st.multiselect(
                translate("scoring.column_reviewers"),
                sorted({*board.allowed.get(code, ()), *assigned, *st.session_state[f"{form}-chosen"]}),
                format_func=names.__getitem__,
                key=f"{form}-chosen",
                on_change="ignore",
            )
            reason = translate("scoring.assign_reason")
            st.text_input(reason, max_chars=LONGEST_REASON, key=f"{form}-reason", on_change="ignore")
            # Before the page is drawn again, which is no more of this form where a colleague has assigned meanwhile.
            st.button(translate("scoring.assign_save"), on_click=_assign, args=(context, board, code), key=form)


def _form_of(board: AssignmentBoard, code: str) -> str:
    """Others who score are another form, which begins with them."""
    return f"assign-{board.round.id}-{code}-{'-'.join(board.assigned[code])}"


def _assign(context: PageContext, board: AssignmentBoard, code: str) -> None:
    """As it was chosen with what stood on the page then; refused, it stays chosen."""
    form = _form_of(board, code)
    chosen, reason = st.session_state[f"{form}-chosen"], st.session_state[f"{form}-reason"]
    seen, viewer = {code: board.assigned[code]}, current_viewer()
    try:
        assign_reviewers(context.store, viewer, board.round.id, {code: chosen}, reason, seen=seen)
    except UserError as error:
        st.session_state[_REFUSED] = error
        now = assignment_board(context.store, viewer, board.round.id) if viewer else board
        if code in now.assigned:
            current = _form_of(now, code)
            st.session_state[f"{current}-chosen"], st.session_state[f"{current}-reason"] = chosen, reason
    else:
        st.session_state[DONE] = "assigned"
