"""Facts in a block of their own, above or below a table or on another sheet: 企业名称：…, or a label and a cell."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

from kpi.intake.freeform.header_matching import classify
from kpi.intake.grid import Grid
from kpi.intake.problem_collector import SourceCell

_PAIR = re.compile(r"\s*([^:：]{1,40})[:：]\s*(\S.*?)\s*", re.DOTALL)
_NEXT = re.compile(r"(?<=\S)\s{2,}(?=[^:：\s]{2,20}[:：])")


def block_facts(grid: Grid, rows: Iterable[int], headers: Container[tuple[int, int]] = ()) -> dict[str, SourceCell]:
    """The facts stated in these rows by code, each with its cell; the first statement of one counts.

    ``headers`` are cells that head a column: no label of what stands beside them.
    """
    found: dict[str, SourceCell] = {}
    most = grid.faults.limits.searched_columns
    for row in rows:
        label: str | None = None
        for column in range(min(most, len(grid.rows[row]))):
            if grid.blank(row, column) or grid.origin(row, column) != (row, column):
                continue
            raw = grid.raw(row, column)
            pairs = _pairs(raw) if isinstance(raw, str) else []
            fact = _fact(raw) if isinstance(raw, str) else None
            if pairs:
                for code, text in pairs:
                    found.setdefault(code, grid.checked(row, column).read_as(text))
            elif fact is None and label is not None:
                found.setdefault(label, grid.checked(row, column))
            label = None if pairs or (row, column) in headers else fact
    return found


def _pairs(raw: str) -> list[tuple[str, str]]:
    """Facts written with their values into one cell; several are parted by wide blanks."""
    matched = [_PAIR.fullmatch(piece) for piece in _NEXT.split(raw)]
    return [(code, one[2]) for one in matched if one and (code := _fact(one[1]))]


def _fact(raw: str) -> str | None:
    match = classify(raw)
    if match.part == "note":
        return None
    return match.item if match.item and match.certain and match.kpi is None else None
