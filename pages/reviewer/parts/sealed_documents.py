"""A candidate's sealed documents, each to be opened; who opens one stands in the audit trail."""

from __future__ import annotations

from functools import partial

import streamlit as st

from kpi.model.attached_document import AttachedDocument, DocumentKind
from kpi.services.reviewer.candidate_documents import candidate_documents, open_candidate_document
from pages.reviewer.parts.report_check import report_check
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.document_list import document_list

_TYPES: dict[DocumentKind, str] = {
    "report": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "self_assessment": "application/pdf",
}


def sealed_documents_of(context: PageContext, credit_code: str, year: int) -> None:
    title = translate("attachment.title", year=year)
    st.subheader(title, anchor=False)
    found = candidate_documents(context.store, context.viewer, credit_code, year)
    document_list(context, f"{title} {credit_code}", found)
    with st.container(horizontal=True):
        for kind, one in found.items():
            _download(context, credit_code, year, kind, one)
    if "report" in found:
        report_check(context, credit_code, year, found["report"].sha256)


def _download(context: PageContext, credit_code: str, year: int, kind: DocumentKind, one: AttachedDocument) -> None:
    st.download_button(
        html.plain(translate("attachment.open", name=one.file_name)),
        partial(_content, context, credit_code, year, kind),
        file_name=one.file_name,
        mime=_TYPES[kind],
        on_click="ignore",
        key=f"document-{credit_code}-{year}-{kind}",
    )


def _content(context: PageContext, credit_code: str, year: int, kind: DocumentKind) -> bytes:
    """Read when it is asked for, and not before."""
    return open_candidate_document(context.store, context.viewer, credit_code, year, kind).read_bytes()
