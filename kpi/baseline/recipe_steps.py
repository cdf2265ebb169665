"""Bringing a panel's table into shape as its recipe says, and keeping account of every row and blank on the way."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from kpi.baseline.panel_account import ColumnChange, MergedRow, RefusedRow, RowsKept, ScaleDoubt
from kpi.baseline.panel_header import OMIT, HeaderMeaning, header_meaning
from kpi.baseline.panel_layout import PanelLayout
from kpi.baseline.panel_table import PanelColumn, PanelTable, blank_cells, column_texts
from kpi.baseline.recipe import PanelRecipe
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import normalise_credit_code
from kpi.files.printable import printable
from kpi.files.workbook import column_letter
from kpi.intake.cells import parse_number
from kpi.intake.problems import ProblemCollector
from kpi.intake.settings import plausibility

_HUNDRED = Decimal(100)


def apply_recipe(
    table: PanelTable, recipe: PanelRecipe, sha256: str, kept: RowsKept, faults: ProblemCollector
) -> PanelTable:
    """Columns named and left out, what holds for all rows added, cells repaired, words for blanks taken as blank.

    Rows that are left out are gone, and stand in ``kept``. Repairs are of the file with the hash ``repairs_of`` alone.
    Of a recipe for another file only that is used which this one does not contradict.
    """
    table = _repaired(table, recipe, sha256, kept, faults)
    table = _named(table, recipe, recipe.confirms(sha256))
    return _blanked(table, recipe, recipe.confirms(sha256), kept, faults)


def in_percent(table: PanelTable, layout: PanelLayout, fractions: Collection[str], kept: RowsKept) -> PanelTable:
    """The columns of KPIs that are stated as fractions, times a hundred in exact decimals."""
    if not fractions:
        return table
    columns, stated = list(table.columns), set[tuple[int, int]]()
    if layout.long and "kpi" in layout.named:
        codes = [layout.code_named(text) for text in column_texts(columns[layout.named["kpi"]])]
        rows = np.isin(np.array(codes, dtype=object), list(fractions))
        column = layout.named["value"]
        columns[column] = _times_hundred(columns[column], rows, kept.changes[column])
        stated.update((int(row) - 1, column) for row in table.rows[rows])
    for code in fractions:
        if code in layout.values:
            column = layout.values[code]
            columns[column] = _times_hundred(
                columns[column], np.ones(len(table.rows), dtype=bool), kept.changes[column]
            )
            stated.update((int(row) - 1, column) for row in table.rows)
    # A cell shown as a percentage holds the fraction that it was said to hold.
    flags = {at: flag for at, flag in table.flags.items() if flag.kind != "percent" or at not in stated}
    return replace(table, columns=tuple(columns), flags=flags)


def doubtful_fractions(
    sent: PanelTable, table: PanelTable, layout: PanelLayout, recipe: PanelRecipe
) -> tuple[ScaleDoubt, ...]:
    """The KPIs that the recipe takes for fractions, and that this file states in per cent by its header or a value.

    ``sent`` has the headers of the file, ``table`` those of the recipe and its columns.
    """
    found = (_doubt(sent, table, layout, recipe, code) for code in recipe.fractions)
    return tuple(doubt for doubt in found if doubt)


def _doubt(
    sent: PanelTable, table: PanelTable, layout: PanelLayout, recipe: PanelRecipe, code: str
) -> ScaleDoubt | None:
    rows = np.ones(len(table.rows), dtype=bool)
    column = layout.values.get(code)
    if layout.long and "kpi" in layout.named:
        column = layout.named.get("value")
        words = column_texts(table.columns[layout.named["kpi"]])
        rows = np.array([layout.code_named(word) == code for word in words], dtype=bool)
    if column is None or not rows.any():
        return None
    header = sent.header[column]
    known = {one.header for one in recipe.columns if one.holds == code}
    cell = f"{column_letter(column)}{table.header_row}"
    if header_meaning(header).unit in ("percent", "points") or (known and header not in known):
        return ScaleDoubt(code, header, cell, header)
    low, high = _fraction_bounds(code)
    texts = column_texts(table.columns[column])
    for at in np.flatnonzero(rows & ~blank_cells(table.columns[column])):
        number = parse_number(texts[at], percent_sign=False)
        if number and not low <= number.value <= high:
            return ScaleDoubt(code, header, f"{column_letter(column)}{table.rows[at]}", str(texts[at]))
    return None


def _fraction_bounds(code: str) -> tuple[float, float]:
    """Between these a value may be a fraction: a hundredth of the KPI's bounds, or of what is unusually large."""
    kpi, odd = catalogue().kpi(code), plausibility().large_change.above
    low, high = kpi.bounds("relative" if kpi.bases else None)
    return (-odd if low is None else low) / 100, (odd if high is None else high) / 100


def merged(table: PanelTable, layout: PanelLayout, kept: RowsKept) -> PanelTable:
    """Rows of one enterprise - in the long form also of one KPI - joined where no two of their cells disagree."""
    at = [layout.named[name] for name in (("credit_code", "kpi") if layout.long else ("credit_code",))]
    by_key: dict[tuple[str, ...], list[int]] = defaultdict(list)
    keys = [column_texts(table.columns[column]) for column in at]
    for place, words in enumerate(zip(*keys, strict=True)):
        by_key[normalise_credit_code(words[0]), *map(layout.code_named, words[1:])].append(place)
    again = {key: places for key, places in by_key.items() if key[0] and len(places) > 1}
    if not again:
        return table
    others = [column for column in range(len(table.columns)) if column not in at]
    texts = {column: column_texts(table.columns[column]) for column in others}
    columns = {column: table.columns[column].copy() for column in others}
    gone: set[int] = set()
    for places in again.values():
        first = places[0]
        for place in places[1:]:
            if any(_disagree(texts[column][first], texts[column][place]) for column in others):
                continue
            for column in others:
                if not texts[column][first] and texts[column][place]:
                    columns[column][first] = table.columns[column][place]
                    texts[column][first] = texts[column][place]
            gone.add(place)
            kept.merged.append(MergedRow(int(table.rows[place]), int(table.rows[first])))
    kept.merged.sort(key=lambda one: one.row)
    whole = replace(table, columns=tuple(columns.get(at, old) for at, old in enumerate(table.columns)))
    return _without(whole, gone)


def _disagree(one: str, other: str) -> bool:
    if not one or not other or one == other:
        return False
    numbers = [parse_number(text, percent_sign=False) for text in (one, other)]
    return not (numbers[0] and numbers[1] and numbers[0].value == numbers[1].value)


def _repaired(
    table: PanelTable, recipe: PanelRecipe, sha256: str, kept: RowsKept, faults: ProblemCollector
) -> PanelTable:
    if not recipe.repairs:
        return table
    if recipe.repairs_of != sha256:
        faults.of_sheet(table.sheet, "recipe_repairs_of_other", count=recipe.repairs)
        return table
    place = {int(row): at for at, row in enumerate(table.rows)}
    letters = {column_letter(column): column for column in range(len(table.columns))}
    columns, flags, most = list(table.columns), dict(table.flags), faults.limits.problem_value_characters
    for one in recipe.cells:
        at, column = place.get(one.row), letters.get(one.column)
        stood = None if at is None or column is None else str(column_texts(columns[column][at : at + 1])[0])
        fits = stood is not None and one.was in (printable(stood, most), _in_the_file(table, one.row, column, stood))
        if at is None or column is None or not fits:
            faults.of_sheet(table.sheet, "recipe_repair_unfit", row=one.row, at=f"{one.column}{one.row}", was=one.was)
            continue
        columns[column] = column_texts(columns[column]).copy()
        columns[column][at] = " ".join(one.becomes.split())
        kept.changes[column].append(ColumnChange("repaired", 1, one.was, str(columns[column][at])))
        flags.pop((one.row - 1, column), None)
    out = {place[left.row]: left for left in recipe.rows if left.row in place}
    for left in recipe.rows:
        if left.row not in place:
            faults.of_sheet(table.sheet, "recipe_repair_unfit", row=left.row, at=str(left.row), was="")
    kept.refused += [RefusedRow(left.row, "left_out", left.because) for _, left in sorted(out.items())]
    ragged = tuple(row for row in table.ragged if row not in {left.row for left in out.values()})
    return _without(replace(table, columns=tuple(columns), flags=flags, ragged=ragged), out)


def _in_the_file(table: PanelTable, row: int, column: int | None, stood: str) -> str:
    """A cell below a merged text is blank in the file, and so it is in recipes from before the text held for it."""
    below = any(top < row - 1 <= bottom and left == column for top, left, bottom, _ in table.merged)
    return "" if below else stood


def _without(table: PanelTable, places: Collection[int]) -> PanelTable:
    stays = np.ones(len(table.rows), dtype=bool)
    stays[list(places)] = False
    return replace(table, rows=table.rows[stays], columns=tuple(column[stays] for column in table.columns))


def _named(table: PanelTable, recipe: PanelRecipe, confirmed: bool) -> PanelTable:
    header, columns = list(table.header), list(table.columns)
    seen: Counter[str] = Counter()
    holds = {(one.header, one.occurrence): one.holds for one in recipe.columns}
    for column, name in enumerate(table.header):
        seen[name] += 1
        held = holds.pop((name, seen[name]), None)
        if held == OMIT:
            header[column], columns[column] = "", _blank(len(table.rows))
        elif held:
            header[column] = held
    for name, value in recipe.constants.items():
        if not confirmed and any(_speaks_for_itself(header_meaning(one), name, value) for one in filter(None, header)):
            continue
        header.append(name)
        filled = _blank(len(table.rows))
        filled[:] = value
        columns.append(filled)
    return replace(table, header=tuple(header), columns=tuple(columns))


def _speaks_for_itself(meaning: HeaderMeaning, name: str, value: str) -> bool:
    """A header of what a recipe for another file states for all rows, or one that states another basis."""
    return meaning.holds == name or (f"{meaning.holds}_basis" == name and meaning.basis not in (None, value))


def report_missing(table: PanelTable, recipe: PanelRecipe, layout: PanelLayout, faults: ProblemCollector) -> None:
    """Columns that the recipe knows and the file has not, by that name or by another that is certain."""
    there = Counter(table.header)
    held = {*layout.named, *layout.values, *(f"{code}_basis" for code in layout.bases)}
    for one in recipe.columns:
        if one.holds != OMIT and one.occurrence > there[one.header] and one.holds not in held:
            faults.of_sheet(
                table.sheet,
                "recipe_column_missing",
                row=table.header_row,
                name=printable(one.header, 60),
                holds=one.holds,
            )


def _blank(count: int) -> NDArray[np.object_]:
    column = np.empty(count, dtype=object)
    column[:] = ""
    return column


def _blanked(
    table: PanelTable, recipe: PanelRecipe, confirmed: bool, kept: RowsKept, faults: ProblemCollector
) -> PanelTable:
    columns = list(table.columns)
    for word in recipe.blanks:
        # A number that stood for nothing in one file, as 0 or 999, may be a value in the next.
        doubtful = not confirmed and parse_number(word, percent_sign=True) is not None
        count = 0
        for at, column in enumerate(columns):
            hit = np.asarray(column == word, dtype=bool) if column.dtype != np.float64 else _NOWHERE
            if not hit.any():
                continue
            count += int(hit.sum())
            if not doubtful:
                columns[at] = column.copy()
                columns[at][hit] = ""
                kept.changes[at].append(ColumnChange("blank", int(hit.sum()), word, ""))
        if doubtful and count:
            faults.of_sheet(table.sheet, "recipe_blank_doubtful", word=printable(word, 60), count=count)
        elif not doubtful:
            kept.blanked[word] += count
    return replace(table, columns=tuple(columns))


_NOWHERE = np.zeros(0, dtype=bool)


def _times_hundred(column: PanelColumn, rows: NDArray[np.bool_], changes: list[ColumnChange]) -> PanelColumn:
    """In decimals, as people would: 0.07 is 7 and not 7.000000000000001. What is no number stays, and is reported."""
    texts = column_texts(column).copy()
    first, count = ("", ""), 0
    for at in np.flatnonzero(rows & ~blank_cells(column)):
        number = parse_number(texts[at], percent_sign=False)
        if number is not None and np.isfinite(number.value):
            percent = Decimal(repr(number.value)) * _HUNDRED
            first, count = first if count else (str(texts[at]), format(percent.normalize(), "f")), count + 1
            texts[at] = format(percent, "f")
    if count:
        changes.append(ColumnChange("percent", count, *first))
    return texts
