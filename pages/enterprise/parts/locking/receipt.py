"""The receipt of a locked application, and taking the lock back with a reason."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpi.queries import ApplicationStep
from kpi.services.enterprise.submissions import receipt, reopen_application
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.datetime_format import format_datetime


def show_receipt(context: PageContext, credit_code: str, year: int) -> None:
    """When, by whom, and a hash that anybody can compute again from the file offered beside it."""
    one = receipt(context.store, context.viewer, credit_code, year)
    html.sentence(translate("receipt.sentence", year=year, at=format_datetime(one.locked_at)))
    html.table(
        [translate("detail.what"), translate("detail.said")],
        [
            [translate("receipt.number"), f"{credit_code}-{year}-{one.sha256[:8].upper()}"],
            [translate("receipt.sha256"), one.sha256],
            [translate("receipt.locked_by"), one.locked_by],
            [translate("receipt.locked_at"), format_datetime(one.locked_at)],
        ],
        form="stacked",
    )
    st.download_button(
        translate("receipt.download"),
        one.text.encode(),
        file_name=f"{credit_code}-{year}.json",
        mime="application/json",
        on_click="ignore",
    )
    html.where(translate("receipt.how"))
    st.page_link("pages/enterprise/result.py", label=translate("receipt.to_result"))


def offer_reopening(context: PageContext, credit_code: str, year: int, taken: Sequence[ApplicationStep]) -> None:
    """Only while it has not been put forward: from then on others rely on it."""
    if taken and taken[-1].state != "submitted":
        return
    with st.expander(translate("reopen.title")):
        html.where(translate("reopen.what"))
        with st.form("reopen", border=False):
            reason = st.text_input(translate("reopen.reason"), max_chars=200)
            if st.form_submit_button(translate("reopen.reopen")):
                reopen_application(context.store, context.viewer, credit_code, year, reason)
                st.switch_page("pages/enterprise/sheet.py")
