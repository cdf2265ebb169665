"""A text file as one sheet: encoding by trial, separator by the header that it brings to light."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from kpi.files.limits import FileLimits
from kpi.files.sheet_extent import SheetExtent, check_cells
from kpi.files.workbook import Sheet, UnreadableFile, Workbook

SEPARATORS = ",;\t|"
_UTF8 = b"\xef\xbb\xbf"
_UTF16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# Big5 puts its 5,401 frequent characters first; text of these alone is Big5 and no accident.
_BIG5_FREQUENT = (0xA140, 0xC67E)
_CERTAIN = 0.98


def open_text(data: bytes, limits: FileLimits, known_in: Callable[[Sheet], int]) -> Workbook:
    """Decode and split ``data``; the separator under which ``known_in`` finds most that is known wins.

    Raises ``UnreadableFile``: not text, not well-formed CSV, or more content than the limits allow.
    """
    encoding, text = _decode(data)
    told = {separator: _split(text, separator, limits) for separator in SEPARATORS}
    known = {separator: known_in(sheet) for separator, sheet in told.items() if isinstance(sheet, Sheet)}
    best = max(known, key=lambda separator: known[separator], default=None)
    fault = next((sheet for sheet in told.values() if isinstance(sheet, UnreadableFile)), None)
    if best is not None and known[best]:
        sheet = told[best]
        # One that parts nothing is no better than one under which the quotes do not pair.
        if isinstance(sheet, Sheet) and (fault is None or any(len(row) > 1 for row in sheet.rows)):
            return Workbook("text", encoding, (sheet,), separator=best)
    if fault:
        raise fault
    return Workbook("text", encoding, ())


def _decode(data: bytes) -> tuple[str, str]:
    if data.startswith(_UTF8):
        tried = ["utf-8-sig"]
    elif data[:2] in _UTF16:
        tried = ["utf-16"]
    elif b"\x00" in data:
        raise UnreadableFile("unreadable_file")
    else:
        tried = ["utf-8", "big5" if _is_big5(data) else "gb18030"]
    for encoding in tried:
        try:
            return encoding, data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile("unreadable_file")


def _is_big5(data: bytes) -> bool:
    """Only where it is certain: frequent characters as Big5, and not nearly all plain GB 2312.

    Nearly any bytes are some text in GB 18030, so that being decodable says nothing for it.
    """
    try:
        text = data.decode("big5")
    except UnicodeDecodeError:
        return False
    pairs = [character.encode("big5") for character in text if not character.isascii()]
    frequent = sum(_BIG5_FREQUENT[0] <= int.from_bytes(pair, "big") <= _BIG5_FREQUENT[1] for pair in pairs)
    return bool(pairs) and frequent >= _CERTAIN * len(pairs) and not _is_gb2312(data)


def _is_gb2312(data: bytes) -> bool:
    try:
        data.decode("gb2312")
    except UnicodeDecodeError:
        return False
    return True


def _split(text: str, separator: str, limits: FileLimits) -> Sheet | UnreadableFile:
    rows: list[list[str]] = []
    area = SheetExtent(limits)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            area.reach(len(rows), max(len(row), 1) - 1)
            rows.append(row)
        check_cells((area,), limits)
    except csv.Error:
        return UnreadableFile("broken_csv", row=len(rows) + 1)
    except UnreadableFile as refused:
        return refused
    return Sheet(None, rows)
