"""The columns of a table of anybody's making: each header with its path, what it is taken for, what is asked of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kpi.catalogue.load import catalogue
from kpi.files.printable import printable
from kpi.intake.answers import ANSWER_FIELDS
from kpi.intake.freeform.header_matching import NO_MATCH, HeaderMatch, classify, closest, unit_fits, with_unit_checked
from kpi.intake.freeform.heading_words import heading_words
from kpi.intake.freeform.table_finder import TableRegion, heads_column, match_at
from kpi.intake.grid import Grid
from kpi.intake.layout import Ground, MatchReason, RecognisedHeader
from kpi.intake.problem_collector import PendingQuestion, ProblemCollector, item_params
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
_ADDED = ("part", "year", "unit", "basis")


def _together(path: Sequence[HeaderMatch], below: bool) -> HeaderMatch:
    """A path's words as one: the item of the one that has it, and what the others add.

    What is not understood ``below`` an item is its unit, and none that the catalogue knows.
    """
    whole = next((match for match in path if match.item), path[0])
    for match in path:
        more = {
            name: getattr(match, name)
            for name in _ADDED
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

    def settle(self, column: HeaderColumn, example: str, has_change: bool, unit: str | None = None) -> str | None:
        """The item's code, or None for a column to leave out.

        ``example`` is the first content under the header, "" where there is none; ``has_change`` says that before and
        after are stated; ``unit`` is one that stands beside the header and not in it.
        """
        match = self._with_alike(column)
        answer = self.faults.answers.header.get(column.key)
        if answer is not None:
            taken = (
                match.item if answer == "value" else None if answer in ("ignore", *ANSWER_FIELDS, "factory") else answer
            )
        else:
            taken = match.item if match.certain else None
        if example and not has_change and self._is_level(column, match, taken, unit):
            return None
        if answer is not None:
            self._note(column, taken or "ignore", "answered", heading_words().confidence.answered)
            return taken
        self._note(column, match.item or match.part, match.reason, match.confidence)
        if taken:
            return taken
        if example and match.item:
            self._ask(column, match, example, has_change)
        elif example and match.part in (None, "aside", "change"):
            self.leave_out(column)
        return None

    def _is_level(self, column: HeaderColumn, match: HeaderMatch, taken: str | None, unit: str | None) -> bool:
        """A number in a unit of its own under a KPI of change is what changes, or by how much: no percentage.

        Reported with what would be needed, and not to be confirmed away.
        """
        kpi = next((kpi for kpi in catalogue().kpis if kpi.code == (taken or match.item)), None)
        if kpi is None or not kpi.is_change or (taken is None and match.reason == "similar"):
            return False
        if unit_fits(kpi, unit or match.unit):
            return False
        self._note(column, "ignore", match.reason, match.confidence)
        self.faults.at(self.grid.spot(*column.at), "level_for_change", item_params(kpi), name=column.text)
        return True

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
        if not near.item:
            return match
        more = {name: value for name in _ADDED if (value := getattr(match, name)) is not None}
        return replace(near, **more)

    def _ask(self, column: HeaderColumn, match: HeaderMatch, example: str, has_change: bool) -> None:
        item = str(match.item)
        doubtful = match.reason == "unit" or (match.reason == "quantity" and not has_change)
        grounds = () if doubtful or match.others else _grounds(match, has_change)
        proposal, options = "ignore" if doubtful else item, (item, *match.others, "ignore")
        asked = PendingQuestion("header", column.key, proposal, options, grounds)
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


def _grounds(match: HeaderMatch, has_change: bool) -> tuple[Ground, ...]:
    """What speaks for an item whose name is not exactly this one."""
    kpi = next((kpi for kpi in catalogue().kpis if kpi.code == match.item), None)
    # 19 of 21 KPIs are in percent: that a header says so speaks for none of them.
    unit = bool(kpi and match.unit and unit_fits(kpi, match.unit) and kpi.unit.zh != "%")
    ends = bool(kpi and kpi.is_change and has_change)
    stated: tuple[tuple[Ground, bool], ...] = (("name", True), ("unit", unit), ("ends", ends))
    return tuple(ground for ground, holds in stated if holds)


def _names(codes: Sequence[str]) -> dict[str, str]:
    """The proposed items' names in both languages."""
    names = {kpi.code: kpi.name for kpi in catalogue().kpis} | {fact.code: fact.name for fact in catalogue().facts}
    kpis = [names[code] for code in codes]
    return {"name_zh": "、".join(name.zh for name in kpis), "name_en": "; ".join(name.en for name in kpis)}
