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
from kpi.services.reviewer.scores import OwnScoreSheet, save_score
from pages.session.context import PageContext, stop_when_left
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import keep_press
from pages.widgets.tables import format_datetime

SECONDS = 20
_OPEN = "score-form"


@dataclass
class FormState:
    """What is known of a form besides what stands in its fields, which Streamlit keeps for the sign-in.

    An object, not keys of the session's state: every look at that may end the run in favour of the next one, and what
    was saved a moment before would not be known to be.

    ``seen``: the version that it follows; ``edition``: of its sheet; ``kept``: what was saved of it last, ``saved_at``
    when, and ``clock`` by the machine's own clock where it saved itself. ``filled``: its fields hold something. What
    its reader has to look at first: ``stale``, another window has saved a version; ``replaced``, its sheet was
    replaced, and until it is saved by hand it is ``held``.
    """

    seen: int
    edition: int
    kept: ScoreContent
    filled: bool = False
    saved_at: str = ""
    clock: float | None = None
    stale: bool = False
    replaced: bool = False
    held: bool = False

    def save(self, entered: ScoreContent) -> None:
        """Note that it was saved as the next version."""
        self.seen, self.kept = self.seen + 1, entered


@dataclass(frozen=True)
class ScoreDraft:
    """The form on the page, by its ``key``: ``typed`` are its fields' keys, by name; ``entered`` what stands there."""

    context: PageContext
    key: str
    state: FormState
    round: str
    credit_code: str
    handed_in: bool
    typed: Mapping[str, str]
    entered: Callable[[], ScoreContent]


def begin_form(
    key: str,
    own: OwnScoreSheet,
    stored: ScoreContent,
    fill: Callable[[ScoreContent], None],
    entered: Callable[[], ScoreContent],
) -> FormState:
    """The form's state. It is filled with what was ``stored`` once, and again where another window has saved a version
    and nothing was changed here since.
    """
    name = f"{key}-form"
    state: FormState | None = st.session_state.get(name)
    if state and state.filled and (own.seen <= state.seen or entered() != state.kept):
        return state
    begun = st.session_state[name] = FormState(own.seen, own.edition, replace(stored, salt=""))
    fill(stored)
    begun.filled = True
    return begun


def watch_draft(form: ScoreDraft) -> None:
    """From now on it saves itself; the one that stood there before is saved first (``save_other``)."""
    st.session_state[_OPEN] = form
    stop_when_left("scores", partial(_leave, form))
    _watch(form)


def save_other(key: str) -> None:
    """The form of another candidate that its reader has turned from: its fields go with this run."""
    form: ScoreDraft | None = st.session_state.get(_OPEN)
    if form and form.key != key:
        _leave(form)
        del st.session_state[_OPEN]


def _leave(form: ScoreDraft) -> None:
    """What can no longer be kept is said on the page that comes next, with what stood in the form."""
    if _save(form):
        keep_press(form.typed)


@st.fragment(run_every=SECONDS)
def _watch(form: ScoreDraft) -> None:
    """Each entry runs the page, so that what is entered is known here; not each is a version."""
    state = form.state
    due = state.clock is None or monotonic() - state.clock >= SECONDS
    if refused := _save(form) if due else None:
        html.notice("\n".join([translate("scores.not_kept"), *i18n.page_error_message(refused, form.context.lang)]))
    elif form.handed_in and form.entered() != state.kept:
        html.where(translate("scores.left"))
    elif state.saved_at:
        html.where(translate("scores.kept", at=state.saved_at))


def _save(form: ScoreDraft) -> UserError | None:
    """As a draft, where anything was changed since it was saved last. Returns why it cannot be.

    What follows a score that was handed in is no draft: it stands in the fields until it is handed in, or the sign-in
    ends.
    """
    state, entered = form.state, form.entered()
    if form.handed_in or state.held or state.stale or entered == state.kept:
        return None
    at, reader = format_datetime(now()), form.context.reader_by_now()
    try:
        save_score(form.context.store, reader, form.round, form.credit_code, state.seen, entered, edition=state.edition)
    except UserError as error:
        state.stale = error.code == "score_changed"  # the page lays both side by side
        return error
    state.save(entered)
    state.saved_at, state.clock = at, monotonic()
    return None
