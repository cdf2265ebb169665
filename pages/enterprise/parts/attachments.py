"""What goes with the application and is sealed with it: the annex 4 report, and the self-assessment report."""

from __future__ import annotations

import streamlit as st

from kpi.catalogue.forms import document_limits, report_form
from kpi.errors import UserError
from kpi.services.enterprise.documents import CheckedDocument, attach_report, attach_self_assessment, own_documents
from kpi.services.enterprise.journey import Journey
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.session.streamlit_internals import release_upload
from pages.widgets import html
from pages.widgets.documents.document_list import document_list
from pages.widgets.error_message import show_error


def attach_documents(context: PageContext, journey: Journey, checked: CheckedDocument | None) -> None:
    """Nothing before there is an application to attach to; once it is locked, only what was attached."""
    if journey.credit_code is None or journey.year is None or journey.at("conditions").state == "blocked":
        return
    code, year = journey.credit_code, journey.year
    title = translate("attachment.title", year=year)
    st.subheader(title, anchor=False)
    found = own_documents(context.store, context.viewer, code, year)
    document_list(context, f"{title} {code}", found)
    if journey.at("submit").state == "done":
        html.where(translate("attachment.sealed" if found else "attachment.sealed_none"))
        return
    html.where(translate("attachment.how"))
    attached = found["report"].upload if "report" in found else None
    if (
        checked
        and checked.upload != attached
        and st.button(html.plain(translate("attachment.attach_report", name=checked.report.name)), type="primary")
    ):
        attach_report(context.store, context.viewer, code, year, checked.upload)
        st.rerun()
    sent = st.file_uploader(
        translate("attachment.file", level=report_form().self_assessment_level),
        key=f"self-assessment-{code}-{year}",
        help=translate("attachment.help", limit=document_limits().self_assessment_bytes // 1_000_000),
    )
    if sent is None:
        return
    if st.session_state.get("self_assessment_file") != sent.file_id:
        st.session_state["self_assessment_file"], st.session_state["self_assessment_refused"] = sent.file_id, None
        try:
            attach_self_assessment(context.store, context.viewer, code, year, sent.name, sent.getvalue())
        except UserError as error:
            st.session_state["self_assessment_refused"] = error
        else:
            release_upload(sent)
            st.rerun()
    if refused := st.session_state["self_assessment_refused"]:  # for as long as the file stands above it
        show_error(refused)
