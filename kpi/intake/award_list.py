"""Reading the authority's list of awards: one award a row, checked like any upload, all faults at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from kpi.catalogue.credit_code import is_valid, normalise_credit_code
from kpi.catalogue.data_files import Checked, load_toml
from kpi.catalogue.load import catalogue
from kpi.catalogue.names import match_body, nearest_name
from kpi.files.limits import application_limits
from kpi.files.printable import cell_text, is_forbidden
from kpi.files.workbook import UnreadableFile
from kpi.intake.list_sheet import list_cells, open_list, report_hidden
from kpi.intake.problem_collector import ProblemCollector
from kpi.intake.settings import INTAKE_DATA, comparable_word
from kpi.model.conditions import Award
from kpi.model.problem import Problem, listed

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
