"""What every zipped office file goes through before its content is believed: its list of entries, and its XML."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import BinaryIO, Protocol
from xml.parsers import expat

from kpi.files.limits import FileLimits
from kpi.files.workbook import UnreadableFile, too_large

# What every zipped office file goes through before its content is believed: its list of entries, and its XML.


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


# Walking a part's XML by expat, element by element, without prefixes.


XmlAttributes = Mapping[str, str]


def refuse_document_type(part: bytes) -> None:
    """Raises ``UnreadableFile`` for a document type or broken XML."""
    parse_part(part, safe_xml_parser())


def walk_part(
    part: bytes,
    start: Callable[[str, XmlAttributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Calls ``start`` and ``end`` with each element's name without its prefix. Raises ``UnreadableFile`` as above."""
    parser = safe_xml_parser()
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
    if end:
        parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
    if text:
        parser.CharacterDataHandler = text
    parse_part(part, parser)


def parse_part(part: bytes, parser: expat.XMLParserType) -> None:
    """The whole of a part; none at all is no fault. Raises ``UnreadableFile``."""
    if not part:
        return
    try:
        parser.Parse(part, True)
    except expat.ExpatError as fault:
        raise UnreadableFile("unreadable_file") from fault


# The XML parts of a zipped workbook: counted while they are unpacked, and packed again without compression.


_OPENED = (".xml", ".rels")


def unpack(data: bytes, limits: FileLimits) -> dict[str, bytes]:
    """XML parts only, read with a counter: the sizes a zip states of itself may lie. Raises ``UnreadableFile``."""
    try:
        with open_zip(io.BytesIO(data), limits) as archive:
            wanted = [entry for entry in archive.infolist() if entry.filename.lower().endswith(_OPENED)]
            parts: dict[str, bytes] = {}
            left = limits.unpacked_bytes
            for entry in wanted:
                with archive.open(entry) as stream:
                    parts[entry.filename] = stream.read(left + 1)
                left -= len(parts[entry.filename])
                if left < 0:
                    raise too_large(limits.unpacked_bytes - left, limits.unpacked_bytes)
            return parts
    except ZIP_ERRORS as fault:
        raise UnreadableFile("unreadable_file") from fault


def repack(parts: Mapping[str, bytes]) -> io.BytesIO:
    """The checked parts in a plain zip, so that calamine unpacks nothing that was not counted."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    stream.seek(0)
    return stream
