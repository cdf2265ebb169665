"""One table of an OpenDocument workbook while it is being read: cells as values, repeats bounded, flags gathered."""

from __future__ import annotations

import math
from datetime import date

from kpi.files.limits import FileLimits
from kpi.files.sheet_scan import SheetScan
from kpi.files.workbook import CellFlag, CellValue
from kpi.files.xml_walk import XmlAttributes

_NUMBERS = ("float", "percentage", "currency")
_UNSEEN = ("collapse", "filter")


class OdsTable:
    """``rows`` end with the last filled row; blank repeats in between are laid out, those at an end are not."""

    def __init__(self, name: str, hidden: bool, limits: FileLimits) -> None:
        self.name, self.hidden = name, hidden
        self.scan = SheetScan(limits)
        self.rows: list[list[CellValue]] = []
        self.columns = self.blank_rows = self.blank_cells = self.times = 0
        self.row: list[CellValue] = []
        self.row_flags: dict[int, CellFlag] = {}
        self.attributes: XmlAttributes = {}
        self.lines: list[list[str]] | None = None
        self.inside_line = False

    def column(self, attributes: XmlAttributes) -> None:
        times = repeat_count(attributes, "number-columns-repeated")
        if attributes.get("visibility") in _UNSEEN:
            self.scan.hide_columns(self.columns, self.columns + times - 1)
        self.columns += times

    def start_row(self, attributes: XmlAttributes) -> None:
        self.row, self.row_flags, self.blank_cells = [], {}, 0
        self.times = repeat_count(attributes, "number-rows-repeated")
        if attributes.get("visibility") in _UNSEEN:
            first = len(self.rows) + self.blank_rows
            self.scan.hide_rows(first, first + self.times - 1)

    def end_row(self) -> None:
        if not self.row:
            self.blank_rows += self.times
            return
        last = len(self.rows) + self.blank_rows + self.times - 1
        self.scan.reach(last, len(self.row) - 1)
        self.rows.extend([] for _ in range(self.blank_rows))
        self.blank_rows = 0
        for _ in range(self.times):
            self.scan.flags.update({(len(self.rows), place): flag for place, flag in self.row_flags.items()})
            self.rows.append(self.row)

    def start_cell(self, tag: str, attributes: XmlAttributes) -> None:
        self.attributes, self.lines = attributes, []
        down = repeat_count(attributes, "number-rows-spanned")
        across = repeat_count(attributes, "number-columns-spanned")
        if tag == "table-cell" and (down > 1 or across > 1):
            top, left = len(self.rows) + self.blank_rows, len(self.row) + self.blank_cells
            self.scan.merge(top, left, top + down - 1, left + across - 1)

    def new_line(self) -> None:
        self.inside_line = True
        if self.lines is not None:
            self.lines.append([])

    def end_line(self) -> None:
        self.inside_line = False

    def text(self, text: str) -> None:
        if self.lines and self.inside_line:
            self.lines[-1].append(text)

    def end_cell(self) -> None:
        times = repeat_count(self.attributes, "number-columns-repeated")
        value, flag = self._value()
        self.lines = None
        if value is None and flag is None:
            self.blank_cells += times
            return
        first = len(self.row) + self.blank_cells
        self.scan.reach(0, first + times - 1)
        self.row.extend([None] * self.blank_cells + [value] * times)
        self.blank_cells = 0
        if flag:
            self.row_flags.update(dict.fromkeys(range(first, first + times), flag))

    def _value(self) -> tuple[CellValue, CellFlag | None]:
        kind, text = self.attributes.get("value-type", ""), "\n".join(map("".join, self.lines or []))
        if kind == "error":
            return text or "#", CellFlag("error", text or "#")
        if kind in _NUMBERS:
            number = float(self.attributes.get("value", ""))
            # A whole number is given without a point, as its sender wrote it; 1e999 is no number.
            value = int(number) if math.isfinite(number) and number.is_integer() and abs(number) < 2**53 else number
            return value, CellFlag("percent", str(value)) if kind == "percentage" else None
        if kind == "boolean":
            return self.attributes.get("boolean-value") == "true", None
        if kind == "date":
            return date.fromisoformat(self.attributes.get("date-value", "")[:10]), None
        if not kind and "formula" in self.attributes and not text:
            return None, CellFlag("formula", "")
        return text or self.attributes.get("string-value") or None, None


def repeat_count(attributes: XmlAttributes, name: str) -> int:
    """How often something stands; 1 where nothing is stated. Raises ``ValueError`` for what is no number."""
    return max(1, int(attributes.get(name, "1")))
