"""The package for sending: its size and what is missing are shown before it is made."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import get_args

import streamlit as st

from kpi import i18n
from kpi.model.application import DocumentKind
from kpi.reports.public_list import PackageItem, package_bytes, package_zip
from kpi.services.leader.nomination import SendingPackage, package_parts, take_package
from kpi.services.leader.own_list import OwnList
from pages.session.kept_pieces import kept_piece
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.downloads import ask_purpose

MEGABYTE = 1_000_000


def package(context: PageContext, found: OwnList) -> None:
    """Only for a list that is put forward as it stands, or sent."""
    if found.latest.state == "draft":
        return
    st.subheader(translate("nomination.package"), anchor=False)
    parts = package_parts(context.store, context.viewer, found.latest.year)
    size = f"{_size(found, parts) / MEGABYTE:.1f}"
    with html.together():
        html.where(translate("nomination.package_how", count=len(parts.candidates), size=size))
        html.where(translate("nomination.package_notice"))
        if missing := list(_missing(context, found, parts)):
            html.clause(translate("nomination.package_missing", count=len(missing)))
            html.bullets(missing)
    purpose = ask_purpose("purpose-package", "package", translate("download.annex5_purpose"))
    st.download_button(
        translate("nomination.package_download"),
        partial(_made, context, found, purpose),
        file_name=translate("nomination.package_file", body=parts.body, year=parts.year),
        on_click="ignore",
        disabled=not purpose,
    )


def _missing(context: PageContext, found: OwnList, parts: SendingPackage) -> Iterator[str]:
    """A line for each candidate: which documents are not attached, and how the body says that they reach the city."""
    said = {one.credit_code: one.documents for one in found.latest.content.placements}
    for one in parts.candidates:
        kinds = [kind for kind in get_args(DocumentKind) if kind not in one.documents]
        if not kinds:
            continue
        documents = i18n.text("number.list", context.lang).join(
            translate(f"nomination.missing_{kind}") for kind in kinds
        )
        how = said.get(one.application.credit_code)
        kind = "missing_explained" if how else "missing"
        yield translate(f"nomination.{kind}", factory=one.application.label, documents=documents, how=how)


def _size(found: OwnList, parts: SendingPackage) -> int:
    """The forms are made to be measured: once, as long as the package holds the same."""
    return kept_piece(package_bytes, *_contents(found, parts))


def _contents(found: OwnList, parts: SendingPackage) -> tuple[str, int, tuple[PackageItem, ...], str]:
    warning = i18n.text("report.illustrative.short", "zh") if found.illustrative else ""
    items = tuple(PackageItem(one.application, one.documents) for one in parts.candidates)
    return parts.body, parts.year, items, warning


def _made(context: PageContext, found: OwnList, purpose: str) -> bytes:
    parts = take_package(context.store, context.reader_by_now(), found.latest.year, purpose)
    return package_zip(*_contents(found, parts))
