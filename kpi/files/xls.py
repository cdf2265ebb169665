"""An Excel 97-2003 workbook as sheets: its records are scanned for size and flags before calamine reads the values.

MS-XLS 2.4; what calamine sets aside by a number that the file states is held against the file's own size first.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping

from kpi.files.limits import FileLimits
from kpi.files.workbook import CellFlag, SheetMeta, SheetScan, UnreadableFile, Workbook, check_cells
from kpi.files.xlsx import PERCENT_BUILT_IN, is_percent, read_worksheets

# The streams of a compound file (MS-CFB), the container of .xls, of .doc and of workbooks locked by a password.


MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA
"""Sector numbers from here on mean end, free or allocation table."""
_IN_HEADER = 109


def read_streams(data: bytes, wanted: frozenset[str]) -> Mapping[str, bytes]:
    """The wanted streams by name, and the names alone of all others (empty).

    Raises ``UnreadableFile`` for a damaged file.
    """
    try:
        return _Compound(data).read(wanted)
    except (struct.error, IndexError, UnicodeDecodeError) as fault:
        raise UnreadableFile("unreadable_file") from fault


class _Compound:
    def __init__(self, data: bytes) -> None:
        self.data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if data[:8] != MAGIC or shift not in (9, 12) or mini_shift != 6:
            raise UnreadableFile("unreadable_file")
        self.size = 1 << shift
        (self.directory, _, self.cutoff, self.mini_first) = struct.unpack_from("<IIII", data, 48)
        self.table = self._numbers(self._table_sectors())
        self.mini_table: tuple[int, ...] = ()

    def read(self, wanted: frozenset[str]) -> Mapping[str, bytes]:
        entries = self._chain(self.directory)
        found: dict[str, bytes] = {}
        small: dict[str, tuple[int, int]] = {}
        root = b""
        for at in range(0, len(entries), 128):
            name_bytes, kind = struct.unpack_from("<HB", entries, at + 64)
            start, length = struct.unpack_from("<II", entries, at + 116)
            name = entries[at : at + max(0, min(name_bytes, 64) - 2)].decode("utf-16-le")
            if kind == 5:
                root = self._chain(start)
            elif kind == 2 and name in wanted and length < self.cutoff:
                small[name] = (start, length)
            elif kind == 2:
                found[name] = self._chain(start)[:length] if name in wanted else b""
        if small:
            self.mini_table = self._numbers(self._sectors(self.mini_first))
        return found | {name: self._mini(root, start)[:length] for name, (start, length) in small.items()}

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self.size
        if at >= len(self.data):
            raise IndexError(number)
        return self.data[at : at + self.size]

    def _sectors(self, first: int) -> list[int]:
        """A chain's sectors; one that returns to itself is damage."""
        found: list[int] = []
        while first < _END:
            found.append(first)
            if len(found) > len(self.table):
                raise IndexError(first)
            first = self.table[first]
        return found

    def _chain(self, first: int) -> bytes:
        return b"".join(map(self._sector, self._sectors(first)))

    def _mini(self, root: bytes, first: int) -> bytes:
        found: list[bytes] = []
        while first < _END:
            found.append(root[first * 64 : first * 64 + 64])
            if len(found) > len(self.mini_table):
                raise IndexError(first)
            first = self.mini_table[first]
        return b"".join(found)

    def _numbers(self, sectors: list[int]) -> tuple[int, ...]:
        content = b"".join(map(self._sector, sectors))
        return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])

    def _table_sectors(self) -> list[int]:
        """Where the allocation table stands: 109 places in the header, the rest in a chain of its own."""
        found = list(struct.unpack_from(f"<{_IN_HEADER}I", self.data, 76))
        following, blocks = struct.unpack_from("<II", self.data, 68)
        for _ in range(min(blocks, len(self.data) // self.size)):
            *more, following = struct.unpack(f"<{self.size // 4}I", self._sector(following))
            found += more
        return [number for number in found if number < _END]


_WORKBOOK, _LOCKED = "Workbook", ("EncryptedPackage", "EncryptionInfo")
_BOUNDSHEET, _FILEPASS, _FORMAT, _XF, _SST = 0x85, 0x2F, 0x41E, 0xE0, 0xFC
_BOF, _EOF, _ROW, _COLINFO, _MERGED = 0x809, 0x0A, 0x208, 0x7D, 0xE5
_NUMBER, _RK, _MULRK, _FORMULA, _BOOLERR = 0x203, 0x27E, 0xBD, 0x06, 0x205
_TEXTS = (0xFD, 0x204, 0xD6)
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def open_xls(data: bytes, limits: FileLimits) -> Workbook:
    """Visible worksheets, and hidden ones apart.

    Raises ``UnreadableFile``: locked, no workbook, damaged, or too large.
    """
    found = read_streams(data, frozenset({_WORKBOOK}))
    if any(name in found for name in _LOCKED):
        raise UnreadableFile("locked_file")
    if _WORKBOOK not in found:
        raise UnreadableFile("unreadable_file")
    try:
        metas = _Workbook(found[_WORKBOOK], limits).read()
    except (struct.error, IndexError, UnicodeDecodeError) as fault:
        raise UnreadableFile("unreadable_file") from fault
    return read_worksheets(io.BytesIO(data), "xls", metas, limits, with_hidden=True)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


class _Workbook:
    def __init__(self, stream: bytes, limits: FileLimits) -> None:
        self.stream, self.limits = stream, limits
        self.sheets: dict[str, int] = {}
        self.percent_formats = set(PERCENT_BUILT_IN)
        self.formats: list[int] = []

    def read(self) -> dict[str, SheetMeta]:
        for kind, body in _records(self.stream, 0):
            if kind == _EOF:
                break
            self._global(kind, body)
        # Any number of them may be the same cells: each would be walked again.
        if len(self.sheets) > self.limits.sheets:
            raise UnreadableFile("too_many_sheets", found=len(self.sheets), limit=self.limits.sheets)
        percent = frozenset(place for place, number in enumerate(self.formats) if number in self.percent_formats)
        scans = {name: _Page(percent, self.limits).read(self.stream, at) for name, at in self.sheets.items()}
        check_cells(scans.values(), self.limits)
        return {name: scan.meta() for name, scan in scans.items()}

    def _global(self, kind: int, body: bytes) -> None:
        if kind == _FILEPASS:
            raise UnreadableFile("locked_file")
        if kind == _SST and struct.unpack_from("<I", body, 4)[0] > len(self.stream):
            raise UnreadableFile("unsafe_file")
        if kind == _BOUNDSHEET:
            at, _, what, length, wide = struct.unpack_from("<IBBBB", body, 0)
            if what == 0:
                self.sheets[_text(body[8:], length, wide)] = at
        elif kind == _FORMAT:
            number, length, wide = struct.unpack_from("<HHB", body, 0)
            if is_percent(_text(body[5:], length, wide)):
                self.percent_formats.add(number)
        elif kind == _XF:
            self.formats.append(struct.unpack_from("<H", body, 2)[0])


def _text(data: bytes, length: int, wide: int) -> str:
    return data[: length * 2].decode("utf-16-le") if wide & 1 else data[:length].decode("latin-1")


class _Page:
    """One worksheet's records, up to its end; charts within it have a beginning and an end of their own."""

    def __init__(self, percent: frozenset[int], limits: FileLimits) -> None:
        self.percent = percent
        self.scan = SheetScan(limits)

    def read(self, stream: bytes, at: int) -> SheetScan:
        depth = 0
        for kind, body in _records(stream, at):
            depth += (kind == _BOF) - (kind == _EOF)
            if depth == 0:
                break
            if depth == 1:
                self._record(kind, body)
        return self.scan

    def _record(self, kind: int, body: bytes) -> None:
        if kind in (_NUMBER, _RK, _FORMULA, _BOOLERR) or kind in _TEXTS:
            self._cell(kind, body)
        elif kind == _MULRK:
            row, first = struct.unpack_from("<HH", body, 0)
            for place in range((len(body) - 6) // 6):
                self._number(row, first + place, struct.unpack_from("<H", body, 4 + place * 6)[0])
        elif kind == _ROW and struct.unpack_from("<H", body, 12)[0] & 0x20:
            row = struct.unpack_from("<H", body, 0)[0]
            self.scan.hide_rows(row, row)
        elif kind == _COLINFO and struct.unpack_from("<H", body, 8)[0] & 1:
            self.scan.hide_columns(*struct.unpack_from("<HH", body, 0))
        elif kind == _MERGED:
            for place in range(struct.unpack_from("<H", body, 0)[0]):
                top, bottom, left, right = struct.unpack_from("<HHHH", body, 2 + place * 8)
                self.scan.merge(top, left, bottom, right)

    def _cell(self, kind: int, body: bytes) -> None:
        row, column, style = struct.unpack_from("<HHH", body, 0)
        self.scan.reach(row, column)
        error = body[6] if kind == _BOOLERR and body[7] else None
        if kind == _FORMULA and body[12:14] == b"\xff\xff":
            error = body[8] if body[6] == 2 else None
        elif kind in (_NUMBER, _RK, _FORMULA):
            self._number(row, column, style)
        if error is not None:
            self.scan.flags[row, column] = CellFlag("error", _ERRORS.get(error, "#"))

    def _number(self, row: int, column: int, style: int) -> None:
        self.scan.reach(row, column)
        if style in self.percent:
            self.scan.flags[row, column] = CellFlag("percent", "")
