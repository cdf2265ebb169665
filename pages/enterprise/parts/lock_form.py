"""A draft's estimate in short, and the lock: truth is confirmed by a person, and there is no way back."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.errors import NotFound, UserError
from kpi.services.enterprise.submissions import OwnResult, lock_application
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
    which = (application.credit_code, application.year)
    truthful = st.checkbox(translate("lock.truthful"), key=f"truthful-{which[0]}-{which[1]}")
    st.button(
        translate("lock.lock"), type="primary", disabled=not truthful, key="lock", on_click=_keep_click, args=which
    )


def lock_if_clicked(context: PageContext) -> None:
    """Lock what was clicked before anything is drawn: the page is then drawn once, with the receipt.

    What is refused is reported above the draft, which is still there.
    """
    if CLICKED not in st.session_state:
        return
    with st.spinner(translate("lock.deciding")):
        # Taken only here: a run that another click ends before it comes so far leaves it to the next one.
        credit_code, year = st.session_state.pop(CLICKED)
        try:
            lock_application(context.store, context.viewer, credit_code, year)
        except NotFound:
            return  # clicked twice, or discarded on another page: the page shows what there is
        except UserError as error:
            show_error(error)


def _keep_click(credit_code: str, year: int) -> None:
    """A callback runs before the page knows its reader again; so the click is only kept for it."""
    if st.session_state.get(f"truthful-{credit_code}-{year}"):
        st.session_state[CLICKED] = (credit_code, year)
