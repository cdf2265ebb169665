"""What a workbook hides is not read: its sender does not see it. Where something stands there, that is reported."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from kpi.files.printable import is_blank, number_ranges
from kpi.files.workbook import CellValue, Sheet, column_letter
from kpi.intake.problem_collector import ProblemCollector


def without_hidden(sheet: Sheet, faults: ProblemCollector) -> Sheet:
    """``sheet`` with its hidden rows and columns blank; every other cell keeps its place."""
    rows, columns = hidden_content(sheet)
    if rows:
        faults.of_sheet(sheet.name, "hidden_rows", rows=rows)
    if columns:
        faults.of_sheet(sheet.name, "hidden_columns", columns=columns)
    return shown_content(sheet)


def hidden_content(sheet: Sheet) -> tuple[str, str]:
    """Hidden rows, and hidden columns, in which something stands: "5–7, 9" and "B", each "" for none."""
    rows, columns = sheet.meta.hidden_rows, sheet.meta.hidden_columns
    if not rows and not columns:
        return "", ""
    used_rows = [row for row in sorted(rows) if row < len(sheet.rows) and _filled(sheet.rows[row])]
    shown = [row for place, row in enumerate(sheet.rows) if place not in rows]
    used_columns = [column for column in sorted(columns) if _filled(row[column] for row in shown if column < len(row))]
    return _ranges(used_rows, lambda place: str(place + 1)), _ranges(used_columns, column_letter)


def shown_content(sheet: Sheet) -> Sheet:
    """``sheet`` without its hidden content, of which nothing is reported."""
    rows, columns = sheet.meta.hidden_rows, sheet.meta.hidden_columns
    if not rows and not columns:
        return sheet
    seen = [[] if place in rows else _blanked(row, columns) for place, row in enumerate(sheet.rows)]
    flags = {at: flag for at, flag in sheet.flags.items() if at[0] not in rows and at[1] not in columns}
    return replace(sheet, rows=seen, meta=replace(sheet.meta, flags=flags))


def _filled(cells: Iterable[CellValue]) -> bool:
    return not all(map(is_blank, cells))


def _blanked(row: Sequence[CellValue], columns: Collection[int]) -> Sequence[CellValue]:
    return [None if place in columns else raw for place, raw in enumerate(row)] if columns else row


def _ranges(places: Iterable[int], name: Callable[[int], str]) -> str:
    """5–7, 9."""
    runs = number_ranges(places)
    return ", ".join(name(first) if first == last else f"{name(first)}–{name(last)}" for first, last in runs)
