"""How wide a table's columns are: none narrower than its longest word, and the table as low as may be.

All in font sizes. Letters are measured by the widest of the faces that a machine may put in for ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from kpi.reports.report_content import ReportCell, ReportTable

_CHINESE, _OTHER, _BOLD = 1.0, 0.65, 1.12
_WIDTHS = {
    letter: width
    for width, letters in (
        (0.33, "ijlI|'.,:;· \u00a0"),
        (0.42, "ftrJ()[]-/!"),
        (0.55, "csvxyz"),
        (0.72, "ABCEKPRSTVXYZ"),
        (0.8, "DGHNOQU+−<=≈w"),
        (1.0, "mMW%—●■◆▲▽△▼○□◇"),
    )
    for letter in letters
}
_WORD = re.compile(r"[^ \n\u3000-\u9fff\uff00-\uffef]+|[\u3000-\u9fff\uff00-\uffef]")
"""What a line is not broken within: a word with its no-break spaces, or one Chinese character."""
_TOGETHER = re.compile(
    r" (?=%|pp\b|[·≈] )|(?<=^[<●■▲◆▽–]) |(?<=[\d%]) (?=– [\d−])|(?<=[\d%] –) (?=[\d−])"
    r"|(?<=\w) (?=[=<≤≥>] [\d−])|(?<=\w [=<≤≥>]) (?=[\d−])|(?<=\d{4}-\d\d-\d\d) (?=\d\d:\d\d)",
    re.MULTILINE,
)
"""Between a number and its sign, between a verdict's shape and its word, within a range of numbers or shares, within
what a letter equals, and between a day and its hour.
"""
_BOUNDARY = re.compile(r"(?<=[\u2e80-\uffef])(?=[!-~])|(?<=[!-~])(?=[\u2e80-\uffef])")
_BETWEEN_SCRIPTS = 0.25
"""What Word sets between a Chinese and a Latin letter."""
_STEP, _STEPS = 0.5, 48
"""Columns are widened by so much, and at most so many times at once."""
_RAGGED = 1.08
"""A text of several lines takes so much more than its length: lines end at words."""
_STRIP_LINES, _SHORT = 1.2, 8.0

Lines = NDArray[np.float64]


def kept_together(text: str) -> str:
    """With no-break spaces where a line must not end."""
    return _TOGETHER.sub("\u00a0", text)


def least_widths(table: ReportTable, room: float, padding: float, picture: float = 0.0) -> list[float]:
    """Each column as wide as its longest word, which is broken where it takes half the ``room``; that with a strip at
    least as wide as the ``picture``.
    """
    found = []
    for at, column in enumerate(table.columns):
        need = padding + max(
            _longest_word(column.title) * _BOLD,
            max((_longest_word(text) * bold for text, bold in _texts(table, at)), default=0.0),
        )
        drawn = at == table.strip_column and any(row.strip for row in table.rows)
        found.append(max(min(need, room / 2), picture if drawn else 0.0))
    return found


def column_widths(table: ReportTable, room: float, padding: float, picture: float = 0.0) -> list[float]:
    """Widths that make up ``room``. What the words leave goes first to columns that soon have no line to break."""
    least = least_widths(table, room, padding, picture)
    spare = room - sum(least)
    if spare <= 0:
        return [need * room / sum(least) for need in least]
    widths = _lowest(table, least, spare, padding)
    left = room - sum(widths)
    weights = [column.width for column in table.columns]
    return [width + left * weight / sum(weights) for width, weight in zip(widths, weights, strict=True)]


def _lowest(table: ReportTable, least: Sequence[float], spare: float, padding: float) -> list[float]:
    """Widened step by step where a step makes the whole table lowest; what no step makes lower is left over."""
    columns = [_lines(table, at, need - padding) for at, need in enumerate(least)]
    taken, left = [0] * len(columns), int(spare / _STEP)
    while left > 0:
        now = np.array([lines[step] for lines, step in zip(columns, taken, strict=True)])
        height = now.max(axis=0).sum()
        best, gain = (0, 0), 0.0
        for at, lines in enumerate(columns):
            others = np.delete(now, at, axis=0).max(axis=0, initial=0.0)
            further = lines[taken[at] + 1 : taken[at] + 1 + left]
            gains = (height - np.maximum(further, others).sum(axis=1)) / np.arange(1, len(further) + 1)
            if len(gains) and gains.max() > gain:
                best, gain = (at, int(gains.argmax()) + 1), float(gains.max())
        if not gain:
            break
        taken[best[0]] += best[1]
        left -= best[1]
    return [need + steps * _STEP for need, steps in zip(least, taken, strict=True)]


def _lines(table: ReportTable, at: int, least: float) -> Lines:
    """For each number of steps the lines of each cell, the heading first."""
    found = [[_width(table.columns[at].title) * _BOLD]]
    found += [[_width(line) * bold for line in kept_together(text).split("\n")] for text, bold in _texts(table, at)]
    widths = least + _STEP * np.arange(_STEPS)
    lines = np.zeros((_STEPS, len(found)))
    for row, lengths in enumerate(found):
        for length in lengths:
            lines[:, row] += np.where(length <= widths, 1, np.ceil(length * _RAGGED / widths))
    if at == table.strip_column:
        lines[:, 1:] += [_STRIP_LINES if row.strip else 0 for row in table.rows]
    return lines


def _texts(table: ReportTable, at: int) -> Iterable[tuple[str, float]]:
    for row in table.rows:
        cell: ReportCell = row.cells[at]
        loud = cell.tone in ("leading", "error") or (row.strong and at == 0)
        yield cell.text, _BOLD if loud else 1.0


def _longest_word(text: str) -> float:
    """Chinese lines so short as a verdict's word are not broken either."""
    lines = [line for line in text.split("\n") if any(letter >= "\u2e80" for letter in line)]
    short = (width for width in map(_width, lines) if width <= _SHORT)
    return max(*map(_width, _WORD.findall(kept_together(text))), *short, 0.0, 0.0)


def _width(text: str) -> float:
    letters = sum(_WIDTHS.get(letter, _CHINESE if letter >= "\u2e80" else _OTHER) for letter in text)
    return letters + _BETWEEN_SCRIPTS * len(_BOUNDARY.findall(text))
