"""Formats and row heights of the template: quiet, wrapped, the cells to fill in pale yellow."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import xlsxwriter
from xlsxwriter.format import Format

INK, BLUE, PALE, FILL, LINE, GREY = "#1B2430", "#00619A", "#EAF2F8", "#FFFBE6", "#C9D3DC", "#5B6773"
_LINE_HEIGHT = 16.5
_PADDING = 5


@dataclass(frozen=True, slots=True)
class TemplateStyles:
    """The template's cell formats."""

    title: Format
    hint: Format
    header: Format
    section: Format
    item: Format
    guidance: Format
    answer: Format
    answer_text: Format
    closed: Format
    body: Format
    mark: Format


def styles(book: xlsxwriter.Workbook) -> TemplateStyles:
    """The formats, registered in ``book``. Only answers are unlocked."""
    font = {"font_name": "Microsoft YaHei", "font_size": 10.5, "font_color": INK}
    base = {**font, "valign": "vcenter", "text_wrap": True}
    boxed = {**base, "border": 1, "border_color": LINE}
    answer = {**boxed, "bg_color": FILL, "locked": False, "align": "left"}
    made = {
        "title": {**base, "font_size": 16, "bold": True, "font_color": BLUE, "text_wrap": False},
        "hint": {**base, "font_color": GREY, "text_wrap": False},
        "header": {**boxed, "bold": True, "font_color": "#FFFFFF", "bg_color": BLUE, "border_color": BLUE},
        "section": {**boxed, "bold": True, "font_color": BLUE, "bg_color": PALE},
        "item": {**boxed, "bold": True},
        "guidance": {**boxed, "font_size": 9.5, "font_color": GREY},
        "answer": answer,
        "answer_text": {**answer, "num_format": "@"},
        "closed": {**boxed, "bg_color": "#F1F3F5"},
        "body": base,
        "mark": {**base, "bold": True, "font_color": "#9C2A10", "text_wrap": False},
    }
    return TemplateStyles(**{name: book.add_format(look) for name, look in made.items()})


def height(texts: Mapping[str, float]) -> float:
    """Points that a row needs for its texts, each in a column so many characters wide (a hanzi is two)."""
    lines = max(
        (sum(max(1, ceil(_width(line) / (width - 1))) for line in text.split("\n")) for text, width in texts.items()),
        default=1,
    )
    return lines * _LINE_HEIGHT + _PADDING


def _width(text: str) -> float:
    # 1.1: letters of the CJK fonts are a little wider than the digit that a column's width is counted in.
    return 1.1 * sum(2 if unicodedata.east_asian_width(one) in "WFA" else 1 for one in text)
