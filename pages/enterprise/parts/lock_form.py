"""A draft's estimate in short, and the lock: truth is confirmed by a person, and there is no way back."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.services.enterprise.submissions import OwnResult, lock_application
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html


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
    truthful = st.checkbox(translate("lock.truthful"), key=f"truthful-{application.credit_code}-{application.year}")
    if st.button(translate("lock.lock"), type="primary", disabled=not truthful):
        with st.spinner(translate("lock.deciding")):
            lock_application(context.store, context.viewer, application.credit_code, application.year)
        st.rerun()
