"""A piece of a file as it was sent: the rows and columns around one cell, as text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CellView:
    """``rows`` are the row's number in the file and its texts, one a column of ``columns``.

    ``row`` and ``column`` name the cell it was opened at. ``own_only``: the file holds other factories too, of which
    nothing is shown; ``masked``: somebody's name or telephone number was covered.
    """

    file: str
    sheet: str | None
    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    row: int
    column: str
    own_only: bool
    masked: bool
