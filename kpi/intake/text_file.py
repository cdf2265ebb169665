"""A text file as one sheet: encoding by trial, separator by the header that it brings to light."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from kpi.intake.book import Book, Refused, Sheet
from kpi.intake.settings import Limits

SEPARATORS = ",;\t"
_WIDE = (b"\xff\xfe", b"\xfe\xff")


def open_text(data: bytes, limits: Limits, is_answer: Callable[[Sheet], bool]) -> Book:
    """Decode and split ``data``; the first separator under which ``is_answer`` finds its header wins.

    Raises ``Refused``: not text, not well-formed CSV, or too many rows.
    """
    encoding, text = _decode(data)
    sheets = [_split(text, separator, limits) for separator in SEPARATORS]
    found = [sheet for sheet in sheets if isinstance(sheet, Sheet) and is_answer(sheet)]
    if found:
        return Book(encoding, (found[0],))
    fault = next((sheet for sheet in sheets if isinstance(sheet, Refused)), None)
    if fault:
        raise fault
    return Book(encoding, ())


def _decode(data: bytes) -> tuple[str, str]:
    if data.startswith(_WIDE) or b"\x00" in data:
        raise Refused("unreadable_file")
    # A BOM must be asked for before plain utf-8, which would keep it as a character of the first name.
    tried = ("utf-8-sig",) if data.startswith(b"\xef\xbb\xbf") else ("utf-8", "gb18030")
    for encoding in tried:
        try:
            return encoding, data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("unreadable_file")


def _split(text: str, separator: str, limits: Limits) -> Sheet | Refused:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            rows.append(row)
            if len(rows) > limits.rows:
                return Refused("too_many_rows", found=len(rows), limit=limits.rows)
    except csv.Error:
        return Refused("broken_csv", row=len(rows) + 1)
    return Sheet(None, rows)
