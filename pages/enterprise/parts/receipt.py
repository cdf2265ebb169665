"""The receipt of a locked application, and taking the lock back with a reason."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpi.queries import Step
from kpi.services.enterprise.submissions import receipt, reopen
from pages.session.language import words
from pages.session.page_context import Here
from pages.widgets import html
from pages.widgets.datetime_format import moment


def show_receipt(here: Here, credit_code: str, year: int) -> None:
    """When, by whom, and a hash that anybody can compute again from the file offered beside it."""
    one = receipt(here.store, here.viewer, credit_code, year)
    html.sentence(words("receipt.sentence", year=year, at=moment(one.locked_at)))
    html.table(
        [words("detail.what"), words("detail.said")],
        [
            [words("receipt.number"), f"{credit_code}-{year}-{one.sha256[:8].upper()}"],
            [words("receipt.sha256"), one.sha256],
            [words("receipt.locked_by"), one.locked_by],
            [words("receipt.locked_at"), moment(one.locked_at)],
        ],
        form="stacked",
    )
    st.download_button(
        words("receipt.download"),
        one.text.encode(),
        file_name=f"{credit_code}-{year}.json",
        mime="application/json",
        on_click="ignore",
    )
    html.where(words("receipt.how"))
    st.page_link("pages/enterprise/result.py", label=words("receipt.to_result"))


def offer_reopening(here: Here, credit_code: str, year: int, taken: Sequence[Step]) -> None:
    """Only while it has not been put forward: from then on others rely on it."""
    if taken and taken[-1].state != "submitted":
        return
    with st.expander(words("reopen.title")):
        html.where(words("reopen.what"))
        with st.form("reopen", border=False):
            reason = st.text_input(words("reopen.reason"), max_chars=200)
            if st.form_submit_button(words("reopen.reopen")):
                reopen(here.store, here.viewer, credit_code, year, reason)
                st.switch_page("pages/enterprise/sheet.py")
