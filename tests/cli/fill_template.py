"""Filling in the workbook as a person does: open it, type beside the names, save."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from tests.cli.command_line import TABLE, here

Cells = Sequence[Any]


def answers() -> dict[str, list[Any]]:
    """What the shipped table answers, item by item: value, basis, before, after, note."""
    with TABLE.open(encoding="gb18030", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return {item: [_number(cell) for cell in cells] for item, *cells in rows if any(cells)}


def fill(path: Path, changes: Mapping[str, Cells], extra: Mapping[str, Cells] | None = None) -> dict[str, int]:
    """Write the workbook at ``path``, type the answers and ``changes``; the row of each item, ``extra`` ones below."""
    assert here("template", path).code == 0
    book = openpyxl.load_workbook(path)
    sheet = book["填报"]
    rows = dict(_items(sheet))
    for item in extra or {}:
        rows[item] = max(rows.values()) + 1
        sheet.cell(rows[item], 1, item)
    for item, cells in {**answers(), **changes, **(extra or {})}.items():
        for column in range(2, 7):
            sheet.cell(rows[item], column).value = cells[column - 2] if column - 2 < len(cells) else None
    book.save(path)
    return rows


def _items(sheet: Worksheet) -> Iterator[tuple[str, int]]:
    head = next(cell.row for cell in sheet["A"] if cell.value == "项目")
    for cell in sheet["A"][head:]:
        if cell.value:
            yield str(cell.value), cell.row


def _number(cell: str) -> Any:
    try:
        return float(cell) if "." in cell else int(cell)
    except ValueError:
        return cell or None
