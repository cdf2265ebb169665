"""The package for sending: its size and what is missing are shown before it is made."""

from __future__ import annotations

from functools import partial
from typing import get_args

import streamlit as st

from kpi import i18n
from kpi.model.attached_document import DocumentKind
from kpi.reports.forms.package import PackageItem, package_zip
from kpi.services.leader.own_list import OwnList
from kpi.services.leader.package import SendingPackage, package_parts, take_package
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html

MEGABYTE = 1_000_000


def package(context: PageContext, found: OwnList) -> None:
    """Only for a list that is put forward as it stands, or sent."""
    if found.latest.state == "draft":
        return
    st.subheader(translate("nomination.package"), anchor=False)
    parts = package_parts(context.store, context.viewer, found.latest.year)
    size = f"{parts.attached_bytes / MEGABYTE:.1f}"
    html.where(translate("nomination.package_how", count=len(parts.candidates), size=size))
    if missing := _missing(parts):
        html.clause(translate("nomination.package_missing", count=len(missing)))
        html.bullets(missing)
    st.download_button(
        translate("nomination.package_download"),
        partial(_made, context, found),
        file_name=translate("nomination.package_file", body=parts.body, year=parts.year),
        on_click="ignore",
    )


def _missing(parts: SendingPackage) -> list[str]:
    kinds = get_args(DocumentKind)
    return [
        translate(f"nomination.missing_{kind}", factory=one.application.label)
        for one in parts.candidates
        for kind in kinds
        if kind not in one.documents
    ]


def _made(context: PageContext, found: OwnList) -> bytes:
    parts = take_package(context.store, context.viewer, found.latest.year)
    warning = i18n.text("report.illustrative.short", "zh") if found.illustrative else ""
    items = [PackageItem(one.application, one.documents) for one in parts.candidates]
    return package_zip(parts.body, parts.year, items, warning)
