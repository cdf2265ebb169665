"""How far an application has come: the whole way, with the date of each step taken."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from kpi.model.application_state import STATES, State
from kpi.queries import Step
from pages.session.language import words
from pages.widgets.datetime_format import moment

# A draft that was never handed in has taken no step; of the two ends only the one that came is shown.
_WAY: tuple[State, ...] = STATES[:-2]


def steps(taken: Sequence[Step], draft: bool) -> None:
    """The way from draft to listed; where it stands now is marked by a shape and a word, not by colour alone."""
    present: State = "draft" if draft else taken[-1].state if taken else "submitted"
    last = {step.state: step for step in taken}
    end: State = "not_listed" if present == "not_listed" else "listed"
    items = [_item(state, state == present, last.get(state)) for state in (*_WAY, end)]
    st.html(f'<ol class="kpi-steps">{"".join(items)}</ol>')
    if taken and taken[-1].note and not draft:
        st.text(words("steps.note", note=taken[-1].note))


def _item(state: State, here: bool, step: Step | None) -> str:
    mark = "●" if here else "✓" if step else "○"
    when = moment(step.taken_at)[:10] if step else ""
    now = ' aria-current="step"' if here else ""
    return f"<li{now}><span>{mark} {escape(words(f'step.{state}'))}</span><small>{escape(when)}</small></li>"
