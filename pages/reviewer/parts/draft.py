"""A score form that saves itself: every few seconds while it is open, and when its reader turns to something else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.model.scoring import ScoreContent
from kpi.model.times import now
from kpi.services.reviewer.scores import save_score
from pages.session.context import PageContext, stop_when_left
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import keep_press
from pages.widgets.tables import format_datetime

SECONDS = 20
_OPEN = "score-form"


@dataclass(frozen=True)
class ScoreDraft:
    """The form that stands on the page, by its ``key``: ``typed`` are its fields' keys, ``entered`` what stands there.

    ``handed_in``: no draft follows what was handed in, so what was changed since is kept for this sign-in alone.
    """

    context: PageContext
    key: str
    round: str
    credit_code: str
    handed_in: bool
    typed: Mapping[str, str]
    entered: Callable[[], ScoreContent]


def begin_draft(key: str, stored: ScoreContent) -> ScoreContent:
    """What the form begins with: what was ``stored``, or what was left unsaved on top of what was handed in."""
    st.session_state[f"{key}-kept"] = stored = replace(stored, salt="")
    left: ScoreContent | None = st.session_state.pop(f"{key}-left", None)
    if left:
        html.notice(translate("scores.left"))
    return left or stored


def watch_draft(form: ScoreDraft) -> None:
    """From now on it saves itself; the one that stood there before is saved first (``save_other``)."""
    st.session_state[_OPEN] = form
    stop_when_left("scores", partial(_leave, form))
    _watch(form)


def save_other(key: str) -> None:
    """The form of another candidate that its reader has turned from: its fields go with this run."""
    form: ScoreDraft | None = st.session_state.get(_OPEN)
    if form and form.key != key:
        del st.session_state[_OPEN]
        _leave(form)


def _leave(form: ScoreDraft) -> None:
    """What can no longer be kept is said on the page that comes next, with what stood in the form."""
    if _save(form):
        keep_press(form.typed)


@st.fragment(run_every=SECONDS)
def _watch(form: ScoreDraft) -> None:
    """Each entry runs the page, so that what is entered is known here; not each is a version."""
    saved = st.session_state.get(f"{form.key}-saved")
    if refused := _save(form) if saved is None or monotonic() - saved >= SECONDS else None:
        html.notice("\n".join([translate("scores.not_kept"), *i18n.page_error_message(refused, form.context.lang)]))
    elif at := st.session_state.get(f"{form.key}-kept-at"):
        html.where(translate("scores.kept", at=at))


def _save(form: ScoreDraft) -> UserError | None:
    """As a draft, where anything was changed since it was saved last. Returns why it cannot be.

    Nothing that its reader has to look at first: levels given by the words of a sheet that was replaced (``held``), or
    beside what another window has saved (``stale``).
    """
    key, entered = form.key, form.entered()
    if f"{key}-remark" not in st.session_state:
        return None  # its fields have gone from the page
    if any(st.session_state.get(f"{key}-{why}") for why in ("held", "stale")):
        return None
    if entered == st.session_state.get(f"{key}-kept"):
        st.session_state.pop(f"{key}-left", None)  # nothing is left that was not handed in
        return None
    if form.handed_in:
        st.session_state[f"{key}-left"] = entered
        return None
    seen, edition = st.session_state[f"{key}-seen"], st.session_state[f"{key}-edition"]
    reader = form.context.reader_by_now()
    try:
        save_score(form.context.store, reader, form.round, form.credit_code, seen, entered, edition=edition)
    except UserError as error:
        if error.code == "score_changed":
            st.session_state[f"{key}-stale"] = True  # the page lays both side by side
        return error
    st.session_state[f"{key}-seen"], st.session_state[f"{key}-kept"] = seen + 1, entered
    st.session_state[f"{key}-kept-at"], st.session_state[f"{key}-saved"] = format_datetime(now()), monotonic()
    return None
