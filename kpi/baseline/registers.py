"""Registers beside a panel: which group an enterprise belongs to, and how many enterprises an industry has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

import pandas as pd

from kpi.baseline.header_row import WANTED
from kpi.baseline.panel_header import NO_SUGGESTION, header_meaning, panel_likeness
from kpi.baseline.panel_rows import read_rows
from kpi.baseline.panel_settings import panel_settings
from kpi.baseline.panel_table import PanelLayout, PanelTable, column_texts, named_columns, open_table
from kpi.catalogue.names import match_industry, normalise_credit_code
from kpi.files.limits import FileLimits, panel_limits
from kpi.files.text import is_forbidden
from kpi.files.workbook import UnreadableFile
from kpi.intake.cells import LARGEST, ParsedNumber, parse_number
from kpi.intake.problems import Reading, fault_in_table, fault_of_file, fault_of_sheet, report, taken
from kpi.intake.settings import comparable_word
from kpi.model.problem import Problem

# Reading how many enterprises each industry has: N of the exact test, where the register is known.


SIZE_COLUMNS = ("region", "industry", "size")
GROUPS = "groups"
"""The optional column: how many groups the industry has, an enterprise that stands alone being one of its own."""

NO_SIZES = pd.DataFrame({"region": [], "industry": [], "size": [], GROUPS: []}).astype(
    {"size": "int64", GROUPS: "Int64"}
)
"""The register of an industry that has none."""


@dataclass(frozen=True, slots=True)
class PanelCount:
    """The enterprises and groups of one industry in the panel beside a register."""

    enterprises: int
    groups: int


@dataclass(frozen=True, slots=True)
class SizesReading:
    """``sizes``: one row a region and industry, ``size`` an integer above 0, ``groups`` too or missing.

    Use it only where not ``blocked``.
    """

    sizes: pd.DataFrame
    problems: tuple[Problem, ...]

    @property
    def blocked(self) -> bool:
        """An error stands."""
        return any(problem.blocks for problem in self.problems)


_Sizes = dict[tuple[str, str], tuple[int, int | None]]
_SheetSizes = tuple[str | None, _Sizes]


def read_sizes(name: str, data: bytes, panel: Mapping[tuple[str, str], PanelCount] | None = None) -> SizesReading:
    """The sizes in ``data`` (CSV, Parquet or XLSX with region, industry, size, groups). Never raises for its content.

    ``panel`` is what the panel beside it holds, by region and industry: a register holds them all.
    """
    limits, most = panel_limits(), panel_settings().limits.problems
    (sheet, found), faults = taken(_sizes(data, limits, panel or {}), most)
    if not found and not faults:
        faults.append(fault_of_sheet(sheet, "panel_sizes_empty"))
    rows = [(*key, *counts) for key, counts in sorted(found.items())]
    frame = pd.DataFrame(rows, columns=[*SIZE_COLUMNS, GROUPS]).astype(
        {"region": object, "industry": object, "size": "int64", GROUPS: "Int64"}
    )
    return SizesReading(frame, report(name, faults, limits, most)[0])


def _sizes(data: bytes, limits: FileLimits, panel: Mapping[tuple[str, str], PanelCount]) -> Reading[_SheetSizes]:
    """The sheet's name and what it holds; nothing without a fault where a column is missing."""
    try:
        table = open_table(data, limits, panel_settings().limits.cells, _likeness)
    except UnreadableFile as refused:
        yield fault_of_file(refused.code, refused.params)
        return None, {}
    columns = yield from named_columns(table, _size_column, SIZE_COLUMNS, "panel_unknown_column", nearest=NO_SUGGESTION)
    whole = all(name in columns for name in SIZE_COLUMNS)
    return table.sheet, (yield from _size_rows(table, columns, panel)) if whole else {}


def _likeness(header: Sequence[str]) -> int:
    return WANTED if any(_size_column(name) == "size" for name in header) else 0


def _size_column(header: str) -> str | None:
    return panel_settings().sizes_words().get(comparable_word(header))


def _is_whole(size: ParsedNumber | None) -> TypeGuard[ParsedNumber]:
    return size is not None and 0 < size.value <= LARGEST and size.value.is_integer()


def _size_rows(
    table: PanelTable, columns: dict[str, int], panel: Mapping[tuple[str, str], PanelCount]
) -> Reading[_Sizes]:
    found: _Sizes = {}
    first: dict[tuple[str, str], int] = {}
    texts = {name: column_texts(table.columns[column]) for name, column in columns.items()}
    for place, row in enumerate(table.rows.tolist()):
        line = {name: str(column[place]) for name, column in texts.items()}
        industry = match_industry(line["industry"])
        size = parse_number(line["size"], percent_sign=False)
        for name in SIZE_COLUMNS:
            if not line[name]:
                yield fault_in_table("panel_blank", (table.sheet, row, columns[name], None), name=name)
        if line["industry"] and industry is None:
            yield fault_in_table("panel_unknown_industry", (table.sheet, row, columns["industry"], line["industry"]))
        groups = parse_number(line.get(GROUPS, ""), percent_sign=False)
        for name, count in (("size", size), (GROUPS, groups)):
            if line.get(name) and not _is_whole(count):
                yield fault_in_table("panel_size_not_whole", (table.sheet, row, columns[name], line[name]))
        if any(is_forbidden(item) for item in line["region"]):
            yield fault_in_table("panel_forbidden_characters", (table.sheet, row, columns["region"], line["region"]))
        if not (line["region"] and industry and _is_whole(size)):
            continue
        key = (line["region"], industry.name.zh)
        if key in first:
            address = (table.sheet, row, columns["industry"], line["industry"])
            yield fault_in_table("panel_size_repeated", address, first=first[key])
            continue
        known = panel.get(key, PanelCount(0, 0))
        if size.value < known.enterprises:
            address = (table.sheet, row, columns["size"], line["size"])
            yield fault_in_table("panel_size_below_panel", address, panel=known.enterprises)
        counted = int(groups.value) if _is_whole(groups) else None
        if counted is not None:
            address = (table.sheet, row, columns[GROUPS], line[GROUPS])
            if counted > size.value:
                yield fault_in_table("panel_groups_above_size", address, size=int(size.value))
            elif counted < known.groups:
                yield fault_in_table("panel_groups_below_panel", address, panel=known.groups)
        first[key] = row
        found[key] = (int(size.value), counted)
    return found


# Reading a register of groups: which group or legal person an enterprise belongs to, whatever a panel says of it.


GROUP_COLUMNS = ("credit_code", "group")
NO_GROUPS = pd.DataFrame({name: pd.Series(dtype=object) for name in GROUP_COLUMNS})
"""The register of a baseline that has none."""


@dataclass(frozen=True, slots=True)
class GroupsReading:
    """``groups``: one row an enterprise, sorted by credit code; ``group`` None where it belongs to none.

    Use it only where no problem blocks.
    """

    groups: pd.DataFrame
    problems: tuple[Problem, ...]


def read_groups(name: str, data: bytes) -> GroupsReading:
    """The register in ``data`` (CSV, Parquet or XLSX with credit_code and group). Never raises for its content."""
    limits, most = panel_limits(), panel_settings().limits.problems
    (sheet, groups), faults = taken(_groups(data, limits), most)
    if groups.empty and not faults:
        faults.append(fault_of_sheet(sheet, "groups_empty"))
    return GroupsReading(groups, report(name, faults, limits, most)[0])


def _groups(data: bytes, limits: FileLimits) -> Reading[tuple[str | None, pd.DataFrame]]:
    """The sheet's name and what it holds; nothing without a fault where a column is missing."""
    try:
        table = open_table(data, limits, panel_settings().limits.cells, panel_likeness)
    except UnreadableFile as refused:
        yield fault_of_file(refused.code, refused.params)
        return None, NO_GROUPS
    columns = yield from named_columns(table, _group_column, GROUP_COLUMNS, "groups_unknown_column")
    whole = all(name in columns for name in GROUP_COLUMNS)
    return table.sheet, (yield from _group_rows(table, columns)) if whole else NO_GROUPS


def _group_column(header: str) -> str | None:
    """As in a panel, of which a register has two columns."""
    held = header_meaning(header).holds
    return held if held in GROUP_COLUMNS else None


def _group_rows(table: PanelTable, columns: dict[str, int]) -> Reading[pd.DataFrame]:
    rows = yield from read_rows(table, PanelLayout(columns, {}, {}), "")
    registered = pd.DataFrame(
        {"credit_code": rows.credit_code[rows.good], "group": rows.group[rows.good]}, dtype=object
    )
    return registered.drop_duplicates("credit_code").sort_values("credit_code", ignore_index=True)


# Who belongs together: subsidiaries of one group, and a branch with its legal person.
#
# A register of groups says it where a baseline has one; the panel's own ``group`` only of enterprises not in it.


def own_groups(records: pd.DataFrame, register: pd.DataFrame = NO_GROUPS) -> pd.Series:
    """The group that owns each record: what the register says of its enterprise, else its ``group``, else itself.

    ``records`` and ``register``: columns ``credit_code`` and ``group``, an enterprise once in the register. A group
    that is the credit code of an enterprise of either names a branch's legal person; the branch then belongs to the
    group of that legal person. One name in several widths and spacings is one group. Index and length are those of
    ``records``.
    """
    which, _ = pd.factorize(records["credit_code"])
    # Of an enterprise the first record says whose it is: it has some twenty.
    first = records.loc[~pd.Series(which, records.index).duplicated(), ["credit_code", "group"]]
    owner = first["credit_code"].map(_owners(first, register))
    return owner.take(which).set_axis(records.index)


def codes_named(groups: Iterable[str]) -> list[str]:
    """The credit codes that names of groups may be: who bears one, and is in no group, is moved by that alone.

    So of a panel only those matter to ``own_groups`` who state a group, are in the register, or are named here: all
    others stand alone.
    """
    return sorted({normalise_credit_code(group) for group in groups})


def registered_groups(register: pd.DataFrame, records: pd.DataFrame) -> pd.Series:
    """The group that owns each enterprise of the register, in the panel or not, by the same rules."""
    if register.empty:  # most panels have none, and then nobody need be asked for owners
        return register["credit_code"].astype("str")
    return register["credit_code"].map(_owners(records, register))


def _owners(records: pd.DataFrame, register: pd.DataFrame) -> dict[str, str]:
    """The owning group by credit code."""
    stated = pd.concat([register, records])[["credit_code", "group"]].drop_duplicates("credit_code")
    owner = _one_spelling(stated["group"].where(stated["group"].notna(), stated["credit_code"]))
    of = dict(zip(stated["credit_code"], owner, strict=True))
    found = {group: _ultimate_owner(group, of) for group in owner.unique()}
    return {code: found[group] for code, group in of.items()}


def _one_spelling(groups: pd.Series) -> pd.Series:
    """The least of the spellings that occur: half- and full-width brackets must not make two groups of one."""
    found = sorted(groups.unique(), reverse=True)
    word = {group: comparable_word(group) for group in found}
    chosen = {word[group]: group for group in found}
    return groups.map({group: chosen[word[group]] for group in found})


def _ultimate_owner(group: str, of: dict[str, str]) -> str:
    """From legal person to legal person, until a group that is no enterprise; a circle ends at its smallest code."""
    met: list[str] = []
    at = group
    while (code := normalise_credit_code(at)) in of and of[code] != code:
        if code in met:
            return min(met[met.index(code) :])
        met.append(code)
        at = of[code]
    return code if code in of else at
