"""Moving many applications at once: those chosen of what is shown, or those of a file; shown before and asked once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from kpi.errors import UserError
from kpi.intake.lists import list_form
from kpi.model.lifecycle import ApplicationState, targets
from kpi.queries import ApplicationInHand
from kpi.services.administrator.stages import LONGEST_NOTE, StepChange, WantedStep, preview_step_file, record_steps
from pages.administrator.parts.list_upload import upload_list
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.ask_once import ask_once
from pages.widgets.error_message import show_error
from pages.widgets.problem_list import row_fault_list

_ROUND = "steps_round"


def offer_batches(context: PageContext, shown: Sequence[ApplicationInHand]) -> None:
    """Both ways, each with its own fields, which are empty again after success."""
    st.subheader(translate("progress.several"), anchor=False)
    _chosen(context, shown)
    st.subheader(translate("progress.from_file"), anchor=False)
    _file(context)


def _chosen(context: PageContext, shown: Sequence[ApplicationInHand]) -> None:
    fields = f"several-{st.session_state.get(_ROUND, 0)}"
    by_key = {f"{one.credit_code} {one.year}": one for one in shown}
    every = st.checkbox(translate("progress.every", count=len(by_key)), key=f"{fields}-every", disabled=not by_key)
    picked = list(by_key)
    if not every:
        picked = st.multiselect(
            translate("progress.which"),
            list(by_key),
            format_func=lambda key: f"{key}　{by_key[key].enterprise or ''}",
            placeholder=translate("sheet.choose"),
            key=f"{fields}-which",
        )
    state: ApplicationState | None = st.selectbox(
        translate("progress.to"),
        targets("set"),
        index=None,
        placeholder=translate("progress.choose"),
        format_func=lambda state: translate(f"step.{state}"),
        key=f"{fields}-state",
    )
    note = st.text_input(translate("progress.note"), max_chars=LONGEST_NOTE, key=f"{fields}-note")
    if state is None or not picked:
        return
    moved = [by_key[key] for key in picked if key in by_key and state in targets("set", by_key[key].stage)]
    if len(moved) < len(picked):
        html.where(
            translate("progress.there_already", count=len(picked) - len(moved), state=translate(f"step.{state}"))
        )
    wanted = [StepChange(one, WantedStep(one.credit_code, one.year, state, note)) for one in moved]
    _ask(context, wanted, fields)


def _file(context: PageContext) -> None:
    html.where(translate("progress.file_how", most=list_form("steps").most))
    fields = f"steps-file-{st.session_state.get(_ROUND, 0)}"
    read = partial(preview_step_file, context.store, context.viewer)
    found = upload_list(translate("progress.file"), fields, read, translate("progress.file_refused"))
    if found is None:
        return
    preview = found.preview
    if preview.faults:
        html.sentence(translate("progress.file_faulty", count=len(preview.faults)))
        row_fault_list(preview.faults)
        return
    _ask(context, preview.changes, fields)


def _ask(context: PageContext, changes: Sequence[StepChange], fields: str) -> None:
    """Who would be moved whither, and the button that does it."""
    if not changes:
        return
    html.table(
        [translate(f"progress.{name}") for name in ("application", "who", "state", "to", "note")],
        [
            [
                f"{one.wanted.credit_code} {one.wanted.year}",
                one.application.enterprise or "",
                translate(f"step.{one.application.stage}"),
                translate(f"step.{one.wanted.state}"),
                one.wanted.note,
            ]
            for one in changes
        ],
        form="stacked",
    )
    means = translate("progress.several_mean", count=len(changes))
    label, stand = translate("progress.take_several", count=len(changes)), [one.application for one in changes]
    if not ask_once(label, means, key=f"{fields}-take", read=stand):
        return
    try:
        read = [replace(one.wanted, since=one.application.since) for one in changes]
        record_steps(context.store, context.viewer, read)
    except UserError as error:
        show_error(error)
        return
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.session_state["steps_taken"] = len(changes)
    st.rerun()
