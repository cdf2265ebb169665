"""Taking the trail away: what was asked for as a table, or all of it as JSON Lines."""

from __future__ import annotations

from functools import partial

import streamlit as st

from kpi.model.audit import AuditFilter
from kpi.reports.as_xlsx import TABLE_FORMS
from kpi.services.administrator.audit import export_audit, take_audit_entries
from pages.administrator.parts.audit_rows import audit_row
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.downloads import XLSX_TYPE, ask_purpose

TYPES = {".csv": "text/csv", ".xlsx": XLSX_TYPE}


def offer_export(context: PageContext, wanted: AuditFilter, columns: list[str]) -> None:
    """The buttons; nothing is made before one is pressed. Each asks again who it is that presses."""
    title, purpose = translate("title.audit"), ask_purpose("purpose-audit", "audit")
    with st.container(horizontal=True):
        for suffix, mime in TYPES.items():
            st.download_button(
                translate(f"audit.take{suffix}"),
                partial(_table, context, wanted, purpose, title, columns, suffix),
                file_name=f"audit{suffix}",
                mime=mime,
                on_click="ignore",
                disabled=not purpose,
                key=f"audit{suffix}",
            )
        st.download_button(
            translate("audit.export"),
            partial(_lines, context, purpose),
            file_name="audit.jsonl",
            mime="application/jsonl",
            on_click="ignore",
            disabled=not purpose,
            key="audit.jsonl",
        )
    html.where(translate("audit.export_how"))


def _table(
    context: PageContext, wanted: AuditFilter, purpose: str, title: str, columns: list[str], suffix: str
) -> bytes:
    acts = take_audit_entries(context.store, context.reader_by_now(), wanted, purpose)
    return TABLE_FORMS[suffix](title, columns, [audit_row(act, context.lang) for act in acts])


def _lines(context: PageContext, purpose: str) -> bytes:
    return export_audit(context.store, context.reader_by_now(), purpose).encode()
