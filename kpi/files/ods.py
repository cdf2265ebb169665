"""An OpenDocument workbook as sheets, read by expat: repeated rows and cells are counted before they are laid out.

OpenDocument 1.3 part 3, 9.1 (tables) and 19.385 (values).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date

from kpi.files.archive import XmlAttributes, refuse_document_type, walk_part
from kpi.files.limits import FileLimits
from kpi.files.text import printable_name
from kpi.files.workbook import CellFlag, CellValue, Sheet, SheetScan, UnreadableFile, Workbook, check_cells, too_large

# One table of an OpenDocument workbook while it is being read: cells as values, repeats bounded, flags gathered.


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


CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"
_ROWS = "table-row"
_CELLS = ("table-cell", "covered-table-cell")
# What stands in a cell without being its value: comments, pictures with their captions.
_ASIDE = ("annotation", "frame", "shapes", "tracked-changes")


def open_ods(parts: Mapping[str, bytes], limits: FileLimits, with_hidden: bool) -> Workbook:
    """Visible sheets with values and flags.

    Raises ``UnreadableFile``: locked, damaged, a document type, too much content.
    """
    if b"encryption-data" in parts.get(_MANIFEST, b""):
        raise UnreadableFile("locked_file")
    for name, part in parts.items():
        if name != CONTENT:
            refuse_document_type(part)
    tables = _Content(limits).read(parts[CONTENT])
    visible = [table for table in tables if not table.hidden]
    wanted = tables if with_hidden else visible
    if len(wanted) > limits.sheets:
        raise UnreadableFile("too_many_sheets", found=len(wanted), limit=limits.sheets)
    check_cells((table.scan for table in tables), limits)
    hidden = [table for table in tables if table.hidden] if with_hidden else []
    return Workbook("ods", None, _sheets(visible, limits), hidden=_sheets(hidden, limits))


def _sheets(tables: list[OdsTable], limits: FileLimits) -> tuple[Sheet, ...]:
    return tuple(
        Sheet(printable_name(table.name, limits.problem_value_characters), table.rows, table.scan.meta())
        for table in tables
    )


class _Content:
    """Walks content.xml, handing rows, cells and text to the table that is open."""

    def __init__(self, limits: FileLimits) -> None:
        self.limits = limits
        self.tables: list[OdsTable] = []
        self.open: OdsTable | None = None
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.aside = self.depth = self.characters = 0

    def read(self, part: bytes) -> list[OdsTable]:
        try:
            walk_part(part, self._start, self._end, self._text)
        except ValueError as fault:
            raise UnreadableFile("unreadable_file") from fault
        return self.tables

    def _start(self, tag: str, attributes: XmlAttributes) -> None:
        local = {name.rpartition(":")[2]: value for name, value in attributes.items()} if attributes else {}
        if tag in _ASIDE:
            self.aside += 1
        elif tag == "style":
            self.style = local.get("name", "")
        elif tag == "table-properties" and local.get("display") == "false":
            self.hidden_styles.add(self.style)
        elif tag == "table":
            self._table(local)
        elif self.open and not self.aside and self.depth == 1:
            self._inside(tag, local, attributes)

    def _table(self, local: XmlAttributes) -> None:
        """A table within a table's cell is passed over."""
        self.depth += 1
        if self.depth == 1 and not self.aside:
            hidden = local.get("style-name", "") in self.hidden_styles
            self.open = OdsTable(local.get("name", ""), hidden, self.limits)
            self.tables.append(self.open)

    def _inside(self, tag: str, local: XmlAttributes, attributes: XmlAttributes) -> None:
        table = self.open
        if table is None:
            return
        if tag in _CELLS:
            error = attributes.get("calcext:value-type") == "error"
            # LibreOffice states the type twice; the standard's own attribute is the one that counts.
            kind = attributes.get("office:value-type", local.get("value-type", ""))
            table.start_cell(tag, {**local, "value-type": "error" if error else kind})
        elif tag == _ROWS:
            table.start_row(local)
        elif tag == "table-column":
            table.column(local)
        elif tag == "p":
            table.new_line()
        elif tag == "s":
            self._text(" " * min(repeat_count(local, "c"), self.limits.cell_characters))
        elif tag in ("tab", "line-break"):
            self._text("\t" if tag == "tab" else "\n")

    def _end(self, tag: str) -> None:
        if tag in _ASIDE:
            self.aside -= 1
        elif tag == "table":
            self.depth -= 1
            self.open = self.open if self.depth else None
        elif self.open and not self.aside and self.depth == 1:
            if tag in _CELLS:
                self.open.end_cell()
            elif tag == _ROWS:
                self.open.end_row()
            elif tag == "p":
                self.open.end_line()

    def _text(self, text: str) -> None:
        if self.open and not self.aside and self.depth == 1:
            # Blanks are given by their number: 20 bytes of XML may be thousands.
            self.characters += len(text)
            if self.characters > self.limits.unpacked_bytes:
                raise too_large(self.characters, self.limits.unpacked_bytes)
            self.open.text(text)
