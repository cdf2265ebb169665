"""The receipt of a locked application, and taking the lock back with a reason."""

from __future__ import annotations

from functools import partial

import streamlit as st

from kpi.errors import UserError
from kpi.model.publication import EnterpriseView
from kpi.services.enterprise.lock import LONGEST_REASON, receipt, reopen_application
from pages.enterprise.parts.locking.receipt_report import receipt_rows, receipt_sections
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.ask_once import ask_once
from pages.widgets.data_files import about_answer, offer_page_report, show_table, typed_table
from pages.widgets.datetime_format import format_datetime
from pages.widgets.error_message import show_error


def show_receipt(context: PageContext, answer: EnterpriseView) -> None:
    """When, by whom, and a hash that anybody can compute again from the file offered beside it."""
    credit_code, year = answer.application.credit_code, answer.application.year
    one = receipt(context.store, context.viewer, credit_code, year)
    sentence = translate("receipt.sentence", year=year, at=format_datetime(one.locked_at))
    html.sentence(sentence)
    about = about_answer(context, answer, translate("receipt.title"), sentence)
    table = typed_table([translate("detail.what"), translate("detail.said")], receipt_rows(one))
    show_table(context, about, table, "receipt", form="facts")
    offer_page_report(
        context,
        "receipt_report",
        about,
        f"{credit_code} {year}",
        partial(receipt_sections, context, answer, one),
    )
    st.download_button(
        translate("receipt.download"),
        one.text.encode(),
        file_name=f"{credit_code}-{year}.json",
        mime="application/json",
        key=f"receipt-of-{credit_code}-{year}",
        on_click="ignore",
    )
    html.where(translate("receipt.how"))
    st.page_link("pages/enterprise/result.py", label=translate("receipt.to_result"))


def offer_reopening(context: PageContext, credit_code: str, year: int) -> None:
    """With a reason. Offered only where nothing else stands in the way."""
    with st.expander(translate("reopen.title")):
        html.where(translate("reopen.what"))
        key = f"reopen-{credit_code}-{year}"
        reason = st.text_input(translate("reopen.reason"), max_chars=LONGEST_REASON, key=f"{key}-reason")
        if not ask_once(translate("reopen.reopen"), translate("reopen.means", year=year), key=key):
            return
        try:
            reopen_application(context.store, context.viewer, credit_code, year, reason)
        except UserError as error:
            show_error(error)
            return
        st.switch_page("pages/enterprise/sheet.py")
