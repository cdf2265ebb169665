"""What a file's headers were taken for, with how sure that is."""

from __future__ import annotations

import streamlit as st

from kpi.intake.layout import SheetLayout
from kpi.intake.read_result import ReadResult
from pages.session.language import translate
from pages.widgets import html


def show_recognition(reading: ReadResult) -> None:
    """Kind, encoding and separator of the file; each header, what it was taken for, and why."""
    file = reading.file
    facts = [translate(f"recognised.kind_{file.kind}")] if file.kind else []
    facts += [translate("recognised.encoding", encoding=file.encoding)] if file.encoding else []
    facts += [translate("recognised.separator", separator=_separator(file.separator))] if file.separator else []
    html.where(" · ".join(facts))
    for sheet in reading.layout:
        if sheet.headers and sheet.kind != "form":
            with st.expander(
                translate(
                    "recognised.title", sheet=html.plain(sheet.sheet or "-"), kind=translate(f"recognised.{sheet.kind}")
                )
            ):
                _headers(sheet)


def _headers(sheet: SheetLayout) -> None:
    html.table(
        [translate(f"recognised.{name}") for name in ("cell", "header", "taken_for", "confidence", "reason")],
        [
            [
                f"{header.cell.column}{header.cell.row}",
                header.text,
                header.item or translate("recognised.nothing"),
                f"{header.confidence:.0%}",
                translate(f"recognised.reason_{header.reason}"),
            ]
            for header in sheet.headers
        ],
        numbers=(3,),
        form="stacked",
    )


def _separator(separator: str) -> str:
    return translate("recognised.tab") if separator == "\t" else separator
