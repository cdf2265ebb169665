"""A draft's estimate in short, and the lock: a person confirms its truth and what it lacks. There is no way back."""

from __future__ import annotations

import hashlib

import streamlit as st

from kpi import i18n
from kpi.errors import NotFound, UserError
from kpi.model.application import dump_application
from kpi.services.enterprise.before_lock import LockOutlook, lock_outlook
from kpi.services.enterprise.lock import OwnResult, lock_application
from pages.enterprise.parts.locking.lock_points import show_lock_outlook
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.error_message import show_error

CLICKED = "lock-clicked"


def offer_lock(context: PageContext, draft: OwnResult) -> None:
    """What the draft would look like by published numbers, and the button that locks it."""
    answer = draft.answer
    application = answer.application
    st.subheader(translate("lock.title", year=application.year), anchor=False)
    if answer.baseline.illustrative:
        html.notice(translate("illustrative"))
    html.sentence(i18n.headline(answer, context.lang).title)
    html.where(translate("lock.estimate"))
    st.page_link("pages/enterprise/result.py", label=translate("lock.see"))
    outlook = lock_outlook(context.store, context.viewer, application.credit_code, application.year)
    if outlook.too_early:
        html.notice(translate("lock.too_early", year=application.year))
        return
    show_lock_outlook(context, outlook)
    # Of these points and these values: where another comes up, the tick is gone.
    # By a digest, as the tick outlives a restart of the server and `hash` does not.
    confirmed = f"{outlook.points!r}{dump_application(outlook.application)}"
    digest = hashlib.sha256(confirmed.encode()).hexdigest()[:16]
    key = f"truthful-{application.credit_code}-{application.year}-{digest}"
    form = "truthful_with_gaps" if outlook.gaps else "truthful"
    truthful = st.checkbox(translate(f"lock.{form}", count=len(outlook.gaps)), key=key)
    st.button(
        translate("lock.lock"),
        type="primary",
        disabled=not truthful,
        key="lock",
        on_click=_keep_click,
        args=(key, outlook),
    )


def lock_if_clicked(context: PageContext) -> None:
    """Lock what was clicked before anything is drawn: the page is then drawn once, with the receipt.

    What is refused is reported above the draft, which is still there.
    """
    if CLICKED not in st.session_state:
        return
    with st.spinner(translate("lock.deciding")):
        # Taken only here: a run that another click ends before it comes so far leaves it to the next one.
        seen: LockOutlook = st.session_state.pop(CLICKED)
        own = seen.application
        try:
            lock_application(context.store, context.viewer, own.credit_code, own.year, seen.points, seen=own)
        except NotFound:
            return  # clicked twice, or discarded on another page: the page shows what there is
        except UserError as error:
            show_error(error)


def _keep_click(key: str, seen: LockOutlook) -> None:
    """A callback runs before the page knows its reader again; so the click is only kept for it."""
    if st.session_state.get(key):
        st.session_state[CLICKED] = seen
