"""The columns of a table of anybody's making: each header with its path, what it is taken for, what is asked of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kpi.catalogue.load import catalogue
from kpi.files.printable import printable
from kpi.intake.answers import ANSWER_FIELDS
from kpi.intake.freeform.header_matching import NO_MATCH, HeaderMatch, classify, closest, with_unit_checked
from kpi.intake.freeform.heading_words import heading_words
from kpi.intake.freeform.table_finder import TableRegion, heads_column, match_at
from kpi.intake.grid import Grid
from kpi.intake.layout import MatchReason, RecognisedHeader
from kpi.intake.problem_collector import PendingQuestion, ProblemCollector
from kpi.intake.settings import comparable_word

_YEAR = re.compile(r"\(?20\d\d(年度|年)?\)?")
_CODES = {
    "brackets": "item_in_doubt",
    "unit": "unit_unfit",
    "quantity": "change_or_quantity",
    "similar": "similar_item",
}


@dataclass(frozen=True, slots=True)
class HeaderColumn:
    """One column of a grid: the cell that names it, its header's text and key, and what it says."""

    place: int
    at: tuple[int, int]
    text: str
    key: str
    match: HeaderMatch


def header_columns(found: TableRegion) -> list[HeaderColumn]:
    """Every column that has a header, from left to right."""
    grid = found.grid
    columns: list[HeaderColumn] = []
    above: tuple[int, int] | None = None
    for place in range(grid.width):
        column = _column(found, place, above)
        if column is None:
            continue
        columns.append(column)
        if column.match.item or column.match == NO_MATCH:
            above = column.at
    return columns


def header_key(texts: Sequence[str]) -> str:
    """A header's key: its path without years, blanks and case, so that next year's file has the same."""
    parts = [_YEAR.sub("", comparable_word(text)) for text in texts]
    return " / ".join(part for part in parts if part)


def _column(found: TableRegion, place: int, left: tuple[int, int] | None) -> HeaderColumn | None:
    """The header of one column. A blank item beside a part or a year is the item to its left, as if merged."""
    grid = found.grid
    path = [(line, place) for line in range(found.top, found.first)]
    filled = list(dict.fromkeys(grid.origin(*at) for at in path if grid.text(*at)))
    if not filled:
        return None
    own = [
        at for at in filled if at[0] >= found.line or match_at(grid, *at).is_word or heads_column(grid, at, found.line)
    ]
    match = [match_at(grid, *at) for at in own]
    unnamed = bool(own) and all(at[0] != found.line for at in own)
    if unnamed and left and all(one.is_word for one in match) and not any(one.part in _ALONE for one in match):
        own, match = [left, *own], [match_at(grid, *left), *match]
    if not own:
        return None
    at = next((at for at, one in zip(own, match, strict=True) if one.item), own[0])
    texts = [grid.text(*one) for one in own]
    return HeaderColumn(place, at, " / ".join(texts), header_key(texts), _together(match, below=own[-1][0] > at[0]))


_ALONE = ("phase", "beside", "item")


def _together(path: Sequence[HeaderMatch], below: bool) -> HeaderMatch:
    """A path's words as one: the item of the one that has it, and what the others add.

    What is not understood ``below`` an item is its unit, and none that the catalogue knows.
    """
    whole = next((match for match in path if match.item), path[0])
    for match in path:
        more = {
            name: getattr(match, name)
            for name in ("part", "year", "unit", "basis")
            if getattr(whole, name) is None and getattr(match, name) is not None
        }
        whole = replace(whole, **more)
    return with_unit_checked(replace(whole, unit="unread") if below and path[-1] == NO_MATCH else whole)


class HeaderResolver:
    """Decides what each header is taken for, by the answers, by certainty or - asked - not at all."""

    def __init__(self, grid: Grid, faults: ProblemCollector) -> None:
        self.grid, self.faults = grid, faults
        self.headers: list[RecognisedHeader] = []
        self.reported: set[tuple[int, int]] = set()

    def settle(self, column: HeaderColumn, example: str, has_change: bool) -> str | None:
        """The item's code, or None for a column to leave out.

        ``example`` is the first content under the header, "" where there is none; ``has_change`` says that before and
        after are stated.
        """
        match = self._with_alike(column)
        answer = self.faults.answers.header.get(column.key)
        if answer is not None:
            taken = (
                match.item if answer == "value" else None if answer in ("ignore", *ANSWER_FIELDS, "factory") else answer
            )
            self._note(column, taken or "ignore", "answered", heading_words().confidence.answered)
            return taken
        self._note(column, match.item or match.part, match.reason, match.confidence)
        if match.item and match.certain:
            return match.item
        if example and match.item:
            self._ask(column, match, example, has_change)
        elif example and match.part in (None, "aside"):
            self.leave_out(column)
        return None

    def leave_out(self, column: HeaderColumn) -> None:
        """Reports that a header's values are not read; once, though it may be merged over several columns."""
        if column.at not in self.reported:
            self.faults.at(self.grid.spot(*column.at), "header_not_read", name=column.text)
        self.reported.add(column.at)

    def _with_alike(self, column: HeaderColumn) -> HeaderMatch:
        match = column.match
        text = self.grid.text(*column.at)
        if match.item or classify(text) != NO_MATCH or len(self.headers) > self.faults.limits.columns:
            return match
        near = closest(text)
        return (
            replace(near, part=match.part, year=match.year, unit=match.unit, basis=match.basis) if near.item else match
        )

    def _ask(self, column: HeaderColumn, match: HeaderMatch, example: str, has_change: bool) -> None:
        item = str(match.item)
        doubtful = match.reason == "unit" or (match.reason == "quantity" and not has_change)
        asked = PendingQuestion("header", column.key, "ignore" if doubtful else item, (item, *match.others, "ignore"))
        names = _names((item, *match.others))
        self.faults.ask(
            self.grid.spot(*column.at),
            asked,
            _CODES[match.reason],
            names,
            name=column.text,
            confidence=match.confidence,
            example=printable(example, self.faults.limits.problem_value_characters),
        )

    def _note(self, column: HeaderColumn, item: str | None, reason: MatchReason, confidence: float) -> None:
        cell = self.grid.cell(*column.at)
        self.headers.append(RecognisedHeader(column.key, column.text, cell, item, confidence, reason))


def _names(codes: Sequence[str]) -> dict[str, str]:
    """The proposed items' names in both languages."""
    names = {kpi.code: kpi.name for kpi in catalogue().kpis} | {fact.code: fact.name for fact in catalogue().facts}
    kpis = [names[code] for code in codes]
    return {"name_zh": "、".join(name.zh for name in kpis), "name_en": "; ".join(name.en for name in kpis)}
