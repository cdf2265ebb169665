"""Which column of a panel, or of a register beside it, is what. A panel is long, or wide: KPIs by any certain name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kpi.baseline.panel_header import HeaderMeaning, header_meaning, kpi_named, nearest_kpi_name
from kpi.baseline.panel_settings import panel_settings
from kpi.baseline.panel_table import PanelTable
from kpi.baseline.unseen_cells import report_not_written, report_unseen_cells
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import match_kpi
from kpi.catalogue.schema import Kpi
from kpi.intake.problems import ProblemCollector

_LONG = ("kpi", "value", "basis")


@dataclass(frozen=True, slots=True)
class PanelLayout:
    """0-based columns by name. ``values`` and ``bases`` are KPI -> column in the wide form, empty in the long.

    ``meanings`` is what each header says. ``confirmed``: somebody has said of this very file how it is read. What
    then stands in brackets behind a KPI's name was seen, and is no question again.
    """

    named: Mapping[str, int]
    values: Mapping[str, int]
    bases: Mapping[str, int]
    meanings: tuple[HeaderMeaning, ...] = ()
    confirmed: bool = False

    @property
    def long(self) -> bool:
        return not self.values

    def kpi_named(self, text: str) -> Kpi | None:
        """The KPI of a cell of the long form."""
        return kpi_named(text) or (match_kpi(text) if self.confirmed else None)

    def code_named(self, text: str) -> str:
        """Its code, or the text itself."""
        kpi = self.kpi_named(text)
        return kpi.code if kpi else text


NO_LAYOUT = PanelLayout({}, {}, {})
"""That of a table which is not known yet."""


def panel_layout(table: PanelTable, region: str, faults: ProblemCollector, confirmed: bool = False) -> PanelLayout:
    """The columns of a table; every column that is missing, unknown or there twice is a fault."""
    meanings = _meanings(table.header, confirmed)
    named: dict[str, int] = {}
    values: dict[str, int] = {}
    bases: dict[str, int] = {}
    for column, (name, meaning) in enumerate(zip(table.header, meanings, strict=True)):
        if meaning.holds is None:
            _unknown(table, column, name, faults)
            continue
        code, basis, _ = meaning.holds.partition("_basis")
        target, key = (bases, code) if basis else (values, code) if _is_kpi(code) else (named, meaning.holds)
        if key in target:
            faults.in_table("panel_repeated_column", (table.sheet, table.header_row, column, name))
        else:
            target[key] = column
    found = PanelLayout(named, values, bases, meanings, confirmed)
    for name in missing_columns(found, region):
        faults.of_sheet(table.sheet, "panel_missing_column", row=table.header_row, name=name)
    return found


def _meanings(header: Sequence[str], confirmed: bool) -> tuple[HeaderMeaning, ...]:
    """What each header says, beside the others: a table has a column a KPI, or one of KPIs and one of values."""
    read = [header_meaning(name) if name else HeaderMeaning() for name in header]
    if confirmed:
        read = [_as_seen(name, meaning) for name, meaning in zip(header, read, strict=True)]
    wide = any(_is_kpi(meaning.holds) for meaning in read)
    if wide or not any(meaning.holds in ("kpi", "value") for meaning in read):
        read = [HeaderMeaning() if meaning.holds in _LONG else meaning for meaning in read]
    return tuple(_beside_its_neighbours(read, at) for at in range(len(read)))


def _as_seen(name: str, meaning: HeaderMeaning) -> HeaderMeaning:
    kpi = match_kpi(name) if name and meaning.holds is None else None
    return replace(meaning, holds=kpi.code) if kpi else meaning


def _beside_its_neighbours(read: Sequence[HeaderMeaning], at: int) -> HeaderMeaning:
    """A name that is merely like a KPI's, where the notice's order has that KPI too."""
    meaning = read[at]
    if "similar" not in meaning.grounds or not _is_kpi(meaning.proposal):
        return meaning
    number = catalogue().kpi(str(meaning.proposal)).number
    before = next((one.holds for one in reversed(read[:at]) if _is_kpi(one.holds)), None)
    after = next((one.holds for one in read[at + 1 :] if _is_kpi(one.holds)), None)
    beside = [catalogue().kpi(code).number for code in (before, after) if code]
    here = (before is None or beside[0] == number - 1) and (after is None or beside[-1] == number + 1)
    return meaning.with_ground("position") if beside and here else meaning


def _is_kpi(code: str | None) -> bool:
    return any(kpi.code == code for kpi in catalogue().kpis)


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


def named_columns(
    table: PanelTable,
    meaning: Callable[[str], str | None],
    needed: Iterable[str],
    faults: ProblemCollector,
    unknown: str,
    **params: str,
) -> dict[str, int]:
    """The columns of a small register beside a panel, 0-based, by what they hold.

    Every column that is missing, unknown or there twice is a fault.

    ``meaning`` gives what a header names; ``unknown`` and ``params`` are the fault of a header that names nothing.
    """
    for row in table.ragged:
        faults.in_table("panel_extra_cells", (table.sheet, row, len(table.header), None))
    for sheet in table.others:
        faults.of_sheet(sheet, "panel_other_sheet")
    columns: dict[str, int] = {}
    for column, name in enumerate(table.header):
        word = meaning(name)
        if word is None:
            faults.in_table(unknown, (table.sheet, table.header_row, column, name), **params)
        elif word in columns:
            faults.in_table("panel_repeated_column", (table.sheet, table.header_row, column, name))
        else:
            columns[word] = column
    for name in needed:
        if name not in columns:
            faults.of_sheet(table.sheet, "panel_missing_column", row=table.header_row, name=name)
    blank_is_said = [columns[name] for name in ("group", "groups") if name in columns]
    report_unseen_cells(table, blank_is_said, faults)
    report_not_written(table, blank_is_said, faults)
    return columns
