"""How far an application has come: the whole way, with the date of each step taken."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from kpi.model.application_state import APPLICATION_STATES, ApplicationState
from kpi.queries import ApplicationStep
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.datetime_format import format_datetime

# A draft that was never handed in has taken no step; of the two ends only the one that came is shown.
_WAY: tuple[ApplicationState, ...] = APPLICATION_STATES[:-2]


def progress_steps(taken: Sequence[ApplicationStep], draft: bool) -> None:
    """The way from draft to listed; where it stands now is marked by a shape and a word, not by colour alone."""
    present: ApplicationState = "draft" if draft else taken[-1].state if taken else "submitted"
    last = {step.state: step for step in taken}
    end: ApplicationState = "not_listed" if present == "not_listed" else "listed"
    items = [_item(state, state == present, last.get(state)) for state in (*_WAY, end)]
    html.element(f'<ol class="kpi-steps">{"".join(items)}</ol>')
    if taken and taken[-1].note and not draft:
        st.text(translate("steps.note", note=taken[-1].note))


def _item(state: ApplicationState, context: bool, step: ApplicationStep | None) -> str:
    """What is behind is ticked; a draft leaves no step of its own."""
    mark = "●" if context else "✓" if step or state == "draft" else "○"
    when = format_datetime(step.taken_at)[:10] if step else ""
    now = ' aria-current="step"' if context else ""
    return f"<li{now}><span>{mark} {escape(translate(f'step.{state}'))}</span><small>{escape(when)}</small></li>"
