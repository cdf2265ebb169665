"""Opening a list with one record a row, whatever kind of file it is: columns go by name, others are left alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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
from kpi.intake.problems import (
    Fault,
    Reading,
    fault_in_table,
    fault_of_file,
    fault_of_sheet,
    problems_of,
    report,
    taken,
)
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
    sheet = max(sheets, key=lambda item: len(_columns(item, words)))
    return with_merged_texts(sheet), _columns(sheet, words)


def hidden_faults(sheet: Sheet, columns: Mapping[str, int], code: str) -> Iterator[Fault]:
    """Hidden content is neither read nor left out in silence: whoever sends the list does not see it."""
    listed = frozenset(columns.values()) & sheet.meta.hidden_columns
    hidden = hidden_content(replace(sheet, meta=replace(sheet.meta, hidden_columns=listed)))
    if any(hidden):
        yield fault_of_sheet(sheet.name, code, where=", ".join(filter(None, hidden)))


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


COLUMNS = ("factory", "tier", "year", "source")
CODE, BODY = "credit_code", "body"
"""Columns that may be left out or blank: public lists often carry names alone, and not whose recommendation it was."""


class _Tiers(Checked):
    counted: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]


class _Settings(Checked):
    columns: dict[str, tuple[str, ...]]
    tiers: _Tiers


@dataclass(frozen=True, slots=True)
class AwardedReading:
    """``awards`` in the file's order, ``rows`` where each stands. Use them only where there is no problem: every
    problem is an error, and its parameter ``field`` names the column that it is about.

    ``by_body``: awards of the advanced tier and above of each recommending body, for its quota; None where the list
    names no bodies.
    """

    awards: tuple[Award, ...]
    problems: tuple[Problem, ...]
    by_body: Mapping[str, int] | None = None
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _AwardRow:
    """One row, 1-based, and its texts by column; ``columns`` says where those stand, ``names`` what they are called."""

    sheet: str | None
    columns: Mapping[str, int]
    names: Sequence[str]
    row: int
    cells: Mapping[str, str]

    def fault(self, code: str, field: str, **params: str | float) -> Fault:
        """``name`` of the column is as its writer named it."""
        place, value = self.columns[field], self.cells[field]
        named = {"name": self.names[place], "field": field}
        return fault_in_table(code, (self.sheet, self.row, place, value), **named, **params)

    def award(self) -> Reading[Award | None]:
        """The row's award, or None where anything is wrong with it."""
        cells = self.cells
        wrong = list(self._faults())
        yield from wrong
        tier, year, body = _tier(cells["tier"]), _year(cells["year"]), match_body(cells.get(BODY, ""))
        if wrong or tier is None or year is None:
            return None
        code = normalise_credit_code(cells.get(CODE, ""))
        return Award(code, cells["factory"], tier, year, cells["source"], body.name.zh if body else None)

    def _faults(self) -> Iterator[Fault]:
        cells = self.cells
        for name, text in cells.items():
            if not text and name not in (CODE, BODY):
                yield self.fault("awarded_blank", name)
            elif len(text) > application_limits().cell_characters or any(map(is_forbidden, text)):
                yield self.fault("awarded_unreadable_text", name)
        if cells.get(CODE) and not is_valid(normalise_credit_code(cells[CODE])):
            yield self.fault("awarded_invalid_credit_code", CODE)
        if cells["tier"] and _tier(cells["tier"]) is None:
            yield self.fault("awarded_unknown_tier", "tier", tiers=listed(dict.fromkeys(_tiers().values())))
        if cells["year"] and _year(cells["year"]) is None:
            yield self.fault("awarded_invalid_year", "year")
        if (body := cells.get(BODY)) and match_body(body) is None:
            near = nearest_name(body, "body") or listed(known.name.zh for known in catalogue().bodies)
            yield self.fault("awarded_unknown_body", BODY, suggestion=near)


def read_awarded(name: str, data: bytes) -> AwardedReading:
    """The list in ``data``. ``name`` is only shown in problems. Never raises for what the file holds."""
    limits = application_limits()
    (awards, by_body), faults = taken(_read(data, limits))
    if not awards and not faults:
        faults.append(fault_of_file("awarded_empty", {}))
    return AwardedReading(tuple(awards), problems_of(name, faults, limits), by_body, tuple(awards.values()))


def _read(data: bytes, limits: FileLimits) -> Reading[tuple[dict[Award, int], dict[str, int] | None]]:
    try:
        sheet, columns = open_list(data, limits, _settings().columns)
    except UnreadableFile as refused:
        yield fault_of_file(refused.code, refused.params)
        return {}, None
    missing = [_settings().columns[column][1] for column in COLUMNS if column not in columns]
    if missing:
        yield fault_of_sheet(sheet.name, "awarded_missing_column", row=1, name=listed(missing))
        return {}, None
    yield from hidden_faults(sheet, columns, "awarded_hidden")
    awards = yield from _awards(sheet, columns)
    bodies = Counter(award.body for award in awards if award.body and counts_for_quota(award))
    return awards, dict(bodies) if BODY in columns else None


def _awards(sheet: Sheet, columns: Mapping[str, int]) -> Reading[dict[Award, int]]:
    """The awards of a list, each with its row, in the list's order."""
    names = [cell_text(cell).strip() for cell in sheet.rows[0]]
    awards, first = dict[Award, int](), dict[Award, int]()
    for row, raw in enumerate(sheet.rows[1:], start=2):
        line = _AwardRow(sheet.name, columns, names, row, list_cells(raw, columns))
        award = (yield from line.award()) if any(line.cells.values()) else None
        if award is None:
            continue
        # One award is one, whoever recommended it.
        same = replace(award, body=None)
        if first.setdefault(same, row) == row:
            awards[award] = row
        else:
            yield line.fault("awarded_repeated", CODE if CODE in columns else "factory", first=first[same])
    return awards


def counts_for_quota(award: Award) -> bool:
    """Whether it is of the advanced tier or above."""
    return award.tier in _settings().tiers.counted


def award_tiers() -> tuple[str, ...]:
    """The names by which tiers are kept."""
    return tuple(names[0] for names in _settings().tiers.names)


def award_headings() -> list[str]:
    """The Chinese names of the columns, in the order of ``Award``."""
    return [_settings().columns[column][1] for column in (CODE, *COLUMNS, BODY)]


def _tier(text: str) -> str | None:
    return _tiers().get(comparable_word(text))


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


# Lists that an administrator sends: accounts to add, stages to set, a register. One record a row, all faults at once.
#
# What a record means, and whether it may be, is asked of the store by the service that takes it.


ListKind = Literal["accounts", "enterprises", "steps"]


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
    enterprises: ListForm
    steps: ListForm

    def form(self, kind: ListKind) -> ListForm:
        forms: dict[ListKind, ListForm] = {
            "accounts": self.accounts,
            "enterprises": self.enterprises,
            "steps": self.steps,
        }
        return forms[kind]


@dataclass(frozen=True, slots=True)
class ListRecord:
    """One row, 1-based, and its texts by column."""

    row: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ListReading:
    """Every problem is an error: where there is one, ``records`` are to be checked and not to be used."""

    records: tuple[ListRecord, ...]
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> list[ListRecord]:
        """The records of rows without a problem."""
        faulty = {problem.row for problem in self.problems}
        return [record for record in self.records if record.row not in faulty]


def read_record_list(kind: ListKind, name: str, data: bytes) -> ListReading:
    """The list in ``data``. ``name`` is only shown in problems. Never raises for what the file holds."""
    limits = application_limits()
    records, faults = taken(_records(list_form(kind), data, limits))
    problems, _ = report(name, faults, limits)
    return ListReading(tuple(records), problems)


def list_form(kind: ListKind) -> ListForm:
    """How lists of a kind are written."""
    return _lists().form(kind)


def _records(form: ListForm, data: bytes, limits: FileLimits) -> Reading[list[ListRecord]]:
    try:
        sheet, columns = open_list(data, limits, form.columns)
    except UnreadableFile as refused:
        yield fault_of_file(refused.code, refused.params)
        return []
    missing = [form.heading(name) for name in form.columns if name not in columns and name not in form.optional]
    if missing:
        yield fault_of_sheet(sheet.name, "list_missing_column", row=1, name=listed(missing))
        return []
    yield from hidden_faults(sheet, columns, "list_hidden")
    found: list[ListRecord] = []
    first: dict[tuple[str, ...], int] = {}
    for row, raw in enumerate(sheet.rows[1:], start=2):
        cells = list_cells(raw, columns)
        if not any(cells.values()):
            continue
        for name, text in cells.items():
            place = (sheet.name, row, columns[name], text)
            if not text and name not in form.optional:
                yield fault_in_table("list_blank", place, name=form.heading(name))
            elif len(text) > limits.cell_characters or any(is_forbidden(letter) for letter in text if letter != "\n"):
                yield fault_in_table("list_unreadable_text", place, name=form.heading(name))
        key = tuple(comparable_word(cells[name]) for name in form.key)
        if all(key) and first.setdefault(key, row) != row:
            column = form.key[0]
            yield fault_in_table("list_repeated", (sheet.name, row, columns[column], cells[column]), first=first[key])
        found.append(ListRecord(row, {name: cells.get(name, "") for name in form.columns}))
    if not found:
        yield fault_of_sheet(sheet.name, "list_empty")
    if len(found) > form.most:
        yield fault_of_sheet(sheet.name, "list_too_long", found=len(found), most=form.most)
    return found


@cache
def _lists() -> _Lists:
    return load_toml(INTAKE_DATA / "lists.toml", _Lists)
