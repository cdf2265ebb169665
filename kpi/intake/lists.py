"""Opening a list with one record a row, whatever kind of file it is: columns go by name, others are left alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import is_valid, match_body, nearest_name, normalise_credit_code
from kpi.catalogue.schema import Checked, load_toml
from kpi.files.limits import FileLimits, application_limits
from kpi.files.text import cell_text, is_forbidden, open_text
from kpi.files.workbook import Sheet, UnreadableFile, Workbook, too_large
from kpi.files.xls import MAGIC, open_xls
from kpi.files.xlsx import open_workbook
from kpi.intake.cells import hidden_content, with_merged_texts
from kpi.intake.problems import ProblemCollector
from kpi.intake.settings import INTAKE_DATA, comparable_word
from kpi.model.claims import Award
from kpi.model.problem import Problem, listed

# Opening a list with one record a row, whatever kind of file it is: columns go by name, others are left alone.


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


# Reading the authority's list of awards: one award a row, checked like any upload, all faults at once.


COLUMNS = ("credit_code", "factory", "tier", "year", "source")
BODY = "body"
"""A column that may be left out: whose recommendation it was."""


class _Tiers(Checked):
    counted: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]


class _Settings(Checked):
    columns: dict[str, tuple[str, ...]]
    tiers: _Tiers


@dataclass(frozen=True, slots=True)
class AwardedReading:
    """``awards`` in the file's order, ``rows`` where each stands. Use them only where there is no problem: every
    problem is an error, and its parameter ``field`` names the column of ``COLUMNS`` or ``BODY`` that it is about.

    ``by_body``: awards of the advanced tier and above of each recommending body, for its quota; None where the list
    names no bodies.
    """

    awards: tuple[Award, ...]
    problems: tuple[Problem, ...]
    by_body: Mapping[str, int] | None = None
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reader:
    sheet: str | None
    columns: Mapping[str, int]
    names: Sequence[str]
    faults: ProblemCollector

    def fault(self, code: str, row: int, field: str, value: str, **params: str | float) -> None:
        """``name`` of the column is as its writer named it."""
        place = self.columns[field]
        self.faults.in_table(
            code, (self.sheet, row, place, value), **{"name": self.names[place], "field": field, **params}
        )

    def award(self, row: int, cells: Mapping[str, str]) -> Award | None:
        """One row's award, or None with every fault of the row reported."""
        before = self.faults.total
        code, tier, year = (
            normalise_credit_code(cells["credit_code"]),
            _tiers().get(comparable_word(cells["tier"])),
            _year(cells["year"]),
        )
        for name, text in cells.items():
            if not text and name != BODY:
                self.fault("awarded_blank", row, name, text)
            elif len(text) > self.faults.limits.cell_characters or any(map(is_forbidden, text)):
                self.fault("awarded_unreadable_text", row, name, text)
        if cells["credit_code"] and not is_valid(code):
            self.fault("awarded_invalid_credit_code", row, "credit_code", cells["credit_code"])
        if cells["tier"] and tier is None:
            self.fault(
                "awarded_unknown_tier", row, "tier", cells["tier"], tiers=listed(dict.fromkeys(_tiers().values()))
            )
        if cells["year"] and year is None:
            self.fault("awarded_invalid_year", row, "year", cells["year"])
        if (body := cells.get(BODY)) and match_body(body) is None:
            near = nearest_name(body, "body") or listed(one.name.zh for one in catalogue().bodies)
            self.fault("awarded_unknown_body", row, BODY, body, suggestion=near)
        if self.faults.total > before or tier is None or year is None:
            return None
        known = match_body(cells.get(BODY, ""))
        return Award(code, cells["factory"], tier, year, cells["source"], known.name.zh if known else None)


def read_awarded(name: str, data: bytes) -> AwardedReading:
    """The list in ``data``. ``name`` is only shown in problems. Never raises for what the file holds."""
    faults = ProblemCollector(name, application_limits())
    try:
        awards, by_body = _read(data, faults)
    except UnreadableFile as fault:
        awards, by_body = {}, None
        faults.of_file(fault.code, fault.params)
    return AwardedReading(tuple(awards), tuple(faults.found), by_body, tuple(awards.values()))


def _read(data: bytes, faults: ProblemCollector) -> tuple[dict[Award, int], dict[str, int] | None]:
    sheet, columns = open_list(data, faults.limits, _settings().columns)
    missing = [_settings().columns[column][1] for column in COLUMNS if column not in columns]
    if missing:
        faults.of_sheet(sheet.name, "awarded_missing_column", row=1, name=listed(missing))
        return {}, None
    report_hidden(sheet, columns, "awarded_hidden", faults)
    names = [cell_text(cell).strip() for cell in sheet.rows[0]]
    reader, first = _Reader(sheet.name, columns, names, faults), dict[Award, int]()
    awards: dict[Award, int] = {}
    bodies = Counter[str]()
    for row, raw in enumerate(sheet.rows[1:], start=2):
        cells = list_cells(raw, columns)
        award = reader.award(row, cells) if any(cells.values()) else None
        if award is None:
            continue
        # One award is one, whoever recommended it.
        one = replace(award, body=None)
        if first.setdefault(one, row) != row:
            reader.fault("awarded_repeated", row, "credit_code", award.credit_code, first=first[one])
            continue
        awards[award] = row
        if award.body and counts_for_quota(award):
            bodies[award.body] += 1
    if not awards and not faults.total:
        faults.of_file("awarded_empty", {})
    return awards, dict(bodies) if BODY in columns else None


def counts_for_quota(award: Award) -> bool:
    """Whether it is of the advanced tier or above."""
    return award.tier in _settings().tiers.counted


def award_tiers() -> tuple[str, ...]:
    """The names by which tiers are kept."""
    return tuple(names[0] for names in _settings().tiers.names)


def _year(text: str) -> int | None:
    bounds = catalogue().fact("year")
    digits = text.removesuffix("年度").removesuffix("年").strip()
    year = int(digits) if digits.isascii() and digits.isdigit() and len(digits) == 4 else 0
    return year if (bounds.minimum or 0) <= year <= (bounds.maximum or 0) else None


@cache
def _tiers() -> dict[str, str]:
    return {comparable_word(name): names[0] for names in _settings().tiers.names for name in names}


@cache
def _settings() -> _Settings:
    return load_toml(INTAKE_DATA / "awarded.toml", _Settings)


# Lists that an administrator sends, accounts to add or stages to set: one record a row, all faults at once.
#
# What a record means, and whether it may be, is asked of the store by the service that takes it.


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
