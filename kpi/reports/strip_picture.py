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
    # Of each pixel the number of its colour: a sixth of the work of three colours each.
    picture = np.zeros((HEIGHT * _SHARPER, WIDTH * _SHARPER), np.uint8)
    inks = ["#FFFFFF"]

    def paint(where: NDArray[np.bool_], colour: str, part: slice = slice(None)) -> None:
        picture[:, part][where] = len(inks)
        inks.append(colour)

    y, x = (np.arange(size) / _SHARPER for size in picture.shape)
    # The axis ends so far from the edges that a mark at 0 or 100 % is whole.
    across = (x - _MARK) / (WIDTH - 2 * _MARK)
    below_middle = y[:, np.newaxis] - HEIGHT / 2
    from_middle = np.abs(below_middle)
    on_axis = (across >= 0) & (across <= 1)
    paint((from_middle >= 0) & on_axis & (across >= strip.line), LIGHT.leading_zone)
    paint((from_middle <= 1) & on_axis, LIGHT.plain_bar)
    if np.isfinite([strip.low, strip.high]).all():
        paint((from_middle <= _BAR) & (across >= strip.low) & (across <= strip.high), LIGHT.plain_bar)
    if np.isfinite(strip.mark):
        sideways = np.abs(across - strip.mark) * (WIDTH - 2 * _MARK)
        [beside] = np.nonzero(sideways <= 2 * _MARK)
        near = slice(beside[0], beside[-1] + 1) if beside.size else slice(0)
        paint(_within(strip.symbol, sideways[near], below_middle, _MARK), colours[strip.tone], near)
        if strip.open:
            paint(_within(strip.symbol, sideways[near], below_middle, _MARK - 4), "#FFFFFF", near)
    palette = np.array([[int(ink[at : at + 2], 16) for at in (1, 3, 5)] for ink in inks], np.uint16)
    return _png(np.stack([_averaged(one[picture]) for one in palette.T], axis=-1))


def _averaged(sharper: NDArray[np.uint16]) -> NDArray[np.uint8]:
    lines = np.add.reduce([sharper[at::_SHARPER] for at in range(_SHARPER)])
    summed = np.add.reduce([lines[:, at::_SHARPER] for at in range(_SHARPER)])
    averaged: NDArray[np.uint8] = (summed / _SHARPER**2).round().astype(np.uint8)
    return averaged


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


def _png(pixels: NDArray[np.uint8]) -> bytes:
    height, width, _ = pixels.shape
    lines = b"".join(b"\x00" + row.tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
