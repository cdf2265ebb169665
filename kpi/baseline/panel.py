"""A baseline panel: many enterprises' KPIs in one file, checked like any upload; the shipped one, and invented ones."""

from __future__ import annotations

import csv
import hashlib
import io
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpi.baseline.header_row import FOUND, WANTED, Likeness, Opening
from kpi.baseline.panel_header import OMIT, HeaderMeaning, header_meaning, is_panel, panel_likeness
from kpi.baseline.panel_rows import PanelRows, PanelValues, maybe_fractions, read_rows, read_values
from kpi.baseline.panel_settings import panel_settings
from kpi.baseline.panel_table import (
    PanelLayout,
    PanelTable,
    blank_cells,
    check_left_out,
    check_not_written,
    check_unseen_cells,
    column_texts,
    missing_columns,
    open_table,
    panel_layout,
)
from kpi.baseline.panel_words import words_for_numbers
from kpi.baseline.recipe import (
    ColumnRead,
    PanelRecipe,
    PanelShape,
    RefusedRow,
    RowAccount,
    RowsKept,
    ScaleDoubt,
    WordRead,
    apply_recipe,
    check_missing,
    doubtful_fractions,
    in_percent,
    merged,
    row_account,
)
from kpi.baseline.registers import SizesReading, read_sizes
from kpi.catalogue.catalogue import catalogue, kept_per_notice
from kpi.catalogue.names import match_industry
from kpi.files.limits import panel_limits
from kpi.files.text import cell_text
from kpi.files.workbook import UnreadableFile, column_letter
from kpi.intake.cells import parse_number
from kpi.intake.problems import Reading, fault_of_file, fault_of_sheet, report, taken
from kpi.model.problem import Problem

# Records of the illustrative panel found again in a panel that is said to be another, however it was saved since.


SAME_SHARE = 0.5
"""An enterprise that has at least so many of its values from an invented one of its credit code is that one."""
_RECORD = ["credit_code", "kpi", "value"]


def invented_enterprises(records: pd.DataFrame, invented: pd.DataFrame) -> list[str]:
    """The credit codes, in order, of a panel's enterprises of whose values at least half are ``invented``.

    Both have credit_code, kpi and value; ``records`` may leave out enterprises that ``invented`` has not. A code alone
    is not enough, because other fictitious enterprises may have it.
    """
    known = records[records["credit_code"].isin(invented["credit_code"].unique())].astype({"credit_code": str})
    same = known[_RECORD].astype(object).merge(invented[_RECORD].astype(object), on=_RECORD)
    stated, found = known["credit_code"].value_counts(), same["credit_code"].value_counts()
    return sorted(code for code, count in found.items() if count >= SAME_SHARE * stated[code])


def illustrative_text(texts: Iterable[str]) -> str | None:
    """The first text that says that what it is about is illustrative (``data/intake/panel.toml``)."""
    words = panel_settings().illustrative.words
    for text in texts:
        plain = unicodedata.normalize("NFKC", text).casefold()
        if any(word in plain for word in words):
            return text
    return None


__all__ = ["RECORD_COLUMNS", "PanelReading", "SizesReading", "read_panel", "read_sizes"]

_SEARCHED = 50
"""So many cells of a column are looked at for an example."""
NO_SUB_INDUSTRIES = pd.DataFrame({name: pd.Series(dtype=object) for name in ("credit_code", "code")})
"""The sub-industries of a panel that states none."""
RECORD_COLUMNS = ("credit_code", "group", "industry", "body", "kpi", "value", "basis")


@dataclass(frozen=True, slots=True)
class PanelReading:
    """A panel read. ``records`` holds one reported value a row, sorted by enterprise and KPI; a blank has no row.

    ``group``, ``body`` and ``basis`` are None where there is none; names are the catalogue's Chinese; ``value`` is
    float64 in the KPI's unit. ``sub_industries``: credit_code and code, where stated. Records come back even beside
    problems: use them only where ``blocked`` is False. ``shape`` is None for what could not be opened.
    """

    records: pd.DataFrame
    problems: tuple[Problem, ...]
    sub_industries: pd.DataFrame
    rows: RowAccount
    shape: PanelShape | None

    @property
    def blocked(self) -> bool:
        """An error stands."""
        return any(problem.blocks for problem in self.problems)


def read_panel(name: str, data: bytes, region: str, recipe: PanelRecipe | None = None) -> PanelReading:
    """The panel in ``data`` (text, Parquet, XLSX, XLS or ODS, long or wide). ``name`` only appears in problems.

    Bodies are checked where ``region``'s are known. Never raises for what the file holds.
    """
    settings, limits = panel_settings().limits, panel_limits()
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        how = _how(recipe, sha256) if recipe else FOUND
        table = open_table(data, limits, settings.cells, _likeness(recipe) if recipe else panel_likeness, how)
    except UnreadableFile as refused:
        problems, _ = report(name, [fault_of_file(refused.code, refused.params)], limits)
        return PanelReading(_nothing(), problems, NO_SUB_INDUSTRIES, RowAccount(), None)
    return _Reader(table, region, recipe, sha256).read(name)


def _how(recipe: PanelRecipe, sha256: str) -> Opening:
    return Opening(recipe.encoding, recipe.sheet, recipe.header_row, recipe.confirms(sha256))


def _likeness(recipe: PanelRecipe) -> Likeness:
    """A header has a column of credit codes, by its own name or by the recipe's word."""
    named = {column.header for column in recipe.columns if column.holds == "credit_code"}
    return lambda header: WANTED if named & set(header) else panel_likeness(header)


@dataclass(frozen=True, slots=True)
class _Checked:
    """A table as its recipe says, and what its rows hold; None without the columns that they need."""

    table: PanelTable
    layout: PanelLayout
    scales: tuple[ScaleDoubt, ...] = ()
    content: tuple[PanelRows, PanelValues] | None = None


class _Reader:
    def __init__(self, table: PanelTable, region: str, recipe: PanelRecipe | None, sha256: str) -> None:
        self.sent = table
        self.region = region
        self.recipe = recipe
        self.sha256 = sha256
        self.confirmed = recipe is not None and recipe.confirms(sha256)
        self.kept = RowsKept()

    def read(self, name: str) -> PanelReading:
        limits, most = panel_limits(), panel_settings().limits.problems
        checked, faults = taken(self._checked(), most)
        records, stated, account = _nothing(), NO_SUB_INDUSTRIES, RowAccount()
        if checked.content:
            rows, values = checked.content
            records = _frame(rows, values)
            if records.empty and not faults:
                faults.append(fault_of_sheet(checked.table.sheet, "panel_empty"))
            stated = _sub_industries(rows, records)
            self._note_nulls(checked.layout)
            account = self._account(checked.table, values)
        # A file without a fault has no words where numbers belong.
        words = words_for_numbers(checked.table, checked.layout) if faults else ()
        shape = self._shape(checked, words)
        return PanelReading(records, report(name, faults, limits, most)[0], stated, account, shape)

    def _checked(self) -> Reading[_Checked]:
        table = self.sent
        if self.recipe:
            table = yield from apply_recipe(table, self.recipe, self.sha256, self.kept)
        yield from check_left_out(table, len(self.sent.header))
        for row in table.above:
            yield fault_of_sheet(table.sheet, "panel_rows_above", row=row)
        found = yield from panel_layout(table, self.region, self.confirmed)
        if self.recipe:
            yield from check_missing(self.sent, self.recipe, found)
        # Without its columns a table has no values to check; their absence is a fault.
        if not is_panel(table.header) or (found.long and not {"kpi", "value", "basis"} <= found.named.keys()):
            return _Checked(table, found)
        scales: tuple[ScaleDoubt, ...] = ()
        if self.recipe:
            scales = () if self.confirmed else doubtful_fractions(self.sent, table, found, self.recipe)
            for doubt in scales:
                yield fault_of_sheet(table.sheet, "recipe_fraction_doubtful", **_params(doubt))
            sure = [code for code in self.recipe.fractions if code not in {doubt.kpi for doubt in scales}]
            table = in_percent(table, found, sure, self.kept)
            if self.recipe.merge:
                table = merged(table, found, self.kept)
        words = [found.named[name] for name in ("group", "sub_industry", "body") if name in found.named]
        numbers = [found.named["value"]] if "value" in found.named else list(found.values.values())
        yield from check_unseen_cells(table, [*words, *numbers])
        yield from check_not_written(table, words)
        rows = yield from read_rows(table, found, self.region)
        values = yield from read_values(table, found, pd.factorize(rows.credit_code)[0])
        if not self.confirmed:
            said = self.recipe.fractions if self.recipe else ()
            found_so = [doubt for doubt in maybe_fractions(table, found, values) if doubt.kpi not in said]
            for doubt in found_so:
                yield fault_of_sheet(table.sheet, "panel_maybe_fraction", **_params(doubt))
            scales += tuple(found_so)
        return _Checked(table, found, scales, (rows, values))

    def _note_nulls(self, found: PanelLayout) -> None:
        """In the long form such a row has no value, and is listed as refused."""
        if not self.sent.nulls or found.long:
            return
        counted = {self.sent.header[column]: self.sent.nulls[column] for column in sorted(found.values.values())}
        self.kept.nulls = {header: count for header, count in counted.items() if count}

    def _account(self, table: PanelTable, values: PanelValues) -> RowAccount:
        taken = np.zeros(len(table.rows), dtype=bool)
        taken[values.row[values.good]] = True
        self.kept.refused += [RefusedRow(row, "no_value") for row in table.rows[~taken].tolist()]
        return row_account(len(self.sent.rows), table.rows[taken].tolist(), self.kept)

    def _shape(self, checked: _Checked, words: tuple[WordRead, ...]) -> PanelShape:
        table, found = checked.table, checked.layout
        holds = {column: name for name, column in (*found.named.items(), *found.values.items())}
        holds |= {column: f"{code}_basis" for code, column in found.bases.items()}
        seen: Counter[str] = Counter()
        columns = []
        for column, header in enumerate(self.sent.header):
            seen[header] += 1
            left_out = bool(header) and not table.header[column]
            held = OMIT if left_out else holds.get(column)
            columns.append(
                ColumnRead(
                    column_letter(column),
                    header,
                    seen[header],
                    held,
                    self._meaning(header, table.header[column], held, found.meanings[column]),
                    self._example(column, held),
                    tuple(self.kept.changes.get(column, ())),
                )
            )
        sheets = () if table.sheet is None else (table.sheet, *table.others)
        missing = missing_columns(found, self.region)
        return PanelShape(
            table.encoding,
            table.sheet,
            sheets,
            table.header_row,
            tuple(columns),
            tuple(missing),
            illustrative_text((*self.sent.above.values(), *sheets)),
            words,
            checked.scales,
        )

    def _meaning(self, header: str, name: str, held: str | None, read: HeaderMeaning) -> HeaderMeaning:
        """What the header says by itself, and that somebody said what it is, or that another says the same."""
        own = read if name == header else header_meaning(header) if header else HeaderMeaning()
        if name != header and own.holds != held:
            return replace(own, holds=held, grounds=("recipe", *(own.grounds if own.proposal == held else ())))
        return replace(own, grounds=("repeated",)) if own.holds and held is None else own

    def _example(self, column: int, held: str | None) -> tuple[str, str] | None:
        """The first cell with something in it, of a KPI the first number: as it stands there, and as it is read."""
        for change in self.kept.changes.get(column, ()):
            if change.kind == "percent":
                return change.was, change.becomes
        cells = self.sent.columns[column]
        filled = np.flatnonzero(~blank_cells(cells))[:_SEARCHED]
        if not filled.size:
            return None
        texts = [str(text) for text in column_texts(cells[filled])]
        kpi = next((kpi for kpi in catalogue().kpis if kpi.code == held), None)
        if kpi:
            for text in texts:
                if number := parse_number(text, percent_sign=kpi.unit.zh == "%"):
                    return text, cell_text(number.value)
        return texts[0], texts[0]


def _params(doubt: ScaleDoubt) -> dict[str, Any]:
    return {name: value for name, value in asdict(doubt).items() if value is not None}


def _sub_industries(rows: PanelRows, records: pd.DataFrame) -> pd.DataFrame:
    """Of the enterprises that have a record."""
    stated = pd.DataFrame({"credit_code": rows.credit_code, "code": rows.sub_industry}, dtype=object)
    stated = stated[rows.good & stated["code"].notna() & stated["credit_code"].isin(records["credit_code"].unique())]
    return stated.drop_duplicates("credit_code").sort_values("credit_code", ignore_index=True)


def _frame(rows: PanelRows, values: PanelValues) -> pd.DataFrame:
    good = np.flatnonzero(values.good & rows.good[values.row])
    codes = np.array([kpi.code for kpi in catalogue().kpis], dtype=object)
    # By enterprise and KPI, of which there are few: sooner sorted than their names on every record.
    which, enterprises = pd.factorize(rows.credit_code)
    good = good[np.lexsort((_ranks(codes)[values.kpi[good]], _ranks(enterprises)[which[values.row[good]]]))]
    at, kpis = values.row[good], values.kpi[good]
    return pd.DataFrame(
        {
            "credit_code": pd.Series(rows.credit_code[at], dtype=object),
            "group": pd.Series(rows.group[at], dtype=object),
            "industry": pd.Series(rows.industry[at], dtype=object),
            "body": pd.Series(rows.body[at], dtype=object),
            "kpi": pd.Series(codes[kpis], dtype=object),
            "value": values.value[good],
            "basis": pd.Series(values.basis_words()[good], dtype=object),
        }
    )


def _ranks(words: NDArray[np.object_]) -> NDArray[np.intp]:
    """The place of each word among all of them, sorted."""
    ranks = np.empty(len(words), dtype=np.intp)
    ranks[np.argsort(words)] = np.arange(len(words))
    return ranks


def _nothing() -> pd.DataFrame:
    frame = pd.DataFrame({name: pd.Series(dtype=object) for name in RECORD_COLUMNS})
    return frame.astype({"value": "float64"})


# The illustrative panel that ships: invented, so that the product can be tried before a real one exists.


def shipped_panel() -> bytes | None:
    """What of it is about the KPIs and industries of the notice in hand, which may copy the one it was made for; None
    where the notice has no panel.
    """
    panel = catalogue().illustrative("panel")
    if panel is None:
        return None
    header, *rows = csv.reader(panel.read_text(encoding="utf-8").splitlines())
    kept = [at for at, name in enumerate(header) if header_meaning(name).holds]
    stated = [row for row in rows if match_industry(row[header.index("industry")])]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([row[at] for at in kept] for row in (header, *stated))
    return out.getvalue().encode()


@kept_per_notice()
def shipped_records() -> pd.DataFrame:
    """Its records: credit_code, kpi, value; none where the notice has no panel."""
    panel = shipped_panel()
    if panel is None:
        return _nothing()[["credit_code", "kpi", "value"]]
    return read_panel("panel.csv", panel, catalogue().notice.region.zh).records[["credit_code", "kpi", "value"]]
