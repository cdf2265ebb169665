"""A workbook as sheets: the zip is checked and repacked before any library opens it, values come from calamine."""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Mapping

from kpi.files import sandbox
from kpi.files.archive import (
    XmlAttributes,
    parse_part,
    refuse_document_type,
    repack,
    safe_xml_parser,
    unpack,
    walk_part,
)
from kpi.files.limits import FileLimits
from kpi.files.ods import CONTENT, open_ods
from kpi.files.text import printable_name
from kpi.files.workbook import CellFlag, FileKind, Sheet, SheetMeta, SheetScan, UnreadableFile, Workbook, check_cells

# What calamine does not report of a workbook: percentage formats, errors, formulas never computed, what is hidden.
#
# Every part is walked first for a document type, at expat's own speed; then each worksheet's cells, one call a cell and
# one a value, because 210,000 values must not cost a second.


_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
# The two percentage formats built into the file format (ECMA-376 part 1, 18.8.30).
PERCENT_BUILT_IN = frozenset({9, 10})
_TRUE = ("1", "true")


def scan_worksheets(parts: Mapping[str, bytes], limits: FileLimits) -> dict[str, SheetMeta]:
    """What is seen of each sheet, by its name.

    Raises ``UnreadableFile`` for a document type, broken XML, or too much content.
    """
    for part in parts.values():
        refuse_document_type(part)
    # As calamine finds them: \\ for /, and no difference between capitals and small letters.
    parts = {name.replace("\\", "/").lower(): part for name, part in parts.items()}
    percent = _percent_styles(parts.get("xl/styles.xml", b""))
    sheets = _worksheets(parts)
    if not parts.keys() >= set(sheets.values()):
        raise UnreadableFile("unreadable_file")
    # Any number of sheets may be the same part: it is walked once.
    scans = {path: _Cells(percent, limits).read(parts[path]) for path in set(sheets.values())}
    check_cells((scans[path] for path in sheets.values()), limits)
    found = {path: scan.meta() for path, scan in scans.items()}
    return {name: found[path] for name, path in sheets.items()}


def _worksheets(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Sheet name to the path of its part."""
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(tag: str, attributes: XmlAttributes) -> None:
        if tag == "Relationship":
            target = attributes.get("Target", "")
            # A leading slash means from the root of the archive; otherwise the target is relative to xl/.
            path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
            targets[attributes.get("Id", "")] = path.replace("\\", "/").lower()

    def sheet(tag: str, attributes: XmlAttributes) -> None:
        if tag == "sheet":
            key = next((value for name, value in attributes.items() if name.rpartition(":")[2] == "id"), "")
            sheets[attributes.get("name", "")] = targets.get(key, "")

    walk_part(parts.get("xl/_rels/workbook.xml.rels", b""), relation)
    walk_part(parts.get("xl/workbook.xml", b""), sheet)
    return sheets


def is_percent(code: str) -> bool:
    """Whether a number format's code shows a percentage; a sign in quotes or brackets is text."""
    return "%" in _QUOTED.sub("", code)


def _percent_styles(part: bytes) -> frozenset[str]:
    """Indices of the cell formats that show a number as a percentage, as cells name them."""
    custom: set[int] = set()
    formats: list[int] = []
    inside: list[str] = []

    def start(tag: str, attributes: XmlAttributes) -> None:
        inside.append(tag)
        if tag == "numFmt" and is_percent(attributes.get("formatCode", "")):
            custom.add(int(attributes.get("numFmtId", "0")))
        if tag == "xf" and "cellXfs" in inside:
            formats.append(int(attributes.get("numFmtId", "0")))

    def end(_: str) -> None:
        inside.pop()

    try:
        walk_part(part, start, end)
    except ValueError as fault:
        raise UnreadableFile("unreadable_file") from fault
    return frozenset(str(index) for index, number in enumerate(formats) if number in custom | PERCENT_BUILT_IN)


class _Cells:
    """Walks one worksheet, counting filled cells' rows and columns against the limits."""

    def __init__(self, percent: frozenset[str], limits: FileLimits) -> None:
        self.percent = percent
        self.scan = SheetScan(limits)
        self.row = self.column = -1
        self.type = self.style = self.text = ""
        self.formula = False
        self.columns = {"": -1}
        self.parser = safe_xml_parser()
        self.starts = {
            "row": self._row,
            "c": self._cell,
            "v": self._value,
            "t": self._value,
            "f": self._formula,
            "col": self._column,
            "mergeCell": self._merge,
        }

    def read(self, part: bytes) -> SheetScan:
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        try:
            parse_part(part, self.parser)
        except ValueError as fault:
            raise UnreadableFile("unreadable_file") from fault
        return self.scan

    def _start(self, tag: str, attributes: XmlAttributes) -> None:
        found = self.starts.get(tag) or self.starts.get(tag.rpartition(":")[2])
        if found:
            found(attributes)

    def _row(self, attributes: XmlAttributes) -> None:
        self.row = int(attributes["r"]) - 1 if attributes.get("r", "").isdigit() else self.row + 1
        self.column = -1
        if attributes.get("hidden") in _TRUE or attributes.get("ht") == "0":
            self.scan.hide_rows(self.row, self.row)

    def _column(self, attributes: XmlAttributes) -> None:
        if attributes.get("hidden") in _TRUE or attributes.get("width") == "0":
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            self.scan.hide_columns(max(first, 1) - 1, last - 1)

    def _merge(self, attributes: XmlAttributes) -> None:
        corners = [_REFERENCE.fullmatch(corner) for corner in attributes.get("ref", "").split(":")]
        if len(corners) == 2 and corners[0] and corners[1]:
            first, last = corners[0], corners[1]
            self.scan.merge(int(first[2]) - 1, _number(first[1]), int(last[2]) - 1, _number(last[1]))

    def _cell(self, attributes: XmlAttributes) -> None:
        reference = attributes.get("r", "")
        letters = reference.rstrip("0123456789")
        column = self.columns.get(letters)
        if column is None and _REFERENCE.fullmatch(reference):
            column = self.columns[letters] = _number(letters)
        if column is None:
            raise UnreadableFile("unreadable_file")
        if column < 0:
            self.column += 1
        else:
            self.column = column
            self.row = int(reference[len(letters) :] or 0) - 1
        self.type, self.style, self.formula = attributes.get("t", "n"), attributes.get("s", ""), False

    def _formula(self, _: XmlAttributes) -> None:
        """Until a value says otherwise nobody computed it; one that answers an empty text is of type str."""
        self.formula = True
        self.scan.reach(self.row, self.column)
        if self.type == "n":
            self.scan.flags[self.row, self.column] = CellFlag("formula", "")

    def _value(self, _: XmlAttributes) -> None:
        if self.formula or self.type == "e":
            self.text = ""
            self.parser.CharacterDataHandler = self._add_text
            self.parser.EndElementHandler = self._end_value
        else:
            self._filled()

    def _add_text(self, text: str) -> None:
        """Its beginning is enough to show; megabytes put together piece by piece take minutes."""
        if len(self.text) < self.scan.limits.problem_value_characters:
            self.text += text

    def _end_value(self, _: str) -> None:
        self.parser.CharacterDataHandler = self.parser.EndElementHandler = None
        if self.text:
            self.scan.flags.pop((self.row, self.column), None)
            self._filled()

    def _filled(self) -> None:
        self.scan.reach(self.row, self.column)
        if self.type == "e":
            self.scan.flags[self.row, self.column] = CellFlag("error", self.text)
        elif self.style in self.percent and self.type == "n":
            self.scan.flags[self.row, self.column] = CellFlag("percent", "")


def _number(letters: str) -> int:
    """0-based column of a spreadsheet letter."""
    number = 0
    for character in letters:
        number = number * 26 + ord(character) - ord("A") + 1
    return number - 1


_MACROS = b"macroEnabled"


def open_workbook(data: bytes, limits: FileLimits, with_hidden: bool = False) -> Workbook:
    """Visible worksheets of an xlsx, xlsm or ods with their values and flags; macros are never unpacked.

    ``with_hidden`` gives the hidden ones too, apart. Raises ``UnreadableFile``: not such a file, encrypted, larger
    than the limits once unpacked, or with a document type.
    """
    parts = unpack(data, limits)
    if CONTENT in parts and "xl/workbook.xml" not in parts:
        return open_ods(parts, limits, with_hidden)
    metas = scan_worksheets(parts, limits)
    kind: FileKind = "xlsm" if _MACROS in parts.get("[Content_Types].xml", b"") else "xlsx"
    return read_worksheets(repack(parts), kind, metas, limits, with_hidden)


def read_worksheets(
    stream: io.BytesIO, kind: FileKind, metas: Mapping[str, SheetMeta], limits: FileLimits, with_hidden: bool
) -> Workbook:
    """A checked workbook's worksheets, read in the sandbox, each with what the scan found of it."""
    sheets = sandbox.read_workbook(stream.getvalue(), limits, with_hidden)
    if len(sheets) > limits.sheets:
        raise UnreadableFile("too_many_sheets", found=len(sheets), limit=limits.sheets)
    most = limits.problem_value_characters
    pages = [
        (shown, Sheet(printable_name(name, most), rows, metas.get(name, SheetMeta()))) for name, shown, rows in sheets
    ]
    return Workbook(
        kind,
        None,
        tuple(page for shown, page in pages if shown),
        hidden=tuple(page for shown, page in pages if not shown),
    )
