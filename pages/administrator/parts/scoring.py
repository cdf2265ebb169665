"""A round of scoring: opened and started; who scores whom, drawn by a seed or assigned one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.errors import InvalidFile, UserError
from kpi.i18n import text
from kpi.model.scoring import OCCASIONS, Occasion, ScoringRound
from kpi.policy.score_sheet import scoring_rules
from kpi.reports.content import About, LabelledLine
from kpi.services.administrator.rounds import (
    LONGEST_REASON,
    MOST_REVIEWERS,
    AssignmentBoard,
    RoundStanding,
    assign_reviewers,
    assignment_board,
    draw_reviewers,
    open_round,
    release_round,
    set_score_sheet,
    start_round,
)
from kpi.tables.stages import ApplicationInHand
from pages.session.context import PageContext, current_viewer, page_at
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, entries, show_done, show_error
from pages.widgets.documents import problem_items
from pages.widgets.meeting import NamedRound, round_label
from pages.widgets.picker import distinguished
from pages.widgets.tables import format_datetime, show_table, typed_table

# Opening a round, and a round as it stands: sheet, and how far each reviewer has come in numbers.


DONE, OPENED = "scoring-done", "rounds-opened"
_NOT_OPENED = "round-not-opened"
_REPLACED, _NOT_REPLACED = "sheets-replaced", "sheet-not-replaced"


def open_form(context: PageContext, in_hand: Sequence[ApplicationInHand], rounds: Iterable[ScoringRound]) -> None:
    """Year and industry of what is locked, the occasion, and a sheet where another than the shipped one is used.

    Empty again after each round: a tick that stays would open the next by one press.
    """
    if act := st.session_state.pop(DONE, None):
        show_done(translate(f"scoring.{act}"))
    cells = sorted({(hand.year, hand.industry) for hand in in_hand}, key=lambda item: (-item[0], item[1]))
    form = f"open-round-{st.session_state.get(OPENED, 0)}"
    latest: dict[tuple[int, str, Occasion], int] = {}
    for scoring in rounds:
        of = (scoring.year, scoring.industry, scoring.occasion)
        latest[of] = max(scoring.number, latest.get(of, 0))
    with st.expander(translate("scoring.open")):
        html.where(translate("scoring.open_how"))
        # Not in the form: the tick names the round that is chosen.
        year, industry = st.selectbox(
            translate("scoring.cell"),
            cells,
            format_func=lambda item: f"{item[0]} · {i18n.catalogue_name(item[1], context.lang)}",
            key=f"{form}-cell",
        )
        occasion: Occasion = st.selectbox(
            translate("scoring.occasion"),
            OCCASIONS,
            format_func=lambda item: text(f"scoring.occasion.{item}", context.lang),
            key=f"{form}-occasion",
        )
        before = latest.get((year, industry, occasion), 0)
        named = NamedRound(year, industry, occasion, before + 1)
        with st.form(form, border=False):
            st.file_uploader(translate("scoring.sheet_file"), type="toml", key=f"{form}-sheet")
            # Another round is ticked by itself.
            english = i18n.catalogue_name(industry, "en")  # a field's key goes out with the page, in either language
            sure = f"{form}-sure-{year}-{english}-{occasion}-{before}"
            words = {"round": html.plain(round_label(context, named)), "before": before}
            st.checkbox(translate("scoring.open_sure_next" if before else "scoring.open_sure", **words), key=sure)
            # Before the page is drawn again, which knows of rounds that colleagues have opened meanwhile.
            pressed = st.form_submit_button(
                translate("scoring.open"), type="primary", on_click=_open, args=(context, form, sure, named)
            )
    if not _show_refused(_NOT_OPENED) and pressed:
        html.notice(translate("scoring.not_sure"))


def _open(context: PageContext, form: str, sure: str, named: NamedRound) -> None:
    """The round that was ticked, knowing of those that stood on the page; refused, all but the tick stays."""
    sent = st.session_state[f"{form}-sheet"]
    if not st.session_state[sure]:
        return
    try:
        name = open_round(
            context.store,
            current_viewer(),
            named.year,
            named.industry,
            named.occasion,
            (sent.name, sent.getvalue()) if sent else None,
            seen=named.number - 1,
        )
    except (InvalidFile, UserError) as error:
        st.session_state[_NOT_OPENED] = error
        st.session_state[sure] = False
    else:
        st.session_state["round"] = name
        st.session_state[OPENED] = st.session_state.get(OPENED, 0) + 1
        st.session_state[DONE] = "opened"


def about_round(context: PageContext, of: ScoringRound, title: str) -> About:
    named = round_label(context, of)
    return About(title, named, filters=[LabelledLine(translate("panel.round"), named)])


def round_with_state(context: PageContext, found: RoundStanding) -> str:
    """The round in words, with how it stands."""
    return f"{round_label(context, found.round)} · {_state(found)}"


def show_round(context: PageContext, found: RoundStanding) -> None:
    """The state, the sheet, and numbers; no score before the release, and none here."""
    html.clause(i18n.begun(_state(found)))
    most = found.sheet.most_points(found.round.occasion)
    name = found.sheet.name.in_(context.lang)
    html.where(translate("scoring.sheet", name=name, edition=found.edition, most=most))
    if not found.sheet.official:
        html.notice(text("scoring.not_official", context.lang))
    if found.open and not found.round.started:
        _start(context, found)
    if found.complete:
        _release(context, found)
    if found.open:
        html.where(translate("scoring.frozen" if found.frozen else "scoring.not_frozen"))
        if not found.frozen:
            _replace_form(context, found)
    _show_refused(_NOT_REPLACED)
    if not found.progress:
        return
    columns = ("reviewer", "assigned", "handed_in", "abstained", "waiting")
    table = typed_table(
        [translate(f"scoring.column_{name}") for name in columns],
        [
            [
                progress.name,
                str(progress.assigned),
                str(progress.handed_in),
                str(progress.abstained),
                str(progress.waiting),
            ]
            for progress in found.progress
        ],
        numbers=(1, 2, 3, 4),
    )
    about = about_round(context, found.round, translate("scoring.progress_name"))
    show_table(context, about, table, "scoring-progress", thing="panel_material")
    if found.round.released:
        st.page_link(page_at("panel").file, label=translate("scoring.to_panel"), query_params={"round": found.round.id})
    else:
        html.where(translate("scoring.progress_how"))


def _state(found: RoundStanding) -> str:
    if found.round.released_at:
        return translate("scoring.state_released", at=format_datetime(found.round.released_at))
    if found.followed:
        return translate("scoring.state_followed")
    if not found.round.started:
        return translate("scoring.state_prepared")
    return translate("scoring.state_complete" if found.complete else "scoring.state_open", waiting=found.waiting)


def _start(context: PageContext, found: RoundStanding) -> None:
    """Where nobody is assigned there is nothing to start."""
    if not found.assigned:
        html.where(translate("scoring.start_first"))
        return
    means = translate("scoring.start_means", reviewers=len(found.progress), scores=found.assigned)
    if confirm_act(
        translate("scoring.start"), means, key=f"start-{found.round.id}", read=(found.edition, found.progress)
    ):
        _do(partial(start_round, context.store, context.viewer, found.round.id), "started")


def _release(context: PageContext, found: RoundStanding) -> None:
    """Nobody is waited for: the panel reads the scores from here on."""
    means = translate("scoring.release_means", scores=found.assigned)
    if confirm_act(translate("scoring.release"), means, key=f"release-{found.round.id}", read=found.progress):
        _do(partial(release_round, context.store, context.viewer, found.round.id), "released")


def _do(act: Callable[[], None], done: str) -> None:
    """What it came to is said once the page is drawn again."""
    try:
        act()
    except UserError as error:
        show_error(error)
    else:
        st.session_state[DONE] = done
        st.rerun()


def _replace_form(context: PageContext, found: RoundStanding) -> None:
    """Empty again after each edition of one's own; refused, the file stays chosen."""
    form = f"sheet-{found.round.id}-{st.session_state.get(_REPLACED, 0)}"
    with st.expander(translate("scoring.replace")), st.form(form, border=False):
        st.file_uploader(translate("scoring.sheet_file"), type="toml", key=f"sheet-file-{form}")
        # Before the page is drawn again, which has no such form where something was handed in meanwhile.
        st.form_submit_button(
            translate("scoring.replace"), on_click=_replace, args=(context, found, f"sheet-file-{form}")
        )


def _replace(context: PageContext, found: RoundStanding, field: str) -> None:
    """The edition that stood on the page when it was pressed."""
    sent = st.session_state[field]
    try:
        file = (sent.name, sent.getvalue()) if sent else None
        set_score_sheet(context.store, current_viewer(), found.round.id, found.edition, file)
    except (InvalidFile, UserError) as error:
        st.session_state[_NOT_REPLACED] = error
    else:
        st.session_state[_REPLACED] = st.session_state.get(_REPLACED, 0) + 1
        st.session_state[DONE] = "replaced"


def _show_refused(key: str) -> bool:
    """What was refused before the page was drawn, once; whether there was anything."""
    error = st.session_state.pop(key, None)
    if isinstance(error, InvalidFile):
        problem_items(error.problems)
    elif error:
        show_error(error, over_the_page=True)
    return error is not None


# Who scores whom in a round: drawn by a seed, or assigned one by one.


_REFUSED = "assignment-refused"


def assignments(context: PageContext, found: RoundStanding) -> None:
    """The forms until the round is over, then the table."""
    board = assignment_board(context.store, context.viewer, found.round.id)
    labels = distinguished({candidate.credit_code: candidate.label for candidate in board.candidates})
    names = distinguished(board.reviewers)
    everyone = {code: labels.get(code) or translate("scoring.reopened", code=code) for code in board.assigned}
    if found.open and board.stuck:
        each = [
            i18n.text("carried.line", context.lang, label=names[item], text=everyone[code])
            for item, code in board.stuck
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
        [everyone[code], listed.join(names[reviewer] for reviewer in reviewers) or i18n.NO_NUMBER]
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
            format_func=lambda item: labels[item],
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
            format_func=lambda item: labels[item],
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
