"""A row of the position strip as a small PNG, for documents that cannot draw: plain arrays, no browser, no library."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from kpi.charts.theme import LIGHT
from kpi.reports.report_content import StripCell, Tone

WIDTH, HEIGHT = 360, 42
"""Pixels; about 300 an inch in a table's column."""
_SHARPER = 4
"""Drawn so many times larger and averaged, so that slanted edges are smooth."""
_MARK, _BAR = 14.0, 5.0
"""Half the height of the mark and of the range's bar, in pixels."""

Pixels = NDArray[np.float64]


def strip_picture(strip: StripCell, colours: dict[Tone, str]) -> bytes:
    """The shaded zone from the leading line on, the axis, the range, and the mark: its shape is that of the verdict."""
    width, height = WIDTH * _SHARPER, HEIGHT * _SHARPER
    picture = np.full((height, width, 3), 255.0)
    y, x = np.mgrid[0:height, 0:width] / _SHARPER
    # The axis ends so far from the edges that a mark at 0 or 100 % is whole.
    across = (x - _MARK) / (WIDTH - 2 * _MARK)
    below_middle = y - HEIGHT / 2
    from_middle = np.abs(below_middle)
    on_axis = (across >= 0) & (across <= 1)
    _paint(picture, on_axis & (across >= strip.line), LIGHT.leading_zone)
    _paint(picture, on_axis & (from_middle <= 1), LIGHT.plain_bar)
    if np.isfinite([strip.low, strip.high]).all():
        _paint(picture, (across >= strip.low) & (across <= strip.high) & (from_middle <= _BAR), LIGHT.plain_bar)
    if np.isfinite(strip.mark):
        sideways = np.abs(across - strip.mark) * (WIDTH - 2 * _MARK)
        _paint(picture, _within(strip.symbol, sideways, below_middle, _MARK), colours[strip.tone])
        if strip.open:
            _paint(picture, _within(strip.symbol, sideways, below_middle, _MARK - 4), "#FFFFFF")
    return _png(picture.reshape(HEIGHT, _SHARPER, WIDTH, _SHARPER, 3).mean(axis=(1, 3)).round().astype(np.uint8))


def _within(symbol: str, sideways: Pixels, below_middle: Pixels, size: float) -> NDArray[np.bool_]:
    from_middle = np.abs(below_middle)
    if symbol.startswith("triangle"):
        from_tip = (below_middle if symbol.startswith("triangle-up") else -below_middle) + size * 0.8
        return (from_tip >= 0) & (from_tip <= size * 1.6) & (sideways <= from_tip * 0.6)
    if symbol.startswith("diamond"):
        return sideways + from_middle <= size
    if symbol.startswith("square"):
        return np.maximum(sideways, from_middle) <= size * 0.8
    return np.hypot(sideways, from_middle) <= size * 0.9


def _paint(picture: Pixels, where: NDArray[np.bool_], colour: str) -> None:
    picture[where] = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def _png(pixels: NDArray[np.uint8]) -> bytes:
    height, width, _ = pixels.shape
    lines = b"".join(b"\x00" + row.tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
