"""Reading the authority's list of awards: one CSV, one award a row, checked like any upload, all faults at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from kpi.catalogue.credit_code import is_valid, normalise_credit_code
from kpi.catalogue.data_files import Checked, load_toml
from kpi.catalogue.load import catalogue
from kpi.files.limits import application_limits
from kpi.files.printable import cell_text, is_forbidden
from kpi.files.text_file import open_text
from kpi.files.workbook import Sheet, UnreadableFile, too_large
from kpi.intake.problem_collector import ProblemCollector
from kpi.intake.settings import INTAKE_DATA, comparable_word
from kpi.model.conditions import Award
from kpi.model.problem import Problem

COLUMNS = ("credit_code", "factory", "tier", "year", "source")


class _Tiers(Checked):
    names: tuple[tuple[str, ...], ...]


class _Settings(Checked):
    columns: dict[str, tuple[str, ...]]
    tiers: _Tiers


@dataclass(frozen=True, slots=True)
class AwardedReading:
    """``awards`` in the file's order. Use them only where there is no problem: every problem is an error."""

    awards: tuple[Award, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Reader:
    columns: Mapping[str, int]
    faults: ProblemCollector

    def fault(self, code: str, row: int, name: str, value: str, **params: str | float) -> None:
        self.faults.in_table(
            code, (None, row, self.columns[name], value), **{"name": _settings().columns[name][1], **params}
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
            if not text:
                self.fault("awarded_blank", row, name, text)
            elif len(text) > self.faults.limits.cell_characters or any(map(is_forbidden, text)):
                self.fault("awarded_unreadable_text", row, name, text)
        if cells["credit_code"] and not is_valid(code):
            self.fault("awarded_invalid_credit_code", row, "credit_code", cells["credit_code"])
        if cells["tier"] and tier is None:
            self.fault(
                "awarded_unknown_tier", row, "tier", cells["tier"], tiers="、".join(dict.fromkeys(_tiers().values()))
            )
        if cells["year"] and year is None:
            self.fault("awarded_invalid_year", row, "year", cells["year"])
        if self.faults.total > before or tier is None or year is None:
            return None
        return Award(code, cells["factory"], tier, year, cells["source"])


def read_awarded(name: str, data: bytes) -> AwardedReading:
    """The list in ``data``. ``name`` is only shown in problems. Never raises for what the file holds."""
    faults = ProblemCollector(name, application_limits())
    try:
        awards = _read(data, faults)
    except UnreadableFile as fault:
        awards = ()
        faults.of_file(fault.code, fault.params)
    return AwardedReading(awards, tuple(faults.found))


def _read(data: bytes, faults: ProblemCollector) -> tuple[Award, ...]:
    if len(data) > faults.limits.file_bytes:
        raise too_large(len(data), faults.limits.file_bytes)
    book = open_text(data, faults.limits, lambda sheet: len(_columns(sheet)))
    columns = _columns(book.sheets[0]) if book.sheets else {}
    missing = [_settings().columns[column][1] for column in COLUMNS if column not in columns]
    if missing:
        faults.of_sheet(None, "awarded_missing_column", row=1, name="、".join(missing))
        return ()
    reader, awards = _Reader(columns, faults), dict[Award, int]()
    for row, raw in enumerate(book.sheets[0].rows[1:], start=2):
        cells = {name: cell_text(raw[place]).strip() if place < len(raw) else "" for name, place in columns.items()}
        award = reader.award(row, cells) if any(cells.values()) else None
        if award is not None and awards.setdefault(award, row) != row:
            reader.fault("awarded_repeated", row, "credit_code", award.credit_code, first=awards[award])
    if not awards and not faults.total:
        faults.of_file("awarded_empty", {})
    return tuple(awards)


def _columns(sheet: Sheet) -> dict[str, int]:
    """0-based columns by name, as the first row names them; other columns are the list's own business."""
    words = {comparable_word(word): column for column, names in _settings().columns.items() for word in names}
    header = sheet.rows[0] if sheet.rows else ()
    found: dict[str, int] = {}
    for place, raw in enumerate(header):
        if column := words.get(comparable_word(cell_text(raw))):
            found.setdefault(column, place)
    return found


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
