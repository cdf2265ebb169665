"""Annex 4: the application report as a Word document, held against the notice."""

from functools import partial

import streamlit as st

from kpi.catalogue.forms import document_limits
from kpi.errors import NotFound
from kpi.i18n import finding_lines, text
from kpi.services.enterprise.documents import (
    CheckedDocument,
    application_of_report,
    check_again,
    check_document,
    document_with_comments,
)
from pages.enterprise.parts.documents import attach_documents, offer_notice_forms
from pages.enterprise.parts.journey import show_next_step, show_steps
from pages.enterprise.parts.people import is_others
from pages.session.context import require_page
from pages.session.language import translate
from pages.session.streamlit_internals import release_upload
from pages.widgets import html
from pages.widgets.acts import end_page
from pages.widgets.documents import findings, pictures, say_checked, summary

context = require_page("submit_own", "document")
journey = show_steps(context, "report")
if is_others(context, "fill"):
    attach_documents(context, journey, None)
    offer_notice_forms(context, journey)
    show_next_step(context, "report")
    end_page()
st.text(translate("document.how"))
own = application_of_report(context.store, context.viewer, journey.credit_code, journey.year)
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
    data = file.getvalue()
    checked = check_document(context.store, context.viewer, file.name, data, bar.progress, application=own)
    bar.empty()
    release_upload(file)
    st.session_state["document_checked"] = checked
    st.session_state["document_file"] = file.file_id
    st.query_params["document"] = checked.upload
    st.rerun()  # the steps above the page say what was found

shown: CheckedDocument | None = st.session_state.get("document_checked")
# Read again by who comes back by the address, or has changed the application meanwhile.
sent = st.query_params.get("document") if shown is None else shown.upload if shown.application != own else None
if sent:
    try:
        with st.spinner(translate("document.checking")):
            shown = check_again(context.store, context.viewer, sent, application=own)
    except NotFound:
        st.query_params.pop("document")
    else:
        st.session_state["document_checked"] = shown

if shown is None:
    offer_notice_forms(context, journey)
    attach_documents(context, journey, None)
    show_next_step(context, "report")
    end_page()
report = shown.report
say_checked(report)
if report.characters and own is None:
    html.where(translate("document.not_compared"))
html.where(translate("upload.kept", name=report.name, sha256=report.sha256[:12]))
summary(context, report)
say = partial(finding_lines, lang=context.lang)
author = text("annex4.comments.author", context.lang)
findings(context, report, partial(document_with_comments, context.store, context.viewer, shown, say, author))
pictures(context, report)
attach_documents(context, journey, shown)
offer_notice_forms(context, journey)
show_next_step(context, "report")
