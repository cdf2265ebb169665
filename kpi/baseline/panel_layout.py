"""Which column of a panel is what: long or wide, KPIs by code or by name with or without number and unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi.baseline.panel_settings import panel_settings
from kpi.baseline.panel_table import PanelTable
from kpi.catalogue.load import catalogue
from kpi.catalogue.names import match_kpi, nearest_name
from kpi.intake.problem_collector import ProblemCollector
from kpi.intake.settings import comparable_word

NO_SUGGESTION = ""
_LONG = ("kpi", "value", "basis")


@dataclass(frozen=True, slots=True)
class PanelLayout:
    """0-based columns by name. ``values`` and ``bases`` are KPI -> column in the wide form, empty in the long."""

    named: Mapping[str, int]
    values: Mapping[str, int]
    bases: Mapping[str, int]

    @property
    def long(self) -> bool:
        return not self.values


NO_LAYOUT = PanelLayout({}, {}, {})
"""That of a table which is not known yet."""


def is_panel(header: Sequence[str]) -> bool:
    """Has a column of credit codes: what tells a panel's sheet from a cover sheet."""
    words = panel_settings().panel_words()
    return any(words.get(comparable_word(name)) == "credit_code" for name in header)


def nearest_kpi_name(name: str) -> str:
    """The KPI's name that an unknown name most resembles, for the remedy."""
    return nearest_name(name, "kpi") or NO_SUGGESTION


def panel_layout(table: PanelTable, region: str, faults: ProblemCollector) -> PanelLayout:
    """The columns of a table; every column that is missing, unknown or there twice is a fault."""
    words = panel_settings().panel_words()
    named: dict[str, int] = {}
    values: dict[str, int] = {}
    bases: dict[str, int] = {}
    long = any(words.get(comparable_word(name)) in ("kpi", "value") for name in table.header)
    for column, name in enumerate(table.header):
        into, key = _meaning(name, words, long)
        target = {"named": named, "value": values, "basis": bases}.get(into)
        if target is None:
            _unknown(table, column, name, faults)
        elif key in target:
            faults.in_table("panel_repeated_column", (table.sheet, table.header_row, column, name))
        else:
            target[key] = column
    found = PanelLayout(named, values, bases)
    for name in missing_columns(found, region):
        faults.of_sheet(table.sheet, "panel_missing_column", row=table.header_row, name=name)
    return found


def _meaning(name: str, words: Mapping[str, str], long: bool) -> tuple[str, str]:
    """("named" | "value" | "basis" | "unknown", column name or KPI code)."""
    word = words.get(comparable_word(name))
    if word is not None and (long or word not in _LONG):
        return "named", word
    if long:
        return "unknown", ""
    if kpi := match_kpi(name):
        return "value", kpi.code
    for suffix in panel_settings().basis_column.suffixes:
        kpi = match_kpi(name.strip().removesuffix(suffix)) if name.strip().endswith(suffix) else None
        if kpi and kpi.bases:
            return "basis", kpi.code
    return "unknown", ""


def _unknown(table: PanelTable, column: int, name: str, faults: ProblemCollector) -> None:
    # A column without a name and without a cell is what spreadsheets leave behind a deleted one.
    if name or (table.columns[column].astype(str) != "").any():
        faults.in_table(
            "panel_unknown_column", (table.sheet, table.header_row, column, name), nearest=nearest_kpi_name(name)
        )


def missing_columns(found: PanelLayout, region: str) -> list[str]:
    """The columns of the format that a table lacks, each by the name it would have."""
    long = any(word in found.named for word in ("kpi", "value"))
    needed = ["credit_code", "group", "industry"]
    if region in panel_settings().regions.with_bodies:
        needed.append("body")
    if long:
        needed += _LONG
    absent = [name for name in needed if name not in found.named]
    absent += [f"{code}_basis" for code in found.values if catalogue().kpi(code).bases and code not in found.bases]
    absent += [code for code in found.bases if code not in found.values]
    if not long and not found.values:
        absent += _LONG
    return absent
