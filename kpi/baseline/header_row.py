"""Which row of a panel's file is its header: as stated, or the one that reads most like one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kpi.files.text import cell_text
from kpi.files.workbook import UnreadableFile
from kpi.intake.freeform.headers import classify


@dataclass(frozen=True, slots=True)
class Opening:
    """How a file is to be opened; None is found in the file. ``header_row`` is 1-based.

    ``certain``: it was said of this very file.
    """

    encoding: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    certain: bool = False


FOUND = Opening()
"""Everything is found in the file."""
HEADER_WITHIN = 20
"""Titles and notes above a header take a few rows."""
WANTED = 2
_BELOW = ("value", "basis")
Likeness = Callable[[Sequence[str]], int]
"""Of a row to the header that is sought: 0 where it is none, ``WANTED`` where it is, and 1 where it is like it."""


def header_at(rows: Sequence[Sequence[object]], likeness: Likeness, how: Opening) -> int:
    """The 0-based row of the header among the first: as stated, else the first of the likest.

    What was stated for another file holds while no other row is liker: this one may have a title more, or less.
    """
    if how.header_row is None:
        return likest(rows, likeness)[0]
    if how.header_row > len(rows):
        raise UnreadableFile("panel_no_header", row=how.header_row)
    stated = how.header_row - 1
    at, like = (stated, 0) if how.certain else likest(rows, likeness)
    return at if like > likeness(row_words(rows[stated])) else stated


def likest(rows: Sequence[Sequence[object]], likeness: Likeness) -> tuple[int, int]:
    """The first of the likest rows, and how like it is."""
    best = (0, 0)
    for at, row in enumerate(rows[:HEADER_WITHIN]):
        like = int(likeness(row_words(row)))
        if like > best[1]:
            best = (at, like)
        if like == WANTED:
            break
    return best


def row_words(row: Sequence[object]) -> list[str]:
    # Most cells are texts already: of millions in one row the call for each is what takes long.
    return [cell.strip() if type(cell) is str else cell_text(cell).strip() for cell in row]


def second_row(first: Sequence[str], below: Sequence[str]) -> list[str]:
    """The names of a header of two rows, a KPI above and its 数值 and 口径 below it; empty where the second is none.

    A blank beside a name is under it, as if merged.
    """
    parts = [classify(word) for word in below if word]
    if not parts or not all(match.is_word and match.part in _BELOW for match in parts):
        return []
    names, over = [], ""
    for name, word in zip(first, below, strict=True):
        over = name or (over if word else "")
        named = classify(word).part if word else None
        names.append(f"{over} {word}" if named == "basis" else over)
    return names
