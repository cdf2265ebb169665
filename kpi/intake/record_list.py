"""Lists that an administrator sends, accounts to add or stages to set: one record a row, all faults at once.

What a record means, and whether it may be, is asked of the store by the service that takes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from kpi.catalogue.data_files import Checked, load_toml
from kpi.files.limits import application_limits
from kpi.files.printable import is_forbidden
from kpi.files.workbook import Sheet, UnreadableFile
from kpi.intake.list_sheet import list_cells, open_list, report_hidden
from kpi.intake.problem_collector import ProblemCollector
from kpi.intake.settings import INTAKE_DATA, comparable_word
from kpi.model.problem import Problem, listed

ListKind = Literal["accounts", "steps"]


class ListForm(Checked):
    """How a list is written. ``most`` records; ``key`` columns tell one from another; ``words`` are those of values."""

    most: int
    optional: tuple[str, ...]
    key: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]
    words: dict[str, tuple[str, ...]]

    def value(self, text: str) -> str | None:
        """The value that a word says, or None."""
        said = comparable_word(text)
        return next((value for value, words in self.words.items() if said in map(comparable_word, words)), None)

    def heading(self, column: str) -> str:
        """The Chinese name of a column, as the notice's readers write it."""
        return self.columns[column][1]


class _Lists(Checked):
    accounts: ListForm
    steps: ListForm


@dataclass(frozen=True, slots=True)
class ListRecord:
    """One row, 1-based, and its texts by column."""

    row: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ListReading:
    """Use ``records`` only where there is no problem: every problem is an error."""

    records: tuple[ListRecord, ...]
    problems: tuple[Problem, ...]


def read_record_list(kind: ListKind, name: str, data: bytes) -> ListReading:
    """The list in ``data``. ``name`` is only shown in problems. Never raises for what the file holds."""
    form, faults = list_form(kind), ProblemCollector(name, application_limits())
    records: tuple[ListRecord, ...] = ()
    try:
        sheet, columns = open_list(data, faults.limits, form.columns)
        records = _records(form, sheet, columns, faults)
    except UnreadableFile as fault:
        faults.of_file(fault.code, fault.params)
    return ListReading(records, faults.in_order())


def list_form(kind: ListKind) -> ListForm:
    """How lists of a kind are written."""
    lists = _lists()
    return lists.accounts if kind == "accounts" else lists.steps


def _records(
    form: ListForm, sheet: Sheet, columns: Mapping[str, int], faults: ProblemCollector
) -> tuple[ListRecord, ...]:
    missing = [form.heading(one) for one in form.columns if one not in columns and one not in form.optional]
    if missing:
        faults.of_sheet(sheet.name, "list_missing_column", row=1, name=listed(missing))
        return ()
    report_hidden(sheet, columns, "list_hidden", faults)
    found: list[ListRecord] = []
    first: dict[tuple[str, ...], int] = {}
    for row, raw in enumerate(sheet.rows[1:], start=2):
        cells = list_cells(raw, columns)
        if not any(cells.values()):
            continue
        for name, text in cells.items():
            place = (sheet.name, row, columns[name], text)
            if not text and name not in form.optional:
                faults.in_table("list_blank", place, name=form.heading(name))
            elif len(text) > faults.limits.cell_characters or any(is_forbidden(one) for one in text if one != "\n"):
                faults.in_table("list_unreadable_text", place, name=form.heading(name))
        key = tuple(comparable_word(cells[name]) for name in form.key)
        if all(key) and first.setdefault(key, row) != row:
            column = form.key[0]
            faults.in_table("list_repeated", (sheet.name, row, columns[column], cells[column]), first=first[key])
        found.append(ListRecord(row, {name: cells.get(name, "") for name in form.columns}))
    if not found:
        faults.of_sheet(sheet.name, "list_empty")
    if len(found) > form.most:
        faults.of_sheet(sheet.name, "list_too_long", found=len(found), most=form.most)
    return tuple(found)


@cache
def _lists() -> _Lists:
    return load_toml(INTAKE_DATA / "lists.toml", _Lists)
