"""What every zipped office file goes through before its content is believed: its list of entries, and its XML."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from typing import BinaryIO, Protocol
from xml.parsers import expat

from kpi.files.workbook import UnreadableFile, too_large

ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
    LookupError,
)
"""What ``zipfile`` raises for archives that are damaged, encrypted, packed or named in a way it does not know."""

# Those that every office program writes. Others unpack in one go, however much comes out: 700 bytes are 1 GB of bzip2.
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})

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

    Raises ``UnreadableFile`` for a list that is too large, crammed, doubled, encrypted or oddly packed, and one of
    ``ZIP_ERRORS``.
    """
    size = stream.seek(0, os.SEEK_END)
    _check_directory(stream, size, limits)
    archive = zipfile.ZipFile(stream)
    _check_entries(archive.infolist(), size, limits)
    return archive


def safe_xml_parser(namespace_separator: str | None = None) -> expat.XMLParserType:
    """An expat parser that raises ``UnreadableFile`` at the first document type: without one there are no entities.

    All is UTF-8, whatever a part says of itself: otherwise one reader checks what another never sees.
    """

    def refuse(*_: object) -> None:
        raise UnreadableFile("unsafe_file")

    parser = expat.ParserCreate("utf-8", namespace_separator)
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
            raise UnreadableFile("unsafe_file")
        at = tail.find(_END, at + 1)
    if _ZIP64 in tail:
        raise UnreadableFile("unsafe_file")


def _check_entries(entries: list[zipfile.ZipInfo], size: int, limits: ZipLimits) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.unpacked_bytes:
        raise too_large(unpacked, limits.unpacked_bytes)
    # Some readers take \\ for / and mind no capitals: they would open another part than the one that was checked.
    names = {entry.filename.replace("\\", "/").lower() for entry in entries}
    crammed = len(entries) > limits.entries or unpacked > limits.unpacked_ratio * size
    unusual = any(entry.flag_bits & 1 or entry.compress_type not in _METHODS for entry in entries)
    if crammed or unusual or len(names) != len(entries):
        raise UnreadableFile("unsafe_file")
