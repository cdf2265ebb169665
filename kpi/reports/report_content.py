"""A report's content in any format: texts and figures in order. Writers lay it out and add nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import isfinite, nan
from typing import Literal

from kpi.model.language import Lang

Tone = Literal["", "leading", "undecided", "plain", "error"]
CellKind = Literal["text", "number", "share", "p_value"]


@dataclass(frozen=True, slots=True)
class ReportCell:
    """A cell's text, and its number: ``value`` unrounded, NaN for none.

    ``kind`` is the number format in a spreadsheet: a share 0..1 in percent, a p-value cut at 0.001.
    """

    text: str
    value: float = nan
    kind: CellKind = "text"
    tone: Tone = ""

    @property
    def is_number(self) -> bool:
        return self.kind != "text" and isfinite(self.value)


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """``width`` is a share of the table's width, relative to the other columns'."""

    title: str
    width: float
    right: bool = False


@dataclass(frozen=True, slots=True)
class StripCell:
    """A place drawn on an axis 0..1: the mark, the range around it, the leading line. ``open`` is a hollow mark."""

    mark: float
    low: float
    high: float
    line: float
    symbol: str
    open: bool
    tone: Tone


@dataclass(frozen=True, slots=True)
class ReportRow:
    """``notes`` are shown below the first cell; ``band`` is the heading shared by consecutive rows."""

    cells: tuple[ReportCell, ...]
    notes: tuple[str, ...] = ()
    band: str = ""
    strong: bool = False
    strip: StripCell | None = None


@dataclass(frozen=True, slots=True)
class ReportTable:
    """``strip_column`` is the column that a row's strip belongs to."""

    columns: tuple[ReportColumn, ...]
    rows: tuple[ReportRow, ...]
    notes_title: str = ""
    strip_column: int = -1


@dataclass(frozen=True, slots=True)
class SectionChart:
    """A picture as SVG, and the whole of it in words for who cannot see it."""

    svg: str
    alt: str


@dataclass(frozen=True, slots=True)
class ReportSection:
    """``code`` is the section's anchor; ``lines`` and ``charts`` come before the table, ``points`` are a list.

    ``lying``: on paper its charts need a page on its side.
    """

    code: str
    title: str
    lines: tuple[str, ...] = ()
    table: ReportTable | None = None
    points: tuple[str, ...] = ()
    charts: tuple[SectionChart, ...] = ()
    lying: bool = False


@dataclass(frozen=True, slots=True)
class LabelledLine:
    """A labelled line of the provenance."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report. ``warning`` and its short form appear on every page, or are empty.

    A report that says nothing of the clause has an empty ``clause_label``.
    """

    lang: Lang
    heading: str
    subject: str
    view: str
    warning: str
    warning_short: str
    finding: str
    clause_label: str
    clause_word: str
    clause_tone: Tone
    clause: str
    clause_reasons: tuple[str, ...]
    provenance_title: str
    provenance: tuple[LabelledLine, ...]
    sections: tuple[ReportSection, ...]
    as_of: date
    footer: str
    first_sheet: str
