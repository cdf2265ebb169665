"""The sealed annex 4 report held against the notice, with its pictures beside what was found of them."""

from __future__ import annotations

import streamlit as st

from kpi.model.problem import DocumentReport
from kpi.services.reviewer.evidence import candidate_report_picture, check_candidate_report
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.documents.document_report import findings, pictures, summary

CHECKED = "candidate-report"
"""The check of one sealed report, by its hash. Opening it is an act, and a check takes seconds: it is kept."""


def report_check(context: PageContext, credit_code: str, year: int, sha256: str) -> None:
    """Checked when it is asked for."""
    at = (credit_code, year, sha256)
    kept: tuple[tuple[str, int, str], DocumentReport] | None = st.session_state.get(CHECKED)
    if kept is not None and kept[0] == at:
        report = kept[1]
    elif st.button(translate("attachment.check"), key="check-report"):
        bar = st.progress(0.0, translate("document.checking"))
        report = check_candidate_report(context.store, context.viewer, credit_code, year, bar.progress)
        bar.empty()
        st.session_state[CHECKED] = at, report
    else:
        return
    html.clause(
        translate("document.faulty", count=len(report.faults)) if report.faults else translate("document.faultless")
    )
    html.where(translate("attachment.check_reading"))
    beside, shown = st.columns([3, 2], gap="medium") if report.pictures else (st.container(), None)
    with beside:
        summary(context, report)
        findings(context, report)
    if shown is not None:
        with shown:
            _picture(context, credit_code, year, report)
    pictures(context, report)


def _picture(context: PageContext, credit_code: str, year: int, report: DocumentReport) -> None:
    """One at a time: annex 4 asks for large ones."""
    words = {
        one.number: translate("attachment.picture_name", number=one.number, caption=one.caption)
        for one in report.pictures
    }
    number = st.selectbox(
        translate("attachment.picture"), list(words), index=None, format_func=words.__getitem__, key="report-picture"
    )
    if number is None:
        return
    shown = candidate_report_picture(context.store, context.viewer, credit_code, year, number)
    if shown is None or not _drawn(*shown, words[number]):
        html.where(translate("attachment.picture_not_shown"))


def _drawn(kind: str, data: bytes, caption: str) -> bool:
    """Whether it could be shown: a picture whose head is whole may be damaged further on."""
    try:
        st.image(data, caption=html.plain(caption), output_format="PNG" if kind == "PNG" else "JPEG")
    except OSError:
        return False
    return True
