"""A draft's estimate in short, and the lock: truth is confirmed by a person, and there is no way back."""

from __future__ import annotations

import streamlit as st

from kpi import wording
from kpi.services.submissions import OwnResult, lock
from pages.parts import html
from pages.parts.language import words
from pages.parts.page import Here


def offer_lock(here: Here, draft: OwnResult) -> None:
    """What the draft would look like by published numbers, and the button that locks it."""
    answer = draft.answer
    application = answer.application
    st.subheader(words("lock.title", year=application.year), anchor=False)
    if answer.baseline.illustrative:
        html.notice(words("illustrative"))
    html.sentence(wording.headline(answer, here.lang).title)
    html.where(words("lock.estimate"))
    st.page_link("pages/enterprise/result.py", label=words("lock.see"))
    truthful = st.checkbox(words("lock.truthful"), key=f"truthful-{application.credit_code}-{application.year}")
    if st.button(words("lock.lock"), type="primary", disabled=not truthful):
        with st.spinner(words("lock.deciding")):
            lock(here.store, here.viewer, application.credit_code, application.year)
        st.rerun()
