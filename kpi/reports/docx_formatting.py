"""What python-docx does not offer: words that stay on one line, East Asian fonts, shading, page numbers, rows that
repeat or stay whole, a file without dates.
"""

from __future__ import annotations

import re
import struct
from typing import Any

import docx  # noqa: F401 - the package before its parts (tests/house/test_imports.py)
from docx.document import Document as Doc
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from kpi.reports.column_widths import kept_together

_END = b"PK\x05\x06"
"""Where a package's list of entries ends; each entry has a time and a day of two bytes, there and before its data."""
_FIRST_DAY = struct.pack("<HH", 0, (1 << 5) | 1)
"""Midnight of 1 January 1980, the first that the format knows."""
_WITHIN_DATE = re.compile(r"(?<=\d{4})-(?=\d\d-\d\d(?!\d))|(?<=\d{4}-\d\d)-(?=\d\d(?!\d))")


def add_words(paragraph: Paragraph, said: str) -> Run:
    """In which no line ends where it must not, nor within a date: Word ends lines behind a hyphen."""
    first, *others = _WITHIN_DATE.split(kept_together(said))
    run = paragraph.add_run(first)
    for part in others:
        run._r.append(OxmlElement("w:noBreakHyphen"))
        run.add_text(part)
    return run


def font(properties: Any, latin: str, eastern: str) -> None:
    """Without ``w:eastAsia`` the font of Chinese characters depends on the reader's machine."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    # A theme font would override the named one.
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)
    for kind, name in (("w:ascii", latin), ("w:hAnsi", latin), ("w:cs", latin), ("w:eastAsia", eastern)):
        fonts.set(qn(kind), name)


def declare_sans(document: Doc, name: str) -> None:
    """This font has no serifs: a machine without it then takes another such face, and not its default with serifs."""
    table = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    fonts = parse_xml(table.blob)
    entry = _element("w:font", name=name)
    entry.append(_element("w:family", val="swiss"))
    entry.append(_element("w:pitch", val="variable"))
    fonts.append(entry)
    table._blob = serialize_part_xml(fonts)


def shade(properties: Any, colour: str) -> None:
    properties.append(_element("w:shd", val="clear", color="auto", fill=colour.removeprefix("#")))


def borders(properties: Any, **edges: tuple[int, str]) -> None:
    """Edge -> (eighths of a point, colour)."""
    around = OxmlElement("w:tcBorders")
    for edge, (size, colour) in edges.items():
        around.append(_element(f"w:{edge}", val="single", sz=str(size), space="0", color=colour.removeprefix("#")))
    properties.append(around)


def cell_margins(table: Any, upright: int, sideways: int) -> None:
    """Room above and below the text of every cell, and beside it, in twentieths of a point."""
    margins = OxmlElement("w:tblCellMar")
    for edge, points20 in (("top", upright), ("left", sideways), ("bottom", upright), ("right", sideways)):
        margins.append(_element(f"w:{edge}", w=str(points20), type="dxa"))
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is None:
        properties.append(margins)
    else:  # Word refuses them in another order
        look.addprevious(margins)


def repeat(row: Any) -> None:
    """Repeat the row on every page of its table."""
    row._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))


def whole(row: Any) -> None:
    """The row does not break over pages."""
    row._tr.get_or_add_trPr().append(_element("w:cantSplit", val="true"))


def page_number(paragraph: Paragraph) -> None:
    field = _element("w:fldSimple", instr="PAGE")
    paragraph._p.append(field)


def undated(document: bytes) -> bytes:
    """The package with fixed entry dates: python-docx writes the current time. Nothing is packed again."""
    package = bytearray(document)
    end = package.rindex(_END)
    entries, at = struct.unpack_from("<H", package, end + 10)[0], struct.unpack_from("<I", package, end + 16)[0]
    for _ in range(entries):
        name, extra, comment = struct.unpack_from("<HHH", package, at + 28)
        own_head = struct.unpack_from("<I", package, at + 42)[0]
        package[at + 12 : at + 16] = package[own_head + 10 : own_head + 14] = _FIRST_DAY
        at += 46 + name + extra + comment
    return bytes(package)


def _element(name: str, /, **attributes: str) -> Any:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made
