"""Opening a round, and a round as it stands: sheet, and how far each reviewer has come in numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from kpi import i18n
from kpi.errors import InvalidFile, UserError
from kpi.i18n import text
from kpi.model.scoring import OCCASIONS, Occasion, ScoringRound
from kpi.queries import ApplicationInHand
from kpi.reports.content import About, LabelledLine
from kpi.services.administrator.rounds import (
    RoundStanding,
    open_round,
    set_score_sheet,
    start_round,
)
from pages.session.language import translate
from pages.session.page_context import PageContext, current_viewer
from pages.session.page_registry import page_at
from pages.widgets import html
from pages.widgets.ask_once import ask_once
from pages.widgets.data_files import show_table, typed_table
from pages.widgets.datetime_format import format_datetime
from pages.widgets.error_message import show_done, show_error
from pages.widgets.problem_list import problem_items
from pages.widgets.round_label import NamedRound, round_label

DONE, OPENED = "scoring-done", "rounds-opened"
_NOT_OPENED = "round-not-opened"
_REPLACED, _NOT_REPLACED = "sheets-replaced", "sheet-not-replaced"


def open_form(context: PageContext, in_hand: Sequence[ApplicationInHand], rounds: Iterable[ScoringRound]) -> None:
    """Year and industry of what is locked, the occasion, and a sheet where another than the shipped one is used.

    Empty again after each round: a tick that stays would open the next by one press.
    """
    if act := st.session_state.pop(DONE, None):
        show_done(translate(f"scoring.{act}"))
    cells = sorted({(one.year, one.industry) for one in in_hand}, key=lambda one: (-one[0], one[1]))
    form = f"open-round-{st.session_state.get(OPENED, 0)}"
    latest: dict[tuple[int, str, Occasion], int] = {}
    for one in rounds:
        of = (one.year, one.industry, one.occasion)
        latest[of] = max(one.number, latest.get(of, 0))
    with st.expander(translate("scoring.open")):
        html.where(translate("scoring.open_how"))
        # Not in the form: the tick names the round that is chosen.
        year, industry = st.selectbox(
            translate("scoring.cell"),
            cells,
            format_func=lambda one: f"{one[0]} · {i18n.catalogue_name(one[1], context.lang)}",
            key=f"{form}-cell",
        )
        occasion: Occasion = st.selectbox(
            translate("scoring.occasion"),
            OCCASIONS,
            format_func=lambda one: text(f"scoring.occasion.{one}", context.lang),
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
            [one.name, str(one.assigned), str(one.handed_in), str(one.abstained), str(one.waiting)]
            for one in found.progress
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
    return translate("scoring.state_open", waiting=found.waiting)


def _start(context: PageContext, found: RoundStanding) -> None:
    """Where nobody is assigned there is nothing to start."""
    if not found.assigned:
        html.where(translate("scoring.start_first"))
        return
    means = translate("scoring.start_means", reviewers=len(found.progress), scores=found.assigned)
    read = found.edition, found.progress
    if not ask_once(translate("scoring.start"), means, key=f"start-{found.round.id}", read=read):
        return
    try:
        start_round(context.store, context.viewer, found.round.id)
    except UserError as error:
        show_error(error)
    else:
        st.session_state[DONE] = "started"
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
