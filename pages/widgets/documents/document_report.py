"""The check of an application document: what was counted, what departs from annex 4 and where, every picture."""

from __future__ import annotations

from html import escape

import streamlit as st

from kpi import i18n
from kpi.model.problem import DocumentFinding, DocumentReport
from kpi.reports.content import About, LabelledLine
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.data_files import show_table, typed_table
from pages.widgets.folded import opened_box


def summary(context: PageContext, report: DocumentReport) -> None:
    """Characters by the rule that decides and by two others, pictures, parts."""
    if report.characters is None:
        return
    counts = report.characters
    listed = i18n.text("number.list", context.lang)
    table = typed_table(
        [translate("detail.what"), translate("detail.said")],
        [
            [translate("document.counted"), f"{counts.counted:,}"],
            [translate("document.whole"), f"{counts.whole:,}"],
            [translate("document.without_punctuation"), f"{counts.without_punctuation:,}"],
            [translate("document.pictures"), str(report.different_pictures)],
            [translate("document.parts"), listed.join(str(part) for part in sorted(report.parts)) or "—"],
        ],
    )
    show_table(context, _about(report, translate("document.summary")), table, "document", form="narrow")


def _about(report: DocumentReport, title: str) -> About:
    return About(title, facts=[LabelledLine(translate("attachment.file_name"), report.name)])


def findings(context: PageContext, report: DocumentReport) -> None:
    """Faults first; notes are for a person to look at."""
    for severity, shown in (("fault", "error"), ("note", "warning")):
        found = [one for one in report.findings if one.severity == severity]
        if found:
            st.subheader(translate(f"document.{severity}", count=len(found)), anchor=False)
            html.element(f'<ul class="kpi-faults">{"".join(_item(context, one, shown) for one in found)}</ul>')


def pictures(context: PageContext, report: DocumentReport) -> None:
    """Every picture with its size, so that a person finds the one that is meant."""
    if not report.pictures:
        return
    if box := opened_box(translate("document.every_picture", count=len(report.pictures)), "pictures"):
        with box:
            table = typed_table(
                [
                    translate(f"document.{name}")
                    for name in ("number", "caption", "kind", "size", "megapixels", "bytes")
                ],
                [
                    [
                        str(one.number),
                        one.caption,
                        one.kind or "—",
                        f"{one.width} × {one.height}" if one.width else "—",
                        "—" if one.megapixels is None else f"{one.megapixels:.1f}",
                        "—" if one.bytes is None else f"{one.bytes / 1_000_000:.2f} MB",
                    ]
                    for one in report.pictures
                ],
                numbers=(0, 4, 5),
            )
            show_table(context, _about(report, translate("document.pictures_name")), table, "pictures", form="stacked")


def _item(context: PageContext, finding: DocumentFinding, shown: str) -> str:
    message, remedy = i18n.document_finding(finding, context.lang)
    place = i18n.document_place(finding.where, context.lang)
    place_html = f'<span class="place">{escape(place)}</span><br>' if place else ""
    return f'<li class="{shown}">{place_html}{escape(message)}<br><span class="remedy">{escape(remedy)}</span></li>'
