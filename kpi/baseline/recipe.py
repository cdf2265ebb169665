"""How a panel's file is to be read, written down: with it anybody gets the same content from the same file again.

The next year's file is read by the same recipe; only its repairs, which are of single cells, stay with the file that
they were made for.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError

from kpi.baseline.panel_header import OMIT, HeaderMeaning, header_meaning
from kpi.baseline.panel_table import PanelColumn, PanelLayout, PanelTable, blank_cells, column_texts
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import normalise_credit_code
from kpi.catalogue.schema import Checked
from kpi.errors import InvalidFile
from kpi.files.limits import application_limits, panel_limits
from kpi.files.text import is_forbidden, number_ranges, printable, printable_file_name
from kpi.files.workbook import column_letter
from kpi.intake.cells import parse_number
from kpi.intake.problems import Fault, Reading, fault_of_sheet
from kpi.intake.settings import plausibility
from kpi.model.problem import Problem

# What became of a panel's rows and columns: every row read was taken, merged or refused.


RefusedBecause = Literal["left_out", "no_value"]


@dataclass(frozen=True, slots=True)
class MergedRow:
    """A row that says the same as an earlier one of its enterprise, or fills its blanks."""

    row: int
    into: int


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """``words``: why somebody left it out; a row without a value says nothing to compare with."""

    row: int
    because: RefusedBecause
    words: str = ""


ChangeKind = Literal["percent", "blank", "repaired"]
"""0.35 is read as 35, a word as not reported, a cell as somebody put it right."""


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """What of a column is read otherwise than it stands there: how many cells, and the first of them."""

    kind: ChangeKind
    count: int
    was: str
    becomes: str


@dataclass
class RowsKept:
    """What becomes of the rows while they are read; ``blanked``: how many cells each word for "not reported" had.

    ``nulls``: how many cells of values in each column, by its name, were null or NaN in the file. ``changes`` by
    0-based column.
    """

    merged: list[MergedRow] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    blanked: Counter[str] = field(default_factory=Counter)
    nulls: dict[str, int] = field(default_factory=dict)
    changes: dict[int, list[ColumnChange]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True, slots=True)
class RowAccount:
    """``read`` = taken + merged + refused; ``taken`` as runs of rows, the first and the last of each.

    Rows are 1-based with headers counted; rows without any content are not counted.
    """

    read: int = 0
    taken: tuple[tuple[int, int], ...] = ()
    merged: tuple[MergedRow, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    blanked: Mapping[str, int] = field(default_factory=dict)
    nulls: Mapping[str, int] = field(default_factory=dict)

    @property
    def count_taken(self) -> int:
        return self.read - len(self.merged) - len(self.refused)


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """A column of the file: its letter, its header, and what it holds; None where nobody knows.

    ``occurrence`` tells columns of one header apart. ``meaning`` is what its header says, and why. ``example`` is a
    cell as it stands there and as it is read; ``changes`` are all that are read otherwise.
    """

    letter: str
    header: str
    occurrence: int
    holds: str | None
    meaning: HeaderMeaning
    example: tuple[str, str] | None = None
    changes: tuple[ColumnChange, ...] = ()


WordKind = Literal["blank", "mark", "not_applicable", "other"]
"""A word for "no data", a mark that may be one, a word for "does not apply", and any other that stands for numbers."""


@dataclass(frozen=True, slots=True)
class WordRead:
    """A word that stands in ``count`` cells where numbers belong, the first of them by name."""

    word: str
    kind: WordKind
    count: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScaleDoubt:
    """A KPI that a recipe for another file takes for fractions, while ``cell`` holds ``value`` or another header.

    Without a recipe's word: all its values, ``count`` of them, are such as only fractions would be.
    """

    kpi: str
    header: str
    cell: str
    value: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class PanelShape:
    """How a file was opened. ``missing``: columns of the format that it lacks. ``words``, ``scales``: to be asked.

    ``illustrative``: what it says of itself where that is that it is illustrative, above its columns or on a sheet.
    """

    encoding: str | None
    sheet: str | None
    sheets: tuple[str, ...]
    header_row: int
    columns: tuple[ColumnRead, ...]
    missing: tuple[str, ...]
    illustrative: str | None
    words: tuple[WordRead, ...] = ()
    scales: tuple[ScaleDoubt, ...] = ()


def row_account(read: int, rows: list[int], kept: RowsKept) -> RowAccount:
    """``rows`` are all that were not merged, left out or without a value."""
    refused = tuple(sorted(kept.refused, key=lambda refused_row: refused_row.row))
    return RowAccount(read, number_ranges(rows), tuple(kept.merged), refused, dict(kept.blanked), kept.nulls)


RecipeForm = Literal["duibiao panel recipe 1"]
FORM: RecipeForm = "duibiao panel recipe 1"
LARGEST_BYTES = 4 * 1024 * 1024
Encoding = Literal["utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5"]
_Words = Annotated[str, Field(max_length=200)]
_Row = Annotated[int, Field(ge=1)]


class MappedColumn(Checked):
    """``holds`` is a column of the format (``credit_code``, ``K08``, ``K09_basis``) or ``omit``.

    ``occurrence`` tells columns of one header apart, from the left.
    """

    header: str
    holds: str
    occurrence: int = 1


class CellRepair(Checked):
    """``was`` is what stands in the cell; ``becomes`` is read instead. ``column`` is a letter."""

    row: _Row
    column: Annotated[str, Field(pattern=r"^[A-Z]{1,3}$")]
    was: _Words
    becomes: _Words
    because: _Words = ""


class LeftOutRow(Checked):
    """A row that is not taken, and why."""

    row: _Row
    because: Annotated[str, Field(min_length=1, max_length=200)]


class PanelRecipe(Checked):
    """What is not stated is found in the file. ``repairs_of``: SHA-256 of the file that cells and rows belong to;
    ``confirmed_for``: of the file for which somebody has seen and confirmed all of it.

    ``constants`` hold for every row what the file has no column of; ``fractions`` are the KPIs that state 0.35 for
    35 %; ``blanks`` are words that mean "not reported"; ``merge`` joins rows of one enterprise that agree.
    """

    form: RecipeForm = FORM
    name: Annotated[str, Field(min_length=1, max_length=60)]
    encoding: Encoding | None = None
    sheet: str | None = None
    header_row: _Row | None = None
    columns: tuple[MappedColumn, ...] = ()
    constants: dict[str, _Words] = Field(default_factory=dict)
    fractions: tuple[str, ...] = ()
    blanks: tuple[_Words, ...] = ()
    merge: bool = False
    confirmed_for: str | None = None
    repairs_of: str | None = None
    cells: tuple[CellRepair, ...] = ()
    rows: tuple[LeftOutRow, ...] = ()

    @property
    def repairs(self) -> int:
        return len(self.cells) + len(self.rows)

    def confirms(self, sha256: str) -> bool:
        """Made for the file with this hash: whatever it says was seen there. For another it holds where it fits."""
        return sha256 in (self.confirmed_for, self.repairs_of)

    def made_for(self, sha256: str) -> PanelRecipe:
        """As it was confirmed for the file with this hash."""
        return self.model_copy(update={"confirmed_for": sha256})

    def without_repairs(self) -> PanelRecipe:
        """As offered for another file."""
        return self.model_copy(update={"cells": (), "rows": (), "repairs_of": None})


def column_meanings() -> tuple[str, ...]:
    """All that a column can hold, in the order of the format."""
    wide = [code for kpi in catalogue().kpis for code in ([kpi.code, f"{kpi.code}_basis"] if kpi.bases else [kpi.code])]
    return ("credit_code", "group", "industry", "sub_industry", "body", "kpi", "value", "basis", *wide)


def constant_choices() -> dict[str, tuple[str, ...]]:
    """What may be stated once for all rows, and which values: nobody's group or body, and the basis of a KPI."""
    bases = {f"{kpi.code}_basis": tuple(kpi.bases) for kpi in catalogue().kpis if kpi.bases}
    return {"group": ("",), "body": ("",), "basis": ("",), **bases}


def recipe_bytes(recipe: PanelRecipe) -> bytes:
    """As a file to keep: what says nothing is left out."""
    stated = recipe.model_dump(exclude_none=True, exclude_defaults=True) | {"form": FORM}
    ordered = {name: stated[name] for name in PanelRecipe.model_fields if name in stated}
    return json.dumps(ordered, ensure_ascii=False, indent=1).encode() + b"\n"


def read_recipe(file: str, data: bytes) -> PanelRecipe:
    """The recipe in ``data``. ``file`` is only shown.

    Raises:
        InvalidFile: it is no recipe, or states what no panel has: all faults of one stage together.
    """
    name = printable_file_name(file, application_limits().problem_value_characters)
    if len(data) > LARGEST_BYTES:
        raise InvalidFile([Problem("error", "recipe_unreadable", name)])
    try:
        recipe = PanelRecipe.model_validate(json.loads(data.decode("utf-8-sig")))
    except (ValidationError, ValueError, RecursionError) as error:
        found = error.errors() if isinstance(error, ValidationError) else []
        raise InvalidFile(
            [_key_problem(name, ".".join(map(str, item["loc"])), item["input"]) for item in found if item["loc"]]
            or [Problem("error", "recipe_unreadable", name)]
        ) from None
    if faults := _faults(name, recipe):
        raise InvalidFile(faults)
    return recipe


def _faults(file: str, recipe: PanelRecipe) -> list[Problem]:
    known, choices = {*column_meanings(), OMIT}, constant_choices()
    faults = [
        _key_problem(file, f"columns.{number}.holds", item.holds)
        for number, item in enumerate(recipe.columns)
        if item.holds not in known
    ]
    faults += [
        _key_problem(file, f"constants.{printable(column, 60)}", value)
        for column, value in recipe.constants.items()
        if value not in choices.get(column, ())
    ]
    percent = {kpi.code for kpi in catalogue().kpis if kpi.unit.zh == "%"}
    faults += [_key_problem(file, "fractions", code) for code in recipe.fractions if code not in percent]
    texts = [recipe.name, *(cell.because for cell in recipe.cells), *(row.because for row in recipe.rows)]
    faults += [_key_problem(file, "because", text) for text in texts if any(map(is_forbidden, text))]
    if recipe.repairs and recipe.repairs_of is None:
        faults.append(_key_problem(file, "repairs_of", None))
    if recipe.header_row and recipe.header_row > panel_limits().rows:
        faults.append(_key_problem(file, "header_row", recipe.header_row))
    return faults


def _key_problem(file: str, key: str, value: object) -> Problem:
    most = application_limits().problem_value_characters
    shown = None if value is None or isinstance(value, dict | list) else printable(str(value), most)
    return Problem("error", "recipe_unfit", file, value=shown, params={"name": printable(key, most)})


# Bringing a panel's table into shape as its recipe says, and keeping account of every row and blank on the way.


_HUNDRED = Decimal(100)


def apply_recipe(table: PanelTable, recipe: PanelRecipe, sha256: str, kept: RowsKept) -> Reading[PanelTable]:
    """Columns named and left out, what holds for all rows added, cells repaired, words for blanks taken as blank.

    Rows that are left out are gone, and stand in ``kept``. Repairs are of the file with the hash ``repairs_of`` alone.
    Of a recipe for another file only that is used which this one does not contradict.
    """
    table = yield from _repaired(table, recipe, sha256, kept)
    table = _named(table, recipe, recipe.confirms(sha256))
    return (yield from _blanked(table, recipe, recipe.confirms(sha256), kept))


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
    known = {item.header for item in recipe.columns if item.holds == code}
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
    kept.merged.sort(key=lambda item: item.row)
    whole = replace(table, columns=tuple(columns.get(at, old) for at, old in enumerate(table.columns)))
    return _without(whole, gone)


def _disagree(one: str, other: str) -> bool:
    if not one or not other or one == other:
        return False
    numbers = [parse_number(text, percent_sign=False) for text in (one, other)]
    return not (numbers[0] and numbers[1] and numbers[0].value == numbers[1].value)


def _repaired(table: PanelTable, recipe: PanelRecipe, sha256: str, kept: RowsKept) -> Reading[PanelTable]:
    if not recipe.repairs:
        return table
    if recipe.repairs_of != sha256:
        yield fault_of_sheet(table.sheet, "recipe_repairs_of_other", count=recipe.repairs)
        return table
    place = {int(row): at for at, row in enumerate(table.rows)}
    letters = {column_letter(column): column for column in range(len(table.columns))}
    columns, flags, most = list(table.columns), dict(table.flags), panel_limits().problem_value_characters
    for cell in recipe.cells:
        at, column = place.get(cell.row), letters.get(cell.column)
        stood = None if at is None or column is None else str(column_texts(columns[column][at : at + 1])[0])
        fits = stood is not None and cell.was in (printable(stood, most), _in_the_file(table, cell.row, column, stood))
        if at is None or column is None or not fits:
            address = f"{cell.column}{cell.row}"
            yield fault_of_sheet(table.sheet, "recipe_repair_unfit", row=cell.row, at=address, was=cell.was)
            continue
        columns[column] = column_texts(columns[column]).copy()
        columns[column][at] = " ".join(cell.becomes.split())
        kept.changes[column].append(ColumnChange("repaired", 1, cell.was, str(columns[column][at])))
        flags.pop((cell.row - 1, column), None)
    out = {place[left.row]: left for left in recipe.rows if left.row in place}
    for left in recipe.rows:
        if left.row not in place:
            yield fault_of_sheet(table.sheet, "recipe_repair_unfit", row=left.row, at=str(left.row), was="")
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
    holds = {(item.header, item.occurrence): item.holds for item in recipe.columns}
    for column, name in enumerate(table.header):
        seen[name] += 1
        held = holds.pop((name, seen[name]), None)
        if held == OMIT:
            header[column], columns[column] = "", _blank(len(table.rows))
        elif held:
            header[column] = held
    for name, value in recipe.constants.items():
        if not confirmed and any(
            _speaks_for_itself(header_meaning(item), name, value) for item in filter(None, header)
        ):
            continue
        header.append(name)
        filled = _blank(len(table.rows))
        filled[:] = value
        columns.append(filled)
    return replace(table, header=tuple(header), columns=tuple(columns))


def _speaks_for_itself(meaning: HeaderMeaning, name: str, value: str) -> bool:
    """A header of what a recipe for another file states for all rows, or one that states another basis."""
    return meaning.holds == name or (f"{meaning.holds}_basis" == name and meaning.basis not in (None, value))


def check_missing(table: PanelTable, recipe: PanelRecipe, layout: PanelLayout) -> Iterator[Fault]:
    """Columns that the recipe knows and the file has not, by that name or by another that is certain."""
    there = Counter(table.header)
    held = {*layout.named, *layout.values, *(f"{code}_basis" for code in layout.bases)}
    for column in recipe.columns:
        if column.holds != OMIT and column.occurrence > there[column.header] and column.holds not in held:
            named = {"name": printable(column.header, 60), "holds": column.holds}
            yield fault_of_sheet(table.sheet, "recipe_column_missing", named, row=table.header_row)


def _blank(count: int) -> NDArray[np.object_]:
    column = np.empty(count, dtype=object)
    column[:] = ""
    return column


def _blanked(table: PanelTable, recipe: PanelRecipe, confirmed: bool, kept: RowsKept) -> Reading[PanelTable]:
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
            yield fault_of_sheet(table.sheet, "recipe_blank_doubtful", word=printable(word, 60), count=count)
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
