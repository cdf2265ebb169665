"""The streams of a compound file (MS-CFB), the container of .xls, of .doc and of workbooks locked by a password."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from kpi.files.workbook import UnreadableFile

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
