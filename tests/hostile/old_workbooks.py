"""Hostile Excel 97-2003 workbooks, written record by record (MS-XLS, in a compound file of MS-CFB)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping

from kpi.files.limits import application_limits

_SECTOR = 512
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_BOUNDSHEET, _BOF, _EOF, _NUMBER, _COLINFO = 0x85, 0x809, 0x0A, 0x203, 0x7D


def old_workbook(sheets: int, *records: bytes) -> bytes:
    """As many worksheets, all of them the same records."""
    names = [b"s%d" % number for number in range(sheets)]
    start = record(_BOF, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 6))
    at = len(start) + sum(12 + len(name) for name in names) + 4
    listed = [record(_BOUNDSHEET, struct.pack("<IBBBB", at, 0, 0, len(name), 0) + name) for name in names]
    page = [record(_BOF, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 6)), *records, record(_EOF)]
    return compound(b"".join([start, *listed, record(_EOF), *page]))


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _number(row: int, column: int) -> bytes:
    return record(_NUMBER, struct.pack("<HHHd", row, column, 0, 1.0))


def compound(stream: bytes) -> bytes:
    """The stream as the one file of a container: header, allocation tables, directory, content."""
    stream = stream.ljust(4096, b"\0")
    count = -(-len(stream) // _SECTOR)
    tables = next(many for many in range(1, 110) if many * 128 >= many + 1 + count)
    head = struct.pack("<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 62, 3, 0xFFFE, 9, 6,
                       0, tables, tables, 0, 4096, _END, 0, _END, 0)  # fmt: skip
    head += struct.pack("<109I", *range(tables), *[_FREE] * (109 - tables))
    chain = [*range(tables + 2, tables + 1 + count), _END]
    table = [*[_TABLE] * tables, _END, *chain]
    table += [_FREE] * (tables * 128 - len(table))
    directory = _entry("Root Entry", 5, _END, 0) + _entry("Workbook", 2, tables + 1, len(stream))
    return b"".join(
        [head, struct.pack(f"<{len(table)}I", *table), directory.ljust(_SECTOR, b"\0"), stream.ljust(count * _SECTOR)]
    )


def _entry(name: str, kind: int, first: int, size: int) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    links = (_FREE, _FREE, 1 if kind == 5 else _FREE)
    return struct.pack("<64sHBB3I36xIII", encoded, len(encoded), kind, 1, *links, first, size, 0)


_MOST = application_limits()

OLD_WORKBOOKS: Mapping[str, tuple[Callable[[], bytes], tuple[str, ...] | None]] = {
    "numbers alone": (lambda: old_workbook(2, *(_number(row, 0) for row in range(100))), ("no_answer_sheet",)),
    "100,000 sheets of the same cells": (
        lambda: old_workbook(100_000, *(_number(row, 0) for row in range(_MOST.rows))),
        ("too_many_sheets",),
    ),
    "every column hidden 300,000 times": (
        lambda: old_workbook(1, record(_COLINFO, struct.pack("<6H", 0, 65_535, 1, 0, 1, 0)) * 300_000),
        ("no_answer_sheet",),
    ),
    "a far row": (lambda: old_workbook(1, _number(65_535, 0)), ("too_many_rows",)),
    "a far column": (lambda: old_workbook(1, _number(0, 65_535)), ("too_many_columns",)),
    "cells in every place": (
        lambda: old_workbook(1, _number(_MOST.rows - 1, 0), _number(0, _MOST.columns - 1)),
        ("too_many_cells",),
    ),
}
