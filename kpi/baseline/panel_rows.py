"""What a panel's row says of its enterprise, checked: credit code, group, industry, body, and that rows agree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpi.baseline.panel_header import nearest_kpi_name
from kpi.baseline.panel_settings import panel_settings
from kpi.baseline.panel_table import PanelColumn, PanelLayout, PanelTable, RowIndices, blank_cells, column_texts
from kpi.baseline.recipe import ScaleDoubt
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import is_valid, match_body, match_industry, match_sub_industry, normalise_credit_code
from kpi.catalogue.schema import Kpi
from kpi.files.limits import panel_limits
from kpi.files.text import is_forbidden, printable
from kpi.files.workbook import column_letter
from kpi.intake.cells import LARGEST, parse_number
from kpi.intake.freeform.headers import heading_words
from kpi.intake.problems import Fault, Reading, TableCell, all_of, many_faults
from kpi.intake.settings import comparable_word, plausibility, vocabulary
from kpi.model.application import Basis

# A panel's values as one long list, whether the file was long or wide, each checked against its KPI.


RowFlags = NDArray[np.bool_]
_BASES: tuple[Basis | None, ...] = (None, "relative", "points")
_UNKNOWN_BASIS = 3
_PLAIN_DIGITS = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?").fullmatch
_ODDITIES = {
    "percent": "panel_percent_format",
    "error": "panel_error_cell",
    "formula": "panel_formula_not_computed",
}


@dataclass(frozen=True, slots=True)
class PanelValues:
    """One entry a cell. ``row`` indexes the table's rows, ``kpi`` the catalogue's KPIs (-1 unknown), ``basis``
    is 0 for none, 1 relative, 2 points, 3 not understood. ``good`` cells hold a value without a fault.
    """

    row: RowIndices
    kpi: RowIndices
    value: NDArray[np.float64]
    basis: RowIndices
    good: RowFlags

    def basis_words(self) -> NDArray[np.object_]:
        return np.array([*_BASES, None], dtype=object)[self.basis]


Params = Callable[[int], Mapping[str, str | float]]
"""What is said of a fault by its place among a table's rows."""


def read_values(table: PanelTable, layout: PanelLayout, who: RowIndices) -> Reading[PanelValues]:
    """All values of a table. ``who`` numbers the enterprise of each row, for the search for a value reported twice."""
    reader = _ValueReader(table)
    return reader.long(layout, who) if layout.long else reader.wide(layout)


def _at_rows(
    table: PanelTable, code: str, places: RowIndices, column: int, cells: PanelColumn, params: Params = lambda _: {}
) -> Iterator[Fault]:
    """The same fault in one column at many rows, by their ``places`` in the table."""

    def cell(at: int) -> TableCell:
        return table.sheet, int(table.rows[at]), column, cells[at]

    return many_faults(code, places.tolist(), cell, params, panel_settings().limits.problems)


def maybe_fractions(table: PanelTable, layout: PanelLayout, values: PanelValues) -> tuple[ScaleDoubt, ...]:
    """The KPIs in per cent whose values all look like fractions, where no header says that they are per cent."""
    rule, fewest = plausibility().fraction, panel_settings().fractions.fewest
    sure = {column for column, meaning in enumerate(layout.meanings) if meaning.unit == "percent"}
    doubts = []
    for number, kpi in enumerate(catalogue().kpis):
        column = layout.named.get("value") if layout.long else layout.values.get(kpi.code)
        if kpi.kind not in rule.kinds or not _is_percent(kpi) or column is None or column in sure:
            continue
        # Points are excepted: 0.8 points off a defect rate is ordinary.
        at = np.flatnonzero(values.good & (values.kpi == number) & (values.basis != _BASES.index("points")))
        here = values.value[at]
        if at.size < fewest or not ((here >= rule.above) & (here < rule.below)).all() or not here.any():
            continue
        row = values.row[at[np.flatnonzero(here)[0]]]
        cell = f"{column_letter(column)}{table.rows[row]}"
        shown = str(column_texts(table.columns[column][row : row + 1])[0])
        doubts.append(ScaleDoubt(kpi.code, table.header[column], cell, shown, int(at.size)))
    return tuple(doubts)


class _ValueReader:
    def __init__(self, table: PanelTable) -> None:
        self.table = table

    def long(self, layout: PanelLayout, who: RowIndices) -> Reading[PanelValues]:
        """Every row is one value."""
        columns, at = self.table.columns, layout.named
        kpis = yield from self._kpis(at["kpi"], layout.kpi_named)
        every = np.arange(len(self.table.rows))
        values = yield from self._checked(every, kpis, at["value"], at["basis"])
        again = self._repeated(values, who)
        texts = column_texts(columns[at["kpi"]])
        yield from self._where("panel_repeated_value", again.first != every, at["kpi"], texts, again.params)
        return PanelValues(values.row, values.kpi, values.value, values.basis, values.good & (again.first == every))

    def wide(self, layout: PanelLayout) -> Reading[PanelValues]:
        """Every KPI column holds one value a row."""
        codes = [kpi.code for kpi in catalogue().kpis]
        every = np.arange(len(self.table.rows))
        parts = yield from all_of(
            self._checked(every, np.full(len(every), codes.index(code)), column, layout.bases.get(code))
            for code, column in layout.values.items()
        )
        fields = ("row", "kpi", "value", "basis", "good")
        return PanelValues(*(np.concatenate([getattr(part, name) for part in parts]) for name in fields))

    def _kpis(self, column: int, kpi_named: Callable[[str], Kpi | None]) -> Reading[RowIndices]:
        texts = column_texts(self.table.columns[column])
        which, different = pd.factorize(texts)
        found = [kpi_named(text) for text in different]
        order = {kpi.code: place for place, kpi in enumerate(catalogue().kpis)}
        kpis: RowIndices = np.array([order[kpi.code] if kpi else -1 for kpi in found], dtype=np.intp)[which]
        yield from self._where("panel_blank", texts == "", column, texts, lambda _: {"name": "kpi"})
        unknown = (kpis < 0) & (texts != "")
        yield from self._where(
            "panel_unknown_kpi", unknown, column, texts, lambda at: {"nearest": nearest_kpi_name(texts[at])}
        )
        return kpis

    def _checked(
        self, rows: RowIndices, kpis: RowIndices, column: int, basis_column: int | None
    ) -> Reading[PanelValues]:
        cells = self.table.columns[column]
        values, wrong = _numbers(cells, kpis)
        odd = yield from self._oddities(column, cells)
        yield from self._where("panel_not_a_number", wrong & ~odd, column, cells)
        reported = ~blank_cells(cells) & (kpis >= 0)
        basis, clear = yield from self._basis(kpis, reported, basis_column)
        good = reported & clear & ~wrong & ~odd
        fits = yield from self._bounds(kpis, basis, values, good, column, cells)
        return PanelValues(rows, kpis, values, basis, good & fits)

    def _basis(self, kpis: RowIndices, reported: RowFlags, column: int | None) -> Reading[tuple[RowIndices, RowFlags]]:
        """The basis of every value, and whether it is clear: given where the KPI asks for one."""
        needs_basis = np.array([*(bool(kpi.bases) for kpi in catalogue().kpis), False], dtype=bool)[kpis]
        if column is None:
            return np.zeros(len(kpis), dtype=np.intp), ~needs_basis
        words = column_texts(self.table.columns[column])
        which, different = pd.factorize(words)
        basis = np.array([_basis(word) for word in different], dtype=np.intp)[which]
        missing = needs_basis & reported & (basis == 0)
        unknown = reported & (basis == _UNKNOWN_BASIS)
        yield from self._where("panel_missing_basis", missing, column, words, self._kpi_of(kpis))
        yield from self._where("panel_unknown_basis", unknown, column, words)
        not_allowed = reported & ~needs_basis & (basis > 0) & ~unknown
        yield from self._where("panel_basis_not_allowed", not_allowed, column, words, self._kpi_of(kpis))
        return np.where(needs_basis, basis, 0), ~missing & ~unknown

    def _bounds(
        self,
        kpis: RowIndices,
        basis: RowIndices,
        values: NDArray[np.float64],
        reported: RowFlags,
        column: int,
        cells: PanelColumn,
    ) -> Reading[RowFlags]:
        """Which values are possible; the others are faults."""
        lowest, highest = _limits()
        below = reported & (values < lowest[kpis, basis])
        above = reported & (values > highest[kpis, basis])
        whole = np.array([*(kpi.whole for kpi in catalogue().kpis), False], dtype=bool)[kpis]
        broken = reported & whole & ~below & (values != np.floor(values))
        kpi = self._kpi_of(kpis)
        low, high = lowest[kpis, basis], highest[kpis, basis]
        for code, wrong, limit in (("panel_below_minimum", below, low), ("panel_above_maximum", above, high)):
            yield from self._where(code, wrong, column, cells, _with_limit(kpi, limit))
        yield from self._where("panel_fractional_count", broken, column, cells, kpi)
        fits: RowFlags = ~(below | above | broken)
        return fits

    def _oddities(self, column: int, cells: PanelColumn) -> Reading[RowFlags]:
        """Cells whose number is not what their sender sees; a percentage is off by a factor of a hundred."""
        odd = np.zeros(len(cells), dtype=bool)
        if not self.table.flags:
            return odd
        for name, code in _ODDITIES.items():
            odd_cells = self.table.flags.items()
            here = [row + 1 for (row, place), flag in odd_cells if place == column and flag.kind == name]
            hit = np.isin(self.table.rows, np.array(here, dtype=np.int64))
            yield from self._where(code, hit, column, cells)
            odd |= hit
        return odd

    def _repeated(self, values: PanelValues, who: RowIndices) -> _Repeated:
        """For every value the first one of the same enterprise and KPI; a blank repeats nothing."""
        key = who * (len(catalogue().kpis) + 1) + values.kpi
        counted = np.flatnonzero(values.good & (who >= 0))
        first = np.arange(len(key))
        _, first_at, group = np.unique(key[counted], return_index=True, return_inverse=True)
        first[counted] = counted[first_at][group]
        return _Repeated(first, self.table.rows)

    def _kpi_of(self, kpis: RowIndices) -> Params:
        return lambda at: {"kpi": catalogue().kpis[kpis[at]].code}

    def _where(
        self, code: str, wrong: RowFlags, column: int, cells: PanelColumn, params: Params = lambda _: {}
    ) -> Iterator[Fault]:
        return _at_rows(self.table, code, np.flatnonzero(wrong), column, cells, params)


def _with_limit(kpi: Params, limits: NDArray[np.float64]) -> Params:
    return lambda at: {**kpi(at), "limit": float(limits[at])}


@dataclass(frozen=True, slots=True)
class _Repeated:
    first: RowIndices
    rows: NDArray[np.int64]

    def params(self, at: int) -> Mapping[str, str | float]:
        return {"first": int(self.rows[self.first[at]])}


def _basis(word: str) -> int:
    """Index into ``_BASES``."""
    if not word:
        return 0
    known = vocabulary().bases.get(comparable_word(word))
    return _BASES.index(known) if known in ("relative", "points") else _UNKNOWN_BASIS


def _numbers(cells: PanelColumn, kpis: RowIndices) -> tuple[NDArray[np.float64], RowFlags]:
    """Values (NaN for blank and for what is no number) and which cells hold no finite number."""
    if cells.dtype == np.float64:
        values = cells.astype(np.float64)
        wrong = np.isinf(values)
        return np.where(wrong, np.nan, values), wrong
    values = np.full(len(cells), np.nan)
    filled = np.flatnonzero(~blank_cells(cells))
    # Almost every cell is plain digits, for which Python's own float is exact and fast; the rest is read with care.
    which, different = pd.factorize(cells[filled])
    plain = np.array([_PLAIN_DIGITS(text) is not None for text in different], dtype=bool)
    numbers = np.full(len(different), np.nan)
    numbers[plain] = different[plain].astype(np.float64)
    values[filled], simple = numbers[which], plain[which]
    for at in filled[~simple]:
        read = parse_number(cells[at], _is_percent(catalogue().kpis[kpis[at]]))
        values[at] = read.value if read else np.nan
    wrong = np.isnan(values) & ~blank_cells(cells)
    return values, wrong


def _is_percent(kpi: Kpi) -> bool:
    return kpi.unit.zh == "%"


def _limits() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bounds by KPI and basis, none beyond ``LARGEST``; the last row is for a KPI that is not known."""
    kpis = catalogue().kpis
    free = [(None, None)] * (_UNKNOWN_BASIS + 1)
    bounds = [[*(kpi.bounds(basis) for basis in _BASES), (None, None)] for kpi in kpis] + [free]
    low = [[-LARGEST if item[0] is None else item[0] for item in row] for row in bounds]
    high = [[LARGEST if item[1] is None else item[1] for item in row] for row in bounds]
    return np.array(low, dtype=np.float64), np.array(high, dtype=np.float64)


TextColumns = NDArray[np.object_]
_CONFLICTS = {
    "group": "panel_two_groups",
    "industry": "panel_two_industries",
    "sub_industry": "panel_two_sub_industries",
    "body": "panel_two_bodies",
}
# As long as a code, and of digits in good part: a group's name in Latin letters may be as long by chance.
_LOOKS_LIKE_A_CODE = re.compile(r"(?=(?:[A-Z]*[0-9]){8})[0-9A-Z]{18}").fullmatch


@dataclass(frozen=True, slots=True)
class PanelRows:
    """One entry a row of the table; ``good`` rows have no fault.

    ``group``, ``sub_industry`` and ``body`` are None for a blank.
    """

    credit_code: TextColumns
    group: TextColumns
    industry: TextColumns
    sub_industry: TextColumns
    body: TextColumns
    good: NDArray[np.bool_]


def read_rows(table: PanelTable, layout: PanelLayout, region: str) -> Reading[PanelRows]:
    """The enterprise of every row, names in the catalogue's own Chinese."""
    return _RowReader(table, layout, region).read()


class _RowReader:
    def __init__(self, table: PanelTable, layout: PanelLayout, region: str) -> None:
        self.table = _none_as_blank(table, layout, "group")
        self.layout = layout
        self.region = region
        self.good = np.ones(len(table.rows), dtype=bool)

    def read(self) -> Reading[PanelRows]:
        codes = yield from self._each("credit_code", _code, "panel_invalid_credit_code", needed=True)
        groups = yield from self._words("group")
        yield from self._check_legal_persons()
        yield from self._check_groups()
        industries = yield from self._each("industry", _industry, "panel_unknown_industry", needed=True)
        if self.region == catalogue().notice.region.zh:
            bodies = yield from self._each("body", _body, "panel_unknown_body")
        else:
            bodies = yield from self._words("body")
        parts = yield from self._each("sub_industry", match_sub_industry, "panel_unknown_sub_industry")
        yield from self._agree(codes, {"group": groups, "industry": industries, "sub_industry": parts, "body": bodies})
        return PanelRows(codes, groups, industries, parts, bodies, self.good)

    def _check_legal_persons(self) -> Iterator[Fault]:
        """A group by a code that cannot be one: its branch would be a group of its own, unnoticed."""
        if "group" in self.layout.named:
            texts = column_texts(self.table.columns[self.layout.named["group"]])
            which, different = pd.factorize(texts)
            mistyped = np.array([_is_mistyped_code(text) for text in different], dtype=bool)[which]
            yield from self._mark("panel_invalid_credit_code", mistyped, "group", texts)

    def _check_groups(self) -> Iterator[Fault]:
        """A word for "no data" names no group: all who write it would be one. Seen and confirmed, it is a name."""
        if "group" in self.layout.named and not self.layout.confirmed:
            texts = column_texts(self.table.columns[self.layout.named["group"]])
            which, different = pd.factorize(texts)
            missing = np.array([comparable_word(text) in heading_words().blank for text in different], dtype=bool)
            yield from self._mark("panel_unknown_group", missing[which], "group", texts)

    def _words(self, name: str) -> Reading[TextColumns]:
        """A column of free text; what is too long is at fault for that alone."""
        most = panel_limits().cell_characters
        if name in self.layout.named:
            texts = column_texts(self.table.columns[self.layout.named[name]])
            long = np.array([len(text) > most for text in texts], dtype=bool)
            yield from self._mark("panel_cell_too_long", long, name, texts, limit=most)
        return (yield from self._each(name, _free, "panel_forbidden_characters"))

    def _each(
        self,
        name: str,
        understand: Callable[[str], str | None],
        code: str,
        needed: bool = False,
    ) -> Reading[TextColumns]:
        """A column understood, each different text once; None for a blank and for what cannot be understood."""
        if name not in self.layout.named:
            return np.full(len(self.table.rows), None, dtype=object)
        texts = column_texts(self.table.columns[self.layout.named[name]])
        which, different = pd.factorize(texts)
        meanings = np.array([understand(text) if text else None for text in different], dtype=object)
        blank = np.array([not text for text in different], dtype=bool)[which]
        understood: TextColumns = meanings[which]
        unknown = ~blank & np.array([meaning is None for meaning in meanings], dtype=bool)[which]
        yield from self._mark(code, unknown, name, texts)
        if needed:
            yield from self._mark("panel_blank", blank, name, texts, name=name)
        return understood

    def _mark(
        self, code: str, wrong: NDArray[np.bool_], column: str, texts: TextColumns, /, **params: str | float
    ) -> Iterator[Fault]:
        self.good &= ~wrong
        return self._at(code, np.flatnonzero(wrong), column, texts, lambda _: params)

    def _at(self, code: str, places: RowIndices, name: str, texts: TextColumns, params: Params) -> Iterator[Fault]:
        return _at_rows(self.table, code, places, self.layout.named[name], texts, params)

    def _agree(self, codes: TextColumns, columns: Mapping[str, TextColumns]) -> Iterator[Fault]:
        """One enterprise has one industry, one group, one body; and in the wide form one row."""
        which, _ = pd.factorize(codes)
        known = which >= 0
        _, first_at = np.unique(which[known], return_index=True)
        first = np.arange(len(which))
        first[known] = np.flatnonzero(known)[first_at][which[known]]
        differs = np.zeros(len(which), dtype=bool)
        for name, column in columns.items():
            if name in self.layout.named:
                differs |= yield from self._conflicts(name, column, which, first)
        if not self.layout.long:
            again = (first != np.arange(len(which))) & ~differs
            texts = column_texts(self.table.columns[self.layout.named["credit_code"]])
            params = _Repeated(first, self.table.rows).params
            yield from self._at("panel_repeated_enterprise", np.flatnonzero(again), "credit_code", texts, params)
            self.good &= ~again

    def _conflicts(
        self, name: str, column: TextColumns, which: RowIndices, first: RowIndices
    ) -> Reading[NDArray[np.bool_]]:
        texts = column_texts(self.table.columns[self.layout.named[name]])
        ids, _ = pd.factorize(column)
        # A text that was not understood has been reported already.
        unclear = (ids < 0) & (texts != "")
        differs: NDArray[np.bool_] = (ids != ids[first]) & ~unclear & ~unclear[first] & (which >= 0)
        places = np.flatnonzero(differs)
        _, once = np.unique(which[places], return_index=True)
        rows, most = self.table.rows, panel_limits().problem_value_characters

        def params(at: int) -> Mapping[str, str | float]:
            return {"first": int(rows[first[at]]), "other": printable(texts[first[at]], most)}

        yield from self._at(_CONFLICTS[name], np.sort(places[once]), name, texts, params)
        self.good &= ~differs
        return differs


def _none_as_blank(table: PanelTable, layout: PanelLayout, name: str) -> PanelTable:
    """A column's words for "none" as blanks, as in an application: else all who write one would be one group."""
    column = layout.named.get(name)
    if column is None or table.columns[column].dtype == np.float64:
        return table
    texts = column_texts(table.columns[column])
    none = {text for text in pd.unique(texts) if comparable_word(text) in vocabulary().none}
    if not none:
        return table
    columns = list(table.columns)
    columns[column] = np.where(np.isin(texts, list(none)), "", texts)
    return replace(table, columns=tuple(columns))


def _code(text: str) -> str | None:
    code = normalise_credit_code(text)
    return code if is_valid(code) else None


def _is_mistyped_code(text: str) -> bool:
    code = normalise_credit_code(text)
    return _LOOKS_LIKE_A_CODE(code) is not None and not is_valid(code)


def _free(text: str) -> str | None:
    """What is too long is not looked through."""
    return text if len(text) > panel_limits().cell_characters or not any(map(is_forbidden, text)) else None


def _industry(text: str) -> str | None:
    found = match_industry(text)
    return found.name.zh if found else None


def _body(text: str) -> str | None:
    found = match_body(text)
    return found.name.zh if found else None
