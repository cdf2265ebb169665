"""What a panel's row says of its enterprise, checked: credit code, group, industry, body, and that rows agree."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpi.baseline.panel_layout import PanelLayout
from kpi.baseline.panel_settings import panel_settings
from kpi.baseline.panel_table import PanelTable, RowIndices, column_texts
from kpi.catalogue.names import is_valid, match_body, match_industry, match_sub_industry, normalise_credit_code
from kpi.files.limits import panel_limits
from kpi.files.printable import is_forbidden, printable
from kpi.intake.freeform.headers import heading_words
from kpi.intake.problems import ProblemCollector
from kpi.intake.settings import comparable_word, vocabulary

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


def read_rows(table: PanelTable, layout: PanelLayout, region: str, faults: ProblemCollector) -> PanelRows:
    """The enterprise of every row, names in the catalogue's own Chinese."""
    return _RowReader(table, layout, region, faults).read()


class _RowReader:
    def __init__(self, table: PanelTable, layout: PanelLayout, region: str, faults: ProblemCollector) -> None:
        self.table = _none_as_blank(table, layout, "group")
        self.layout = layout
        self.region = region
        self.faults = faults
        self.good = np.ones(len(table.rows), dtype=bool)

    def read(self) -> PanelRows:
        codes = self._each("credit_code", _code, "panel_invalid_credit_code", needed=True)
        groups = self._words("group")
        self._report_mistyped_legal_persons()
        self._report_missing_groups()
        industries = self._each("industry", _industry, "panel_unknown_industry", needed=True)
        if self.region in panel_settings().regions.with_bodies:
            bodies = self._each("body", _body, "panel_unknown_body")
        else:
            bodies = self._words("body")
        parts = self._each("sub_industry", match_sub_industry, "panel_unknown_sub_industry")
        self._agree(codes, {"group": groups, "industry": industries, "sub_industry": parts, "body": bodies})
        return PanelRows(codes, groups, industries, parts, bodies, self.good)

    def _report_mistyped_legal_persons(self) -> None:
        """A group by a code that cannot be one: its branch would be a group of its own, unnoticed."""
        if "group" in self.layout.named:
            texts = column_texts(self.table.columns[self.layout.named["group"]])
            which, different = pd.factorize(texts)
            mistyped = np.array([_is_mistyped_code(text) for text in different], dtype=bool)[which]
            self._mark("panel_invalid_credit_code", mistyped, "group", texts)

    def _report_missing_groups(self) -> None:
        """A word for "no data" names no group: all who write it would be one. Seen and confirmed, it is a name."""
        if "group" in self.layout.named and not self.layout.confirmed:
            texts = column_texts(self.table.columns[self.layout.named["group"]])
            which, different = pd.factorize(texts)
            missing = np.array([comparable_word(text) in heading_words().blank for text in different], dtype=bool)
            self._mark("panel_unknown_group", missing[which], "group", texts)

    def _words(self, name: str) -> TextColumns:
        """A column of free text; what is too long is reported as that alone."""
        most = panel_limits().cell_characters
        if name in self.layout.named:
            texts = column_texts(self.table.columns[self.layout.named[name]])
            long = np.array([len(text) > most for text in texts], dtype=bool)
            self._tell(
                "panel_cell_too_long",
                np.flatnonzero(long),
                name,
                texts,
                lambda _: {"limit": most},
            )
            self.good &= ~long
        return self._each(name, lambda text: text if len(text) > most else _free(text), "panel_forbidden_characters")

    def _each(
        self,
        name: str,
        understand: Callable[[str], str | None],
        code: str,
        needed: bool = False,
    ) -> TextColumns:
        """A column understood, each different text once; None for a blank and for what cannot be understood."""
        if name not in self.layout.named:
            return np.full(len(self.table.rows), None, dtype=object)
        texts = column_texts(self.table.columns[self.layout.named[name]])
        which, different = pd.factorize(texts)
        meanings = np.array([understand(text) if text else None for text in different], dtype=object)
        blank = np.array([not text for text in different], dtype=bool)[which]
        understood: TextColumns = meanings[which]
        unknown = ~blank & np.array([meaning is None for meaning in meanings], dtype=bool)[which]
        self._mark(code, unknown, name, texts)
        if needed:
            self._mark("panel_blank", blank, name, texts)
        return understood

    def _mark(self, code: str, wrong: NDArray[np.bool_], name: str, texts: TextColumns, **same: str | float) -> None:
        params: dict[str, str | float] = dict(same) | ({"name": name} if code == "panel_blank" else {})
        self._tell(code, np.flatnonzero(wrong), name, texts, lambda _: params)
        self.good &= ~wrong

    def _tell(
        self,
        code: str,
        places: RowIndices,
        name: str,
        texts: TextColumns,
        params: Callable[[int], Mapping[str, str | float]],
    ) -> None:
        column, sheet, rows = self.layout.named[name], self.table.sheet, self.table.rows
        self.faults.many(code, places.tolist(), lambda at: (sheet, int(rows[at]), column, texts[at]), params)

    def _agree(self, codes: TextColumns, columns: Mapping[str, TextColumns]) -> None:
        """One enterprise has one industry, one group, one body; and in the wide form one row."""
        which, _ = pd.factorize(codes)
        known = which >= 0
        _, first_at = np.unique(which[known], return_index=True)
        first = np.arange(len(which))
        first[known] = np.flatnonzero(known)[first_at][which[known]]
        differs = np.zeros(len(which), dtype=bool)
        for name, column in columns.items():
            if name in self.layout.named:
                differs |= self._conflicts(name, column, which, first)
        if not self.layout.long:
            again = (first != np.arange(len(which))) & ~differs
            texts = column_texts(self.table.columns[self.layout.named["credit_code"]])
            rows = self.table.rows
            self._tell(
                "panel_repeated_enterprise",
                np.flatnonzero(again),
                "credit_code",
                texts,
                lambda at: {"first": int(rows[first[at]])},
            )
            self.good &= ~again

    def _conflicts(self, name: str, column: TextColumns, which: RowIndices, first: RowIndices) -> NDArray[np.bool_]:
        texts = column_texts(self.table.columns[self.layout.named[name]])
        ids, _ = pd.factorize(column)
        # A text that was not understood has been reported already.
        unclear = (ids < 0) & (texts != "")
        differs: NDArray[np.bool_] = (ids != ids[first]) & ~unclear & ~unclear[first] & (which >= 0)
        places = np.flatnonzero(differs)
        _, once = np.unique(which[places], return_index=True)
        rows, most = self.table.rows, self.faults.limits.problem_value_characters
        self._tell(
            _CONFLICTS[name],
            np.sort(places[once]),
            name,
            texts,
            lambda at: {
                "first": int(rows[first[at]]),
                "other": printable(texts[first[at]], most),
            },
        )
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
    return None if any(is_forbidden(one) for one in text) else text


def _industry(text: str) -> str | None:
    found = match_industry(text)
    return found.name.zh if found else None


def _body(text: str) -> str | None:
    found = match_body(text)
    return found.name.zh if found else None
