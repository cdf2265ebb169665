"""The columns of a table of anybody's making: each header with its path, what it is taken for, what is asked of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kpi.catalogue import catalogue
from kpi.intake.answers import PARTS
from kpi.intake.freeform.grid import Grid
from kpi.intake.freeform.header_matching import NOTHING, Said, alike, fitting, say
from kpi.intake.freeform.heading_words import headings
from kpi.intake.freeform.table_finder import Found, says
from kpi.intake.layout import Header, Reason
from kpi.intake.problem_collector import Asked, Faults
from kpi.intake.settings import plain

_YEAR = re.compile(r"\(?20\d\d(年度|年)?\)?")
_CODES = {
    "brackets": "item_in_doubt",
    "unit": "unit_unfit",
    "quantity": "change_or_quantity",
    "similar": "similar_item",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a grid: the cell that names it, its header's text and key, and what it says."""

    place: int
    at: tuple[int, int]
    text: str
    key: str
    said: Said


def columns(found: Found) -> list[Column]:
    """Every column that has a header, from left to right."""
    grid = found.grid
    told: list[Column] = []
    above: tuple[int, int] | None = None
    for place in range(grid.width):
        column = _column(found, place, above)
        if column is None:
            continue
        told.append(column)
        if column.said.item or column.said == NOTHING:
            above = column.at
    return told


def key_of(texts: Sequence[str]) -> str:
    """A header's key: its path without years, blanks and case, so that next year's file has the same."""
    parts = [_YEAR.sub("", plain(text)) for text in texts]
    return " / ".join(part for part in parts if part)


def _column(found: Found, place: int, left: tuple[int, int] | None) -> Column | None:
    """The header of one column. A blank item beside a part or a year is the item to its left, as if merged."""
    grid = found.grid
    path = [(line, place) for line in range(found.top, found.first)]
    filled = list(dict.fromkeys(grid.origin(*at) for at in path if grid.text(*at)))
    if not filled:
        return None
    own = [at for at in filled if at[0] >= found.line or says(grid, *at).is_word]
    said = [says(grid, *at) for at in own]
    unnamed = bool(own) and all(at[0] != found.line for at in own)
    if unnamed and left and all(one.is_word for one in said) and not any(one.part in _ALONE for one in said):
        own, said = [left, *own], [says(grid, *left), *said]
    if not own:
        return None
    at = next((at for at, one in zip(own, said, strict=True) if one.item), own[0])
    texts = [grid.text(*one) for one in own]
    return Column(place, at, " / ".join(texts), key_of(texts), _together(said, below=own[-1][0] > at[0]))


_ALONE = ("phase", "beside", "item")


def _together(path: Sequence[Said], below: bool) -> Said:
    """A path's words as one: the item of the one that has it, and what the others add.

    What is not understood ``below`` an item is its unit, and none that the catalogue knows.
    """
    whole = next((said for said in path if said.item), path[0])
    for said in path:
        more = {
            name: getattr(said, name)
            for name in ("part", "year", "unit", "basis")
            if getattr(whole, name) is None and getattr(said, name) is not None
        }
        whole = replace(whole, **more)
    return fitting(replace(whole, unit="unread") if below and path[-1] == NOTHING else whole)


class Settled:
    """Decides what each header is taken for, by the answers, by certainty or - asked - not at all."""

    def __init__(self, grid: Grid, faults: Faults) -> None:
        self.grid, self.faults = grid, faults
        self.headers: list[Header] = []
        self.told: set[tuple[int, int]] = set()

    def settle(self, column: Column, has_data: bool, has_change: bool) -> str | None:
        """The item's code, or None for a column to leave out; ``has_change`` says that before and after are told."""
        said = self._with_alike(column)
        answer = self.faults.answers.header.get(column.key)
        if answer is not None:
            taken = said.item if answer == "value" else None if answer in ("ignore", *PARTS, "factory") else answer
            self._note(column, taken or "ignore", "answered", headings().confidence.answered)
            return taken
        self._note(column, said.item or said.part, said.reason, said.confidence)
        if said.item and said.certain:
            return said.item
        if has_data and said.item:
            self._ask(column, said, has_change)
        elif has_data and said.part in (None, "aside"):
            self.leave_out(column)
        return None

    def leave_out(self, column: Column) -> None:
        """Tells that a header's values are not read; once, though it may be merged over several columns."""
        if column.at not in self.told:
            self.faults.at(self.grid.spot(*column.at), "header_not_read", name=column.text)
        self.told.add(column.at)

    def _with_alike(self, column: Column) -> Said:
        said = column.said
        text = self.grid.text(*column.at)
        if said.item or say(text) != NOTHING or len(self.headers) > self.faults.limits.columns:
            return said
        near = alike(text)
        return replace(near, part=said.part, year=said.year, unit=said.unit, basis=said.basis) if near.item else said

    def _ask(self, column: Column, said: Said, has_change: bool) -> None:
        item = str(said.item)
        doubtful = said.reason == "unit" or (said.reason == "quantity" and not has_change)
        asked = Asked("header", column.key, "ignore" if doubtful else item, (item, *said.others, "ignore"))
        names = _names((item, *said.others))
        self.faults.ask(
            self.grid.spot(*column.at), asked, _CODES[said.reason], names, name=column.text, confidence=said.confidence
        )

    def _note(self, column: Column, item: str | None, reason: Reason, confidence: float) -> None:
        cell = self.grid.cell(*column.at)
        self.headers.append(Header(column.key, column.text, cell, item, confidence, reason))


def _names(codes: Sequence[str]) -> dict[str, str]:
    """The proposed items' names in both languages."""
    names = {kpi.code: kpi.name for kpi in catalogue().kpis} | {fact.code: fact.name for fact in catalogue().facts}
    told = [names[code] for code in codes]
    return {"name_zh": "、".join(name.zh for name in told), "name_en": "; ".join(name.en for name in told)}
