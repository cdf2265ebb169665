"""A picture's format and size in pixels from its header, in a few small reads.

Imaging libraries read metadata before they give the size, and a TIFF directory can request the same megabyte 65,000
times. Here only the size is read, and no pixel is decoded. The formats: PNG (ISO 15948),
JPEG (ISO 10918-1, annex B), TIFF 6.0, BMP (the DIB header), GIF89a, WebP (RFC 9649).
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from typing import IO

_JPEG_SIZED = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
_JPEG_SEGMENTS = 4_000
_TIFF_WIDTH, _TIFF_HEIGHT = 256, 257
_VECTOR = {"EMF", "WMF", "SVG"}


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """``kind`` is "" for an unknown format; ``size`` is None without pixels or with a broken header."""

    kind: str
    size: tuple[int, int] | None = None

    @property
    def vector(self) -> bool:
        return self.kind in _VECTOR


def read_header(stream: IO[bytes]) -> ImageHeader:
    """Format and size of the picture in a seekable stream; never raises, whatever its content."""
    head = stream.read(64)
    kind = _kind(head)
    try:
        return ImageHeader(kind, _size(kind, head, stream))
    except struct.error:
        return ImageHeader(kind)


def _kind(head: bytes) -> str:
    starts = {
        b"\x89PNG\r\n\x1a\n": "PNG",
        b"\xff\xd8\xff": "JPEG",
        b"II*\0": "TIFF",
        b"MM\0*": "TIFF",
        b"BM": "BMP",
        b"GIF8": "GIF",
        b"\xd7\xcd\xc6\x9a": "WMF",
        b"\x01\0\x09\0": "WMF",
    }
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    if head[:4] == b"\x01\0\0\0" and head[40:44] == b" EMF":
        return "EMF"
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"<svg", b"<?xml")):
        return "SVG"
    return next((kind for start, kind in starts.items() if head.startswith(start)), "")


def _size(kind: str, head: bytes, stream: IO[bytes]) -> tuple[int, int] | None:
    if kind == "PNG":
        return _size_at(">II", head, 16) if head[12:16] == b"IHDR" else None
    if kind == "GIF":
        return _size_at("<HH", head, 6)
    if kind == "BMP":
        # The oldest header (12 bytes) has 16-bit sizes; a negative height stores the rows from the top.
        return _size_at("<HH", head, 18) if head[14:18] == b"\x0c\0\0\0" else _size_at("<ii", head, 18)
    if kind == "WebP":
        return _webp(head)
    if kind == "JPEG":
        return _jpeg(stream)
    return _tiff(head, stream) if kind == "TIFF" else None


def _size_at(layout: str, data: bytes, at: int) -> tuple[int, int] | None:
    width, height = (abs(number) for number in struct.unpack_from(layout, data, at))
    return (width, height) if width and height else None


def _webp(head: bytes) -> tuple[int, int] | None:
    form = head[12:16]
    if form == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if form == b"VP8L":
        bits = struct.unpack_from("<I", head, 21)[0]
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", head, 26)
    return (width & 0x3FFF, height & 0x3FFF) if form == b"VP8 " else None


def _jpeg(stream: IO[bytes]) -> tuple[int, int] | None:
    """Skip from segment to segment to a frame header."""
    stream.seek(2)
    for _ in range(_JPEG_SEGMENTS):
        fill, marker = struct.unpack("BB", stream.read(2))
        while fill == marker == 0xFF:  # padding before a marker
            marker = struct.unpack("B", stream.read(1))[0]
        if fill != 0xFF:
            return None
        if marker in _JPEG_BARE:
            continue
        length = struct.unpack(">H", stream.read(2))[0]
        if marker in _JPEG_SIZED:
            height, width = struct.unpack(">xHH", stream.read(5))
            return (width, height) if width and height else None
        stream.seek(max(0, length - 2), os.SEEK_CUR)
    return None


def _tiff(head: bytes, stream: IO[bytes]) -> tuple[int, int] | None:
    order = "<" if head.startswith(b"II") else ">"
    stream.seek(struct.unpack_from(f"{order}I", head, 4)[0])
    count = struct.unpack(f"{order}H", stream.read(2))[0]
    directory = stream.read(12 * count)
    sizes: dict[int, int] = {}
    for at in range(0, len(directory) - 11, 12):
        tag, form = struct.unpack_from(f"{order}HH", directory, at)
        if tag in (_TIFF_WIDTH, _TIFF_HEIGHT):
            # SHORT (3) or LONG (4); a SHORT is in the first half of its four bytes.
            sizes[tag] = struct.unpack_from(f"{order}{'H' if form == 3 else 'I'}", directory, at + 8)[0]
    width, height = sizes.get(_TIFF_WIDTH, 0), sizes.get(_TIFF_HEIGHT, 0)
    return (width, height) if width and height else None
