"""Words in a panel where its numbers belong: each is one question, however many cells have it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np
import pandas as pd

from kpi.baseline.panel_table import PanelLayout, PanelTable
from kpi.baseline.recipe import WordKind, WordRead
from kpi.files.workbook import column_letter
from kpi.intake.cells import parse_number
from kpi.intake.freeform.headers import heading_words
from kpi.intake.settings import comparable_word, vocabulary

_NAMED_CELLS = 3
"""So many of a word's cells are named."""


def words_for_numbers(table: PanelTable, layout: PanelLayout) -> tuple[WordRead, ...]:
    """Words that could mean "not reported", the most frequent first.

    A known one counts wherever no other meaning is known of its column, one for "no data" also in place of a group; any
    other where it is repeated among values.
    """
    count: Counter[str] = Counter()
    cells: dict[str, list[str]] = defaultdict(list)
    group = layout.named.get("group")
    for column, of_values in _columns(table, layout):
        which, different = pd.factorize(table.columns[column])
        times = np.bincount(which, minlength=len(different))
        for number, word in enumerate(different.tolist()):
            if not _may_be_blank(word, of_values) or (column == group and _kind(word) != "blank"):
                continue
            count[word] += int(times[number])
            if missing := _NAMED_CELLS - len(cells[word]):
                rows = table.rows[np.flatnonzero(which == number)[:missing]]
                cells[word] += [f"{column_letter(column)}{row}" for row in rows]
    return tuple(
        WordRead(word, kind, times, tuple(cells[word]))
        for word, times in count.most_common()
        if (kind := _kind(word)) != "other" or times > 1
    )


def _columns(table: PanelTable, layout: PanelLayout) -> Iterator[tuple[int, bool]]:
    """Columns of text, and whether they are known to hold values: those of other names and of bases are no numbers."""
    values = {*layout.values.values(), layout.named.get("value", -1)}
    others = {*layout.named.values(), *layout.bases.values()} - values - {layout.named.get("group", -1)}
    for column, cells in enumerate(table.columns):
        if cells.dtype != np.float64 and table.header[column] and column not in others:
            yield column, column in values


def _may_be_blank(word: str, of_values: bool) -> bool:
    if not word or parse_number(word, percent_sign=True) is not None:
        return False
    return _kind(word) != "other" or (of_values and not any(map(str.isdigit, word)))


def _kind(word: str) -> WordKind:
    plain, known = comparable_word(word), heading_words()
    if plain in known.blank:
        return "blank"
    if plain in known.marks:
        return "mark"
    return "not_applicable" if plain in vocabulary().not_applicable else "other"
