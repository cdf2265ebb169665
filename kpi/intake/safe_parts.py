"""What every zipped office file goes through before its content is believed: its list of entries, and its XML."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from typing import BinaryIO, Protocol
from xml.parsers import expat

from kpi.intake.book import Refused, too_large

UNREADABLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError)
"""What ``zipfile`` raises for archives that are damaged, encrypted or packed in a way it does not know."""

# The end record of a zip stands in its last 22 bytes and a comment of at most 65,535; the locator of zip64 before it.
_TAIL = 22 + 65_535 + 20
_END, _ZIP64 = b"PK\x05\x06", b"PK\x06\x07"
_ENTRY_BYTES = 46 + 400
"""A listed entry, its name and extras counted generously; those of office files take about 100 bytes."""


class ZipLimits(Protocol):
    """Bytes once unpacked, how many times those of the file they may be, and how many entries."""

    @property
    def unpacked_bytes(self) -> int: ...
    @property
    def unpacked_ratio(self) -> int: ...
    @property
    def entries(self) -> int: ...


def open_zip(stream: BinaryIO, limits: ZipLimits) -> zipfile.ZipFile:
    """The archive, nothing unpacked yet.

    Raises ``Refused`` for a list that is too large, crammed, doubled or encrypted, and one of ``UNREADABLE``.
    """
    size = stream.seek(0, os.SEEK_END)
    _check_directory(stream, size, limits)
    archive = zipfile.ZipFile(stream)
    _check_entries(archive.infolist(), size, limits)
    return archive


def careful_parser(namespace_separator: str | None = None) -> expat.XMLParserType:
    """An expat parser that raises ``Refused`` at the first document type: without one there are no entities."""

    def refuse(*_: object) -> None:
        raise Refused("unsafe_file")

    parser = expat.ParserCreate(namespace_separator=namespace_separator)
    parser.StartDoctypeDeclHandler = refuse
    return parser


def _check_directory(stream: BinaryIO, size: int, limits: ZipLimits) -> None:
    """``zipfile`` makes an object of every listed entry before one can count them: a list of 100 MB takes 1 GB."""
    stream.seek(max(0, size - _TAIL))
    tail = stream.read(_TAIL)
    stream.seek(0)
    at = tail.find(_END)
    while at >= 0:
        listed = struct.unpack_from("<I", tail.ljust(at + 16, b"\0"), at + 12)[0]
        if listed > limits.entries * _ENTRY_BYTES:
            raise Refused("unsafe_file")
        at = tail.find(_END, at + 1)
    if _ZIP64 in tail:
        raise Refused("unsafe_file")


def _check_entries(entries: list[zipfile.ZipInfo], size: int, limits: ZipLimits) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.unpacked_bytes:
        raise too_large(unpacked, limits.unpacked_bytes)
    names = [entry.filename for entry in entries]
    crammed = len(entries) > limits.entries or unpacked > limits.unpacked_ratio * size
    if crammed or len(set(names)) != len(names) or any(entry.flag_bits & 1 for entry in entries):
        raise Refused("unsafe_file")
