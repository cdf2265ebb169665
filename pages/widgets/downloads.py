"""Taking a page's answer away: one row of buttons, a file made when it is asked for, and a word of it in the trail."""

from __future__ import annotations

from functools import partial

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.model.evaluation import Evaluation
from kpi.model.publication import EnterpriseView
from kpi.reports.report_file import FORMS, refuse_without_font, write_report
from kpi.services.downloads import note_download
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html

_TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".html": "text/html",
}
ORDER = (".pdf", ".docx", ".xlsx", ".html")


def offer_report(context: PageContext, answer: Evaluation | EnterpriseView) -> None:
    """The report of an answer in each format. Nothing is made before a button is pressed, which turns meanwhile."""
    application = answer.application
    stem = translate("download.name", code=application.credit_code, year=application.year)
    missing = _without_font(context)
    with st.container(key="downloads", horizontal=True, vertical_alignment="center"):
        html.where(translate("download.title"))
        for suffix in ORDER:
            st.download_button(
                translate(f"download.{FORMS[suffix].removeprefix('as_')}"),
                partial(report_bytes, context, answer, f"{stem}{suffix}"),
                file_name=f"{stem}{suffix}",
                mime=_TYPES[suffix],
                on_click="ignore",
                disabled=bool(missing) and suffix == ".pdf",
                key=f"download-{suffix}",
            )
    if missing:
        html.where(missing)


def report_bytes(context: PageContext, answer: Evaluation | EnterpriseView, name: str) -> bytes:
    """The file of that name, noted in the trail as handed out."""
    data = write_report(answer, context.lang, name)
    subject = f"{answer.application.credit_code} {answer.application.year}"
    note_download(context.store, context.viewer, "result_report", subject, name.rpartition(".")[2], data)
    return data


def _without_font(context: PageContext) -> str:
    """Why there is no PDF, where no Chinese font is installed: better than a page of boxes."""
    try:
        refuse_without_font()
    except UserError as error:
        return " ".join(i18n.page_error_message(error, context.lang))
    return ""
