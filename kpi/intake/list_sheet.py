"""Opening a list with one record a row, whatever kind of file it is: columns go by name, others are left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kpi.files.limits import FileLimits
from kpi.files.ole2 import MAGIC
from kpi.files.printable import cell_text
from kpi.files.text_file import open_text
from kpi.files.workbook import Sheet, UnreadableFile, Workbook, too_large
from kpi.files.xls import open_xls
from kpi.files.xlsx import open_workbook
from kpi.intake.hidden_cells import hidden_content
from kpi.intake.merged_cells import with_merged_texts
from kpi.intake.problem_collector import ProblemCollector
from kpi.intake.settings import comparable_word

Words = Mapping[str, Sequence[str]]
"""What a column may be called, by its own name."""

LIST_TYPES = ("csv", "tsv", "txt", "xlsx", "xlsm", "xls", "ods")
"""Extensions of the files that can be such a list."""

_ZIP = b"PK"


def open_list(data: bytes, limits: FileLimits, words: Words) -> tuple[Sheet, dict[str, int]]:
    """The sheet that names most of the columns in its first row, and their 0-based places.

    Texts merged over rows stand in each of them.

    Raises:
        UnreadableFile: it cannot be opened safely or at all.
    """
    if len(data) > limits.file_bytes:
        raise too_large(len(data), limits.file_bytes)
    if not data.strip():
        raise UnreadableFile("unreadable_file")
    sheets = _book(data, limits, words).sheets or (Sheet(None, ()),)
    sheet = max(sheets, key=lambda one: len(_columns(one, words)))
    return with_merged_texts(sheet), _columns(sheet, words)


def report_hidden(sheet: Sheet, columns: Mapping[str, int], code: str, faults: ProblemCollector) -> None:
    """Hidden content is neither read nor left out in silence: whoever sends the list does not see it."""
    listed = frozenset(columns.values()) & sheet.meta.hidden_columns
    hidden = hidden_content(replace(sheet, meta=replace(sheet.meta, hidden_columns=listed)))
    if any(hidden):
        faults.of_sheet(sheet.name, code, where=", ".join(filter(None, hidden)))


def list_cells(row: Sequence[object], columns: Mapping[str, int]) -> dict[str, str]:
    """A row's texts by column."""
    return {name: cell_text(row[place]).strip() if place < len(row) else "" for name, place in columns.items()}


def _book(data: bytes, limits: FileLimits, words: Words) -> Workbook:
    if data.startswith(MAGIC[:4]):
        return open_xls(data, limits)
    if data.startswith(_ZIP):
        return open_workbook(data, limits)
    return open_text(data, limits, lambda sheet: len(_columns(sheet, words)))


def _columns(sheet: Sheet, words: Words) -> dict[str, int]:
    by_word = {comparable_word(word): column for column, names in words.items() for word in names}
    found: dict[str, int] = {}
    for place, raw in enumerate(sheet.rows[0] if sheet.rows else ()):
        if column := by_word.get(comparable_word(cell_text(raw))):
            found.setdefault(column, place)
    return found
