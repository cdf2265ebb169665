"""An OpenDocument workbook as sheets, read by expat: repeated rows and cells are counted before they are laid out.

OpenDocument 1.3 part 3, 9.1 (tables) and 19.385 (values).
"""

from __future__ import annotations

from collections.abc import Mapping

from kpi.files.limits import FileLimits
from kpi.files.ods_table import OdsTable, repeat_count
from kpi.files.printable import printable_name
from kpi.files.sheet_scan import check_cells
from kpi.files.workbook import Sheet, UnreadableFile, Workbook, too_large
from kpi.files.xml_walk import XmlAttributes, refuse_document_type, walk_part

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
        Sheet(printable_name(one.name, limits.problem_value_characters), one.rows, one.scan.meta()) for one in tables
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
