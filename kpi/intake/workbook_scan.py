"""What calamine does not tell of a workbook: percentage formats, error cells, formulas never computed; and hostile XML.

Reads the parts by expat, one walk each.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from xml.parsers import expat

from kpi.intake.book import Oddity, Refused
from kpi.intake.safe_parts import careful_parser
from kpi.intake.settings import Limits

Attributes = Mapping[str, str]
Places = dict[tuple[int, int], Oddity]

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
# The two percentage formats built into the file format (ECMA-376 part 1, 18.8.30).
_PERCENT_BUILT_IN = frozenset({9, 10})


def scan(parts: Mapping[str, bytes], limits: Limits) -> dict[str, Places]:
    """Oddities by sheet name. Raises ``Refused`` for a document type, broken XML, or too many rows or columns."""
    for part in parts.values():
        _walk(part, lambda _tag, _attributes: None)
    percent = _percent_styles(parts.get("xl/styles.xml", b""))
    return {
        name: _Cells(percent, limits).read(parts[path]) for name, path in _worksheets(parts).items() if path in parts
    }


def _walk(
    part: bytes,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    if not part:
        return
    parser = careful_parser()
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
    if end:
        parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
    if text:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(part, True)
    except expat.ExpatError as fault:
        raise Refused("unreadable_file") from fault


def _worksheets(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Sheet name to the path of its part."""
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship":
            target = attributes.get("Target", "")
            # A leading slash means from the root of the archive; otherwise the target is relative to xl/.
            path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
            targets[attributes.get("Id", "")] = path

    def sheet(tag: str, attributes: Attributes) -> None:
        if tag == "sheet":
            key = next((value for name, value in attributes.items() if name.rpartition(":")[2] == "id"), "")
            sheets[attributes.get("name", "")] = targets.get(key, "")

    _walk(parts.get("xl/_rels/workbook.xml.rels", b""), relation)
    _walk(parts.get("xl/workbook.xml", b""), sheet)
    return sheets


def _percent_styles(part: bytes) -> frozenset[int]:
    """Indices of the cell formats that show a number as a percentage."""
    custom: set[int] = set()
    formats: list[int] = []
    inside: list[str] = []

    def start(tag: str, attributes: Attributes) -> None:
        inside.append(tag)
        if tag == "numFmt" and "%" in _QUOTED.sub("", attributes.get("formatCode", "")):
            custom.add(int(attributes.get("numFmtId", "0")))
        if tag == "xf" and "cellXfs" in inside:
            formats.append(int(attributes.get("numFmtId", "0")))

    def end(_: str) -> None:
        inside.pop()

    try:
        _walk(part, start, end)
    except ValueError as fault:
        raise Refused("unreadable_file") from fault
    return frozenset(index for index, number in enumerate(formats) if number in custom | _PERCENT_BUILT_IN)


class _Cells:
    """Walks one worksheet, counting filled cells' rows and columns against the limits."""

    def __init__(self, percent: frozenset[int], limits: Limits) -> None:
        self.percent = percent
        self.limits = limits
        self.places: Places = {}
        self.row = self.column = -1
        self.type = ""
        self.style = ""
        self.formula = False
        self.inside_value = False
        self.text = ""

    def read(self, part: bytes) -> Places:
        _walk(part, self._start, self._end, self._text)
        return self.places

    def _start(self, tag: str, attributes: Attributes) -> None:
        if tag == "row":
            self.row = int(attributes["r"]) - 1 if attributes.get("r", "").isdigit() else self.row + 1
            self.column = -1
        elif tag == "c":
            self._cell(attributes)
        elif tag == "f":
            self.formula = True
        elif tag in ("v", "t"):
            self.inside_value = True

    def _cell(self, attributes: Attributes) -> None:
        match = _REFERENCE.fullmatch(attributes.get("r", ""))
        if match:
            self.row = int(match[2]) - 1
            self.column = _number(match[1])
        else:
            self.column += 1
        self.type, self.style = attributes.get("t", "n"), attributes.get("s", "")
        self.formula, self.text = False, ""

    def _text(self, text: str) -> None:
        if self.inside_value:
            self.text += text

    def _end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self.inside_value = False
        elif tag == "c":
            self._close()

    def _close(self) -> None:
        place = (self.row, self.column)
        # A formula that answers an empty text is of type str; one that nobody ever computed has no type and no value.
        if self.formula and not self.text and self.type == "n":
            self.places[place] = Oddity("formula", "")
        elif not self.text:
            return
        elif self.type == "e":
            self.places[place] = Oddity("error", self.text)
        elif self.type == "n" and self.style.isdigit() and int(self.style) in self.percent:
            self.places[place] = Oddity("percent", self.text)
        # calamine lays a sheet out as one dense block, so one far cell would cost gigabytes.
        if self.row >= self.limits.rows:
            raise Refused("too_many_rows", found=self.row + 1, limit=self.limits.rows)
        if self.column >= self.limits.columns:
            raise Refused("too_many_columns", found=self.column + 1, limit=self.limits.columns)


def _number(letters: str) -> int:
    """0-based column of a spreadsheet letter."""
    number = 0
    for character in letters:
        number = number * 26 + ord(character) - ord("A") + 1
    return number - 1
