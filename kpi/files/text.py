"""A text file decoded, and as one sheet: encoding by trial, separator by the header that it brings to light."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from kpi.files.limits import FileLimits
from kpi.files.workbook import CellValue, Sheet, SheetScan, UnreadableFile, Workbook, check_cells

# A text file decoded, and as one sheet: encoding by trial, separator by the header that it brings to light.


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
    pairs = Counter({item: times for item, times in Counter(text).items() if not item.isascii()})
    frequent = sum(
        times for item, times in pairs.items() if _BIG5_FREQUENT[0] <= item.encode("big5") <= _BIG5_FREQUENT[1]
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


# Text from a file made fit to be shown: a cell as text, invisible characters as their numbers, names on one line.


def cell_text(raw: CellValue) -> str:
    """A cell as text: a whole float without its ".0", everything else as it stands."""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 2**53:
        return str(int(raw))
    return "" if raw is None else str(raw)


def is_blank(raw: CellValue) -> bool:
    """Nothing, or nothing but blanks."""
    return raw is None or (isinstance(raw, str) and not raw.strip())


def printable(raw: CellValue, most: int) -> str:
    """A cell fit to be shown: invisible characters as their numbers, and not longer than ``most``."""
    # Cut before it is looked through: a thousand faults may show the same megabyte.
    text = "".join(f"\\u{ord(item):04x}" if is_forbidden(item) else item for item in cell_text(raw)[: most + 1])
    return text if len(text) <= most else text[: most - 1] + "…"


def printable_name(name: str, most: int) -> str:
    """A file's or a sheet's name fit to be shown, on one line."""
    return printable(" ".join(name.split()), most)


def printable_file_name(sent: str, most: int) -> str:
    """The name of a sent file without its folders, fit to be shown; done again it stays the same."""
    return printable_name(_FOLDERS.split(sent)[-1], most)


def plain_line(text: str, most: int) -> str:
    """What a person typed, on one line, without what cannot be seen, not longer than ``most``: others read it."""
    kept = "".join(" " if char.isspace() else char for char in text)
    kept = "".join(char for char in kept if unicodedata.category(char)[0] != "C")
    return kept.strip()[:most]


def no_formula(cell: str) -> str:
    """A text for a CSV: what a spreadsheet would take for a formula gets an apostrophe before it.

    Where Chinese or Japanese is typed, Excel takes the full-width signs for the others.
    """
    return f"'{cell}" if cell.startswith(_STARTS_A_FORMULA) else cell


_STARTS_A_FORMULA = tuple("=+-@＝＋－＠\t\r\n")
# A backslash parts folders too, but where it is ``printable``'s own.
_FOLDERS = re.compile(r"/|\\(?!u[0-9a-f]{4})")


def is_forbidden(character: str) -> bool:
    """Control, bidirectional, zero-width, private and unassigned characters; tab and line ends are allowed."""
    return character not in "\t\n\r" and unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"}


def number_ranges(numbers: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Sorted runs: 3, 4, 5, 9 are ((3, 5), (9, 9))."""
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return tuple(runs)


# Settings that a person wrote: a text of TOML, or of JSON where that may be.


class UnreadableSettings(Exception):
    """Neither UTF-8 nor of the form; ``row``, counted from 1, is where reading ended."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


def read_settings(data: bytes, *, json_too: bool = False, number: Callable[[str], Any] = float) -> dict[str, Any]:
    """The table in ``data``; ``number`` makes what has a decimal point. ``json_too``: what begins with ``{`` is JSON.

    Raises:
        UnreadableSettings: it cannot be read, or is nested beyond reason.
    """
    try:
        text = data.decode("utf-8-sig")
        if json_too and text.lstrip().startswith("{"):
            return dict(json.loads(text, parse_float=number))
        return tomllib.loads(text, parse_float=number)
    except UnicodeDecodeError as error:
        raise UnreadableSettings(data.count(b"\n", 0, error.start) + 1) from None
    except json.JSONDecodeError as error:
        raise UnreadableSettings(error.lineno) from None
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        raise UnreadableSettings(int(at[1]) if at else max(len(text.splitlines()), 1)) from None
    except (ValueError, RecursionError):
        raise UnreadableSettings(1) from None
