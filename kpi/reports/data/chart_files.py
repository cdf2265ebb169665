"""A chart as a picture file: SVG, PNG, and a PNG of the size that annex 4 asks of a picture. No browser is needed."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from math import ceil, sqrt

import typst

from kpi.catalogue.forms import requirements
from kpi.reports.fonts import fonts

SCREEN_SCALE = 2
_SHEET = """
#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg")
"""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PIXELS_AN_INCH = 96
CHECKSUM_BYTES, MOST_BYTES = 4, 4
_SPARE = 1.02
"""Above what is asked, for the file's own heads."""


def chart_png(svg: str, scale: float = SCREEN_SCALE) -> bytes:
    """The SVG of ``as_svg`` as PNG, ``scale`` pixels a pixel of it."""
    return typst.compile(
        _SHEET.encode(),
        sys_inputs={"svg": svg},
        format="png",
        ppi=_PIXELS_AN_INCH * scale,
        font_paths=fonts(),
    )


def annex4_png(svg: str) -> bytes:
    """A PNG with the pixels and of the bytes that annex 4 asks of each picture.

    A drawing compresses far below that size; so the first part of its pixels is stored as it is. Nothing is added to
    the picture and nothing is lost.
    """
    asked = requirements().pictures
    width, height = picture_size(svg)
    scale = ceil(sqrt(asked.pixels / (width * height)) * 100 + 1) / 100
    return store_plainly(chart_png(svg, scale), round(asked.bytes_binary * _SPARE))


def picture_size(svg: str) -> tuple[float, float]:
    """Width and height that the file states."""
    head = svg[: svg.index(">")]
    width, height = (float(head.split(f'{side}="')[1].split('"')[0]) for side in ("width", "height"))
    return width, height


def store_plainly(png: bytes, least: int) -> bytes:
    """The same pixels with the first ``least`` bytes of them not compressed; their checksum is the one there was."""
    chunks = list(_chunks(png))
    packed_before = b"".join(data for name, data in chunks if name == b"IDAT")
    width, height = struct.unpack(">II", chunks[0][1][:8])
    lines = memoryview(zlib.decompress(packed_before, bufsize=height * (1 + width * MOST_BYTES)))
    checksum = packed_before[-CHECKSUM_BYTES:]
    plain, packed = zlib.compressobj(0, wbits=-15), zlib.compressobj(zlib.Z_BEST_SPEED, wbits=-15)
    stream = b"\x78\x01" + plain.compress(lines[:least]) + plain.flush(zlib.Z_FULL_FLUSH)
    stream += packed.compress(lines[least:]) + packed.flush() + checksum
    kept = [one for one in chunks if one[0] not in (b"IDAT", b"IEND")]
    return _SIGNATURE + b"".join(_chunk(*one) for one in [*kept, (b"IDAT", stream), (b"IEND", b"")])


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at < len(png):
        size = int.from_bytes(png[at : at + 4], "big")
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        at += size + 12


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
