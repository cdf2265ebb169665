"""Hostile workbooks of the Office Open XML kind, made of a faultless one: each with its codes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping

from tests.hostile.archives import READ, UNREADABLE
from tests.hostile.containers import in_part, parts, repacked, zipped

Make = Callable[[bytes], bytes]
SHEET, STRINGS, STYLES, BOOK = "sheet1.xml", "sharedStrings.xml", "styles.xml", "workbook.xml"
FAR_ROW = ("too_many_rows",)


def cells(xml: str | bytes) -> Make:
    """Rows put at the end of the answer sheet."""
    reported = xml.encode() if isinstance(xml, str) else xml
    return lambda data: in_part(data, SHEET, b"</sheetData>", reported + b"</sheetData>")


def _part(which: str, old: str, new: str | bytes) -> Make:
    return lambda data: in_part(data, which, old.encode(), new.encode() if isinstance(new, str) else new)


def _counts(count: str) -> Make:
    """The table of shared texts says how many it has."""
    return lambda data: repacked(
        data,
        lambda name, part: (
            re.sub(rb'(count|uniqueCount)="\d+"', rb'\1="%s"' % count.encode(), part)
            if name.endswith(STRINGS)
            else part
        ),
    )


def _dimension(reference: str) -> Make:
    return lambda data: repacked(
        data,
        lambda name, part: (
            re.sub(rb"<dimension[^>]*/>", f'<dimension ref="{reference}"/>'.encode(), part)
            if name.endswith(SHEET)
            else part
        ),
    )


def _one_text_everywhere(data: bytes) -> bytes:
    """2 MB of text, in 1,800 cells: 3.6 GB once every cell holds its own."""
    rnd = random.Random(7)
    text = "".join(rnd.choices("abcdefghijklmnop", k=2_000_000))
    rows = "".join(f'<row r="{row}"><c r="J{row}" t="s"><v>0</v></c></row>' for row in range(100, 1900))
    return cells(rows)(in_part(data, STRINGS, b"<t>item</t>", f"<t>{text}</t>".encode()))


def _split_text(data: bytes) -> bytes:
    """4 MB of line ends: a parser hands out each of them as a piece of its own."""
    lines = "".join(random.Random(7).choices("\n\n\nab", k=4_000_000))
    cell = f'<row r="99"><c r="H99" t="inlineStr"><f>1</f><is><t>{lines}</t></is></c></row>'
    return cells(cell)(data)


def _sheets(count: int) -> Make:
    """As many sheets, all of them the first one's part."""

    def make(data: bytes) -> bytes:
        more = "".join(f'<sheet name="{number}" sheetId="{number}" r:id="rId1"/>' for number in range(2, count + 1))
        return in_part(data, BOOK, b"</sheets>", more.encode() + b"</sheets>")

    return make


def _million_rows(data: bytes) -> bytes:
    """1,048,576 rows, 40 MB of XML in a few kB of zip; told apart by their own numbers alone."""
    return cells(b"<row><c><v>1</v></c></row>" * 600_000)(data)


def _outside(data: bytes) -> bytes:
    """A link to another workbook, a query, and a cell that calls a program by DDE."""
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><ddeLink '
    link += b"""ddeService="cmd" ddeTopic="/c calc"/></externalLink>"""
    target = b"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship
    Id="rId1" Type="http://x/externalLinkPath" Target="http://e.invalid/book.xlsx" TargetMode="External"/>
    </Relationships>"""
    linked = repacked(
        data,
        extra=[
            ("xl/externalLinks/externalLink1.xml", link),
            ("xl/externalLinks/_rels/externalLink1.xml.rels", target),
            ("xl/connections.xml", b'<connections><connection odcFile="\\\\e.invalid\\share\\x.odc"/></connections>'),
        ],
    )
    return in_part(linked, SHEET, b"<v>95.5</v>", b"<f>cmd|' /c calc'!A0+[1]Sheet1!A1</f><v>95.5</v>")


def _other_encoding(encoding: str) -> Make:
    """The sheet in another encoding, which one parser honours and another does not."""

    def change(name: str, part: bytes) -> bytes:
        if not name.endswith(SHEET):
            return part
        return part.decode().replace("UTF-8", encoding).encode(encoding)

    return lambda data: repacked(data, change)


def _moved_sheet(data: bytes) -> bytes:
    """The sheet under a name in other letters, with one far cell: whoever looks it up to the letter misses it."""
    far = cells('<row r="1048576"><c r="A1048576" t="str"><v>x</v></c></row>')(data)
    entries = [(name, part) for name, part in parts(far) if not name.endswith(SHEET)]
    [sheet] = [part for name, part in parts(far) if name.endswith(SHEET)]
    return zipped([*entries, ("xl\\WORKSHEETS\\Sheet1.xml", sheet)])


WORKBOOKS: Mapping[str, tuple[Make, tuple[str, ...] | None]] = {
    # one far cell, however it is written
    "a far cell": (cells('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), FAR_ROW),
    "a far cell in small letters": (cells('<row r="1048576"><c r="a1048576"><v>1</v></c></row>'), UNREADABLE),
    "a far cell of empty text": (cells('<row r="1048576"><c r="A1048576" t="str"><v></v></c></row>'), None),
    "a far corner of empty text": (cells('<row r="1048576"><c r="XFD1048576" t="str"><v></v></c></row>'), None),
    "a far cell of empty text within": (
        cells('<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t></t></is></c></row>'),
        None,
    ),
    "a far cell in a part under another name": (_moved_sheet, None),
    "a dimension that claims it all": (_dimension("A1:XFD1048576"), READ),
    "a dimension beyond all": (_dimension("A1:ZZZZZZZ99999999999999999999"), None),
    "a dimension backwards": (_dimension("XFD1048576:A1"), READ),
    "a merged block of it all": (
        _part(SHEET, "</sheetData>", '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
        READ,
    ),
    "a million rows": (_million_rows, ("unsafe_file",)),
    # more of everything
    "as many shared texts as there are numbers": (_counts("18446744073709551615"), None),
    "four thousand million shared texts": (_counts("4294967295"), None),
    "a hundred sheets": (_sheets(100), ("too_many_sheets",)),
    "100,000 sheets": (_sheets(100_000), ("too_many_cells",)),
    "two sheets of one name": (
        _part(BOOK, "</sheets>", '<sheet name="填报" sheetId="2" r:id="rId1"/></sheets>'),
        None,
    ),
    "one text everywhere": (_one_text_everywhere, None),
    "text in four million pieces": (_split_text, None),
    "deep within one another": (cells(b"<a>" * 400_000 + b"</a>" * 400_000), None),
    "deep, in the shared texts": (_part(STRINGS, "</sst>", b"<r>" * 200_000 + b"</r>" * 200_000 + b"</sst>"), None),
    "a sheet's name of 100,000 letters": (_part(BOOK, "填报", "填报" + "\u202ex" * 50_000), READ),
    # numbers that are none
    "a row of superscripts": (cells('<row r="²"><c><v>1</v></c></row>'), None),
    "a row of 5,000 digits": (cells('<row r="' + "9" * 5_000 + '"><c><v>1</v></c></row>'), None),
    "a row before the first": (cells('<row r="0"><c r="A0"><v>1</v></c></row>'), None),
    "a style of superscripts": (cells('<row><c s="²"><v>1</v></c></row>'), None),
    "a style that is not there": (_part(SHEET, '<c r="B22"', '<c r="B22" s="999999"'), READ),
    "a text that is not there": (_part(SHEET, 't="s"><v>1</v>', 't="s"><v>99999</v>'), UNREADABLE),
    "a text before the first": (_part(SHEET, 't="s"><v>1</v>', 't="s"><v>-1</v>'), None),
    "a date beyond all time": (lambda data: _dated(data, "1e300"), None),
    "a date before all time": (lambda data: _dated(data, "-1e10"), None),
    "a date that is no number": (lambda data: _dated(data, "NaN"), None),
    # the outside world, which is never asked
    "links, queries and programs": (_outside, READ),
    # not what it says it is
    "UTF-16 within": (_other_encoding("UTF-16"), None),
    "an old code page within": (_other_encoding("gb2312"), None),
    "no workbook within": (_part(BOOK, "<sheets>", "<nothing>"), UNREADABLE),
    "a sheet that leads nowhere": (_part(BOOK, 'r:id="rId1"', 'r:id="rId99"'), UNREADABLE),
    "NUL within": (_part(SHEET, "<v>95.5</v>", b"<v>95.5\x00</v>"), UNREADABLE),
}
"""``None``: read or refused, whichever; that it is bounded and that nothing is raised is what counts."""


def _dated(data: bytes, value: str) -> bytes:
    dates = in_part(data, STYLES, b'<xf numFmtId="0"', b'<xf numFmtId="14"')
    return in_part(dates, SHEET, b"<v>95.5</v>", f"<v>{value}</v>".encode())
