"""A text file decoded, and as one sheet: encoding by trial, separator by the header that it brings to light."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable

from kpi.files.limits import FileLimits
from kpi.files.sheet_scan import SheetScan, check_cells
from kpi.files.workbook import Sheet, UnreadableFile, Workbook

SEPARATORS = ",;\t|"
_UTF8 = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# Big5 puts its 5,401 frequent characters first; text of these alone is Big5 and no accident.
_BIG5_FREQUENT = (b"\xa1\x40", b"\xc6\x7e")
_CERTAIN = 0.98


def open_text(data: bytes, limits: FileLimits, known_in: Callable[[Sheet], int]) -> Workbook:
    """Decode and split ``data``; the separator under which ``known_in`` finds most that is known wins.

    Raises ``UnreadableFile``: not text, not well-formed CSV, or more content than the limits allow.
    """
    encoding, text = decode_text(data)
    sheets = {separator: _split(text, separator, limits) for separator in SEPARATORS}
    known = {separator: known_in(sheet) for separator, sheet in sheets.items() if isinstance(sheet, Sheet)}
    best = max(known, key=lambda separator: known[separator], default=None)
    fault = next((sheet for sheet in sheets.values() if isinstance(sheet, UnreadableFile)), None)
    if best is not None and known[best]:
        sheet = sheets[best]
        # One that parts nothing is no better than one under which the quotes do not pair.
        if isinstance(sheet, Sheet) and (fault is None or any(len(row) > 1 for row in sheet.rows)):
            return Workbook("text", encoding, (sheet,), separator=best)
    if fault:
        raise fault
    return Workbook("text", encoding, ())


def decode_text(data: bytes) -> tuple[str, str]:
    """Encoding and text: by a byte order mark, else UTF-8, else Big5 where that is certain, else GB 18030.

    Raises ``UnreadableFile``: UTF-16 without a mark, or no text in any of these.
    """
    if data.startswith(_UTF8):
        tried = ["utf-8-sig"]
    elif data.startswith(_UTF16):
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
    # Counted, because a panel has millions of them, but few different ones.
    pairs = Counter({one: times for one, times in Counter(text).items() if not one.isascii()})
    frequent = sum(
        times for one, times in pairs.items() if _BIG5_FREQUENT[0] <= one.encode("big5") <= _BIG5_FREQUENT[1]
    )
    return bool(pairs) and frequent >= _CERTAIN * pairs.total() and not _is_gb2312(data)


def _is_gb2312(data: bytes) -> bool:
    try:
        data.decode("gb2312")
    except UnicodeDecodeError:
        return False
    return True


def _split(text: str, separator: str, limits: FileLimits) -> Sheet | UnreadableFile:
    rows: list[list[str]] = []
    scan = SheetScan(limits)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            scan.reach(len(rows), max(len(row), 1) - 1)
            rows.append(row)
        check_cells((scan,), limits)
    except csv.Error:
        return UnreadableFile("broken_csv", row=len(rows) + 1)
    except UnreadableFile as refused:
        return refused
    return Sheet(None, rows)
