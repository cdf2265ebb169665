"""The check of an application document: what was counted, what departs from annex 4 and where, every picture."""

from __future__ import annotations

from html import escape

import streamlit as st

from kpi import i18n
from kpi.model.document_report import Finding, Report
from pages.session.language import words
from pages.session.page_context import Here
from pages.widgets import html


def summary(here: Here, report: Report) -> None:
    """Characters by the rule that decides and by two others, pictures, parts."""
    if report.characters is None:
        return
    counts = report.characters
    listed = i18n.text("number.list", here.lang)
    html.table(
        [words("detail.what"), words("detail.said")],
        [
            [words("document.counted"), f"{counts.counted:,}"],
            [words("document.whole"), f"{counts.whole:,}"],
            [words("document.without_punctuation"), f"{counts.without_punctuation:,}"],
            [words("document.pictures"), str(report.different_pictures)],
            [words("document.parts"), listed.join(str(part) for part in sorted(report.parts)) or "—"],
        ],
        form="narrow",
    )


def findings(here: Here, report: Report) -> None:
    """Faults first; notes are for a person to look at."""
    for severity, shown in (("fault", "error"), ("note", "warning")):
        found = [one for one in report.findings if one.severity == severity]
        if found:
            st.subheader(words(f"document.{severity}", count=len(found)), anchor=False)
            st.html(f'<ul class="kpi-faults">{"".join(_item(here, one, shown) for one in found)}</ul>')


def pictures(report: Report) -> None:
    """Every picture with its size, so that a person finds the one that is meant."""
    if not report.pictures:
        return
    with st.expander(words("document.every_picture", count=len(report.pictures))):
        html.table(
            [words(f"document.{name}") for name in ("number", "caption", "kind", "size", "megapixels", "bytes")],
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
            form="stacked",
        )


def _item(here: Here, finding: Finding, shown: str) -> str:
    message, remedy = i18n.document_finding(finding, here.lang)
    place = i18n.document_place(finding.where, here.lang)
    told = f'<span class="place">{escape(place)}</span><br>' if place else ""
    return f'<li class="{shown}">{told}{escape(message)}<br><span class="remedy">{escape(remedy)}</span></li>'
