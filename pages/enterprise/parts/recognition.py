"""What a file's headers were taken for, with how sure that is."""

from __future__ import annotations

from kpi.intake.layout import SheetLayout
from kpi.intake.read_result import ReadResult
from kpi.reports.data.page_report import About
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.data_files import show_table, typed_table
from pages.widgets.folded import opened_box


def show_recognition(context: PageContext, reading: ReadResult) -> None:
    """Kind, encoding and separator of the file; each header, what it was taken for, and why."""
    file = reading.file
    facts = [translate(f"recognised.kind_{file.kind}")] if file.kind else []
    facts += [translate("recognised.encoding", encoding=file.encoding)] if file.encoding else []
    facts += [translate("recognised.separator", separator=_separator(file.separator))] if file.separator else []
    html.where(" · ".join(facts))
    for number, sheet in enumerate(reading.layout):
        if not sheet.headers or sheet.kind == "form":
            continue
        name, kind = html.plain(sheet.sheet or "-"), translate(f"recognised.{sheet.kind}")
        if box := opened_box(translate("recognised.title", sheet=name, kind=kind), f"headers-{number}"):
            with box:
                _headers(context, sheet, f"headers-{number}")


def _headers(context: PageContext, sheet: SheetLayout, key: str) -> None:
    kind = translate(f"recognised.{sheet.kind}")
    about = About(translate("recognised.title", sheet=sheet.sheet or "-", kind=kind))
    table = typed_table(
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
    )
    show_table(context, about, table, key, form="stacked")


def _separator(separator: str) -> str:
    return translate("recognised.tab") if separator == "\t" else separator
