"""Hostile OpenDocument workbooks, made of a faultless one: a repeat is a number, which costs nothing to write."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from tests.hostile.archives import UNREADABLE
from tests.hostile.containers import in_part

Make = Callable[[bytes], bytes]
_CONTENT = "content.xml"
_FILLED = '<table:table-cell office:value-type="float" office:value="1"/>'


def _rows(xml: str) -> Make:
    """Put at the end of the sheet."""
    end = b"</table:table>"
    return lambda data: in_part(data, _CONTENT, end, xml.encode() + end)


def _row(cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{cells}</table:table-row>'


def _cell(inside: str, repeated: int | str = 1, kind: str = "string", **also: str) -> str:
    reported = "".join(f' office:{name.replace("_", "-")}="{value}"' for name, value in also.items())
    return (
        f'<table:table-cell office:value-type="{kind}" table:number-columns-repeated="{repeated}"{reported}>'
        f"{inside}</table:table-cell>"
    )


# Names that differ, so that they do not pack well: it is not the ratio that gives them away.
_NAMES = random.Random(7)
_BLANKS = "".join(f'<text:s text:c="2000" id="{_NAMES.getrandbits(128)}"/>' for _ in range(30_000))

OPEN_DOCUMENTS: Mapping[str, tuple[Make, tuple[str, ...] | None]] = {
    "a filled row a thousand million times": (_rows(_row(_FILLED, 10**9)), ("too_many_rows",)),
    "blank rows and then a cell": (_rows(_row("", 10**9) + _row(_FILLED)), ("too_many_rows",)),
    "a filled cell a thousand million times": (_rows(_row(_cell("<text:p>x</text:p>", 10**9))), ("too_many_columns",)),
    "blank cells and then one": (
        _rows(_row(f'<table:table-cell table:number-columns-repeated="{10**9}"/>{_FILLED}')),
        ("too_many_columns",),
    ),
    "blank rows at the end": (_rows(_row("", 10**9)), ()),
    "a thousand million blanks in one": (_rows(_row(_cell(f'<text:p>x<text:s text:c="{10**9}"/></text:p>'))), None),
    "blanks upon blanks": (
        _rows(_row(_cell(f"<text:p>x{_BLANKS}</text:p>"))),
        ("too_large",),
    ),
    "text in many pieces": (_rows(_row(_cell("<text:p>" + "x<text:tab/>" * 300_000 + "</text:p>"))), None),
    "a repeat that is no number": (_rows(_row(_cell("<text:p>x</text:p>", "²"))), UNREADABLE),
    "a repeat of 5,000 digits": (_rows(_row(_cell("<text:p>x</text:p>", "9" * 5_000))), UNREADABLE),
    "a date that is none": (_rows(_row(_cell("", kind="date", date_value="9999-99-99"))), UNREADABLE),
    "a number that is none": (_rows(_row(_cell("", kind="float", value="²"))), UNREADABLE),
    "a number beyond all": (_rows(_row(_cell("", kind="float", value="1e999"))), None),
    "tables within one another": (
        _rows(_row(_cell("<table:table>" * 50_000 + "</table:table>" * 50_000))),
        None,
    ),
    "a sheet's name of 100,000 letters": (
        lambda data: in_part(data, _CONTENT, "填报".encode(), ("填报" + "x\u202e" * 50_000).encode()),
        (),
    ),
}
