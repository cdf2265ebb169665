"""A candidate's sealed documents, each to be taken; who took one and what for stands in the audit trail."""

from __future__ import annotations

from functools import partial

import streamlit as st

from kpi.model.application import AttachedDocument, DocumentKind
from kpi.services.reviewer.evidence import candidate_documents, take_candidate_document
from pages.reviewer.parts.report_check import report_check
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.documents.document_list import document_list
from pages.widgets.downloads import ask_purpose

_TYPES: dict[DocumentKind, str] = {
    "report": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "self_assessment": "application/pdf",
}


def sealed_documents_of(context: PageContext, credit_code: str, year: int) -> None:
    title = translate("attachment.title", year=year)
    st.subheader(title, anchor=False)
    found = candidate_documents(context.store, context.viewer, credit_code, year)
    document_list(context, f"{title} {credit_code}", found)
    if found:
        purpose = ask_purpose(f"purpose-documents-{credit_code}-{year}", "sent_file")
        with st.container(horizontal=True):
            for kind, one in found.items():
                _download(context, credit_code, year, kind, one, purpose)
    if "report" in found:
        report_check(context, credit_code, year, found["report"].sha256)


def _download(
    context: PageContext, credit_code: str, year: int, kind: DocumentKind, one: AttachedDocument, purpose: str
) -> None:
    st.download_button(
        html.plain(translate("attachment.open", name=one.file_name)),
        partial(_content, context, credit_code, year, kind, purpose),
        file_name=one.file_name,
        mime=_TYPES[kind],
        on_click="ignore",
        disabled=not purpose,
        key=f"document-{credit_code}-{year}-{kind}",
    )


def _content(context: PageContext, credit_code: str, year: int, kind: DocumentKind, purpose: str) -> bytes:
    """Read when it is asked for, and not before."""
    viewer = context.reader_by_now()
    return take_candidate_document(context.store, viewer, credit_code, year, kind, purpose).read_bytes()
