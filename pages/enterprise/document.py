"""Annex 4: the application report as a Word document, held against the notice."""

import streamlit as st

from kpi.catalogue.forms import document_limits
from kpi.errors import NotFound
from kpi.services.enterprise.documents import CheckedDocument, check_again, check_document
from pages.enterprise.parts.documents import attach_documents, offer_notice_forms
from pages.enterprise.parts.journey import show_next_step, show_steps
from pages.session.context import require_page
from pages.session.language import translate
from pages.session.streamlit_internals import release_upload
from pages.widgets import html
from pages.widgets.acts import end_page
from pages.widgets.documents import findings, pictures, summary

context = require_page("submit_own", "document")
journey = show_steps(context, "report")
st.text(translate("document.how"))
largest = document_limits().file_megabytes
file = st.file_uploader(
    translate("document.file"),
    type=["docx"],
    key="document",
    help=translate("document.help", limit=largest),
    max_upload_size=largest,
)
if file is not None and st.session_state.get("document_file") != file.file_id:
    bar = st.progress(0.0, translate("document.checking"))
    checked = check_document(context.store, context.viewer, file.name, file.getvalue(), bar.progress)
    bar.empty()
    release_upload(file)
    st.session_state["document_checked"] = checked
    st.session_state["document_file"] = file.file_id
    st.query_params["document"] = checked.upload
    st.rerun()  # the steps above the page say what was found

if "document_checked" not in st.session_state and (sent := st.query_params.get("document")):
    try:
        with st.spinner(translate("document.checking")):
            st.session_state["document_checked"] = check_again(context.store, context.viewer, sent)
    except NotFound:
        st.query_params.pop("document")

shown: CheckedDocument | None = st.session_state.get("document_checked")
if shown is None:
    offer_notice_forms(context, journey)
    attach_documents(context, journey, None)
    show_next_step(context, "report")
    end_page()
report = shown.report
html.sentence(
    translate("document.faulty", count=len(report.faults)) if report.faults else translate("document.faultless")
)
html.where(translate("upload.kept", name=report.name, sha256=report.sha256[:12]))
summary(context, report)
findings(context, report)
pictures(context, report)
attach_documents(context, journey, shown)
offer_notice_forms(context, journey)
show_next_step(context, "report")
