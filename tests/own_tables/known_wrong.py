"""Cells that the reader does not read, ask about or word as their marks ask: whoever puts one right takes it out.

None of them is a value wrong in silence: of those there are none.
"""

from __future__ import annotations

KNOWN_WRONG: dict[str, str] = {
    # 其中：二期 and its number are dropped as if they were a note.
    "a part of a works below it": "B6 B7",
    # A list with its phases in rows, or its years in columns, is not read.
    "list, before and after in rows": "G3",
    "list, years in columns": "E2 F2 E3 F3",
    # Whether a sheet of targets is read is asked once, at its title; the judge looks for a word at each cell.
    "a sheet of results and one of targets": "目标!B6",
    "a sheet of targets": "B6",
    # Notes and signatures below a wide table are no factory.
    "a KPI first, notes below": "A3 A4",
    "a KPI first, a note without its word below": "A3",
    "wide, notes below": "A5",
    # Reported as merged over two KPIs, and read for the first.
    "a value over two KPIs": "B5",
    # The question of one factory's cell in a column; the judge takes it for the others' as well.
    "points in some cells of a column": "E2",
    "a decimal below percentages": "E2",
    "a text of a percentage above a decimal": "E2",
    # 45% as the sheet shows it is 45, and asked about all the same (decision 7): by the format of a cell alone the same
    # number would be another value.
    "xls, percentages": "B5 B6",
    "ods, percentages": "B5 B6",
    "percentage formats": "B5 B6 B7 B8",
    "percentage formats, wide": "E2 F2 E3 F3",
    "one percentage format among decimals": "B5",
    "one percentage format among decimals, wide": "E2",
    "a growth beside a percentage format": "E2",
    "a growth beside a percentage format, long": "B5",
    "a column of both formats": "E2",
    "a column of a percentage and a plain number": "E2 E3",
    "percentage formats beside plain numbers": "B5",
    "percentages of changes with two bases": "B6",
    "percentage formats before and after": "C5",
    "percentage formats in three years": "B4 C4 B5 C5",
    "one year in percentage formats": "B4 B5",
    # Asked about as a name like one of its change, without a word of before and after.
    "levels alike, wide with units": "L2",
    # (models) and (enterprises) are the catalogue's English units; with it the name of K21 is too long to be looked at.
    "English throughout": "I2 T2",
}
